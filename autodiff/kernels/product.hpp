// The one door through which every matrix product goes.
#pragma once

#include "../layout.hpp"

namespace gradus::kernels {

/// C = A·B or, with Store::add, C += A·B, for float and double. A is m × k, B is k × n, C is m × n; the caller has
/// checked the shapes. Any strides are allowed in all three, zero strides (broadcasts) in A and B too; C overlaps
/// neither A nor B. The kernel is chosen by size and strides; see product.cpp.
template <class S>
void product(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store);

extern template void product(const View<float>&, const View<const float>&, const View<const float>&, Store);
extern template void product(const View<double>&, const View<const double>&, const View<const double>&, Store);

}  // namespace gradus::kernels
