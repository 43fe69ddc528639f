// Evaluation on numbers alone: by a tape of constants, on which nothing is recorded.
#pragma once

#include "../autodiff/autodiff.hpp"

namespace gradus::nn::detail {

/// x as an operand that is read in place where it lies in memory; itself where it has to be computed first.
template <class X>
auto lent(const X& x) {
  if constexpr (requires { x.innerStride(), x.data(); })
    return borrow(x);
  else
    return x;
}

/// x as it stands beside another operand that may be a Dual: itself, or a constant on the tape below the Dual, or,
/// where that is of numbers, the matrix, borrowed as it was.
template <class X, class Other>
decltype(auto) beside(const X& x, const Other& other) {
  if constexpr (is_dual<X>)
    return (x);
  else if constexpr (is_dual<Other>)
    return beside(x, other.primal());
  else if constexpr (level_of<X> > 0)
    return (x);
  else if constexpr (level_of<Other> > 0)
    return other.tape()->constant(lent(x));
  else if constexpr (requires { x.view; })
    return gradus::detail::mapped<const typename X::Plain>(x.view);
  else
    return typename X::PlainObject(x);
}

/// The numbers of a result: an Eigen object, or a number.
template <class Y>
auto plain(const Y& y) {
  if constexpr (MatrixVar<Y>)
    return typename Y::Plain(value_of(y));
  else
    return value_of(y);
}

}  // namespace gradus::nn::detail
