#include "sum.hpp"

#include <algorithm>

namespace gradus::kernels {

template <class S>
void sum_vectors(S* to, const S* const* from, int count, Index first, Index n) {
  if (count == 0) return std::fill_n(to, n, S(0)), void();
  if (count == 1) {
    if (to != from[0] + first) std::copy_n(from[0] + first, n, to);
    return;
  }
  constexpr Index piece = 1024;  // stays in the first-level cache while the others are added
  for (; n > 0; n -= piece, to += piece, first += piece) {
    const Index size = std::min(piece, n);
    const S *a = from[0] + first, *b = from[1] + first;
    for (Index i = 0; i < size; ++i) to[i] = a[i] + b[i];
    for (int k = 2; k < count; ++k) {
      const S* c = from[k] + first;
      for (Index i = 0; i < size; ++i) to[i] += c[i];
    }
  }
}

template void sum_vectors(float*, const float* const*, int, Index, Index);
template void sum_vectors(double*, const double* const*, int, Index, Index);

}  // namespace gradus::kernels
