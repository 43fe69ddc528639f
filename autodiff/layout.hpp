// How a matrix lies in memory: every view (element, row, block, transpose, broadcast) is a change of strides.
#pragma once

#include <cstddef>

namespace gradus {

using Index = std::ptrdiff_t;  // the same type as Eigen::Index

/// The element (i, j) of a rows × cols matrix stands at position offset + i·row_stride + j·col_stride of its storage.
/// A stride of zero repeats the same element: broadcasting is a view like any other.
struct Layout {
  Index offset = 0, rows = 0, cols = 0, row_stride = 1, col_stride = 0;

  /// Columns one after the other, no gaps: the layout of every matrix the tape itself allocates.
  static constexpr Layout dense(Index rows, Index cols) { return {0, rows, cols, 1, rows}; }

  constexpr Index size() const { return rows * cols; }
  constexpr bool is_dense() const { return (row_stride == 1 || rows == 1) && (col_stride == rows || cols == 1); }
  constexpr Index position(Index i, Index j) const { return offset + i * row_stride + j * col_stride; }
  constexpr bool operator==(const Layout&) const = default;

  // Views of a view. None of them looks at an element.
  constexpr Layout block(Index i, Index j, Index block_rows, Index block_cols) const {
    return {position(i, j), block_rows, block_cols, row_stride, col_stride};
  }
  constexpr Layout transpose() const { return {offset, cols, rows, col_stride, row_stride}; }
  constexpr Layout diagonal() const { return {offset, rows < cols ? rows : cols, 1, row_stride + col_stride, 0}; }
  /// Repeats a 1 × 1, a column or a row so that it has the given shape.
  constexpr Layout broadcast(Index to_rows, Index to_cols) const {
    return {offset, to_rows, to_cols, rows == 1 ? 0 : row_stride, cols == 1 ? 0 : col_stride};
  }
  /// The same elements in column order under another shape; needs is_dense().
  constexpr Layout reshaped(Index to_rows, Index to_cols) const { return {offset, to_rows, to_cols, 1, to_rows}; }
};

/// A matrix of numbers somewhere in memory: what kernels take and give. Owns nothing.
template <class S>
struct View {
  S* data = nullptr;
  Index rows = 0, cols = 0, row_stride = 1, col_stride = 0;

  View() = default;
  View(S* base, const Layout& at)
      : data(base + at.offset), rows(at.rows), cols(at.cols), row_stride(at.row_stride), col_stride(at.col_stride) {}
  View(S* first, Index r, Index c, Index rs, Index cs)
      : data(first), rows(r), cols(c), row_stride(rs), col_stride(cs) {}

  operator View<const S>() const { return {data, rows, cols, row_stride, col_stride}; }
  S& operator()(Index i, Index j) const { return data[i * row_stride + j * col_stride]; }
  View transpose() const { return {data, cols, rows, col_stride, row_stride}; }
  Index size() const { return rows * cols; }
};

/// What a kernel does with its result: overwrite what was there, or add to it.
enum class Store { assign, add };

}  // namespace gradus
