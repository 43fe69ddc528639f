// Tables of elementwise operations, to check on scalars and on arrays against central differences.
#pragma once

#include "check_gradients.hpp"

namespace gradus::test {

constexpr int order = 2;  // third derivatives take as long to compile as the others together: see nesting_test.cpp
using OfScalars = Function<2, order, double, float>;
using OfArrays = Function<2, order, Eigen::ArrayXXd, Eigen::ArrayXXf>;

// Eigen's arrays have members where numbers have functions: one spelling for both.
template <class X>
auto largest(const X& x, const auto& y) {
  using std::max;
  if constexpr (Constant<X>)
    return max(x, static_cast<X>(y));
  else if constexpr (MatrixOperand<X>)
    return x.max(y);
  else
    return max(x, y);
}
template <class X>
auto smallest(const X& x, const auto& y) {
  using std::min;
  if constexpr (Constant<X>)
    return min(x, static_cast<X>(y));
  else if constexpr (MatrixOperand<X>)
    return x.min(y);
  else
    return min(x, y);
}

/// An operation of two operands (one may go unused) and an interval where it is smooth.
struct Operation {
  std::string name;
  double low, high;
  OfScalars of_scalars;
  OfArrays of_arrays;

  Operation(std::string name_, double low_, double high_, const auto& f)
      : name(std::move(name_)), low(low_), high(high_), of_scalars(contracted(f)), of_arrays(contracted(f)) {}
  static auto contracted(const auto& f) {
    return [f](const auto& x, const auto& y) { return contract(f(x, y)); };
  }
};

inline void check(const std::vector<Operation>& table) {
  std::mt19937 random(1);
  for (const Operation& operation : table) {
    INFO(operation.name);
    const std::vector<double> numbers = distinct_numbers(40, operation.low, operation.high, random);
    {
      INFO("scalars");
      for (std::size_t i = 0; i < 6; i += 2) check_gradients<order>(operation.of_scalars, numbers[i], numbers[i + 1]);
    }
    {
      INFO("arrays");
      const Eigen::ArrayXXd x = Eigen::Map<const Eigen::ArrayXXd>(numbers.data(), 4, 5);
      const Eigen::ArrayXXd y = Eigen::Map<const Eigen::ArrayXXd>(numbers.data() + 20, 4, 5);
      check_gradients<order>(operation.of_arrays, x, y);
    }
  }
}

}  // namespace gradus::test
