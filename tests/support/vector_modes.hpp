// Vector modes against single sweeps.
#pragma once

#include "check_gradients.hpp"

namespace gradus::test {

/// Distinct numbers between 1/2 and 3/2.
inline Eigen::VectorXd spread_numbers(Index n) {
  Eigen::VectorXd x(n);
  for (Index i = 0; i < n; ++i) x(i) = 0.5 + static_cast<double>((7 * i + 3) % (n + 1)) / static_cast<double>(n + 1);
  return x;
}

/// A column of scalars, recorded or not.
template <class S>
auto stacked(const std::vector<S>& elements) {
  if constexpr (std::is_floating_point_v<S>)
    return Eigen::VectorX<S>(Eigen::Map<const Eigen::VectorX<S>>(elements.data(), static_cast<Index>(elements.size())));
  else
    return stack(elements);
}

/// Equal but for roundings in another order.
template <class A, class B>
bool same(const A& a, const B& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  if (a.size() == 0) return true;
  return (a - b).cwiseAbs().maxCoeff() <= 1e-13 * (1 + b.cwiseAbs().maxCoeff());
}

/// At x: forward equals reverse, many seeds equal one after the other, and all are the slopes of f.
template <class F>
void check_vector_modes(const F& f, const Eigen::VectorXd& x) {
  using Eigen::MatrixXd, Eigen::VectorXd;
  const auto [y, pullback] = vector_jacobian_product(f, x);
  MatrixXd expected(y.size(), x.size());
  for (Index i = 0; i < y.size(); ++i) expected.row(i) = pullback(VectorXd(VectorXd::Unit(y.size(), i))).transpose();

  const double h = 1e-6;
  for (Index j = 0; j < x.size(); ++j) {
    const VectorXd up = x + h * VectorXd::Unit(x.size(), j), down = x - h * VectorXd::Unit(x.size(), j);
    const VectorXd slope = (VectorXd(f(up)) - VectorXd(f(down))) / (2 * h);
    CHECK((expected.col(j) - slope).cwiseAbs().maxCoeff() <= 1e-7 * (1 + slope.cwiseAbs().maxCoeff()));
  }
  CHECK(same(jacobian<Mode::reverse>(f, x), expected));
  CHECK(same(jacobian<Mode::forward>(f, x), expected));
  const auto [value, automatic] = value_and_jacobian(f, x);
  CHECK(value == y);
  CHECK(same(automatic, expected));

  std::srand(3);
  const MatrixXd seeds = MatrixXd::Random(y.size(), 11), directions = MatrixXd::Random(x.size(), 3);
  CHECK(same(pullback.batch(seeds), MatrixXd(expected.transpose() * seeds)));
  const auto [again, products] = jacobian_matrix_product(f, x, directions);
  CHECK(again == y);
  CHECK(same(products, MatrixXd(expected * directions)));
}

}  // namespace gradus::test
