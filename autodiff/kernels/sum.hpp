// Sums of vectors that stand apart.
#pragma once

#include "../layout.hpp"

namespace gradus::kernels {

/// to[i] = ((a₀ + a₁) + a₂) + … with aₖ = from[k][first + i], for i in [0, n): always in that order. 0 of no vectors.
/// `to` may be from[0] + first.
template <class S>
void sum_vectors(S* to, const S* const* from, int count, Index first, Index n);

extern template void sum_vectors(float*, const float* const*, int, Index, Index);
extern template void sum_vectors(double*, const double* const*, int, Index, Index);

}  // namespace gradus::kernels
