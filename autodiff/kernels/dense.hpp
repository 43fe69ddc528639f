// Views as Eigen objects, inside the library.
#pragma once

#include <Eigen/Core>
#include <type_traits>

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
auto strided_map(const View<S>& v) {
  using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  using M = std::conditional_t<std::is_const_v<S>, const Dense<std::remove_const_t<S>>, Dense<S>>;
  return Eigen::Map<M, Eigen::Unaligned, Stride>(v.data, v.rows, v.cols, {v.col_stride, v.row_stride});
}

/// Where an algorithm by halves divides n rows or columns: about the middle, at a multiple of `step`.
constexpr Index half_of(Index n, Index step) { return (n / 2 + step - 1) / step * step; }

/// The rows × cols matrix that begins at (i, j).
template <class S>
View<S> part(const View<S>& v, Index i, Index j, Index rows, Index cols) {
  return {v.data + i * v.row_stride + j * v.col_stride, rows, cols, v.row_stride, v.col_stride};
}

}  // namespace gradus::kernels
