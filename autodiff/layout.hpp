// How a matrix lies in memory: every view (element, row, block, transpose, broadcast) is a change of strides.
#pragma once

#include <cstddef>
#include <type_traits>

namespace gradus {

using Index = std::ptrdiff_t;  // the same type as Eigen::Index

namespace detail {
/// x by itself. What is copied member by member becomes vectors otherwise, and a vector read from members that have
/// just been written one by one waits until they have arrived in the cache.
template <class T>
constexpr T alone(T x) {
#if defined(__GNUC__)
  if (!std::is_constant_evaluated()) asm("" : "+r"(x));
#endif
  return x;
}
}  // namespace detail

/// The element (i, j) of a rows × cols matrix stands at position offset + i·row_stride + j·col_stride of its storage.
/// A stride of zero repeats the same element: broadcasting is a view like any other.
struct Layout {
  Index offset = 0, rows = 0, cols = 0, row_stride = 1, col_stride = 0;

  constexpr Layout() = default;
  constexpr Layout(Index first, Index r, Index c, Index rs, Index cs)
      : offset(first), rows(r), cols(c), row_stride(rs), col_stride(cs) {}
  constexpr Layout(const Layout& l) noexcept
      : Layout(detail::alone(l.offset), l.rows, detail::alone(l.cols), l.row_stride, detail::alone(l.col_stride)) {}
  constexpr Layout& operator=(const Layout& l) noexcept {
    offset = detail::alone(l.offset), rows = l.rows, cols = detail::alone(l.cols);
    row_stride = l.row_stride, col_stride = detail::alone(l.col_stride);
    return *this;
  }

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
  View(const View& v) noexcept  // like Layout
      : View(v.data, v.rows, v.cols, v.row_stride, v.col_stride) {}
  View& operator=(const View& v) noexcept {
    data = v.data, rows = v.rows, cols = v.cols, row_stride = v.row_stride, col_stride = v.col_stride;
    return *this;
  }
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
