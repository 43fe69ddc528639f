// Operations on every column or every row: broadcasts and partial reductions.
#pragma once

#include "pushforward.hpp"

namespace gradus {

/// Every column (Columns) or every row of a recorded matrix by itself: what x.colwise() and x.rowwise() give.
template <class V, bool Columns>
class Vectorwise {
 public:
  explicit Vectorwise(const V& matrix) : matrix_(matrix) {}

  /// The sum of every column (a row of sums), or of every row (a column of sums).
  auto sum() const { return matrix_.template reduced<rules::Copy, Columns>(); }
  auto squaredNorm() const { return matrix_.template reduced<rules::Square, Columns>(); }
  auto mean() const { return sum() / static_cast<double>(length()); }
  auto norm() const { return apply<rules::Root>(squaredNorm()); }
  const V& matrix() const { return matrix_; }
  /// The extremum of each; where several elements attain it they share its derivative. Throws ShapeError if empty.
  auto maxCoeff() const { return detail::extremum_of_each<std::greater<>>("maxCoeff", *this); }
  auto minCoeff() const { return detail::extremum_of_each<std::less<>>("minCoeff", *this); }
  /// The product of each; zeros are no special case.
  auto prod() const { return detail::product_of_each(*this); }
  /// Each divided by its norm; zeros, with derivative 0, where that is 0.
  auto normalized() const { return detail::with_each<rules::Multiply>(*this, detail::inverse_or_zero(norm())); }
  template <int P>
  auto lpNorm() const {
    static_assert(P == 1 || P == 2 || P == Eigen::Infinity, "lpNorm of columns or rows: 1, 2 or Eigen::Infinity");
    const Vectorwise magnitudes(apply<rules::Abs>(matrix_));
    if constexpr (P == 1)
      return magnitudes.sum();
    else if constexpr (P == 2)
      return norm();
    else
      return magnitudes.maxCoeff();
  }

 private:
  Index length() const { return Columns ? matrix_.rows() : matrix_.cols(); }

  V matrix_;
};

namespace detail {

template <class T>
struct VectorwiseTraits {
  static constexpr bool is_vectorwise = false;
};
template <class V, bool C>
struct VectorwiseTraits<Vectorwise<V, C>> {
  static constexpr bool is_vectorwise = true, columns = C, recorded = true;
  static const V& matrix(const Vectorwise<V, C>& v) { return v.matrix(); }
};
template <class X, int Direction>
struct VectorwiseTraits<Eigen::VectorwiseOp<X, Direction>> {
  static constexpr bool is_vectorwise = true, columns = Direction == Eigen::Vertical, recorded = false;
  static const auto& matrix(const Eigen::VectorwiseOp<X, Direction>& v) { return v._expression(); }
};

template <class Rule, class P, class A, class B>
auto series_elementwise(const A& a, const B& b, Index rows, Index cols);  // see series_operators.hpp

/// Rule(matrix, vector repeated to its shape).
template <class Rule, class W, class B>
auto with_every(const W& w, const B& vector) {
  using Traits = VectorwiseTraits<W>;
  constexpr bool columns = Traits::columns;
  const auto& matrix = Traits::matrix(w);
  const Index rows = rows_of(matrix), cols = cols_of(matrix);
  using A = std::remove_cvref_t<decltype(matrix)>;
  static_assert(columns ? PlainOf<B>::ColsAtCompileTime == 1 : PlainOf<B>::RowsAtCompileTime == 1,
                "colwise() takes a column vector beside it, rowwise() a row vector");
  if ((columns ? rows_of(vector) != rows : cols_of(vector) != cols))
    throw_shapes_differ(columns ? "colwise broadcast" : "rowwise broadcast", rows, cols, rows_of(vector),
                        cols_of(vector));
  using P = Reshaped<PlainOf<A>, PlainOf<A>::RowsAtCompileTime, PlainOf<A>::ColsAtCompileTime>;
  if constexpr (MatrixDuals<A, B>) {
    return dual_elementwise<Rule, P>(matrix, vector, rows, cols);
  } else if constexpr (MatrixSeriesPair<A, B>) {
    return series_elementwise<Rule, P>(matrix, vector, rows, cols);
  } else {
    using M = Meeting<A, B>;
    auto& tape = *meeting_tape<M::level>(matrix, vector);
    const auto& a = operand(tape, matrix);
    const auto b = operand(tape, vector).broadcast(rows, cols);
    return NestedVar<M::level, P>(from_record,
                                  [&] { return record_elementwise(kernel_of<Rule, typename M::S>(), a, b); });
  }
}

}  // namespace detail

/// A matrix's columns or rows, recorded or constant, with a vector beside them; at least one is recorded.
template <class W, class B>
concept VectorwiseOperands = detail::VectorwiseTraits<W>::is_vectorwise && MatrixOperand<B> &&
    (detail::VectorwiseTraits<W>::recorded || ActiveMatrix<B>);

template <class W, class B>
requires VectorwiseOperands<W, B>
auto operator+(const W& w, const B& vector) { return detail::with_every<rules::Add>(w, vector); }
template <class W, class B>
requires VectorwiseOperands<W, B>
auto operator-(const W& w, const B& vector) { return detail::with_every<rules::Subtract>(w, vector); }
template <class W, class B>
requires VectorwiseOperands<W, B>
auto operator*(const W& w, const B& vector) { return detail::with_every<rules::Multiply>(w, vector); }
template <class W, class B>
requires VectorwiseOperands<W, B>
auto operator/(const W& w, const B& vector) { return detail::with_every<rules::Divide>(w, vector); }

}  // namespace gradus
