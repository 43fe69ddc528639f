// Reductions other than sums: extrema, products and norms.
#pragma once

#include <optional>

#include "nested.hpp"
#include "vectorwise.hpp"

namespace gradus {

namespace detail {

/// The largest number by `better`, or NaN if there is one, and how many there are of it.
template <class X, class Better>
auto extremum_of(const X& x, const Better& better) {
  struct Extremum {
    typename X::Scalar value;
    Index ties = 0;
    bool attained_by(typename X::Scalar v) const { return v == value || (v != v && value != value); }
  };
  Extremum best{x.coeff(0, 0)};
  for (Index j = 0; j < x.cols(); ++j)
    for (Index i = 0; i < x.rows(); ++i) {
      const auto v = x.coeff(i, j);
      if (best.attained_by(v))
        ++best.ties;
      else if (better(v, best.value) || v != v)
        best = {v, 1};
    }
  return best;
}

/// Weights for rules::Pick: 1/k for the first of the k elements that attain the extremum, which gives the value, and
/// −1/k for the others. So all of them share the derivative: the element of least norm of the subdifferential.
template <class X, class Weights, class Better>
void weigh_extremum(const X& x, Weights&& weights, const Better& better) {
  const auto best = extremum_of(x, better);
  auto share = 1 / static_cast<typename X::Scalar>(best.ties);
  for (Index j = 0; j < x.cols(); ++j)
    for (Index i = 0; i < x.rows(); ++i) {
      const bool attains = best.attained_by(x.coeff(i, j));
      weights.coeffRef(i, j) = attains ? share : typename X::Scalar(0);
      if (attains && share > 0) share = -share;
    }
}

/// The extremum of all elements.
template <class Better, ActiveMatrix X>
auto extremum_of_all(const char* operation, const X& x) {
  if (x.size() == 0) throw_empty(operation, x.rows(), x.cols());
  Eigen::MatrixX<typename X::Plain::Scalar> weights(x.rows(), x.cols());
  weigh_extremum(value_of(x), weights, Better());
  return sum_of<rules::Pick>(weights, x);
}
/// Where it is, the first one in column order.
template <class Better, ActiveMatrix X>
auto extremum_at(const char* operation, const X& x, Index& row, Index& col) {
  const auto y = extremum_of_all<Better>(operation, x);
  const auto& numbers = value_of(x);
  const auto best = extremum_of(numbers, Better());
  for (Index j = x.cols(); j-- > 0;)
    for (Index i = x.rows(); i-- > 0;)
      if (best.attained_by(numbers.coeff(i, j))) row = i, col = j;
  return y;
}
/// The extremum of every column or row.
template <class Better, ActiveMatrix X, bool Columns>
auto extremum_of_each(const char* operation, const Vectorwise<X, Columns>& w) {
  const X& x = w.matrix();
  if ((Columns ? x.rows() : x.cols()) == 0) throw_empty(operation, x.rows(), x.cols());
  using Weights = Reshaped<typename X::Plain, X::RowsAtCompileTime, X::ColsAtCompileTime>;
  Weights weights = Weights::Zero(x.rows(), x.cols());
  const auto& numbers = value_of(x);
  if constexpr (Columns)
    for (Index j = 0; j < x.cols(); ++j) weigh_extremum(numbers.col(j), weights.col(j), Better());
  else
    for (Index i = 0; i < x.rows(); ++i) weigh_extremum(numbers.row(i), weights.row(i), Better());
  return sums_of<rules::Pick, Columns>(weights, x);
}

/// The product of every column, a row: halves are multiplied element by element until one row is left. So a zero is no
/// special case, at any order.
template <ActiveMatrix X>
auto products_of_columns(const X& x) {
  auto left = x.topRows(x.rows());
  using Rows = decltype(left);
  if (left.rows() == 0) left = constant_beside(left, PlainOf<Rows>::Ones(1, x.cols()));
  std::optional<Rows> odd;  // the product of the rows that had no partner
  while (left.rows() > 1) {
    const Index half = left.rows() / 2;
    if (left.rows() % 2 == 1) {
      const Rows last = left.bottomRows(1);
      odd.emplace(odd ? Rows(apply<rules::Multiply>(*odd, last)) : last);
    }
    left = Rows(apply<rules::Multiply>(left.topRows(half), left.middleRows(half, half)));
  }
  return (odd ? Rows(apply<rules::Multiply>(left, *odd)) : left).row(0);
}

template <ActiveMatrix X>
auto product_of_all(const X& x) {
  if constexpr (MatrixVar<X>)
    if constexpr (forms_chains<typename X::S>) return typename X::Scalar(record_prod(x.current()));
  return typename X::Scalar(products_of_columns(x.reshaped())(0));
}
template <ActiveMatrix X, bool Columns>
auto product_of_each(const Vectorwise<X, Columns>& w) {
  if constexpr (Columns)
    return products_of_columns(w.matrix());
  else
    return products_of_columns(w.matrix().transpose()).transpose();
}

/// 1/y, and 0 with derivative 0 where y is 0.
template <class Y>
auto inverse_or_zero(const Y& y) {
  return gated(apply<rules::Sign>(y), apply<rules::Inverse>(y));
}

/// The norm of x/s times s, s = max|x| a constant.
template <ActiveMatrix X>
auto stable_norm(const X& x) {
  const auto& numbers = value_of(x);
  using N = typename X::Plain::Scalar;
  const N largest = x.size() == 0 ? N(0) : N(numbers.cwiseAbs().maxCoeff());
  const N scale = largest > 0 && largest - largest == 0 ? largest : N(1);
  return apply<rules::Divide>(x, scale).norm() * scale;
}
/// The same of the p-norm.
template <ActiveMatrix X>
auto power_norm(const X& x, int p) {
  using N = typename X::Plain::Scalar;
  const N largest = x.size() == 0 ? N(0) : N(value_of(x).cwiseAbs().maxCoeff());
  if (!(largest > 0)) return typename X::Scalar(x.norm());  // zero or NaN, and so its derivative
  const N scale = largest - largest == 0 ? largest : N(1);
  const auto sum = sum_of<rules::Power>(apply<rules::Divide>(apply<rules::Abs>(x), scale), N(p));
  return typename X::Scalar(apply<rules::Power>(sum, N(1) / N(p)) * scale);
}

/// Every column or row of w with its element of `vector` beside it.
template <class Rule, ActiveMatrix X, bool Columns, class V>
auto with_each(const Vectorwise<X, Columns>& w, const V& vector) {
  return with_every<Rule>(Vectorwise<X, !Columns>(w.matrix()), vector);
}

}  // namespace detail
}  // namespace gradus
