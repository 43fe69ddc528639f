// Products and extrema of Duals of matrices.
#pragma once

#include "dual_elementwise.hpp"

namespace gradus {

namespace detail {

template <class Both, class WithConstant, class A, class B>
auto dual_extremum(const A& a, const B& b) {
  if constexpr (whole_depth<A> == whole_depth<B>)
    return apply<Both>(a, b);
  else if constexpr ((whole_depth<A> > whole_depth<B>))
    return apply<WithConstant>(a, b);
  else
    return apply<WithConstant>(b, a);
}

template <class X, class A>
auto product_primal(const A& a) {
  if constexpr (brings_tangent<X, A>)
    return a.primal();
  else if constexpr (EigenDense<A>)
    return typename A::PlainObject(a);
  else
    return a;
}

}  // namespace detail

template <class A, class B>
requires(MatrixDuals<A, B> || MatrixSeriesPair<A, B>) auto larger(const A& a, const B& b) {
  return detail::dual_extremum<rules::Maximum, rules::Floor>(a, b);
}
template <class A, class B>
requires(MatrixDuals<A, B> || MatrixSeriesPair<A, B>) auto smaller(const A& a, const B& b) {
  return detail::dual_extremum<rules::Minimum, rules::Ceiling>(a, b);
}

/// The matrix product, with tangent a′b + ab′. Throws ShapeError if the inner sizes differ.
template <class A, class B>
requires(MatrixDuals<A, B>&& AlgebraOperand<A>&& AlgebraOperand<B>) auto operator*(const A& a, const B& b) {
  using namespace detail;
  const Index rows = rows_of(a), inner = cols_of(a), cols = cols_of(b);
  if (inner != rows_of(b)) throw_inner_sizes_differ(rows, inner, rows_of(b), cols);
  using N = std::conditional_t<(whole_depth<A> >= whole_depth<B>), A, B>;
  using P = Eigen::Matrix<typename PlainOf<N>::Scalar, PlainOf<A>::RowsAtCompileTime, PlainOf<B>::ColsAtCompileTime>;
  using X = Carried<A, B, P>;
  if constexpr (EigenDense<X>) {
    const NumbersOf<P, A> x(a, rows, inner);
    const NumbersOf<P, B> z(b, inner, cols);
    P y(rows, cols), tangent(rows, cols);
    kernels::put(writable(y), Store::assign, rules::Product::value(x.value, z.value));
    if constexpr (brings_tangent<X, A>)
      kernels::put(writable(tangent), Store::assign, rules::Product::value(x.tangent, z.value));
    if constexpr (brings_tangent<X, B>)
      kernels::put(writable(tangent), brings_tangent<X, A> ? Store::add : Store::assign,
                   rules::Product::value(x.value, z.tangent));
    return Dual<X>(std::move(y), std::move(tangent));
  } else {
    const auto x = product_primal<X>(a);
    const auto z = product_primal<X>(b);
    const X y(rules::Product::value(x, z));
    if constexpr (!brings_tangent<X, B>)
      return Dual<X>(y, X(rules::Product::value(a.tangent(), z)));
    else if constexpr (!brings_tangent<X, A>)
      return Dual<X>(y, X(rules::Product::value(x, b.tangent())));
    else
      return Dual<X>(y, X(rules::Product::value(a.tangent(), z) + rules::Product::value(x, b.tangent())));
  }
}

/// Σ aᵢbᵢ of two vectors, either of which may be a constant.
template <class A, class B>
requires((MatrixDuals<A, B> ||
          MatrixSeriesPair<A, B>)&&MatrixOperand<A>&& MatrixOperand<B>) auto inner_product(const A& a, const B& b) {
  static_assert(PlainOf<A>::IsVectorAtCompileTime && PlainOf<B>::IsVectorAtCompileTime, "dot is of vectors");
  const Index n = detail::rows_of(a) * detail::cols_of(a), m = detail::rows_of(b) * detail::cols_of(b);
  if (n != m) throw_shapes_differ("dot", n, 1, m, 1);
  if constexpr (int(PlainOf<A>::ColsAtCompileTime) == int(PlainOf<B>::ColsAtCompileTime))
    return apply<rules::Multiply>(a, b).sum();
  else
    return apply<rules::Multiply>(a.transpose(), b).sum();
}

}  // namespace gradus
