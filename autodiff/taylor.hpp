// Drivers: directional Taylor coefficients of any order. Not part of autodiff.hpp: include this.
#pragma once

#include "forward.hpp"
#include "series_linear_algebra.hpp"

namespace gradus {

namespace detail {

template <class X>
using Held = decltype(held(std::declval<X>()));

inline void check_order(const char* driver, Index order) {
  if (order < 0) throw Error(std::string(driver) + ": expected an order of at least 0, got " + std::to_string(order));
}

/// The straight line x + t v. v is a constant of x's kind, of x's shape.
template <class X, class V>
auto line(const X& x, const V& v, Index order) {
  const auto at = directed(x, v);
  using Y = typename std::remove_cvref_t<decltype(at)>::Value;
  if constexpr (MatrixOperand<Y>)
    return Series<Y>(std::vector<Y>{at.primal(), at.tangent()}, order);
  else
    return Series<Y>(std::vector<Y>{at.value(), at.tangent()}, order);
}
/// The curve Σ xₖ tᵏ.
template <class X>
auto curve(const std::vector<X>& x, Index order) {
  std::vector<Held<X>> terms;
  terms.reserve(x.size());
  for (const X& term : x) terms.push_back(held(term));
  return Series<Held<X>>(std::move(terms), order);
}

/// All coefficients of a result; of one that does not depend on the argument all but the first are zero.
template <int Depth, class Y>
auto all_coefficients(const Y& y, Index order) {
  if constexpr (is_series<Y> && depth_of<Y> == Depth) {
    std::vector<typename Y::Value> all = y.terms();
    while (static_cast<Index>(all.size()) <= order) all.push_back(zero_beside(all[0]));
    return all;
  } else {
    return all_coefficients<depth_of<Held<Y>> + 1>(Series<Held<Y>>(held(y)), order);
  }
}
template <class F, class... X>
auto coefficients_along(const F& f, Index order, const Series<X>&... curves) {
  return all_coefficients<std::max({depth_of<X>...}) + 1>(f(curves...), order);
}

/// The scalar that a function of Series over a tape returned; a constant if it did not depend on them.
template <class S, class Y>
Series<Var<S>> series_result(const Y& y) {
  if constexpr (MatrixSeries<Y>) {
    if (y.size() != 1) throw_not_scalar("gradient", y.rows(), y.cols());
    return y.value();
  } else if constexpr (is_series<Y>) {
    return y;
  } else {
    return scalar_result<S>(y);
  }
}

}  // namespace detail

/// The Taylor coefficients of f along v: c₀, …, cₙ with f(x + t v) = Σ cₖ tᵏ + O(tⁿ⁺¹), n being the order, so that
/// cₖ = (1/k!) dᵏ/dtᵏ f(x + t v) at t = 0: c₀ is f(x), c₁ is J v, and 2 c₂ is vᵀ ∇²f(x) v if f is a scalar.
///
///     std::vector<double> c = taylor(f, x, v, 10);
///
/// f is any generic function as in value_and_gradient, of any result, and each coefficient has its shape. x is a number
/// or a dense Eigen object, or a recorded one, and v is of x's shape. Cost: that of n to n² evaluations of f (n where
/// it is products with constants), and no tape. Throws Error if the order is negative, ShapeError if the shapes differ.
///
/// Truncated power series go through the same rules as Var and Dual (A. Griewank, A. Walther, Evaluating Derivatives,
/// 2nd ed. 2008, chapter 13). Derivatives nest: inside f, and around it. A kink counts for nothing: the coefficients
/// are those of the branch that the rules' derivatives take. Where a derivative is infinite at x (sqrt at 0, say) so is
/// what depends on it.
template <class F, class X, class V>
requires(!requires { std::tuple_size<X>::value; }) auto taylor(const F& f, const X& x, const V& v, Index order) {
  detail::check_order("taylor", order);
  return detail::coefficients_along(f, order, detail::line(x, v, order));
}
/// The same of several arguments: taylor(f, std::tuple(a, b), std::tuple(u, v), n) is of f(a + t u, b + t v).
template <class F, class... X, class... V>
requires(sizeof...(X) == sizeof...(V) && sizeof...(X) > 0) auto taylor(const F& f, const std::tuple<X...>& x,
                                                                       const std::tuple<V...>& v, Index order) {
  detail::check_order("taylor", order);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return detail::coefficients_along(f, order, detail::line(std::get<I>(x), std::get<I>(v), order)...);
  }
  (std::index_sequence_for<X...>{});
}

