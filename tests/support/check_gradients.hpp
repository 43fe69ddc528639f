// Derivatives of any order against central differences.
#pragma once

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>
#include <gradus/autodiff/autodiff.hpp>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace gradus::test {

/// |a − b| ≤ tolerance; false for NaN.
inline void check_close(double a, double b, double tolerance) {
  INFO(a, " and ", b, ", which differ by ", a - b, "; tolerance ", tolerance);
  CHECK(std::abs(a - b) <= tolerance);
}

/// An argument with numbers of another type.
template <class S, class X>
auto cast(const X& x) {
  if constexpr (Constant<X>)
    return static_cast<S>(x);
  else
    return x.template cast<S>().eval();
}

/// ⟨a, b⟩ of numbers or of matrices; a may be recorded.
template <class A, class B>
auto inner(const A& a, const B& b) {
  using S = typename detail::NumberOf<A>::type;
  if constexpr (Constant<B>)
    return a * static_cast<S>(b);
  else
    return a.cwiseProduct(cast<S>(b)).sum();
}

/// x ↦ ⟨∇f(x), v⟩: a function like f, one order higher.
template <class F, class... V>
struct DirectionalDerivative {
  F f;
  std::tuple<V...> v;

  template <class... X>
  auto operator()(const X&... x) const {
    const auto all = value_and_gradient(f, x...);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (inner(std::get<I + 1>(all), std::get<I>(v)) + ...);
    }
    (std::index_sequence_for<X...>{});
  }
};

/// A random direction in the space of x.
template <class X>
X direction_like(const X& x, std::mt19937& random) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  if constexpr (Constant<X>)
    return uniform(random);
  else
    return X::NullaryExpr(x.rows(), x.cols(), [&] { return uniform(random); });
}

/// What central differences say of the derivative of f at x along v, and how far it can be off.
struct Difference {
  double slope, error;
};
template <class F, class... X>
Difference central_difference(const F& f, double value, const std::tuple<X...>& v, const X&... x) {
  const double eps = std::numeric_limits<double>::epsilon(), h = std::cbrt(eps);
  const auto at = [&](double t) {
    return std::apply([&](const auto&... d) { return static_cast<double>(f(X(x + t * d)...)); }, v);
  };
  // D(h) = f′ + h²f‴/6 + O(h⁴), so the step from D(h) to its extrapolation bounds the error of the latter by far.
  const double wide = (at(2 * h) - at(-2 * h)) / (4 * h), narrow = (at(h) - at(-h)) / (2 * h);
  return {narrow + (narrow - wide) / 3, std::abs(narrow - wide) + 100 * eps / h * (1 + std::abs(value))};
}

/// A function of arguments like X…, compiled for numbers and for variables up to a level, in double and in float, and
/// then without a type of its own: what is done with it is compiled once for all functions of such arguments.
template <int Levels, class... X>
class Function {
  template <int Level, class S>
  using Signature =
      std::function<NestedVar<Level, S>(const NestedVar<Level, decltype(cast<S>(std::declval<X>()))>&...)>;
  // The differences are of doubles, so float is needed from level 1.
  template <int... D, int... F>
  static std::tuple<Signature<D, double>..., Signature<F + 1, float>...> all(const auto& f,
                                                                             std::integer_sequence<int, D...>,
                                                                             std::integer_sequence<int, F...>) {
    return {Signature<D, double>(f)..., Signature<F + 1, float>(f)...};
  }
  using Doubles = std::make_integer_sequence<int, Levels + 1>;
  using Floats = std::make_integer_sequence<int, Levels>;
  decltype(all(0, Doubles(), Floats())) functions_;

 public:
  explicit Function(const auto& f) : functions_(all(f, Doubles(), Floats())) {}

  template <class... A>
  auto operator()(const A&... a) const {
    using R = NestedVar<level_of<std::tuple_element_t<0, std::tuple<A...>>>,
                        typename detail::NumberOf<std::tuple_element_t<0, std::tuple<A...>>>::type>;
    return std::get<std::function<R(const A&...)>>(functions_)(a...);
  }
};

template <int Order, class... X>
using FunctionReference = std::reference_wrapper<const Function<Order, X...>>;

