// The one door through which every matrix product goes.
#pragma once

#include "../gradient_sink.hpp"

namespace gradus::kernels {

/// C = A·B or, with Store::add, C += A·B, for float and double. A is m × k, B is k × n, C is m × n; the caller has
/// checked the shapes. Any strides are allowed in all three, zero strides (broadcasts) in A and B too; C overlaps
/// neither A nor B. The kernel is chosen by size and strides; see product.cpp.
template <class S>
void product(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store);

/// The same product, handed over piece by piece instead of being stored, while each piece is in the first-level cache:
/// the element (i, j) of the m × n matrix A·B comes as position offset + i + j·m.
template <class S>
void product_to_sink(GradientSink<S>& sink, Index offset, const View<const S>& a, const View<const S>& b);

/// Whether it pays: for a large product with a small A. Measured with Adam, which must find its vectors in whole
/// columns.
template <class S>
bool is_worth_streaming(const View<const S>& a, const View<const S>& b) {
  return a.rows * b.cols >= 16384 && a.cols >= 64 && a.size() * Index(sizeof(S)) <= 1 << 20;
}

extern template void product_to_sink(GradientSink<float>&, Index, const View<const float>&, const View<const float>&);
extern template void product_to_sink(GradientSink<double>&, Index, const View<const double>&,
                                     const View<const double>&);
extern template void product(const View<float>&, const View<const float>&, const View<const float>&, Store);
extern template void product(const View<double>&, const View<const double>&, const View<const double>&, Store);

}  // namespace gradus::kernels
