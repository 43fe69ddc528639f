// Recorded matrices, vectors and arrays: Var<Eigen::MatrixXd> and its kin, in Eigen's vocabulary.
#pragma once

#include <concepts>
#include <functional>
#include <ostream>

#include "vocabulary.hpp"

namespace gradus {

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
requires(!Scalar<M>) class Var<M> : public Vocabulary<Var<M>> {
  template <int Rows, int Cols>
  using Shaped =
      NestedVar<level_of<Var>, detail::Reshaped<typename detail::MatrixTraits<BaseOf<M>>::Plain, Rows, Cols>>;

 public:
  using Plain = typename detail::MatrixTraits<BaseOf<M>>::Plain;  // of numbers
  using S = NestedVar<level_of<M>, typename Plain::Scalar>;       // what its tape records
  using Scalar = Var<S>;                                          // what its elements are
  static constexpr int RowsAtCompileTime = Plain::RowsAtCompileTime, ColsAtCompileTime = Plain::ColsAtCompileTime;
  static constexpr bool IsVectorAtCompileTime = Plain::IsVectorAtCompileTime;

  explicit Var(const MatrixHandle<S>& handle) : handle_(handle) {
    const bool fits = (RowsAtCompileTime == Eigen::Dynamic || RowsAtCompileTime == rows()) &&
                      (ColsAtCompileTime == Eigen::Dynamic || ColsAtCompileTime == cols());
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

  // ---- reductions of recorded matrices alone ------------------------------------------------------------------------

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
      return total<rules::Abs>();
    else if constexpr (P == 2)
      return this->norm();
    else if constexpr (P == Eigen::Infinity)
      return size() == 0 ? Scalar(0) : Scalar(this->cwiseAbs().maxCoeff());
    else
      return detail::power_norm(*this, P);
  }
  /// The norm, which neither overflows nor underflows.
  Scalar stableNorm() const { return detail::stable_norm(*this); }
  auto stableNormalized() const { return apply<rules::Multiply>(*this, detail::inverse_or_zero(stableNorm())); }

  // ---- what the vocabulary is made of ---------------------------------------------------------------------------

  Scalar element(Index i, Index j) const { return tape()->element(handle_, i, j); }
  operator Scalar() const requires(RowsAtCompileTime == 1 && ColsAtCompileTime == 1) { return this->value(); }
  template <int Rows, int Cols, class Change>
  Shaped<Rows, Cols> viewed(const Change& change) const {
    return Shaped<Rows, Cols>(handle_.viewed(change));
  }
  /// The same of the elements without gaps, copied if need be.
  template <int Rows, int Cols, class Change>
  Shaped<Rows, Cols> dense_viewed(const Change& change) const {
    return Shaped<Rows, Cols>(dense(current()).viewed(change));
  }
  template <template <class, int, int, int, int, int> class Kind>
  auto retyped() const {
    using P = Kind<typename Plain::Scalar, RowsAtCompileTime, ColsAtCompileTime, Plain::Options,
                   Plain::MaxRowsAtCompileTime, Plain::MaxColsAtCompileTime>;
    return NestedVar<level_of<Var>, P>(handle_);
  }
  /// Σ Rule(x) over the elements.
  template <class Rule>
  Scalar total() const {
    return record_total(kernel_of<Rule, S>(), current(), {});
  }
  /// What reduced gives: a row of one element for every column, or a column.
  template <bool Columns>
  using Reduced = Shaped<Columns ? 1 : RowsAtCompileTime, Columns ? ColsAtCompileTime : 1>;
  /// The same of every column by itself, a row, or of every row, a column.
  template <class Rule, bool Columns>
  auto reduced() const {
    return reduced<Rule, Columns>(current(), {});
  }
  /// The sums of Rule(a, b), which are of this matrix's shape.
  template <class Rule, bool Columns>
  Reduced<Columns> reduced(const MatrixHandle<S>& a, const MatrixHandle<S>& b) const {
    // The result's storage seen with a stride of zero along what is summed.
    const Layout seen = Columns ? Layout{0, rows(), cols(), 0, 1} : Layout{0, rows(), cols(), 1, 0};
    return Reduced<Columns>(
        record_elementwise(kernel_of<Rule, S>(), a, b, seen, Columns ? 1 : rows(), Columns ? cols() : 1));
  }

  /// The handle, after making sure that its tape has not been cleared.
  const MatrixHandle<S>& current() const {
    handle_.tape->check(handle_.tape, handle_.epoch);
    return handle_;
  }

 private:
  template <class Better, class I>
  Scalar located(const char* name, I* row, I* col) const {
    Index i = 0, j = 0;
    const Scalar y = detail::extremum_at<Better>(name, *this, i, j);
    *row = static_cast<I>(i), *col = static_cast<I>(j);
    return y;
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

template <ActiveMatrix X>
std::ostream& operator<<(std::ostream& out, const X& x) {
  return out << value_of(x);
}
template <ActiveScalar X>
std::ostream& operator<<(std::ostream& out, const X& x) {
  return out << value_of(x);
}

}  // namespace gradus
