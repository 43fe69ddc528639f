// Eigen's vocabulary, written once: the members of recorded matrices and of Duals of matrices.
#pragma once

#include "linear_algebra/refused.hpp"
#include "operand.hpp"

namespace gradus {

template <class V, bool Columns>
class Vectorwise;
namespace detail {
template <class Y>
auto inverse_or_zero(const Y& y);  // see reductions.hpp
}

/// The members that Var<M> and Dual<X> of matrices share with the Eigen type at their bottom, in terms of a few of
/// Derived: rows, cols, element(i, j), viewed<Rows, Cols>(change of layout), dense_viewed, retyped<Kind>, total<Rule>
/// and reduced<Rule, Columns>; and of apply<Rule>.
template <class Derived>
class Vocabulary : public detail::NoDecompositions<Derived> {
 public:
  // ---- elements and parts: views --------------------------------------------------------------------------------

  auto operator()(Index i, Index j) const {
    check_index(i, j);
    return self().element(i, j);
  }
  /// Of a vector, or counted in column order.
  auto operator()(Index i) const {
    if constexpr (Derived::ColsAtCompileTime == 1)
      return (*this)(i, 0);
    else if constexpr (Derived::RowsAtCompileTime == 1)
      return (*this)(0, i);
    else
      return (*this)(i % rows(), i / rows());
  }
  template <class Vector = Derived>  // for Derived is not complete yet
  requires(Vector::IsVectorAtCompileTime) auto operator[](Index i) const { return (*this)(i); }
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

  // ---- elementwise --------------------------------------------------------------------------------------------------

  template <class B>
  auto cwiseProduct(const B& b) const {
    return apply<rules::Multiply>(self(), b);
  }
  template <class B>
  auto cwiseQuotient(const B& b) const {
    return apply<rules::Divide>(self(), b);
  }
  template <class B>
  auto cwiseMax(const B& b) const {
    return larger(self(), b);
  }
  template <class B>
  auto cwiseMin(const B& b) const {
    return smaller(self(), b);
  }
  auto cwiseAbs() const { return apply<rules::Abs>(self()); }
  auto cwiseAbs2() const { return apply<rules::Square>(self()); }
  auto cwiseSqrt() const { return apply<rules::Sqrt>(self()); }
  auto cwiseInverse() const { return apply<rules::Inverse>(self()); }

  // The members of Eigen's arrays; each is also a free function.
  template <class B>
  auto max(const B& b) const requires ArrayOperand<Derived> {
    return larger(self(), b);
  }
  template <class B>
  auto min(const B& b) const requires ArrayOperand<Derived> {
    return smaller(self(), b);
  }
  template <class B>
  auto pow(const B& b) const requires ArrayOperand<Derived> {
    return apply<rules::Power>(self(), b);
  }
  // clang-format off
  auto abs() const requires ArrayOperand<Derived> { return apply<rules::Abs>(self()); }
  auto sign() const requires ArrayOperand<Derived> { return apply<rules::Sign>(self()); }
  auto square() const requires ArrayOperand<Derived> { return apply<rules::Square>(self()); }
  auto abs2() const requires ArrayOperand<Derived> { return apply<rules::Square>(self()); }
  auto cube() const requires ArrayOperand<Derived> { return apply<rules::Cube>(self()); }
  auto inverse() const requires ArrayOperand<Derived> { return apply<rules::Inverse>(self()); }
  auto sqrt() const requires ArrayOperand<Derived> { return apply<rules::Sqrt>(self()); }
  auto exp() const requires ArrayOperand<Derived> { return apply<rules::Exp>(self()); }
  auto expm1() const requires ArrayOperand<Derived> { return apply<rules::Expm1>(self()); }
  auto log() const requires ArrayOperand<Derived> { return apply<rules::Log>(self()); }
  auto log1p() const requires ArrayOperand<Derived> { return apply<rules::Log1p>(self()); }
  auto sin() const requires ArrayOperand<Derived> { return apply<rules::Sin>(self()); }
  auto cos() const requires ArrayOperand<Derived> { return apply<rules::Cos>(self()); }
  auto tan() const requires ArrayOperand<Derived> { return apply<rules::Tan>(self()); }
  auto asin() const requires ArrayOperand<Derived> { return apply<rules::Asin>(self()); }
  auto acos() const requires ArrayOperand<Derived> { return apply<rules::Acos>(self()); }
  auto atan() const requires ArrayOperand<Derived> { return apply<rules::Atan>(self()); }
  auto sinh() const requires ArrayOperand<Derived> { return apply<rules::Sinh>(self()); }
  auto cosh() const requires ArrayOperand<Derived> { return apply<rules::Cosh>(self()); }
  auto tanh() const requires ArrayOperand<Derived> { return apply<rules::Tanh>(self()); }
  auto logistic() const requires ArrayOperand<Derived> { return apply<rules::Logistic>(self()); }
  auto log2() const requires ArrayOperand<Derived> { return apply<rules::Log2>(self()); }
  auto log10() const requires ArrayOperand<Derived> { return apply<rules::Log10>(self()); }
  auto rsqrt() const requires ArrayOperand<Derived> { return apply<rules::Rsqrt>(self()); }
  auto asinh() const requires ArrayOperand<Derived> { return apply<rules::Asinh>(self()); }
  auto acosh() const requires ArrayOperand<Derived> { return apply<rules::Acosh>(self()); }
  auto atanh() const requires ArrayOperand<Derived> { return apply<rules::Atanh>(self()); }
  auto erf() const requires ArrayOperand<Derived> { return apply<rules::Erf>(self()); }
  auto erfc() const requires ArrayOperand<Derived> { return apply<rules::Erfc>(self()); }
  auto floor() const requires ArrayOperand<Derived> { return apply<rules::RoundDown>(self()); }
  auto ceil() const requires ArrayOperand<Derived> { return apply<rules::RoundUp>(self()); }
  auto round() const requires ArrayOperand<Derived> { return apply<rules::Round>(self()); }
  auto rint() const requires ArrayOperand<Derived> { return apply<rules::RoundEven>(self()); }
  // clang-format on

