// Elements, blocks and other parts of matrices, in Eigen's vocabulary: views.
#pragma once

#include "../operand.hpp"

namespace gradus {

/// The members of Vocabulary that give parts of a matrix.
template <class Derived>
class Parts {
 public:
  GRADUS_INLINE auto operator()(Index i, Index j) const {
    check_index(i, j);
    return self().element(i, j);
  }
  /// Of a vector, or counted in column order.
  GRADUS_INLINE auto operator()(Index i) const {
    if constexpr (Derived::ColsAtCompileTime == 1)
      return (*this)(i, 0);
    else if constexpr (Derived::RowsAtCompileTime == 1)
      return (*this)(0, i);
    else
      return (*this)(i % rows(), i / rows());
  }
  GRADUS_INLINE auto operator[](Index i) const requires VectorOperand<Derived> { return (*this)(i); }
  auto x() const { return (*this)(0); }
  auto y() const { return (*this)(1); }
  auto z() const { return (*this)(2); }
  auto w() const { return (*this)(3); }
  auto coeff(Index i, Index j) const { return (*this)(i, j); }
  /// The only element of a 1 × 1 matrix, as in Eigen. The number behind a variable is value_of(x).
  auto value() const {
    if (size() != 1) throw_shapes_differ("value()", 1, 1, rows(), cols());
    return (*this)(0, 0);
  }

  auto row(Index i) const { return part<1, Derived::ColsAtCompileTime>("row", i, 0, 1, cols()); }
  auto col(Index j) const { return part<Derived::RowsAtCompileTime, 1>("col", 0, j, rows(), 1); }
  auto block(Index i, Index j, Index r, Index c) const { return part<Dynamic, Dynamic>("block", i, j, r, c); }
  template <int Rows, int Cols>
  auto block(Index i, Index j) const {
    return part<Rows, Cols>("block", i, j, Rows, Cols);
  }
  auto topRows(Index n) const { return part<Dynamic, Derived::ColsAtCompileTime>("topRows", 0, 0, n, cols()); }
  auto bottomRows(Index n) const {
    return part<Dynamic, Derived::ColsAtCompileTime>("bottomRows", rows() - n, 0, n, cols());
  }
  auto middleRows(Index i, Index n) const {
    return part<Dynamic, Derived::ColsAtCompileTime>("middleRows", i, 0, n, cols());
  }
  auto leftCols(Index n) const { return part<Derived::RowsAtCompileTime, Dynamic>("leftCols", 0, 0, rows(), n); }
  auto rightCols(Index n) const {
    return part<Derived::RowsAtCompileTime, Dynamic>("rightCols", 0, cols() - n, rows(), n);
  }
  auto middleCols(Index j, Index n) const {
    return part<Derived::RowsAtCompileTime, Dynamic>("middleCols", 0, j, rows(), n);
  }
  auto segment(Index i, Index n) const { return run<Dynamic>("segment", i, n); }
  auto head(Index n) const { return run<Dynamic>("head", 0, n); }
  auto tail(Index n) const { return run<Dynamic>("tail", size() - n, n); }
  template <int N>
  auto segment(Index i) const {
    return run<N>("segment", i, N);
  }
  template <int N>
  auto head() const {
    return run<N>("head", 0, N);
  }
  template <int N>
  auto tail() const {
    return run<N>("tail", size() - N, N);
  }
  auto topLeftCorner(Index r, Index c) const { return part<Dynamic, Dynamic>("topLeftCorner", 0, 0, r, c); }
  auto topRightCorner(Index r, Index c) const { return part<Dynamic, Dynamic>("topRightCorner", 0, cols() - c, r, c); }
  auto bottomLeftCorner(Index r, Index c) const {
    return part<Dynamic, Dynamic>("bottomLeftCorner", rows() - r, 0, r, c);
  }
  auto bottomRightCorner(Index r, Index c) const {
    return part<Dynamic, Dynamic>("bottomRightCorner", rows() - r, cols() - c, r, c);
  }
  // clang-format off
  template <int R, int C> auto topLeftCorner() const { return part<R, C>("topLeftCorner", 0, 0, R, C); }
  template <int R, int C> auto topRightCorner() const { return part<R, C>("topRightCorner", 0, cols() - C, R, C); }
  template <int R, int C> auto bottomLeftCorner() const { return part<R, C>("bottomLeftCorner", rows() - R, 0, R, C); }
  template <int R, int C> auto bottomRightCorner() const { return part<R, C>("bottomRightCorner", rows() - R, cols() - C, R, C); }
  template <int N> auto topRows() const { return part<N, Derived::ColsAtCompileTime>("topRows", 0, 0, N, cols()); }
  template <int N> auto bottomRows() const { return part<N, Derived::ColsAtCompileTime>("bottomRows", rows() - N, 0, N, cols()); }
  template <int N> auto middleRows(Index i) const { return part<N, Derived::ColsAtCompileTime>("middleRows", i, 0, N, cols()); }
  template <int N> auto leftCols() const { return part<Derived::RowsAtCompileTime, N>("leftCols", 0, 0, rows(), N); }
  template <int N> auto rightCols() const { return part<Derived::RowsAtCompileTime, N>("rightCols", 0, cols() - N, rows(), N); }
  template <int N> auto middleCols(Index j) const { return part<Derived::RowsAtCompileTime, N>("middleCols", 0, j, rows(), N); }
  // clang-format on
  auto diagonal() const {
    return self().template viewed<Dynamic, 1>([](const Layout& l) { return l.diagonal(); });
  }
  auto transpose() const {
    return self().template viewed<Derived::ColsAtCompileTime, Derived::RowsAtCompileTime>(
        [](const Layout& l) { return l.transpose(); });
  }
  /// The transpose, as in Eigen (our numbers are real). The derivative is tape.adjoint(x).
  auto adjoint() const { return transpose(); }
  /// The elements in column order under another shape; a view where they are contiguous.
  auto reshaped(Index to_rows, Index to_cols) const { return shaped<Dynamic, Dynamic>(to_rows, to_cols); }
  auto reshaped() const { return shaped<Dynamic, 1>(size(), 1); }
  /// A row repeated downwards or a column repeated sideways, as a view. Throws ShapeError for any other.
  auto replicate(Index row_factor, Index col_factor) const {
    if ((row_factor != 1 && rows() != 1) || (col_factor != 1 && cols() != 1))
      throw ShapeError("replicate: expected a row to repeat downwards or a column to repeat sideways, got a " +
                       shape_text(rows(), cols()) + " matrix");
    const Index r = rows() * row_factor, c = cols() * col_factor;
    return self().template viewed<Dynamic, Dynamic>([=](const Layout& l) { return l.broadcast(r, c); });
  }
  auto array() const { return self().template retyped<Eigen::Array>(); }
  auto matrix() const { return self().template retyped<Eigen::Matrix>(); }
  const Derived& eval() const { return self(); }
  const Derived& derived() const { return self(); }

