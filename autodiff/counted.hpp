// A number that counts what is done with it: what a program costs, measured and not estimated.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <compare>
#include <cstdint>
#include <ostream>

#include "traits.hpp"

namespace gradus {

struct Counted;
template <>
inline constexpr bool is_custom_number<Counted> = true;

/// How many operations were executed. Additions include subtractions; comparisons, abs and changes of sign are free.
struct OperationCounts {
  std::int64_t multiplications = 0, divisions = 0, additions = 0;
  std::int64_t functions = 0;  // sqrt, pow, exp, log and the trigonometric and hyperbolic ones

  std::int64_t total() const { return multiplications + divisions + additions + functions; }
  friend OperationCounts operator-(const OperationCounts& a, const OperationCounts& b) {
    return {a.multiplications - b.multiplications, a.divisions - b.divisions, a.additions - b.additions,
            a.functions - b.functions};
  }
  bool operator==(const OperationCounts&) const = default;
};

/// A double whose operations are counted. Code written for any number runs on it unchanged, plain, in Eigen's matrices
/// and on a tape:
///
///     const Eigen::VectorX<Counted> x = Eigen::VectorXd::Random(10).cast<Counted>();
///     count_operations([&] { return gradient(f, x); }).multiplications;
///
/// A matrix product on a tape, and every product of chain_product(), multiplies m·n·k times for m × k times k × n. So
/// does Eigen's A.lazyProduct(B), while its A * B also scales the result. The counts are of the calling thread.
struct Counted {
  double value = 0;
  static inline thread_local OperationCounts counts;

  Counted() = default;
  template <class T>
  requires std::is_arithmetic_v<T> Counted(T x) : value(static_cast<double>(x)) {}
  template <class T>
  requires std::is_arithmetic_v<T>
  explicit operator T() const { return static_cast<T>(value); }

  Counted& operator+=(Counted b) { return *this = *this + b; }
  Counted& operator-=(Counted b) { return *this = *this - b; }
  Counted& operator*=(Counted b) { return *this = *this * b; }
  Counted& operator/=(Counted b) { return *this = *this / b; }
  friend Counted operator+(Counted a, Counted b) { return ++counts.additions, a.value + b.value; }
  friend Counted operator-(Counted a, Counted b) { return ++counts.additions, a.value - b.value; }
  friend Counted operator*(Counted a, Counted b) { return ++counts.multiplications, a.value * b.value; }
  friend Counted operator/(Counted a, Counted b) { return ++counts.divisions, a.value / b.value; }
  friend Counted operator-(Counted a) { return -a.value; }
  friend Counted operator+(Counted a) { return a; }
  friend bool operator==(Counted a, Counted b) { return a.value == b.value; }
  friend auto operator<=>(Counted a, Counted b) { return a.value <=> b.value; }
  friend std::ostream& operator<<(std::ostream& out, Counted a) { return out << a.value; }

  // clang-format off
  friend Counted abs  (Counted a) { return std::abs(a.value); }
  friend Counted sqrt (Counted a) { return ++counts.functions, std::sqrt(a.value); }
  friend Counted exp  (Counted a) { return ++counts.functions, std::exp(a.value); }
  friend Counted expm1(Counted a) { return ++counts.functions, std::expm1(a.value); }
  friend Counted log  (Counted a) { return ++counts.functions, std::log(a.value); }
  friend Counted log1p(Counted a) { return ++counts.functions, std::log1p(a.value); }
  friend Counted sin  (Counted a) { return ++counts.functions, std::sin(a.value); }
  friend Counted cos  (Counted a) { return ++counts.functions, std::cos(a.value); }
  friend Counted tan  (Counted a) { return ++counts.functions, std::tan(a.value); }
  friend Counted asin (Counted a) { return ++counts.functions, std::asin(a.value); }
  friend Counted acos (Counted a) { return ++counts.functions, std::acos(a.value); }
  friend Counted atan (Counted a) { return ++counts.functions, std::atan(a.value); }
  friend Counted sinh (Counted a) { return ++counts.functions, std::sinh(a.value); }
  friend Counted cosh (Counted a) { return ++counts.functions, std::cosh(a.value); }
  friend Counted tanh (Counted a) { return ++counts.functions, std::tanh(a.value); }
  friend Counted pow  (Counted a, Counted b) { return ++counts.functions, std::pow(a.value, b.value); }
  // clang-format on
};

/// What f() takes on Counted numbers.
OperationCounts count_operations(const auto& f) {
  const OperationCounts before = Counted::counts;
  f();
  return Counted::counts - before;
}

}  // namespace gradus

template <>
struct Eigen::NumTraits<gradus::Counted> : Eigen::NumTraits<double> {
  using Real = gradus::Counted;
  using NonInteger = gradus::Counted;
  using Nested = gradus::Counted;
  using Literal = gradus::Counted;
  enum { RequireInitialization = 1 };
};
