// Drivers of forward mode: derivatives along a direction.
#pragma once

#include "gradient.hpp"

namespace gradus {

namespace detail {

/// x with its derivative v along the direction, which is a constant of x's kind.
template <class X, class V>
auto directed(const X& x, const V& v) {
  using Held = decltype(held(x));
  if constexpr (MatrixOperand<Held>) {
    if (rows_of(v) != x.rows() || cols_of(v) != x.cols())
      throw_shapes_differ("argument and direction", x.rows(), x.cols(), rows_of(v), cols_of(v));
    if constexpr (std::is_same_v<V, Held> || EigenDense<Held>)
      return Dual<Held>(held(x), Held(v));  // a copy each, and no more: x may be large
    else
      return Dual<Held>(held(x), constant_beside(held(x), v));
  } else {
    return Dual<Held>(held(x), Held(v));
  }
}

/// A result and its derivative, of which there is none where f does not depend on its arguments.
template <int Depth, class Y>
auto result_and_tangent(const Y& y) {
  if constexpr (is_dual<Y> && depth_of<Y> == Depth) {
    if constexpr (MatrixOperand<Y>)
      return std::pair(y.primal(), y.tangent());
    else
      return std::pair(y.value(), y.tangent());
  } else {
    const auto constant = held(y);
    return std::pair(constant, zero_beside(constant));
  }
}

/// The scalar that a function of Duals over a tape returned; a constant if it did not depend on them.
template <class S, class Y>
Dual<Var<S>> dual_result(const Y& y) {
  if constexpr (MatrixDual<Y>) {
    if (y.size() != 1) throw_not_scalar("hessian_vector_product", y.rows(), y.cols());
    return y.value();
  } else if constexpr (is_dual<Y>) {
    return y;
  } else {
    return scalar_result<S>(y);
  }
}

/// f's result, by a function of its own: see scalar_result_of().
template <class S, class F, class X>
[[gnu::noinline]] Dual<Var<S>> dual_result_of(const F& f, const X& x) {
  return dual_result<S>(f(x));
}

}  // namespace detail

/// f(x) and its derivative along v, J v: `auto [y, slope] = jacobian_vector_product(f, x, v)`.
///
/// f is any generic function as in value_and_gradient, of any result: a number, or a matrix, whose derivative has its
/// shape. x is a number or a dense Eigen object, or a recorded one; v is of x's shape. No tape. Cost: of products with
/// constants two for one, of products of what depends on x three; a view of a large x copies it. (A 784-256-128-10
/// network with 128 samples: 2.6 evaluations, or 1.2 gradients, by its weights.) For loops, and for many directions,
/// see jacobian.hpp: by a tape, 2.1 evaluations of that network. Throws ShapeError if the shapes of x and v differ.
///
/// Derivatives nest: inside f, and around it, all of the library's derivatives may be taken. A function that is
/// differentiated inside f may use what it captures; what it captures is a constant to it.
template <class F, class X, class V>
requires(!requires { std::tuple_size<X>::value; }) auto jacobian_vector_product(const F& f, const X& x, const V& v) {
  const auto at = detail::directed(x, v);
  return detail::result_and_tangent<depth_of<decltype(at)>>(f(at));
}
/// The same of several arguments: jacobian_vector_product(f, std::tuple(a, b), std::tuple(u, v)) is f(a, b) and
/// ∂f/∂a u + ∂f/∂b v.
template <class F, class... X, class... V>
requires(sizeof...(X) == sizeof...(V) && sizeof...(X) > 0) auto jacobian_vector_product(const F& f,
                                                                                        const std::tuple<X...>& x,
                                                                                        const std::tuple<V...>& v) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    constexpr int depth = std::max({depth_of<decltype(detail::held(std::get<I>(x)))>...}) + 1;
    return detail::result_and_tangent<depth>(f(detail::directed(std::get<I>(x), std::get<I>(v))...));
  }
  (std::index_sequence_for<X...>{});
}