 private:
  static constexpr int Dynamic = Eigen::Dynamic;

  const Derived& self() const { return static_cast<const Derived&>(*this); }
  Index rows() const { return self().rows(); }
  Index cols() const { return self().cols(); }
  Index size() const { return self().rows() * self().cols(); }

  template <int Rows, int Cols>
  auto part(const char* name, Index i, Index j, Index r, Index c) const {
    if (i < 0 || j < 0 || r < 0 || c < 0 || i + r > rows() || j + c > cols())
      throw_out_of_range(name, Layout::dense(rows(), cols()), Layout::dense(r, c), i, j);
    return self().template viewed<Rows, Cols>([=](const Layout& l) { return l.block(i, j, r, c); });
  }
  template <int N>
  auto run(const char* name, Index i, Index n) const {
    static_assert(Derived::IsVectorAtCompileTime, "segment, head and tail are for vectors; use block");
    if constexpr (Derived::ColsAtCompileTime == 1)
      return part<N, 1>(name, i, 0, n, 1);
    else
      return part<1, N>(name, 0, i, 1, n);
  }
  template <int Rows, int Cols>
  auto shaped(Index to_rows, Index to_cols) const {
    if (to_rows * to_cols != size()) throw_shapes_differ("reshaped", rows(), cols(), to_rows, to_cols);
    return self().template dense_viewed<Rows, Cols>([=](const Layout& l) { return l.reshaped(to_rows, to_cols); });
  }
  void check_index([[maybe_unused]] Index i, [[maybe_unused]] Index j) const {
#ifndef NDEBUG
    if (i < 0 || j < 0 || i >= rows() || j >= cols())
      throw_out_of_range("element", Layout::dense(rows(), cols()), Layout::dense(1, 1), i, j);
#endif
  }
};

}  // namespace gradus
