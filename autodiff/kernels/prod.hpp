// Products of the elements of an array, and of all of them but one.
#pragma once

#include "../layout.hpp"

namespace gradus::kernels {

/// Π xᵢ over n numbers; 1 if there are none.
template <class S>
S prod(Index n, const S* x);

/// yᵢ = g·Π_{j≠i} xⱼ: the derivative of the product, without a division, so that zeros are numbers like any other.
/// 0·∞ is 0. About three multiplications an element. y and x do not overlap.
template <class S>
void prod_of_others(Index n, const S* x, const S& g, S* y);

#define GRADUS_PROD_KERNELS(instantiate, S) \
  instantiate S prod(Index, const S*);      \
  instantiate void prod_of_others(Index, const S*, const S&, S*);
GRADUS_PROD_KERNELS(extern template, float)
GRADUS_PROD_KERNELS(extern template, double)

}  // namespace gradus::kernels
