// A number that counts its multiplications.
#pragma once

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test {
struct Counted;
}
template <>
inline constexpr bool gradus::is_custom_number<gradus::test::Counted> = true;

namespace gradus::test {

/// A double of which every multiplication is counted, per thread.
struct Counted {
  double value = 0;
  static inline thread_local long multiplications = 0;

  Counted() = default;
  template <class T>
  requires std::is_arithmetic_v<T> Counted(T x) : value(static_cast<double>(x)) {}
  explicit operator double() const { return value; }

  Counted& operator+=(Counted b) { return value += b.value, *this; }
  Counted& operator-=(Counted b) { return value -= b.value, *this; }
  Counted& operator*=(Counted b) { return *this = *this * b; }
  friend Counted operator+(Counted a, Counted b) { return a.value + b.value; }
  friend Counted operator-(Counted a, Counted b) { return a.value - b.value; }
  friend Counted operator-(Counted a) { return -a.value; }
  friend Counted operator*(Counted a, Counted b) { return ++multiplications, a.value * b.value; }
  friend bool operator==(Counted a, Counted b) { return a.value == b.value; }
  friend auto operator<=>(Counted a, Counted b) { return a.value <=> b.value; }
};

/// How many multiplications f takes.
long multiplications_of(const auto& f) {
  const long before = Counted::multiplications;
  f();
  return Counted::multiplications - before;
}

}  // namespace gradus::test

template <>
struct Eigen::NumTraits<gradus::test::Counted> : Eigen::GenericNumTraits<gradus::test::Counted> {};