/// The coefficients of f along a curve, f(x₀ + x₁ t + x₂ t² + …), given by the coefficients of the curve: what taylor
/// gives for one function is the curve for the next. Those that are not given are zero, those beyond the order count
/// for nothing. Throws Error if there is none or the order is negative, ShapeError if they are not of one shape.
template <class F, class X>
auto taylor(const F& f, const std::vector<X>& curve, Index order) {
  detail::check_order("taylor", order);
  return detail::coefficients_along(f, order, detail::curve(curve, order));
}
/// The same of several arguments: taylor(f, std::tuple(a, b), n), where a and b are vectors of coefficients.
template <class F, class... X>
requires(sizeof...(X) > 0) auto taylor(const F& f, const std::tuple<std::vector<X>...>& curves, Index order) {
  detail::check_order("taylor", order);
  return std::apply([&](const auto&... c) { return detail::coefficients_along(f, order, detail::curve(c, order)...); },
                    curves);
}

/// Σ cₖ tᵏ at a number t, for the coefficients that taylor gives. Throws Error if there is none.
template <class Y, PlainNumber T>
Y taylor_polynomial(const std::vector<Y>& coefficients, const T& t) {
  if (coefficients.empty()) throw Error("taylor_polynomial: expected at least one coefficient, got none");
  Y sum = coefficients.back();
  for (std::size_t k = coefficients.size() - 1; k-- > 0;) {
    if constexpr (EigenDense<Y>)
      sum = Y(sum * static_cast<typename Y::Scalar>(t) + coefficients[k]);
    else
      sum = Y(sum * t + coefficients[k]);
  }
  return sum;
}

/// The directional derivatives f(x), Df(x)[v], D²f(x)[v, v], … up to the order: k! times the Taylor coefficients. x and
/// v may be tuples, as above.
template <class F, class X, class V>
auto directional_derivatives(const F& f, const X& x, const V& v, Index order) {
  auto derivatives = taylor(f, x, v, order);
  double factorial = 1;
  for (std::size_t k = 2; k < derivatives.size(); ++k) {
    using Y = std::remove_cvref_t<decltype(derivatives[k])>;
    factorial *= static_cast<double>(k);
    derivatives[k] =
        detail::on_coefficients<rules::Multiply>(derivatives[k], detail::literal_beside<Y>(derivatives[k], factorial));
  }
  return derivatives;
}

/// The gradient at a Series is a Series of the gradient, from one sweep: for f(x₀ + x₁ t + …) = Σ cₖ tᵏ, coefficient k
/// of ∇f is ∂cₙ/∂xₙ₋ₖ, n being the order. So a function of which taylor takes the coefficients may take gradients.
template <class F, class... X>
requires(sizeof...(X) > 0 && (is_series<X> && ...)) auto value_and_gradient(const F& f, const X&... x) {
  const Index order = std::min({x.order()...});
  using S = typename detail::ScalarOf<std::remove_cvref_t<decltype((x.terms()[0], ...))>>::type;
  Tape<S> tape;
  const auto curve_of = [&]<class Y>(const Series<Y>& curve) {
    std::vector<decltype(tape.variable(curve.terms()[0]))> variables;
    for (Index k = 0; k <= order; ++k) variables.push_back(tape.variable(curve.coefficient(k)));
    return Series<typename decltype(variables)::value_type>(std::move(variables), order);
  };
  const auto gradients = [&](const auto&... curves) {
    const Series<Var<S>> y(detail::series_result<S>(f(curves...)));
    tape.backward(y.coefficient(order));
    std::vector<S> value;
    for (const Var<S>& term : y.terms()) value.push_back(term.value());
    const auto gradient_of = [&]<class Y>(const Series<Y>&, const auto& curve) {
      std::vector<Y> gradient;
      for (Index k = 0; k <= order; ++k) gradient.push_back(Y(tape.adjoint(curve.coefficient(order - k))));
      return Series<Y>(std::move(gradient), order);
    };
    return std::tuple(Series<S>(std::move(value), order), gradient_of(x, curves)...);
  };
  return std::apply(gradients, std::tuple{curve_of(x)...});
}

}  // namespace gradus
