// Functions of matrices, each of one flat vector x, in the vocabulary of Eigen and Gradus; plain() and by_hand() are in
// Eigen alone.
#pragma once

#include <Eigen/Cholesky>
#include <cmath>

#include "array.hpp"

namespace gradus::bench {

/// Σᵢⱼ (A B)ᵢⱼ of two n × n matrices, x = (A, B), by the matrix product.
struct ProductSum {
  explicit ProductSum(Index size) : n(size), x(VectorXd::Random(2 * n * n)) {}
  auto operator()(const auto& v) const { return (v.head(n * n).reshaped(n, n) * v.tail(n * n).reshaped(n, n)).sum(); }
  double plain(const VectorXd& v) const {
    product.noalias() = v.head(n * n).reshaped(n, n) * v.tail(n * n).reshaped(n, n);
    return product.sum();
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const double value = plain(v);
    product.setOnes();  // the adjoint of A B, which one need not know to be so simple
    gradient.head(n * n).reshaped(n, n).noalias() = product * v.tail(n * n).reshaped(n, n).transpose();
    gradient.tail(n * n).reshaped(n, n).noalias() = v.head(n * n).reshaped(n, n).transpose() * product;
    return value;
  }
  Index n;
  VectorXd x;
  mutable MatrixXd product = MatrixXd(n, n);
};

/// yᵀ A y, x = (A, y).
struct QuadraticForm {
  explicit QuadraticForm(Index size) : n(size), x(VectorXd::Random(n * n + n)) {}
  auto operator()(const auto& v) const {
    const auto y = v.tail(n);
    return y.dot((v.head(n * n).reshaped(n, n) * y).eval());
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const auto matrix = v.head(n * n).reshaped(n, n);
    const auto y = v.tail(n);
    image.noalias() = matrix * y;
    gradient.tail(n).noalias() = matrix.transpose() * y;
    gradient.tail(n) += image;
    gradient.head(n * n).reshaped(n, n).noalias() = y * y.transpose();
    return y.dot(image);
  }
  Index n;
  VectorXd x;
  mutable VectorXd image = VectorXd(n);
};

/// −ln N(b; 0, Σ) without constants: ½ bᵀ Σ⁻¹ b + ½ ln det Σ, Σ = X Xᵀ/n + I, the n × n matrix X being x.
struct LogEvidence {
  explicit LogEvidence(Index size) : n(size), b(VectorXd::Random(n)), x(VectorXd::Random(n * n)) {}
  auto operator()(const auto& v) const {
    const auto factor = v.reshaped(n, n);
    const auto covariance = (factor * factor.transpose() * scale() + identity()).eval();
    if constexpr (level_of < decltype(covariance) >> 0) {
      const auto factorization = factorize_spd(covariance);
      return 0.5 * (dot(factorization.solve(b), b) + factorization.log_determinant());
    } else {
      return 0.5 * (b.dot(solve_spd(covariance, b)) + log_determinant_spd(covariance));
    }
  }
  double plain(const VectorXd& v) const {
    factorize(v);
    solution = cholesky.solve(b);
    return value();
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    factorize(v);
    solution = cholesky.solve(b);
    adjoint.setIdentity();
    cholesky.solveInPlace(adjoint);
    adjoint.noalias() -= solution * solution.transpose();  // 2 Σ̄
    gradient.reshaped(n, n).noalias() = adjoint * v.reshaped(n, n);
    gradient *= scale();
    return value();
  }
  void factorize(const VectorXd& v) const {
    covariance_.setIdentity();
    covariance_.selfadjointView<Eigen::Lower>().rankUpdate(v.reshaped(n, n), scale());
    cholesky.compute(covariance_);
  }
  double value() const { return 0.5 * b.dot(solution) + cholesky.matrixLLT().diagonal().array().log().sum(); }
  double scale() const { return 1 / static_cast<double>(n); }
  MatrixXd identity() const { return MatrixXd::Identity(n, n); }

  Index n;
  VectorXd b, x;
  mutable MatrixXd covariance_ = MatrixXd(n, n), adjoint = MatrixXd(n, n);
  mutable VectorXd solution = VectorXd(n);
  mutable Eigen::LLT<MatrixXd> cholesky = Eigen::LLT<MatrixXd>(n);
};

}  // namespace gradus::bench
