// Operators of recorded matrices and arrays.
#pragma once

#include "matrix.hpp"
#include "scalar_operators.hpp"

namespace gradus {

template <class T>
concept AnyOperand = MatrixOperand<T> || ScalarOperand<T>;

/// At least one is a matrix, and the deeper is a Dual, or both are.
template <class A, class B>
concept MatrixDuals = AnyOperand<A> && AnyOperand<B> &&
    (MatrixOperand<A> ||
     MatrixOperand<B>)&&((is_dual<A> && (detail::whole_depth<A> > detail::whole_depth<B>)) ||
                         (is_dual<B> && (detail::whole_depth<B> > detail::whole_depth<A>)) ||
                         (is_dual<A> && is_dual<B> && detail::whole_depth<A> == detail::whole_depth<B>));
/// The same of a Series.
template <class A, class B>
concept MatrixSeriesPair = AnyOperand<A> && AnyOperand<B> &&
    (MatrixOperand<A> ||
     MatrixOperand<B>)&&((is_series<A> && (detail::whole_depth<A> > detail::whole_depth<B>)) ||
                         (is_series<B> && (detail::whole_depth<B> > detail::whole_depth<A>)) ||
                         (is_series<A> && is_series<B> && detail::whole_depth<A> == detail::whole_depth<B>));
/// At least one is recorded, at least one is a matrix.
template <class A, class B>
concept MatrixVars = AnyOperand<A> && AnyOperand<B> &&
                     (MatrixOperand<A> || MatrixOperand<B>)&&(level_of<A> > 0 || level_of<B> > 0) &&
                     !MatrixDuals<A, B> && !MatrixSeriesPair<A, B>;
template <class A, class B>
concept MatrixOperands = MatrixVars<A, B> || MatrixDuals<A, B> || MatrixSeriesPair<A, B>;

namespace detail {

template <class A, class B>
struct Meeting {  // where two operands meet: types only
  static constexpr int level = meeting_level<A, B>;
  using Number = typename NumberOf<std::conditional_t<(level_of<A> >= level_of<B>), A, B>>::type;
  using S = NestedVar<level - 1, Number>;
};

/// The static shape of an elementwise result: known if either operand's is.
template <class A, class B>
struct ElementwiseShape {
  using P = PlainOf<A>;
  using Q = PlainOf<B>;
  static constexpr int known(int a, int b) { return a != Eigen::Dynamic ? a : b; }
  static constexpr int rows = known(P::RowsAtCompileTime, Q::RowsAtCompileTime);
  static constexpr int cols = known(P::ColsAtCompileTime, Q::ColsAtCompileTime);
  using Plain = Reshaped<P, rows, cols>;
};
template <class A, ScalarOperand B>
struct ElementwiseShape<A, B> {
  using Plain = Reshaped<PlainOf<A>, PlainOf<A>::RowsAtCompileTime, PlainOf<A>::ColsAtCompileTime>;
};
template <ScalarOperand A, class B>
struct ElementwiseShape<A, B> : ElementwiseShape<B, A> {};

/// Both operands on one tape and of one shape, handed to `record`; its result typed.
template <class A, class B, class RecordIt>
auto meet(const char* operation, const A& a, const B& b, const RecordIt& record) {
  using M = Meeting<A, B>;
  auto* tape = meeting_tape<M::level>(a, b);
  if (tape == nullptr)
    throw TapeError(std::string(operation) + ": a constant scalar beside a constant matrix belongs to no tape");
  Index rows, cols;
  if constexpr (MatrixOperand<A>) {
    rows = rows_of(a), cols = cols_of(a);
    if constexpr (MatrixOperand<B>)
      if (rows_of(b) != rows || cols_of(b) != cols) throw_shapes_differ(operation, rows, cols, rows_of(b), cols_of(b));
  } else {
    rows = rows_of(b), cols = cols_of(b);
  }
  const auto& left = operand(*tape, a, rows, cols);
  const auto& right = operand(*tape, b, rows, cols);
  return record(left, right);
}

template <class A, class B>
using ElementwiseResult = NestedVar<Meeting<A, B>::level, typename ElementwiseShape<A, B>::Plain>;

}  // namespace detail

/// An operation of the table, element by element.
template <class Rule, MatrixVar X>
auto apply(const X& x) {
  using S = typename X::S;
  using P = detail::Reshaped<typename X::Plain, X::RowsAtCompileTime, X::ColsAtCompileTime>;
  return NestedVar<level_of<X>, P>(
      detail::from_record, [&] { return record_elementwise(kernel_of<Rule, S>(), x.current(), no_operand<S>); });
}
template <class Rule, class A, class B>
requires MatrixVars<A, B>
auto apply(const A& a, const B& b) {
  return detail::ElementwiseResult<A, B>(detail::from_record, [&] {
    return detail::meet(Rule::name.data(), a, b, [](const auto& x, const auto& y) {
      return record_elementwise(kernel_of<Rule, typename detail::Meeting<A, B>::S>(), x, y);
    });
  });
}

/// Σ Rule(a, b) over all elements, in one pass that stores nothing.
template <class Rule, class A, class B>
requires MatrixVars<A, B>
auto sum_of(const A& a, const B& b) {
  return detail::meet(Rule::name.data(), a, b, [](const auto& x, const auto& y) {
    return record_total(kernel_of<Rule, typename detail::Meeting<A, B>::S>(), x, y);
  });
}
/// The same over every column, a row, or over every row, a column; b may be a row or a column that is repeated to the
/// shape of a.
template <class Rule, bool Columns, class A, class B>
requires MatrixVars<A, B>
auto sums_of(const A& a, const B& b) {
  using M = detail::Meeting<A, B>;
  using P = PlainOf<A>;
  using R = detail::Reshaped<P, Columns ? 1 : P::RowsAtCompileTime, Columns ? P::ColsAtCompileTime : 1>;
  auto& tape = *detail::meeting_tape<M::level>(a, b);
  const auto x = detail::operand(tape, a), y = detail::operand(tape, b).broadcast(x.layout.rows, x.layout.cols);
  return NestedVar<M::level, R>(record_sums<Columns>(kernel_of<Rule, typename M::S>(), x, y));
}

namespace detail {

// A tie with a constant is another kink than a tie of two variables: see rules/elementwise.hpp.
template <class Both, class WithConstant, class A, class B>
auto extremum(const A& a, const B& b) {
  return ElementwiseResult<A, B>(meet(Both::name.data(), a, b, [](const auto& x, const auto& y) {
    using S = typename Meeting<A, B>::S;
    if (y.is_constant()) return record_elementwise(kernel_of<WithConstant, S>(), x, y);
    if (x.is_constant()) return record_elementwise(kernel_of<WithConstant, S>(), y, x);
    return record_elementwise(kernel_of<Both, S>(), x, y);
  }));
}

}  // namespace detail

template <class A, class B>
requires MatrixVars<A, B>
auto larger(const A& a, const B& b) { return detail::extremum<rules::Maximum, rules::Floor>(a, b); }
template <class A, class B>
requires MatrixVars<A, B>
auto smaller(const A& a, const B& b) { return detail::extremum<rules::Minimum, rules::Ceiling>(a, b); }

// ---- sums and differences: of one kind, or an array and a scalar ----------------------------------------------------

template <class A, class B>
concept Addable = MatrixOperands<A, B> &&
    (SameKind<A, B> || (ArrayOperand<A> && ScalarOperand<B>) || (ScalarOperand<A> && ArrayOperand<B>));

template <class A, class B>
requires Addable<A, B>
auto operator+(const A& a, const B& b) { return apply<rules::Add>(a, b); }
template <class A, class B>
requires Addable<A, B>
auto operator-(const A& a, const B& b) { return apply<rules::Subtract>(a, b); }
auto operator-(const ActiveMatrix auto& x) { return apply<rules::Negate>(x); }

// ---- products and quotients -----------------------------------------------------------------------------------------

template <class A, class B>
concept Scalable = MatrixOperands<A, B> &&
    (ScalarOperand<A> || ScalarOperand<B> || (ArrayOperand<A> && ArrayOperand<B>));

template <class A, class B>
requires Scalable<A, B>
auto operator*(const A& a, const B& b) { return apply<rules::Multiply>(a, b); }
template <class A, class B>
requires(Scalable<A, B> && (ScalarOperand<B> || ArrayOperand<B>)) auto operator/(const A& a, const B& b) {
  return apply<rules::Divide>(a, b);
}

/// The matrix product. Throws ShapeError if the inner sizes differ.
template <class A, class B>
requires(MatrixVars<A, B>&& AlgebraOperand<A>&& AlgebraOperand<B>) auto operator*(const A& a, const B& b) {
  using M = detail::Meeting<A, B>;
  using P = Eigen::Matrix<typename M::Number, PlainOf<A>::RowsAtCompileTime, PlainOf<B>::ColsAtCompileTime>;
  const Index inner = detail::cols_of(a);
  if (inner != detail::rows_of(b))
    throw_inner_sizes_differ(detail::rows_of(a), inner, detail::rows_of(b), detail::cols_of(b));
  auto& tape = *detail::meeting_tape<M::level>(a, b);
  return NestedVar<M::level, P>(detail::from_record,
                                [&] { return detail::operand(tape, a) * detail::operand(tape, b); });
}

// ---- inner products -------------------------------------------------------------------------------------------------

/// Σ aᵢbᵢ of two vectors, either of which may be a constant.
template <class A, class B>
requires(MatrixVars<A, B>&& MatrixOperand<A>&& MatrixOperand<B>) auto inner_product(const A& a, const B& b) {
  static_assert(PlainOf<A>::IsVectorAtCompileTime && PlainOf<B>::IsVectorAtCompileTime, "dot is of vectors");
  const auto upright = [](const auto& h) { return h.layout.cols == 1 ? h : h.transpose(); };
  using S = typename detail::Meeting<A, B>::S;
  auto& tape = *detail::meeting_tape<detail::Meeting<A, B>::level>(a, b);
  const auto x = upright(detail::operand(tape, a)), y = upright(detail::operand(tape, b));
  if (x.layout.rows != y.layout.rows) throw_shapes_differ("dot", x.layout.rows, 1, y.layout.rows, 1);
  return record_total(kernel_of<rules::Multiply, S>(), x, y);
}

template <class A, class B>
requires(MatrixOperands<A, B>&& MatrixOperand<A>&& MatrixOperand<B>) auto dot(const A& a, const B& b) {
  return inner_product(a, b);
}

}  // namespace gradus
