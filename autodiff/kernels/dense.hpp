// Views as Eigen objects, inside the library.
#pragma once

#include <Eigen/Core>

#include "../layout.hpp"

namespace gradus::kernels {

template <class S>
using Dense = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

template <class S>
auto dense_map(S* data, Index rows, Index cols) {
  return Eigen::Map<Dense<S>>(data, rows, cols);
}
template <class S>
auto dense_map(const S* data, Index rows, Index cols) {
  return Eigen::Map<const Dense<S>>(data, rows, cols);
}
template <class S>
auto strided_map(const View<const S>& v) {
  using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  return Eigen::Map<const Dense<S>, Eigen::Unaligned, Stride>(v.data, v.rows, v.cols, {v.col_stride, v.row_stride});
}

}  // namespace gradus::kernels
