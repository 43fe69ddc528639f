// Triangular systems of numbers.
#pragma once

#include "../layout.hpp"

namespace gradus::kernels {

/// X = T⁻¹ B, in place, for float and double, with the lower or upper triangle T of a matrix of any strides, whose
/// diagonal is taken to be 1 if `unit`. The columns of X have no gaps; there may be gaps between them. X does not
/// overlap T. Many large systems are solved by blocks of rows, so that almost all of the work is matrix products; few
/// or small ones by substitution.
template <class S>
void solve_triangular(const View<const S>& t, bool lower, bool unit, const View<S>& x);

extern template void solve_triangular(const View<const float>&, bool, bool, const View<float>&);
extern template void solve_triangular(const View<const double>&, bool, bool, const View<double>&);

}  // namespace gradus::kernels