/// f′(x) of a function of one number, of the shape of f(x). Of higher order by nesting:
///     derivative([&](const auto& t) { return derivative(f, t); }, x)
template <class F, class X>
requires ScalarOperand<X>
auto derivative(const F& f, const X& x) { return jacobian_vector_product(f, x, 1).second; }

/// The gradient at a Dual is a Dual of the gradient: its tangent is the Hessian times the tangents of x. By reverse
/// over forward, which is the same number as forward over reverse and needs no rule of its own. Of several arguments
/// one or more are Duals of matrices.
template <class F, class... X>
requires(sizeof...(X) > 0 && (MatrixDual<X> || ...)) auto value_and_gradient(const F& f, const X&... x) {
  constexpr int depth = detail::deepest<X...>;
  const auto slope = [&](const auto&... at) {
    return jacobian_vector_product(f, std::tuple(at...), std::tuple(detail::tangent_by<depth>(x)...)).second;
  };
  auto first = value_and_gradient(f, detail::carried_by<depth>(x)...),
       second = value_and_gradient(slope, detail::carried_by<depth>(x)...);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::tuple(Dual(std::get<I>(first), std::get<I>(second))...);
  }
  (std::make_index_sequence<sizeof...(X) + 1>{});
}

/// What a Hessian-vector product gives: f(x), its derivative ⟨∇f(x), v⟩ along v, and H(x) v, of x's shape.
template <class S, class H>
struct HessianVectorProduct {
  S value, slope;
  H product;
};

/// f(x), ⟨∇f(x), v⟩ and H(x) v for a function f that returns one scalar, by reverse over forward: forward mode along v
/// is recorded, and a sweep from the slope gives its gradient, H v (B. Pearlmutter, Fast exact multiplication by the
/// Hessian, 1994). The Hessian is never formed: the cost is about two gradients of a function of matrices, and three of
/// one of scalars, every expression of which leaves two statements; whatever the size of x.
///
///     auto [value, slope, product] = value_slope_and_hessian_vector_product(f, x, v);
template <class F, class X, class V>
auto value_slope_and_hessian_vector_product(const F& f, const X& x, const V& v) {
  using Held = decltype(detail::held(x));
  using S = typename detail::ScalarOf<Held>::type;
  Tape<S> tape;
  const auto variable = tape.variable(detail::held(x));
  const Dual<Var<S>> y = detail::dual_result_of<S>(f, detail::directed(variable, v));
  tape.backward(y.tangent());
  return HessianVectorProduct<S, Held>{y.value().value(), y.tangent().value(), Held(tape.adjoint(variable))};
}

/// For loops: the same with a tape that is cleared and used again, x and v read in place and the product written into
/// `product`, which is contiguous and of x's shape (ShapeError otherwise). Returns f(x) and ⟨∇f(x), v⟩.
template <Number S, class F, class X, class V, class H>
requires(EigenDense<X>&& EigenDense<V>&& EigenDense<H>) std::pair<S, S> hessian_vector_product(Tape<S>& tape,
                                                                                               const F& f, const X& x,
                                                                                               const V& v,
                                                                                               H&& product) {
  if (product.rows() != x.rows() || product.cols() != x.cols())
    throw_shapes_differ("hessian_vector_product: x and product", x.rows(), x.cols(), product.rows(), product.cols());
  if (!detail::is_contiguous(borrow(product).view))
    throw ShapeError("hessian_vector_product: expected a product that is contiguous, column after column");
  tape.clear();
  auto variable = tape.variable(borrow(x));
  tape.bind(variable, product.data());
  const Dual<Var<S>> y =
      detail::dual_result_of<S>(f, detail::directed(std::as_const(variable), tape.constant(borrow(v))));
  tape.backward(y.tangent());
  return {y.value().value(), y.tangent().value()};
}

}  // namespace gradus
