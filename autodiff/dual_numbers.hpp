// Matrices of Duals as Duals of matrices, and back.
#pragma once

#include <utility>

#include "dual_matrix.hpp"

namespace gradus::detail {

/// A matrix whose elements are Duals as a Dual of matrices; anything else as it is.
template <class X>
auto split(const X& x) {
  if constexpr (EigenDense<X>) {
    using D = typename X::Scalar;
    if constexpr (is_dual<D>) {
      using P = typename X::PlainObject;
      using V = typename D::Value;
      using Part =
          std::conditional_t<ArrayOperand<X>, Eigen::Array<V, P::RowsAtCompileTime, P::ColsAtCompileTime, P::Options>,
                             Eigen::Matrix<V, P::RowsAtCompileTime, P::ColsAtCompileTime, P::Options>>;
      const auto value = split(Part(x.unaryExpr([](const D& d) { return d.value(); })));
      return Dual(value, split(Part(x.unaryExpr([](const D& d) { return d.tangent(); }))));
    } else {
      return typename X::PlainObject(x);
    }
  } else {
    return x;
  }
}

/// A Dual of Eigen objects as a matrix of Duals; anything else as it is.
template <class X>
auto joined(const X& x) {
  if constexpr (MatrixDual<X>) {
    const auto value = joined(x.primal()), tangent = joined(x.tangent());
    using V = typename decltype(value)::Scalar;
    return value.binaryExpr(tangent, [](const V& v, const V& t) { return Dual<V>(v, t); }).eval();
  } else {
    return held(x);
  }
}

template <class Y, class K>
auto joined(const std::pair<Y, K>& both) {
  return std::pair(joined(both.first), joined(both.second));
}
/// The same with numbers of type D, of which constants are made too.
template <class D, class X>
auto joined_as(const X& x) {
  if constexpr (MatrixOperand<X>)
    return joined(x).template cast<D>().eval();
  else
    return D(x);
}

/// The value of an operation that is defined on floating-point numbers, with f on those. On Duals as numbers it is
/// that on Duals of matrices; on anything else the operation is recorded.
template <class Operation, class F, class... X>
auto on_numbers(const Operation& operation, const F& f, const X&... x) {
  if constexpr (((whole_depth<X> == 0) && ...))
    return f(x...);
  else if constexpr (((EigenDense<X> || (Number<X> && !MatrixOperand<X>)) && ...))
    return joined(custom(operation, split(x)...));
  else
    return custom(operation, x...);
}

}  // namespace gradus::detail
