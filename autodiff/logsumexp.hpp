// Logarithms of sums of exponentials, and softmax.
#pragma once

#include "reductions.hpp"

namespace gradus {

namespace detail {

// What is subtracted from every exponent, so that the largest exponential is 1; 0 where that would be infinite.
template <class X>
auto shift_for(const X& x) {
  using N = typename X::Scalar;
  N largest;
  if constexpr (forms_chains<N> && requires { borrow(x); })
    largest = kernels::largest(borrow(x).view);
  else
    largest = x.size() == 0 ? N(0) : N(x.maxCoeff());
  return largest - largest == 0 ? largest : N(0);
}
/// The same of every column or row: of the shape of their sums.
template <class X, bool Columns>
auto shifts_for(const Vectorwise<X, Columns>& w) {
  const auto& numbers = value_of(w.matrix());
  using R = Reshaped<typename X::Plain, Columns ? 1 : X::RowsAtCompileTime, Columns ? X::ColsAtCompileTime : 1>;
  R shifts(Columns ? 1 : numbers.rows(), Columns ? numbers.cols() : 1);
  for (Index k = 0; k < shifts.size(); ++k) {
    if constexpr (Columns)
      shifts(k) = shift_for(numbers.col(k));
    else
      shifts(k) = shift_for(numbers.row(k));
  }
  return shifts;
}

/// Σ exp(x − shift) of numbers without gaps, in one record.
template <Number S>
Var<S> sum_of_exponentials(const MatrixHandle<S>& x, const S& shift) {
  S* exponentials;
  const auto kept = new_constant(*x.tape, x.layout.rows, x.layout.cols, exponentials);
  const S sum = kernels::exponentials(x.layout.size(), numbers(x).data, shift, exponentials);
  return record_total(kernel_of<rules::ExpBeside, S>(), x, kept, &sum);
}
/// The same of anything. The exponentials are kept: they are the derivative.
template <ActiveMatrix X, class N>
auto sum_of_exponentials(const X& x, const N& shift) {
  if constexpr (MatrixVar<X>)
    if constexpr (forms_chains<typename X::S>)
      if (x.current().layout.is_dense() && x.tape()->journal() == nullptr)
        return sum_of_exponentials(x.handle(), shift);
  return typename X::Scalar(apply<rules::Exp>(apply<rules::Subtract>(x, shift)).sum());
}
/// log Σ exp(x − shift).
template <ActiveMatrix X, class N>
auto log_of_sum(const X& x, const N& shift) {
  return typename X::Scalar(apply<rules::LogOfSum>(sum_of_exponentials(x, shift)));
}
template <class X, bool Columns, class Shifts>
auto log_of_sums(const Vectorwise<X, Columns>& w, const Shifts& shifts) {
  return apply<rules::LogOfSum>(sums_of<rules::ExpOfDifference, Columns>(w.matrix(), shifts));
}

}  // namespace detail

/// ln Σᵢ exp(xᵢ) over all elements, or over those of every column or row for x.colwise() and x.rowwise(). Does not
/// overflow; elements of −∞ add nothing, and of such alone (or of no elements) it is −∞ with derivative 0. The
/// derivative is softmax(x). The name and the conventions are those of scipy.special.logsumexp.
template <ActiveMatrix X>
auto logsumexp(const X& x) {
  const auto shift = detail::shift_for(value_of(x));
  return typename X::Scalar(detail::log_of_sum(x, shift) + shift);
}
template <ActiveMatrix X, bool Columns>
auto logsumexp(const Vectorwise<X, Columns>& w) {
  const auto shifts = detail::shifts_for(w);
  return apply<rules::Add>(detail::log_of_sums(w, shifts), shifts);
}

/// exp(xᵢ) / Σⱼ exp(xⱼ) over all elements, or over those of every column or row. Does not overflow.
template <ActiveMatrix X>
auto softmax(const X& x) {
  const auto e = apply<rules::ExpOfDifference>(x, detail::shift_for(value_of(x)));
  return apply<rules::Divide>(e, e.sum());
}
template <ActiveMatrix X, bool Columns>
auto softmax(const Vectorwise<X, Columns>& w) {
  const auto e = detail::with_each<rules::ExpOfDifference>(w, detail::shifts_for(w));
  const Vectorwise<std::remove_cvref_t<decltype(e)>, Columns> each(e);
  return detail::with_each<rules::Divide>(each, each.sum());
}

/// ln softmax(x) = x − logsumexp(x), precise where softmax underflows.
template <ActiveMatrix X>
auto log_softmax(const X& x) {
  const auto shift = detail::shift_for(value_of(x));
  return apply<rules::Subtract>(apply<rules::Subtract>(x, shift), detail::log_of_sum(x, shift));
}
template <ActiveMatrix X, bool Columns>
auto log_softmax(const Vectorwise<X, Columns>& w) {
  const auto shifts = detail::shifts_for(w);
  const auto shifted = detail::with_each<rules::Subtract>(w, shifts);
  return detail::with_each<rules::Subtract>(Vectorwise<std::remove_cvref_t<decltype(shifted)>, Columns>(shifted),
                                            detail::log_of_sums(w, shifts));
}

// The same of plain Eigen objects.
template <EigenDense X>
auto logsumexp(const X& x) {
  const typename X::PlainObject v = x;
  const auto shift = detail::shift_for(v);
  using std::log;
  return log((v.array() - shift).exp().sum()) + shift;
}
template <EigenDense X>
auto softmax(const X& x) {
  const typename X::PlainObject v = x;
  typename X::PlainObject e = (v.array() - detail::shift_for(v)).exp().matrix();
  e /= e.sum();
  return e;
}
template <EigenDense X>
auto log_softmax(const X& x) {
  using std::log;
  typename X::PlainObject v = x;
  v.array() -= detail::shift_for(v);
  v.array() -= log(v.array().exp().sum());
  return v;
}

namespace detail {
/// f of every column or row of a plain Eigen object, written by put(result, k, value).
template <class X, int Direction, class F>
auto mapped(const Eigen::VectorwiseOp<X, Direction>& w, const F& f) {
  typename X::PlainObject x = w._expression();
  for (Index k = 0; k < (Direction == Eigen::Vertical ? x.cols() : x.rows()); ++k) {
    if constexpr (Direction == Eigen::Vertical)
      x.col(k) = f(x.col(k));
    else
      x.row(k) = f(x.row(k));
  }
  return x;
}
}  // namespace detail
template <class X, int Direction>
auto softmax(const Eigen::VectorwiseOp<X, Direction>& w) {
  return detail::mapped(w, [](const auto& v) { return softmax(v); });
}
template <class X, int Direction>
auto log_softmax(const Eigen::VectorwiseOp<X, Direction>& w) {
  return detail::mapped(w, [](const auto& v) { return log_softmax(v); });
}
template <class X, int Direction>
auto logsumexp(const Eigen::VectorwiseOp<X, Direction>& w) {
  constexpr bool columns = Direction == Eigen::Vertical;
  const typename X::PlainObject x = w._expression();
  detail::Reshaped<typename X::PlainObject, columns ? 1 : X::RowsAtCompileTime, columns ? X::ColsAtCompileTime : 1> y(
      columns ? 1 : x.rows(), columns ? x.cols() : 1);
  for (Index k = 0; k < y.size(); ++k) {
    if constexpr (columns)
      y(k) = logsumexp(x.col(k));
    else
      y(k) = logsumexp(x.row(k));
  }
  return y;
}

}  // namespace gradus
