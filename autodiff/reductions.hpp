// Reductions other than sums: extrema, products and norms.
#pragma once

#include <functional>
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

template <class X>
using WeightsFor = Eigen::Matrix<typename X::Plain::Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// The extremum of all elements.
template <class Better, MatrixVar X>
auto extremum_of_all(const char* operation, const X& x) {
  if (x.size() == 0) throw_empty(operation, x.rows(), x.cols());
  WeightsFor<X> weights(x.rows(), x.cols());
  weigh_extremum(value_of(x), weights, Better());
  return record_total(kernel_of<rules::Pick, typename X::S>(), operand(*x.tape(), weights), x.current());
}
/// Where it is, the first one in column order.
template <class Better, MatrixVar X>
auto extremum_at(const char* operation, const X& x, Index& row, Index& col) {
  const auto y = extremum_of_all<Better>(operation, x);
  const auto numbers = value_of(x);
  const auto best = extremum_of(numbers, Better());
  for (Index j = x.cols(); j-- > 0;)
    for (Index i = x.rows(); i-- > 0;)
      if (best.attained_by(numbers.coeff(i, j))) row = i, col = j;
  return y;
}
/// The extremum of every column or row.
template <class Better, MatrixVar X, bool Columns>
auto extremum_of_each(const char* operation, const Vectorwise<X, Columns>& w) {
  const X& x = w.matrix();
  if ((Columns ? x.rows() : x.cols()) == 0) throw_empty(operation, x.rows(), x.cols());
  WeightsFor<X> weights(x.rows(), x.cols());
  const auto numbers = value_of(x);
  if constexpr (Columns)
    for (Index j = 0; j < x.cols(); ++j) weigh_extremum(numbers.col(j), weights.col(j), Better());
  else
    for (Index i = 0; i < x.rows(); ++i) weigh_extremum(numbers.row(i), weights.row(i), Better());
  return x.template reduced<rules::Pick, Columns>(operand(*x.tape(), weights), x.current());
}

/// The product of every column, a row: halves are multiplied element by element until one row is left. So a zero is no
/// special case, at any order.
template <class S>
MatrixHandle<S> products_of_columns(MatrixHandle<S> x) {
  const Index cols = x.layout.cols;
  if (x.layout.rows == 0) return operand(*x.tape, Eigen::Matrix<BaseOf<S>, 1, Eigen::Dynamic>::Ones(cols).eval());
  const auto rows = [&](Index from, Index count) {
    return x.viewed([=](const Layout& l) { return l.block(from, 0, count, cols); });
  };
  const auto& kernel = kernel_of<rules::Multiply, S>();
  std::optional<MatrixHandle<S>> odd;  // the product of the rows that had no partner
  while (x.layout.rows > 1) {
    const Index half = x.layout.rows / 2;
    if (x.layout.rows % 2 == 1) {
      const auto last = rows(2 * half, 1);
      odd = odd ? elementwise(kernel, *odd, last) : last;
    }
    x = elementwise(kernel, rows(0, half), rows(half, half));
  }
  return odd ? elementwise(kernel, x, *odd) : x;
}

template <MatrixVar X>
auto product_of_all(const X& x) {
  const Index n = x.size();
  if (n == 0) return typename X::Scalar(1);
  const auto column = dense(x.current()).viewed([=](const Layout& l) { return l.reshaped(n, 1); });
  return x.tape()->element(products_of_columns(column), 0, 0);
}
template <MatrixVar X, bool Columns>
auto product_of_each(const Vectorwise<X, Columns>& w) {
  const auto& x = w.matrix().current();
  using R = typename X::template Reduced<Columns>;
  if constexpr (Columns)
    return R(products_of_columns(x));
  else
    return R(products_of_columns(x.transpose()).transpose());
}

/// 1/y, and 0 with derivative 0 where y is 0.
template <class Y>
auto inverse_or_zero(const Y& y) {
  return gated(apply<rules::Sign>(y), apply<rules::Inverse>(y));
}

/// The norm of x/s times s, s = max|x| a constant.
template <MatrixVar X>
auto stable_norm(const X& x) {
  const auto numbers = value_of(x);
  using N = typename X::Plain::Scalar;
  const N largest = x.size() == 0 ? N(0) : N(numbers.cwiseAbs().maxCoeff());
  const N scale = largest > 0 && largest - largest == 0 ? largest : N(1);
  return apply<rules::Divide>(x, scale).norm() * scale;
}
/// The same of the p-norm.
template <MatrixVar X>
auto power_norm(const X& x, int p) {
  using S = typename X::S;
  using N = typename X::Plain::Scalar;
  const N largest = x.size() == 0 ? N(0) : N(value_of(x).cwiseAbs().maxCoeff());
  if (!(largest > 0)) return typename X::Scalar(x.norm());  // zero or NaN, and so its derivative
  const N scale = largest - largest == 0 ? largest : N(1);
  const auto exponent = repeated(*x.tape(), Var<S>(N(p)), x.rows(), x.cols());
  const auto magnitudes = apply<rules::Divide>(apply<rules::Abs>(x), scale);
  const auto sum = record_total(kernel_of<rules::Power, S>(), magnitudes.current(), exponent);
  return typename X::Scalar(apply<rules::Power>(sum, N(1) / N(p)) * scale);
}

/// Every column or row of w with its element of `vector` beside it.
template <class Rule, MatrixVar X, bool Columns, class V>
auto with_each(const Vectorwise<X, Columns>& w, const V& vector) {
  return with_every<Rule>(Vectorwise<X, !Columns>(w.matrix()), vector);
}

}  // namespace detail
}  // namespace gradus
