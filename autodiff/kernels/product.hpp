// The one door through which every matrix product goes.
#pragma once

#include "../layout.hpp"

namespace gradus::kernels {

/// C = A·B or, with Store::add, C += A·B, for float and double. A is m × k, B is k × n, C is m × n; the caller has
/// checked the shapes. Any strides are allowed in all three, zero strides (broadcasts) in A and B too; C overlaps
/// neither A nor B. The kernel is chosen by type, size and strides from what the build found (oneDNN, OpenBLAS, Eigen).
template <class S>
void product(View<S> c, View<const S> a, View<const S> b, Store store);

extern template void product(View<float>, View<const float>, View<const float>, Store);
extern template void product(View<double>, View<const double>, View<const double>, Store);

}  // namespace gradus::kernels
