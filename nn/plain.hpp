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

/// The numbers of a result: an Eigen object, or a number.
template <class Y>
auto plain(const Y& y) {
  if constexpr (MatrixVar<Y>)
    return typename Y::Plain(value_of(y));
  else
    return value_of(y);
}

}  // namespace gradus::nn::detail
