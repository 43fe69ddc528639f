// Is the gradient right? Compares it with finite differences, for a function of the user's own.
//
//     auto check = gradus::check_gradient(loss, w);
//     if (!check) std::cerr << check << "\n";
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <vector>

#include "gradient.hpp"

namespace gradus {

struct GradientCheckOptions {
  double tolerance = 0;    // relative; 0: 10 √ε of the number type, 1.5e-7 for double and 3e-3 for float
  Index entries = 1000;    // compared of each argument; drawn at random if it has more
  Index directions = 0;    // and derivatives along so many random directions of all arguments together
  std::uint64_t seed = 1;  // of what is drawn
};

/// What check_gradient found. The comparison shown is the worst: that with the largest difference over its tolerance.
struct GradientCheck {
  bool passed = false;
  Index compared = 0;    // entries and directions
  Index unresolved = 0;  // of them those whose finite differences do not settle: no evidence, and so not passed
  Index kinks = 0;       // of them those where the slopes to both sides differ: the derivative must lie between them
  Index argument = -1;   // of the worst comparison, the first is 0; −1 for a direction
  Index row = 0, col = 0;
  double analytic = 0, numeric = 0;
  double tolerance = 0;            // |analytic − numeric| must not exceed it
  double step = 0;                 // of the differences
  double value = 0, recorded = 0;  // f of numbers, and f of variables: they must agree
  bool values_agree = true;
  explicit operator bool() const { return passed; }
};
/// A sentence with all of it.
std::ostream& operator<<(std::ostream& out, const GradientCheck& check);

namespace detail {

/// f, x and its gradient with all arguments in one vector, each in column order.
struct FlatFunction {
  struct Shape {
    Index rows, cols;
  };
  std::vector<Shape> arguments;
  std::vector<double> x, gradient;
  double recorded;  // what f gave of variables
  bool is_single;   // the numbers are floats
  std::function<double(const std::vector<double>&)> value;
};
GradientCheck check_gradient(const FlatFunction& f, const GradientCheckOptions& options);

template <class X>
void append(std::vector<double>& flat, const X& x) {
  if constexpr (Constant<X>)
    flat.push_back(static_cast<double>(x));
  else
    for (Index j = 0; j < x.cols(); ++j)
      for (Index i = 0; i < x.rows(); ++i) flat.push_back(static_cast<double>(x.coeff(i, j)));
}
template <class X>
void take(X& x, const double*& next) {
  if constexpr (Constant<X>)
    x = static_cast<X>(*next++);
  else
    for (Index j = 0; j < x.cols(); ++j)
      for (Index i = 0; i < x.rows(); ++i) x.coeffRef(i, j) = static_cast<typename X::Scalar>(*next++);
}
template <class X>
FlatFunction::Shape shape_of(const X& x) {
  if constexpr (Constant<X>)
    return {1, 1};
  else
    return {x.rows(), x.cols()};
}
template <class Y>
double plain_scalar(const Y& y) {
  if constexpr (Constant<Y>)
    return static_cast<double>(y);
  else
    return static_cast<double>(y.eval().coeff(0, 0));
}

}  // namespace detail

/// Compares the gradient of f at x… with central differences, entry by entry; f and x as value_and_gradient takes them,
/// of float or double. The differences are taken with steps from 32 ∛ε max(1, |xᵢ|) downwards, each half of the one
/// before, and extrapolated to zero (Ridders 1982), which gives an estimate of their own error: that of the best
/// extrapolation and of rounding. A comparison fails if the two differ by more than tolerance·max(|analytic|,
/// |numeric|) plus four times that error; or if the error is above a hundredth of the gradient's largest entry, so that
/// nothing is known. Also fails if f of variables has another value than f of numbers. Steps where f is not finite are
/// passed over, so x may be near the end of a domain. 12 to 28 evaluations of f an entry.
template <class F, class... X>
requires(sizeof...(X) > 0) GradientCheck
    check_gradient(const GradientCheckOptions& options, const F& f, const X&... x) {
  using Arguments = std::tuple<decltype(detail::held(x))...>;
  using S = typename detail::ScalarOf<std::tuple_element_t<0, Arguments>>::type;
  const auto found = value_and_gradient(f, x...);
  detail::FlatFunction flat{.arguments = {detail::shape_of(detail::held(x))...},
                            .x = {},
                            .gradient = {},
                            .recorded = static_cast<double>(std::get<0>(found)),
                            .is_single = std::is_same_v<S, float>,
                            .value = {}};
  Arguments at(detail::held(x)...);
  std::apply([&](const auto&... a) { (detail::append(flat.x, a), ...); }, at);
  std::apply([&](const auto&, const auto&... g) { (detail::append(flat.gradient, g), ...); }, found);
  flat.value = [&](const std::vector<double>& numbers) {
    const double* next = numbers.data();
    std::apply([&](auto&... a) { (detail::take(a, next), ...); }, at);
    return std::apply([&](const auto&... a) { return detail::plain_scalar(f(a...)); }, at);
  };
  return detail::check_gradient(flat, options);
}
template <class F, class... X>
requires(sizeof...(X) > 0 && !std::is_same_v<F, GradientCheckOptions>) GradientCheck
    check_gradient(const F& f, const X&... x) {
  return check_gradient(GradientCheckOptions{}, f, x...);
}

}  // namespace gradus
