// The Gaussian mixture objective of ADBench and GradBench: the log-likelihood of n points under K Gaussians of d
// dimensions, with a Wishart prior on the precisions.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <numbers>
#include <vector>

#include "array.hpp"

namespace gradus::bench {

/// x holds α (K), the means (d × K), and for every Gaussian the logarithms of the diagonal (d × K) and the strictly
/// lower triangle, column after column (d(d−1)/2 × K), of Qₖ, a factor of the precision QₖᵀQₖ. The value is
///
///   Σᵢ logsumexpₖ(αₖ + Σ qₖ − ½‖Qₖ(xᵢ − μₖ)‖²) − n logsumexp(α) + Σₖ ½γ²‖Qₖ‖² − m Σ qₖ  + constants
class GaussianMixture {
 public:
  GaussianMixture(Index points, Index dimensions, Index components)
      : n(points),
        d(dimensions),
        k(components),
        data(MatrixXd::Random(d, n)),
        x(VectorXd::Random(k * (1 + 2 * d + d * (d - 1) / 2))) {}

  auto operator()(const auto& v) const {
    const auto alphas = v.head(k);
    const auto means = v.segment(k, d * k).reshaped(d, k);
    const auto logarithms = v.segment(k + d * k, d * k).reshaped(d, k);
    const auto lower = v.tail(below() * k).reshaped(below(), k);
    const auto diagonals = logarithms.array().exp().matrix().eval();
    const auto factors = factors_of(diagonals, lower);
    const auto sums = logarithms.colwise().sum().eval();
    std::vector<std::remove_cvref_t<decltype(alphas.eval())>> terms;  // of every component, n
    for (Index j = 0; j < k; ++j) {
      const auto factor = factors.col(j).reshaped(d, d);
      const auto images = ((factor * beside(v, data)).colwise() - (factor * means.col(j)).eval()).eval();
      terms.emplace_back((-0.5 * images.colwise().squaredNorm().transpose().array() + (alphas(j) + sums(j))).matrix());
    }
    const auto prior = 0.5 * gamma * gamma * (diagonals.squaredNorm() + lower.squaredNorm()) - m * sums.sum();
    return logsumexp(hcat(terms).rowwise()).sum() - double(n) * logsumexp(alphas) + prior + constant();
  }

  double plain(const VectorXd& v) const {
    terms_of(v);
    return value(v, mixed());
  }

  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    terms_of(v);
    const double likelihood = mixed();  // leaves the responsibilities in terms
    const auto alphas = v.head(k).array();
    const VectorXd totals = terms_.colwise().sum().transpose();
    gradient.head(k) = totals.array() - double(n) * (alphas - logsumexp(alphas.matrix())).exp();
    for (Index j = 0; j < k; ++j) {
      auto image = images_.middleCols(j * n, n);
      image.array().rowwise() *= -terms_.col(j).transpose();
      const auto mean = v.segment(k + j * d, d);
      const VectorXd due = image.rowwise().sum();
      by_factor_.noalias() = image * data.transpose();
      by_factor_.noalias() -= due * mean.transpose();
      gradient.segment(k + j * d, d).noalias() = -factors_[std::size_t(j)].transpose() * due;
      gather(v, j, totals(j), gradient);
    }
    return value(v, likelihood);
  }

  static constexpr double gamma = 1, m = 0;  // of the prior
  Index n, d, k;
  MatrixXd data;
  VectorXd x;

 private:
  Index below() const { return d * (d - 1) / 2; }

  /// d² × K: in every column a lower triangular matrix.
  template <class D, class L>
  auto factors_of(const D& diagonals, const L& lower) const {
    std::vector<std::remove_cvref_t<decltype(diagonals.topRows(1).eval())>> rows;
    for (Index c = 0, at = 0; c < d; at += d - ++c) {
      if (c > 0) rows.emplace_back(constant_beside(diagonals, MatrixXd::Zero(c, k)));
      rows.emplace_back(diagonals.middleRows(c, 1));
      if (c + 1 < d) rows.emplace_back(lower.middleRows(at, d - c - 1));
    }
    return vcat(rows);
  }
  template <class X>
  static auto constant_beside(const X& x, const MatrixXd& values) {
    if constexpr (level_of < X >> 0)
      return x.tape()->constant(values);
    else
      return values;
  }

  // Of plain() and by_hand().
  void terms_of(const VectorXd& v) const {
    for (Index j = 0; j < k; ++j) {
      MatrixXd& factor = factors_[std::size_t(j)];
      const double* lower = v.data() + k + 2 * d * k + j * below();
      const auto logarithms = v.segment(k + d * k + j * d, d);
      for (Index c = 0; c < d; ++c) {
        factor(c, c) = std::exp(logarithms(c));
        for (Index r = c + 1; r < d; ++r) factor(r, c) = *lower++;
      }
      auto image = images_.middleCols(j * n, n);
      image.noalias() = factor * data;
      image.colwise() -= (factor * v.segment(k + j * d, d)).eval();
      terms_.col(j) = -0.5 * image.colwise().squaredNorm().transpose().array() + (v(j) + logarithms.sum());
    }
  }
  /// Σᵢ logsumexpₖ(terms), which become their softmax.
  double mixed() const {
    const Eigen::ArrayXd most = terms_.rowwise().maxCoeff();
    terms_ = (terms_.colwise() - most).exp();
    const Eigen::ArrayXd sums = terms_.rowwise().sum();
    terms_.colwise() *= 1 / sums;
    return (sums.log() + most).sum();
  }
  double value(const VectorXd& v, double likelihood) const {
    const auto logarithms = v.segment(k + d * k, d * k);
    return likelihood - double(n) * logsumexp(v.head(k)) +
           0.5 * gamma * gamma * ((2 * logarithms.array()).exp().sum() + v.tail(below() * k).squaredNorm()) -
           m * logarithms.sum() + constant();
  }
  /// From by_factor_, the derivatives by the logarithms and the triangle of component j.
  void gather(const VectorXd& v, Index j, double total, VectorXd& gradient) const {
    const MatrixXd& factor = factors_[std::size_t(j)];
    Index at = k + 2 * d * k + j * below();
    for (Index c = 0; c < d; ++c) {
      gradient(k + d * k + j * d + c) = total - m + (by_factor_(c, c) + gamma * gamma * factor(c, c)) * factor(c, c);
      for (Index r = c + 1; r < d; ++r, ++at) gradient(at) = by_factor_(r, c) + gamma * gamma * v(at);
    }
  }
  double constant() const { return -0.5 * double(n * d) * std::log(2 * std::numbers::pi); }

  mutable std::vector<MatrixXd> factors_ = std::vector<MatrixXd>(std::size_t(k), MatrixXd::Zero(d, d));
  mutable MatrixXd images_ = MatrixXd(d, n*k), by_factor_ = MatrixXd(d, d);
  mutable Eigen::ArrayXXd terms_ = Eigen::ArrayXXd(n, k);
};

}  // namespace gradus::bench