  // ---- reductions ---------------------------------------------------------------------------------------------------

  auto sum() const { return self().template total<rules::Copy>(); }
  auto mean() const { return typename Derived::Scalar(sum() / static_cast<double>(size())); }
  auto trace() const { return diagonal().sum(); }
  auto squaredNorm() const { return self().template total<rules::Square>(); }
  /// The Euclidean norm; its derivative at zero is zero.
  auto norm() const { return typename Derived::Scalar(apply<rules::Root>(squaredNorm())); }
  /// Σ aᵢbᵢ of vectors.
  template <class B>
  auto dot(const B& b) const {
    return inner_product(self(), b);
  }
  /// a × b of vectors of length 3.
  template <class B>
  auto cross(const B& b) const {
    return cross_product(self(), b);
  }
  /// x/‖x‖, or zeros with derivative 0 where ‖x‖ is 0.
  auto normalized() const { return apply<rules::Multiply>(self(), detail::inverse_or_zero(norm())); }
  // These look at the numbers.
  bool hasNaN() const { return value_of(self()).hasNaN(); }
  bool allFinite() const { return value_of(self()).allFinite(); }
  bool isZero(const auto&... precision) const { return value_of(self()).isZero(precision...); }
  bool isApprox(const auto& b, const auto&... precision) const {
    return value_of(self()).isApprox(value_of(b), precision...);
  }
  /// The matrix inverse and the determinant of a square matrix: see linear_algebra/solve.hpp.
  auto inverse() const requires AlgebraOperand<Derived> { return factorize(self()).inverse(); }
  auto determinant() const requires AlgebraOperand<Derived> { return factorize(self()).determinant(); }
  /// Every column by itself: x.colwise().sum() is a row, x.colwise() + v adds v to every column.
  Vectorwise<Derived, true> colwise() const { return Vectorwise<Derived, true>(self()); }
  /// Every row by itself.
  Vectorwise<Derived, false> rowwise() const { return Vectorwise<Derived, false>(self()); }

  Derived& operator+=(const auto& b) & { return self() = self() + b; }
  Derived& operator-=(const auto& b) & { return self() = self() - b; }
  Derived& operator*=(const auto& b) & { return self() = self() * b; }
  Derived& operator/=(const auto& b) & { return self() = self() / b; }

 private:
  static constexpr int Dynamic = Eigen::Dynamic;

  const Derived& self() const { return static_cast<const Derived&>(*this); }
  Derived& self() { return static_cast<Derived&>(*this); }
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
