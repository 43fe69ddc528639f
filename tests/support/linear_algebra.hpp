// Matrices that operations of linear algebra are well-conditioned at.
#pragma once

#include "check_gradients.hpp"

namespace gradus::test {

template <class X>
auto identity_like(const X& x) {
  using P = PlainOf<X>;
  return P(P::Identity(x.rows(), x.cols()));
}

/// A matrix with 3 added to the diagonal: far from singular for elements of size 1.
template <class X>
auto shifted(const X& x) {
  return (x + 3 * identity_like(x)).eval();
}
/// With 8 added: for elements up to 1.5, as the table of operations has them.
template <class X>
auto regular(const X& x) {
  return (x + 8 * identity_like(x)).eval();
}
/// A Aᵀ + 1: symmetric, positive definite.
template <class X>
auto gram(const X& x) {
  const auto product = (x * x.transpose()).eval();
  return (product + identity_like(product)).eval();
}

template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

inline Matrix<double> random_matrix(Index rows, Index cols, unsigned seed) {
  std::mt19937 random(seed);
  return direction_like(Matrix<double>(rows, cols), random);
}

}  // namespace gradus::test
