// Drivers: third directional derivatives. Not part of autodiff.hpp: include this.
#pragma once

#include "forward.hpp"

namespace gradus {

namespace detail {

/// The scalar that a function returned as a D; a constant if it is of less depth.
template <class D, class Y>
D scalar_as(const char* driver, const Y& y) {
  if constexpr (MatrixOperand<Y>) {
    if (y.size() != 1) throw_not_scalar(driver, y.rows(), y.cols());
    return D(y.coeff(0, 0));
  } else {
    return D(y);
  }
}

}  // namespace detail

/// f(x) and its derivatives along u, v and w: D²f(x)[u, v] is along_uv, D³f(x)[u, v, w] is `third`. Each is of the
/// shape of f(x).
template <class Y>
struct ThirdDirectionalDerivative {
  Y value;
  Y along_u, along_v, along_w;
  Y along_uv, along_uw, along_vw;
  Y third;
};

/// What a third-derivative product gives: f(x), its derivatives along u and v, D²f(x)[u, v] = uᵀ∇²f(x)v, and the
/// product D³f(x)[u, v, ·], of x's shape.
template <class S, class H>
struct ThirdDerivativeProduct {
  S value, along_u, along_v, along_uv;
  H product;
};

/// D³f(x)[u, v, w] = ∂³/∂r∂s∂t f(x + r u + s v + t w) at 0, and with it all derivatives of lower order, which come at
/// no extra cost: `third_directional_derivative(f, x, u, v, w).third`.
///
/// f is any generic function as in value_and_gradient, of any result; x is a number or a dense Eigen object, or a
/// recorded one, and u, v and w are of x's shape. It is forward mode three times over: some eight to twenty evaluations
/// of f, and no tape. Along one direction, directional_derivatives(f, x, v, 3) of taylor.hpp is cheaper. Throws
/// ShapeError if the shapes differ.
template <class F, class X, class U, class V, class W>
auto third_directional_derivative(const F& f, const X& x, const U& u, const V& v, const W& w) {
  using detail::result_and_tangent;
  const auto at = detail::directed(detail::directed(detail::directed(x, u), v), w);
  constexpr int depth = depth_of<decltype(at)>;
  const auto [y, y_w] = result_and_tangent<depth>(f(at));
  const auto [y_0, y_v] = result_and_tangent<depth - 1>(y);
  const auto [y_w0, y_vw] = result_and_tangent<depth - 1>(y_w);
  const auto [value, along_u] = result_and_tangent<depth - 2>(y_0);
  const auto [along_v, along_uv] = result_and_tangent<depth - 2>(y_v);
  const auto [along_w, along_uw] = result_and_tangent<depth - 2>(y_w0);
  const auto [along_vw, third] = result_and_tangent<depth - 2>(y_vw);
  return ThirdDirectionalDerivative<std::remove_cvref_t<decltype(value)>>{value,    along_u,  along_v,  along_w,
                                                                          along_uv, along_uw, along_vw, third};
}

/// D³f(x)[u, v, ·], the gradient of uᵀ∇²f(x)v, of x's shape, for a function f that returns one scalar: the derivative
/// along u of the Hessian-vector product with v. Reverse over forward over forward: the tensor is never formed, and the
/// cost is some ten evaluations of f, whatever the size of x.
///
///     auto [value, along_u, along_v, along_uv, product] = third_derivative_product(f, x, u, v);
///
/// Throws ShapeError if the shapes of x, u and v differ or f returns a matrix of more than one element.
template <class F, class X, class U, class V>
auto third_derivative_product(const F& f, const X& x, const U& u, const V& v) {
  using Held = decltype(detail::held(x));
  using S = typename detail::ScalarOf<Held>::type;
  Tape<S> tape;
  const auto variable = tape.variable(detail::held(x));
  const auto at = detail::directed(detail::directed(variable, u), v);
  const auto y = detail::scalar_as<Dual<Dual<Var<S>>>>("third_derivative_product", f(at));
  tape.backward(y.tangent().tangent());
  return ThirdDerivativeProduct<S, Held>{y.value().value().value(), y.value().tangent().value(),
                                         y.tangent().value().value(), y.tangent().tangent().value(),
                                         Held(tape.adjoint(variable))};
}

}  // namespace gradus
