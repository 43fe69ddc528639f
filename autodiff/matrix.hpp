// Recorded matrices, vectors and arrays: Var<Eigen::MatrixXd> and its kin, in Eigen's vocabulary.
#pragma once

#include <ostream>

#include "vocabulary.hpp"

namespace gradus {

namespace detail {
/// For the constructor of a Var from what records it.
struct FromRecord {};
inline constexpr FromRecord from_record;
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

  explicit Var(const MatrixHandle<S>& handle) : handle_(handle) { check(); }
  /// Of the handle that `record` returns, which is put nowhere else first.
  template <class Record>
  Var(detail::FromRecord, const Record& record) : handle_(record()) {
    check();
  }
  /// From a variable of another static shape: checked.
  template <class Other>
  requires(!gradus::Scalar<Other> && std::is_same_v<typename Var<Other>::S, S> && SameKind<Var<Other>, Var>)
      Var(const Var<Other>& other)
      : Var(other.handle()) {}
  Var(const Var& other) noexcept : Vocabulary<Var>(), handle_(copied(other.handle_)) {}
  Var& operator=(const Var& other) & noexcept {  // not of a view: x.row(0) = y would change nothing
    handle_ = copied(other.handle_);
    return *this;
  }

  Index rows() const { return handle_.layout.rows; }
  Index cols() const { return detail::alone(handle_.layout.cols); }  // not a vector with rows(): see alone()
  Index size() const { return handle_.layout.size(); }
  Tape<S>* tape() const { return handle_.tape; }
  std::uint32_t epoch() const { return handle_.epoch; }
  const MatrixHandle<S>& handle() const { return handle_; }

  // ---- what the vocabulary is made of ---------------------------------------------------------------------------

  GRADUS_INLINE Scalar element(Index i, Index j) const { return tape()->element(handle_, i, j); }
  operator Scalar() const requires(RowsAtCompileTime == 1 && ColsAtCompileTime == 1) { return this->value(); }
  template <int Rows, int Cols, class Change>
  Shaped<Rows, Cols> viewed(const Change& change) const {
    return Shaped<Rows, Cols>(detail::from_record, [&] { return handle_.viewed(change); });
  }
  /// The same of the elements without gaps, copied if need be.
  template <int Rows, int Cols, class Change>
  Shaped<Rows, Cols> dense_viewed(const Change& change) const {
    return Shaped<Rows, Cols>(detail::from_record, [&] { return dense(current()).viewed(change); });
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
    return record_total(kernel_of<Rule, S>(), current(), no_operand<S>);
  }
  /// The same of every column by itself, a row, or of every row, a column.
  template <class Rule, bool Columns>
  auto reduced() const {
    using Reduced = Shaped<Columns ? 1 : RowsAtCompileTime, Columns ? ColsAtCompileTime : 1>;
    return Reduced(record_sums<Columns>(kernel_of<Rule, S>(), current(), no_operand<S>));
  }

  /// The handle, after making sure that its tape has not been cleared.
  const MatrixHandle<S>& current() const {
    handle_.tape->check(handle_.tape, handle_.epoch);
    return handle_;
  }

 private:
  void check() const {
    const bool fits = (RowsAtCompileTime == Eigen::Dynamic || RowsAtCompileTime == rows()) &&
                      (ColsAtCompileTime == Eigen::Dynamic || ColsAtCompileTime == cols());
    if (!fits) throw_shapes_differ("conversion to a fixed size", RowsAtCompileTime, ColsAtCompileTime, rows(), cols());
    if constexpr (!Number<S>)
      if (handle_.tape != nullptr) handle_.tape->note(handle_);
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