template <int Order, class F, class... X>
void check_function(const F& f, const X&... x) {
  static std::mt19937 random(20240229);
  const double value = static_cast<double>(f(x...));
  const std::tuple<X...> v(direction_like(x, random)...);
  const DirectionalDerivative<F, X...> along{f, v};
  const Difference expected = central_difference(f, value, v, x...);
  const double size = 1 + std::abs(value) + std::abs(expected.slope);
  CAPTURE(Order);
  REQUIRE(expected.error < 1e-7 * size);  // or the check would show nothing

  const auto rounding = [&]<class S>(S) { return 100 * std::numeric_limits<S>::epsilon() * size; };
  check_close(static_cast<double>(std::get<0>(value_and_gradient(f, x...))), value, rounding(double()));
  check_close(along(x...), expected.slope, expected.error + rounding(double()));
  {
    INFO("float");
    check_close(along(cast<float>(x)...), expected.slope, expected.error + rounding(float()));
  }

  if constexpr (Order > 1) {
    const DirectionalDerivative<F, X...> other{f, {direction_like(x, random)...}};
    using Second = DirectionalDerivative<DirectionalDerivative<F, X...>, X...>;
    const double one_way = Second{along, other.v}(x...), other_way = Second{other, along.v}(x...);
    check_close(one_way, other_way, rounding(double()) * (1 + std::abs(one_way)));
    check_function<Order - 1>(along, x...);
  }
}

/// Checks a scalar function f, written for numbers and variables alike, at the given numbers and Eigen objects of
/// double: its value on variables is that on numbers, and its gradient in double and in float agrees with central
/// differences in double along a random direction. For higher orders the same is checked of the directional derivative,
/// and that second derivatives are symmetric: ⟨u, H v⟩ = ⟨v, H u⟩. (The design of JAX's check_grads.)
template <int Order, class F, class... X>
void check_gradients(const F& f, const X&... x) {
  const Function<Order, decltype(cast<double>(x))...> function(f);
  check_function<Order>(std::cref(function), cast<double>(x)...);
}

// Compiled once, in check_gradients.cpp, for the arguments that most tests have.
extern template void check_function<2>(const FunctionReference<2, double>&, const double&);
extern template void check_function<2>(const FunctionReference<2, double, double>&, const double&, const double&);
extern template void check_function<2>(const FunctionReference<2, Eigen::VectorXd>&, const Eigen::VectorXd&);
extern template void check_function<2>(const FunctionReference<2, Eigen::MatrixXd>&, const Eigen::MatrixXd&);
extern template void check_function<2>(const FunctionReference<2, Eigen::MatrixXd, Eigen::VectorXd>&,
                                       const Eigen::MatrixXd&, const Eigen::VectorXd&);
extern template void check_function<2>(const FunctionReference<2, Eigen::MatrixXd, Eigen::MatrixXd>&,
                                       const Eigen::MatrixXd&, const Eigen::MatrixXd&);

/// Numbers that do not depend on x, of its shape and type: a constant beside it.
template <class X>
auto constant_like(const X& x) {
  using S = typename detail::NumberOf<X>::type;
  using P = PlainOf<X>;
  return P::NullaryExpr(
             x.rows(), x.cols(),
             [](Index i, Index j) { return static_cast<S>(1.5 + std::cos(static_cast<double>(1 + i + 3 * j))); })
      .eval();
}

/// A scalar to which every element of y contributes differently and not linearly: makes a function of any shape a
/// function that can be checked.
template <class Y>
auto contract(const Y& y) {
  if constexpr (MatrixOperand<Y>) {
    const auto a = y.matrix().eval();
    return a.cwiseProduct(constant_like(a) + 0.5 * a).sum();
  } else {
    return y + 0.5 * y * y;
  }
}

/// `count` numbers in random order, no two closer than their mean distance, in (low, high); and none is 0.
inline std::vector<double> distinct_numbers(Index count, double low, double high, std::mt19937& random) {
  const auto n = static_cast<std::size_t>(count);
  std::vector<double> numbers(n);
  for (std::size_t i = 0; i < n; ++i)  // rounded to float, so that both types start from the same numbers
    numbers[i] = static_cast<float>(low + (high - low) * (static_cast<double>(i) + 0.3) / static_cast<double>(n));
  std::shuffle(numbers.begin(), numbers.end(), random);
  return numbers;
}

}  // namespace gradus::test
