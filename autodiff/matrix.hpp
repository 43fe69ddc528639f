// Recorded matrices, vectors and arrays: Var<Eigen::MatrixXd> and its kin, in Eigen's vocabulary.
#pragma once

#include <concepts>
#include <functional>
#include <ostream>

#include "operand.hpp"

namespace gradus {

template <MatrixVar V, bool Columns>
class Vectorwise;
template <MatrixVar V>
class Diagonal;  // see assembly.hpp

namespace detail {  // see reductions.hpp
template <class Better, MatrixVar X>
auto extremum_of_all(const char* operation, const X& x);
template <class Better, MatrixVar X>
auto extremum_at(const char* operation, const X& x, Index& row, Index& col);
template <class Better, MatrixVar X, bool Columns>
auto extremum_of_each(const char* operation, const Vectorwise<X, Columns>& w);
template <MatrixVar X>
auto product_of_all(const X& x);
template <MatrixVar X, bool Columns>
auto product_of_each(const Vectorwise<X, Columns>& w);
template <class Y>
auto inverse_or_zero(const Y& y);
template <MatrixVar X>
auto stable_norm(const X& x);
template <MatrixVar X>
auto power_norm(const X& x, int p);
template <class Rule, MatrixVar X, bool Columns, class V>
auto with_each(const Vectorwise<X, Columns>& w, const V& vector);
}  // namespace detail

/// A recorded matrix: it has the vocabulary of the Eigen type at its bottom, and every operation on it is recorded. It
/// is a handle: copying it copies no element, and block, row, transpose, array… are views of the same variable, without
/// a node or a copy. An element is a recorded scalar. Like Eigen's, indices count from zero, and are checked in debug
/// builds only; the parts that row, block… take are always checked (ShapeError).
template <class M>
requires(!Scalar<M>) class Var<M> {
 public:
  using Plain = typename detail::MatrixTraits<BaseOf<M>>::Plain;  // of numbers
  using S = NestedVar<level_of<M>, typename Plain::Scalar>;       // what its tape records
  using Scalar = Var<S>;                                          // what its elements are
  static constexpr int RowsAtCompileTime = Plain::RowsAtCompileTime, ColsAtCompileTime = Plain::ColsAtCompileTime;
  static constexpr bool IsVectorAtCompileTime = Plain::IsVectorAtCompileTime;
  static constexpr int Dynamic = Eigen::Dynamic;

  explicit Var(const MatrixHandle<S>& handle) : handle_(handle) {
    const bool fits = (RowsAtCompileTime == Dynamic || RowsAtCompileTime == rows()) &&
                      (ColsAtCompileTime == Dynamic || ColsAtCompileTime == cols());
    if (!fits) throw_shapes_differ("conversion to a fixed size", RowsAtCompileTime, ColsAtCompileTime, rows(), cols());
    if constexpr (!Number<S>)
      if (handle.tape != nullptr) handle.tape->note(handle);
  }
  /// From a variable of another static shape: checked.
  template <class Other>
  requires(!gradus::Scalar<Other> && std::is_same_v<typename Var<Other>::S, S> && SameKind<Var<Other>, Var>)
      Var(const Var<Other>& other)
      : Var(other.handle()) {}
  Var(const Var&) = default;
  Var& operator=(const Var&) & = default;  // not of a view: x.row(0) = y would change nothing

  Index rows() const { return handle_.layout.rows; }
  Index cols() const { return handle_.layout.cols; }
  Index size() const { return handle_.layout.size(); }
  Tape<S>* tape() const { return handle_.tape; }
  std::uint32_t epoch() const { return handle_.epoch; }
  const MatrixHandle<S>& handle() const { return handle_; }

  // ---- elements and parts: views --------------------------------------------------------------------------------

  Scalar operator()(Index i, Index j) const {
    check_index(i, j);
    return tape()->element(handle_, i, j);
  }
  /// Of a vector, or counted in column order.
  Scalar operator()(Index i) const {
    if constexpr (ColsAtCompileTime == 1)
      return (*this)(i, 0);
    else if constexpr (RowsAtCompileTime == 1)
      return (*this)(0, i);
    else
      return (*this)(i % rows(), i / rows());
  }
  Scalar operator[](Index i) const requires IsVectorAtCompileTime { return (*this)(i); }
  Scalar x() const { return (*this)(0); }
  Scalar y() const { return (*this)(1); }
  Scalar z() const { return (*this)(2); }
  Scalar w() const { return (*this)(3); }
  Scalar coeff(Index i, Index j) const { return (*this)(i, j); }
  /// The only element of a 1 × 1 matrix, as in Eigen. The number behind a variable is value_of(x).
  Scalar value() const {
    if (size() != 1) throw_shapes_differ("value()", 1, 1, rows(), cols());
    return (*this)(0, 0);
  }
  operator Scalar() const requires(RowsAtCompileTime == 1 && ColsAtCompileTime == 1) { return value(); }

  auto row(Index i) const { return part<1, ColsAtCompileTime>("row", i, 0, 1, cols()); }
  auto col(Index j) const { return part<RowsAtCompileTime, 1>("col", 0, j, rows(), 1); }
  auto block(Index i, Index j, Index r, Index c) const { return part<Dynamic, Dynamic>("block", i, j, r, c); }
  template <int Rows, int Cols>
  auto block(Index i, Index j) const {
    return part<Rows, Cols>("block", i, j, Rows, Cols);
  }
  auto topRows(Index n) const { return part<Dynamic, ColsAtCompileTime>("topRows", 0, 0, n, cols()); }
  auto bottomRows(Index n) const { return part<Dynamic, ColsAtCompileTime>("bottomRows", rows() - n, 0, n, cols()); }
  auto middleRows(Index i, Index n) const { return part<Dynamic, ColsAtCompileTime>("middleRows", i, 0, n, cols()); }
  auto leftCols(Index n) const { return part<RowsAtCompileTime, Dynamic>("leftCols", 0, 0, rows(), n); }
  auto rightCols(Index n) const { return part<RowsAtCompileTime, Dynamic>("rightCols", 0, cols() - n, rows(), n); }
  auto middleCols(Index j, Index n) const { return part<RowsAtCompileTime, Dynamic>("middleCols", 0, j, rows(), n); }
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
  template <int N> auto topRows() const { return part<N, ColsAtCompileTime>("topRows", 0, 0, N, cols()); }
  template <int N> auto bottomRows() const { return part<N, ColsAtCompileTime>("bottomRows", rows() - N, 0, N, cols()); }
  template <int N> auto middleRows(Index i) const { return part<N, ColsAtCompileTime>("middleRows", i, 0, N, cols()); }
  template <int N> auto leftCols() const { return part<RowsAtCompileTime, N>("leftCols", 0, 0, rows(), N); }
  template <int N> auto rightCols() const { return part<RowsAtCompileTime, N>("rightCols", 0, cols() - N, rows(), N); }
  template <int N> auto middleCols(Index j) const { return part<RowsAtCompileTime, N>("middleCols", 0, j, rows(), N); }
  // clang-format on
  auto diagonal() const {
    return viewed<Dynamic, 1>([](const Layout& l) { return l.diagonal(); });
  }
  auto transpose() const {
    return viewed<ColsAtCompileTime, RowsAtCompileTime>([](const Layout& l) { return l.transpose(); });
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
    return viewed<Dynamic, Dynamic>([=](const Layout& l) { return l.broadcast(r, c); });
  }
  auto array() const { return retyped<Eigen::Array>(); }
  auto matrix() const { return retyped<Eigen::Matrix>(); }
  const Var& eval() const { return *this; }
  const Var& derived() const { return *this; }

  // ---- elementwise --------------------------------------------------------------------------------------------------

  template <class B>
  auto cwiseProduct(const B& b) const {
    return apply<rules::Multiply>(*this, b);
  }
  template <class B>
  auto cwiseQuotient(const B& b) const {
    return apply<rules::Divide>(*this, b);
  }
  template <class B>
  auto cwiseMax(const B& b) const {
    return larger(*this, b);
  }
  template <class B>
  auto cwiseMin(const B& b) const {
    return smaller(*this, b);
  }
  auto cwiseAbs() const { return apply<rules::Abs>(*this); }
  auto cwiseAbs2() const { return apply<rules::Square>(*this); }
  auto cwiseSqrt() const { return apply<rules::Sqrt>(*this); }
  auto cwiseInverse() const { return apply<rules::Inverse>(*this); }

  // The members of Eigen's arrays; each is also a free function.
  template <class B>
  auto max(const B& b) const requires ArrayOperand<Var> {
    return larger(*this, b);
  }
  template <class B>
  auto min(const B& b) const requires ArrayOperand<Var> {
    return smaller(*this, b);
  }
  template <class B>
  auto pow(const B& b) const requires ArrayOperand<Var> {
    return apply<rules::Power>(*this, b);
  }
  // clang-format off
  auto abs() const requires ArrayOperand<Var> { return apply<rules::Abs>(*this); }
  auto sign() const requires ArrayOperand<Var> { return apply<rules::Sign>(*this); }
  auto square() const requires ArrayOperand<Var> { return apply<rules::Square>(*this); }
  auto abs2() const requires ArrayOperand<Var> { return apply<rules::Square>(*this); }
  auto cube() const requires ArrayOperand<Var> { return apply<rules::Cube>(*this); }
  auto inverse() const requires ArrayOperand<Var> { return apply<rules::Inverse>(*this); }
  auto sqrt() const requires ArrayOperand<Var> { return apply<rules::Sqrt>(*this); }
  auto exp() const requires ArrayOperand<Var> { return apply<rules::Exp>(*this); }
  auto expm1() const requires ArrayOperand<Var> { return apply<rules::Expm1>(*this); }
  auto log() const requires ArrayOperand<Var> { return apply<rules::Log>(*this); }
  auto log1p() const requires ArrayOperand<Var> { return apply<rules::Log1p>(*this); }
  auto sin() const requires ArrayOperand<Var> { return apply<rules::Sin>(*this); }
  auto cos() const requires ArrayOperand<Var> { return apply<rules::Cos>(*this); }
  auto tan() const requires ArrayOperand<Var> { return apply<rules::Tan>(*this); }
  auto asin() const requires ArrayOperand<Var> { return apply<rules::Asin>(*this); }
  auto acos() const requires ArrayOperand<Var> { return apply<rules::Acos>(*this); }
  auto atan() const requires ArrayOperand<Var> { return apply<rules::Atan>(*this); }
  auto sinh() const requires ArrayOperand<Var> { return apply<rules::Sinh>(*this); }
  auto cosh() const requires ArrayOperand<Var> { return apply<rules::Cosh>(*this); }
  auto tanh() const requires ArrayOperand<Var> { return apply<rules::Tanh>(*this); }
  auto logistic() const requires ArrayOperand<Var> { return apply<rules::Logistic>(*this); }
  auto log2() const requires ArrayOperand<Var> { return apply<rules::Log2>(*this); }
  auto log10() const requires ArrayOperand<Var> { return apply<rules::Log10>(*this); }
  auto rsqrt() const requires ArrayOperand<Var> { return apply<rules::Rsqrt>(*this); }
  auto asinh() const requires ArrayOperand<Var> { return apply<rules::Asinh>(*this); }
  auto acosh() const requires ArrayOperand<Var> { return apply<rules::Acosh>(*this); }
  auto atanh() const requires ArrayOperand<Var> { return apply<rules::Atanh>(*this); }
  auto erf() const requires ArrayOperand<Var> { return apply<rules::Erf>(*this); }
  auto erfc() const requires ArrayOperand<Var> { return apply<rules::Erfc>(*this); }
  auto floor() const requires ArrayOperand<Var> { return apply<rules::RoundDown>(*this); }
  auto ceil() const requires ArrayOperand<Var> { return apply<rules::RoundUp>(*this); }
  auto round() const requires ArrayOperand<Var> { return apply<rules::Round>(*this); }
  auto rint() const requires ArrayOperand<Var> { return apply<rules::RoundEven>(*this); }
  // clang-format on

  // ---- reductions ---------------------------------------------------------------------------------------------------

  Scalar sum() const { return total(current()); }
  Scalar mean() const { return sum() / static_cast<double>(size()); }
  Scalar trace() const { return diagonal().sum(); }
  Scalar squaredNorm() const { return record_total(kernel_of<rules::Square, S>(), current(), {}); }
  /// The Euclidean norm; its derivative at zero is zero.
  Scalar norm() const { return apply<rules::Root>(squaredNorm()); }
  /// Σ aᵢbᵢ of vectors.
  template <class B>
  auto dot(const B& b) const {
    return inner_product(*this, b);
  }
  /// a × b of vectors of length 3.
  template <class B>
  auto cross(const B& b) const {
    return cross_product(*this, b);
  }
  /// diag(x) of a vector, to be multiplied with a matrix from either side.
  Diagonal<Var> asDiagonal() const { return Diagonal<Var>(*this); }
  /// The extremum; where several elements attain it they share its derivative. Throws ShapeError if there is none.
  Scalar maxCoeff() const { return detail::extremum_of_all<std::greater<>>("maxCoeff", *this); }
  Scalar minCoeff() const { return detail::extremum_of_all<std::less<>>("minCoeff", *this); }
  /// Also says where it is: the first one in column order.
  template <std::integral I>
  Scalar maxCoeff(I* row, I* col) const {
    return located<std::greater<>>("maxCoeff", row, col);
  }
  template <std::integral I>
  Scalar minCoeff(I* row, I* col) const {
    return located<std::less<>>("minCoeff", row, col);
  }
  template <std::integral I>
  Scalar maxCoeff(I* at) const requires IsVectorAtCompileTime {
    I other;
    return ColsAtCompileTime == 1 ? maxCoeff(at, &other) : maxCoeff(&other, at);
  }
  template <std::integral I>
  Scalar minCoeff(I* at) const requires IsVectorAtCompileTime {
    I other;
    return ColsAtCompileTime == 1 ? minCoeff(at, &other) : minCoeff(&other, at);
  }
  /// The product of all elements; zeros are no special case.
  Scalar prod() const { return detail::product_of_all(*this); }
  /// (Σ|x|ᵖ)^(1/p), or max|x| for Eigen::Infinity; derivative 0 at zero.
  template <int P>
  Scalar lpNorm() const {
    static_assert(P > 0 || P == Eigen::Infinity, "lpNorm: p is positive or Eigen::Infinity");
    if constexpr (P == 1)
      return record_total(kernel_of<rules::Abs, S>(), current(), {});
    else if constexpr (P == 2)
      return norm();
    else if constexpr (P == Eigen::Infinity)
      return size() == 0 ? Scalar(0) : Scalar(cwiseAbs().maxCoeff());
    else
      return detail::power_norm(*this, P);
  }
  /// The norm, which neither overflows nor underflows.
  Scalar stableNorm() const { return detail::stable_norm(*this); }
  /// x/‖x‖, or zeros with derivative 0 where ‖x‖ is 0.
  auto normalized() const { return apply<rules::Multiply>(*this, detail::inverse_or_zero(norm())); }
  auto stableNormalized() const { return apply<rules::Multiply>(*this, detail::inverse_or_zero(stableNorm())); }
  // These look at the numbers.
  bool hasNaN() const { return value_of(*this).hasNaN(); }
  bool allFinite() const { return value_of(*this).allFinite(); }
  bool isZero(const auto&... precision) const { return value_of(*this).isZero(precision...); }
  bool isApprox(const auto& b, const auto&... precision) const {
    return value_of(*this).isApprox(value_of(b), precision...);
  }
  /// Every column by itself: x.colwise().sum() is a row, x.colwise() + v adds v to every column.
  Vectorwise<Var, true> colwise() const { return Vectorwise<Var, true>(*this); }
  /// Every row by itself.
  Vectorwise<Var, false> rowwise() const { return Vectorwise<Var, false>(*this); }

  Var& operator+=(const auto& b) & { return *this = *this + b; }
  Var& operator-=(const auto& b) & { return *this = *this - b; }
  Var& operator*=(const auto& b) & { return *this = *this * b; }
  Var& operator/=(const auto& b) & { return *this = *this / b; }

  /// The handle, after making sure that its tape has not been cleared.
  const MatrixHandle<S>& current() const {
    handle_.tape->check(handle_.tape, handle_.epoch);
    return handle_;
  }

 private:
  template <int Rows, int Cols>
  using Shaped = NestedVar<level_of<Var>, detail::Reshaped<Plain, Rows, Cols>>;

  template <int Rows, int Cols, class Change>
  Shaped<Rows, Cols> viewed(const Change& change) const {
    return Shaped<Rows, Cols>(handle_.viewed(change));
  }
  template <int Rows, int Cols>
  auto part(const char* name, Index i, Index j, Index r, Index c) const {
    if (i < 0 || j < 0 || r < 0 || c < 0 || i + r > rows() || j + c > cols())
      throw_out_of_range(name, handle_.layout, Layout::dense(r, c), i, j);
    return viewed<Rows, Cols>([=](const Layout& l) { return l.block(i, j, r, c); });
  }
  template <int N>
  auto run(const char* name, Index i, Index n) const {
    static_assert(IsVectorAtCompileTime, "segment, head and tail are for vectors; use block");
    if constexpr (ColsAtCompileTime == 1)
      return part<N, 1>(name, i, 0, n, 1);
    else
      return part<1, N>(name, 0, i, 1, n);
  }
  template <int Rows, int Cols>
  auto shaped(Index to_rows, Index to_cols) const {
    if (to_rows * to_cols != size()) throw_shapes_differ("reshaped", rows(), cols(), to_rows, to_cols);
    const auto change = [=](const Layout& l) { return l.reshaped(to_rows, to_cols); };
    return Shaped<Rows, Cols>(dense(current()).viewed(change));
  }
  template <template <class, int, int, int, int, int> class Kind>
  auto retyped() const {
    using P = Kind<typename Plain::Scalar, RowsAtCompileTime, ColsAtCompileTime, Plain::Options,
                   Plain::MaxRowsAtCompileTime, Plain::MaxColsAtCompileTime>;
    return NestedVar<level_of<Var>, P>(handle_);
  }
  template <class Better, class I>
  Scalar located(const char* name, I* row, I* col) const {
    Index i = 0, j = 0;
    const Scalar y = detail::extremum_at<Better>(name, *this, i, j);
    *row = static_cast<I>(i), *col = static_cast<I>(j);
    return y;
  }
  void check_index([[maybe_unused]] Index i, [[maybe_unused]] Index j) const {
#ifndef NDEBUG
    if (i < 0 || j < 0 || i >= rows() || j >= cols())
      throw_out_of_range("element", handle_.layout, Layout::dense(1, 1), i, j);
#endif
  }

  MatrixHandle<S> handle_;
};

/// The numbers of a recorded matrix of any level, as an Eigen map that is valid until its tape is cleared; an Eigen
/// object is its own value, so generic code may ask for either.
template <MatrixVar X>
auto value_of(const X& x) {
  using P = typename X::Plain;
  const auto view = numbers(x.handle());
  using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  const Stride stride =
      P::IsRowMajor ? Stride(view.row_stride, view.col_stride) : Stride(view.col_stride, view.row_stride);
  return Eigen::Map<const P, Eigen::Unaligned, Stride>(view.data, view.rows, view.cols, stride);
}
template <EigenDense X>
const X& value_of(const X& x) {
  return x;
}

template <MatrixVar X>
std::ostream& operator<<(std::ostream& out, const X& x) {
  return out << value_of(x);
}
template <ScalarVar X>
std::ostream& operator<<(std::ostream& out, const X& x) {
  return out << value_of(x);
}

}  // namespace gradus
