// Expressions of numbers as operations of the user's own write them: put where they belong, or into a matrix.
#pragma once

#include "../kernels/product_generic.hpp"
#include "../matrix.hpp"

namespace gradus {

namespace detail {

/// Whether its elements stand in memory: a matrix, a map, a block or a transpose of one.
template <class X>
concept Addressable = EigenDense<X> && requires(const X& x) {
  x.data();
  x.innerStride();
};

template <Addressable X>
View<const typename X::Scalar> view_of(const X& x) {
  return borrow(x).view;
}
template <EigenDense X>
View<typename X::Scalar> view_to(X& x) {
  return {x.data(), x.rows(), x.cols(), X::IsRowMajor ? x.cols() : 1, X::IsRowMajor ? 1 : x.rows()};
}

/// A view as an Eigen object with the static shape of the plain type P, const or not.
template <class P, class S>
auto mapped(const View<S>& v) {
  using Map = Eigen::Map<P, Eigen::Unaligned, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  return P::IsRowMajor ? Map(v.data, v.rows, v.cols, {v.row_stride, v.col_stride})
                       : Map(v.data, v.rows, v.cols, {v.col_stride, v.row_stride});
}

template <class E>
void store(const View<typename E::Scalar>& to, Store how, const E& e, bool negative);

template <class E>
struct IsProduct : std::false_type {};
template <class A, class B>
struct IsProduct<Eigen::Product<A, B, Eigen::DefaultProduct>> : std::true_type {};

}  // namespace detail

/// The numbers of an Eigen expression in a matrix of their own, matrix products through Gradus's kernels; what stands
/// in memory already, and what is recorded, is itself. For `const auto c = evaluated(a * b);` in operations.
template <detail::Addressable X>
const X& evaluated(const X& x) {
  return x;
}
template <EigenDense E>
requires(!detail::Addressable<E>) typename E::PlainObject evaluated(const E& e) {
  if constexpr (detail::IsProduct<E>::value) {
    typename E::PlainObject result(e.rows(), e.cols());
    detail::store(detail::view_to(result), Store::assign, e, false);
    return result;
  } else {
    return e;
  }
}
template <class X>
requires(!EigenDense<X>) const X& evaluated(const X& x) { return x; }

namespace detail {

/// An operand of an operation: what must be computed first is, what is borrowed is read where it lies.
template <class X>
decltype(auto) in_memory(const X& x) {
  return evaluated(x);
}
template <class P>
auto in_memory(const Borrowed<P>& x) {
  return mapped<const P>(x.view);
}

/// Puts ±e there, or adds it. The caller has checked the shape.
template <class E>
void store(const View<typename E::Scalar>& to, Store how, const E& e, bool negative) {
  using S = typename E::Scalar;
  if constexpr (IsProduct<E>::value) {
    const auto put = [&](const auto& left, const auto& right) {
      kernels::put(to, how, rules::Product::value(view_of(left), view_of(right)));
    };
    if (negative)
      put((-evaluated(e.lhs())).eval(), evaluated(e.rhs()));
    else
      put(evaluated(e.lhs()), evaluated(e.rhs()));
  } else {
    auto target = mapped<Eigen::Matrix<S, E::RowsAtCompileTime, E::ColsAtCompileTime>>(to);
    if (how == Store::assign)
      negative ? void(target.noalias() = -e) : void(target.noalias() = e);
    else
      negative ? void(target.noalias() -= e) : void(target.noalias() += e);
  }
}

}  // namespace detail

}  // namespace gradus
