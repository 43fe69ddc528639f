// The functions of the benchmarks in FastAD's paper (Yang 2022, "FastAD: expression template-based C++ library for fast
// and memory-efficient automatic differentiation"), each in the vocabulary of Eigen and Gradus; plain(), where Eigen
// alone can be written faster; loop(), as a loop over scalars of any type; and by_hand(), the value and the gradient as
// one would write them without a library.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <numbers>
#include <type_traits>

#include <gradus/autodiff/autodiff.hpp>

namespace gradus::bench {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

/// The data of a function as it stands beside x: read in place where x is recorded.
template <class X, class Data>
decltype(auto) beside(const X&, const Data& data) {
  if constexpr (level_of < X >> 0)
    return borrow(data);
  else
    return (data);
}

/// Σ xᵢ
struct Sum {
  explicit Sum(Index n) : x(VectorXd::Random(n)) {}
  auto operator()(const auto& v) const { return v.sum(); }
  template <class X>
  auto loop(const X& v) const {
    typename X::Scalar sum = 0;
    for (Index i = 0; i < v.size(); ++i) sum += v(i);
    return sum;
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    gradient.setOnes();
    return v.sum();
  }
  VectorXd x;
};

/// Π xᵢ
struct Product {
  explicit Product(Index n) : x(VectorXd::Ones(n) + VectorXd::Random(n) / double(n)) {}
  auto operator()(const auto& v) const { return v.prod(); }
  template <class X>
  auto loop(const X& v) const {
    typename X::Scalar product = 1;
    for (Index i = 0; i < v.size(); ++i) product *= v(i);
    return product;
  }
  /// Right where no element is zero, which one who writes it for one's own data knows.
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const double product = v.prod();
    gradient.array() = product / v.array();
    return product;
  }
  VectorXd x;
};

/// ln Σ exp xᵢ
struct LogSumExp {
  explicit LogSumExp(Index n) : x(3 * VectorXd::Random(n)) {}
  auto operator()(const auto& v) const { return logsumexp(v); }
  template <class X>
  auto loop(const X& v) const {
    using std::exp, std::log;
    const double most = x.maxCoeff();  // a constant: it cancels
    typename X::Scalar sum = 0;
    for (Index i = 0; i < v.size(); ++i) sum += exp(v(i) - most);
    return typename X::Scalar(log(sum) + most);
  }
  double plain(const VectorXd& v) const {
    const double most = v.maxCoeff();
    return std::log((v.array() - most).exp().sum()) + most;
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const double most = v.maxCoeff();
    gradient.array() = (v.array() - most).exp();
    const double sum = gradient.sum();
    gradient *= 1 / sum;
    return std::log(sum) + most;
  }
  VectorXd x;
};

/// ln Π N(xᵢ; μ, σ²)
struct NormalLogDensity {
  explicit NormalLogDensity(Index n) : x(VectorXd::Random(n)) {}
  auto operator()(const auto& v) const { return normal_log_density(v, mean, deviation); }
  template <class X>
  auto loop(const X& v) const {
    typename X::Scalar sum = 0;
    for (Index i = 0; i < v.size(); ++i) {
      const typename X::Scalar z = (v(i) - mean) * (1 / deviation);
      sum += z * z;
    }
    return typename X::Scalar(-0.5 * sum - constant(v.size()));
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const double precision = 1 / (deviation * deviation);
    gradient.array() = (mean - v.array()) * precision;
    return -0.5 * gradient.squaredNorm() / precision - constant(v.size());
  }
  double constant(Index n) const { return double(n) * (std::log(deviation) + 0.5 * std::log(2 * std::numbers::pi)); }
  double mean = -0.56, deviation = 1.37;
  VectorXd x;
};

/// ln N(y; X w + b, σ²) + ln N(w; 0, 1) + ln N(b; 0, 1) for n observations of 150 features, without constants; x is
/// (w, b, σ).
struct Regression {
  static constexpr Index features = 150;
  explicit Regression(Index n)
      : data(MatrixXd::Random(n, features)), y(VectorXd::Random(n)), x(0.1 * VectorXd::Random(features + 2)) {
    x(features + 1) = 1.3;
  }
  auto operator()(const auto& v) const {
    const auto w = v.head(features);
    const auto b = v(features), deviation = v(features + 1);
    const auto differences = ((beside(v, data) * w).array() + b).matrix() - beside(v, y);
    using std::log;
    return -0.5 / (deviation * deviation) * differences.squaredNorm() - double(y.size()) * log(deviation) -
           0.5 * w.squaredNorm() - 0.5 * b * b;
  }
  template <class X>
  auto loop(const X& v) const {
    using Scalar = typename X::Scalar;
    using std::log;
    const Scalar deviation = v(features + 1);
    Scalar squares = 0, prior = v(features) * v(features);
    for (Index i = 0; i < y.size(); ++i) {
      Scalar error = v(features) - y(i);
      for (Index j = 0; j < features; ++j) error += data(i, j) * v(j);
      squares += error * error;
    }
    for (Index j = 0; j < features; ++j) prior += v(j) * v(j);
    return Scalar(-0.5 * squares / (deviation * deviation) - double(y.size()) * log(deviation) - 0.5 * prior);
  }
  double plain(const VectorXd& v) const {
    errors.noalias() = data * v.head(features);
    return value(v, (errors.array() + v(features) - y.array()).square().sum());
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const double deviation = v(features + 1), precision = 1 / (deviation * deviation);
    errors.noalias() = data * v.head(features);
    errors.array() += v(features) - y.array();
    gradient.head(features).noalias() = data.transpose() * errors;
    gradient.head(features) = -precision * gradient.head(features) - v.head(features);
    gradient(features) = -precision * errors.sum() - v(features);
    const double squares = errors.squaredNorm();
    gradient(features + 1) = precision / deviation * squares - double(y.size()) / deviation;
    return value(v, squares);
  }
  double value(const VectorXd& v, double squares) const {
    const double b = v(features), deviation = v(features + 1);
    return -0.5 / (deviation * deviation) * squares - double(y.size()) * std::log(deviation) -
           0.5 * v.head(features).squaredNorm() - 0.5 * b * b;
  }
  MatrixXd data;
  VectorXd y, x;
  mutable VectorXd errors = VectorXd(y.size());
};

/// The stochastic volatility model of the Stan User's Guide: yₜ ~ N(0, e^hₜ), hₜ = μ + φ (hₜ₋₁ − μ) + σ zₜ, z₁ scaled
/// by 1/√(1 − φ²), z ~ N(0, 1), σ ~ Cauchy(0, 5), μ ~ Cauchy(0, 10), φ uniform; without constants. x is (z, φ, σ, μ).
struct StochasticVolatility {
  explicit StochasticVolatility(Index n) : squares(VectorXd::Random(n).array().square()), x(VectorXd::Random(n + 3)) {
    x.tail<3>() << 0.95, 0.25, -1.0;
  }
  auto operator()(const auto& v) const {
    using Scalar = typename std::remove_cvref_t<decltype(v)>::Scalar;
    const Index n = squares.size();
    const Scalar phi = v(n), sigma = v(n + 1), mu = v(n + 2);
    using std::exp, std::log1p, std::sqrt;
    const Scalar first = sigma * v(0) / sqrt(1 - phi * phi), level = first + mu;
    const auto rest = linear_recurrence(phi, (sigma * v.segment(1, n - 1)).eval(), first);  // h − μ
    const auto levels = (rest.array() + mu).eval();
    const Eigen::Map<const Eigen::ArrayXd> observed(squares.data() + 1, n - 1);
    return -0.5 * (level + squares(0) * exp(-level) + (levels + beside(v, observed) * exp(-levels)).sum() +
                   v.head(n).squaredNorm()) -
           log1p(sigma * sigma / 25) - log1p(mu * mu / 100);
  }
  template <class X>
  auto loop(const X& v) const {
    using Scalar = typename X::Scalar;
    using std::exp, std::log, std::sqrt;
    const Index n = squares.size();
    const Scalar phi = v(n), sigma = v(n + 1), mu = v(n + 2);
    Scalar k = sigma * v(0) / sqrt(1 - phi * phi), sum = 0;
    for (Index t = 0; t < n; ++t) {
      if (t > 0) k = phi * k + sigma * v(t);
      const Scalar level = k + mu;
      sum += level + squares(t) * exp(-level) + v(t) * v(t);
    }
    return Scalar(-0.5 * sum - log(1 + sigma * sigma / 25) - log(1 + mu * mu / 100));
  }
  double plain(const VectorXd& v) const {
    const double sigma = v(squares.size() + 1), mu = v(squares.size() + 2);
    follow(v);
    const double observed = (h + squares * (-h).exp()).sum();
    return -0.5 * (observed + v.head(squares.size()).squaredNorm()) - std::log1p(sigma * sigma / 25) -
           std::log1p(mu * mu / 100);
  }
  double by_hand(const VectorXd& v, VectorXd& gradient) const {
    const Index n = squares.size();
    const double phi = v(n), sigma = v(n + 1), mu = v(n + 2), root = std::sqrt(1 - phi * phi);
    follow(v);
    adjoint = squares * (-h).exp();
    const double observed = h.sum() + adjoint.sum();
    adjoint = 0.5 * adjoint - 0.5;
    gradient(n + 2) = adjoint.sum() - 2 * mu / (100 + mu * mu);
    double by_phi = 0;
    for (Index t = n - 1; t > 0; --t) {
      by_phi += adjoint(t) * (h(t - 1) - mu);
      adjoint(t - 1) += phi * adjoint(t);
    }
    gradient(n) = by_phi + adjoint(0) * sigma * v(0) * phi / (root * root * root);
    adjoint(0) /= root;
    gradient(n + 1) = adjoint.matrix().dot(v.head(n)) - 2 * sigma / (25 + sigma * sigma);
    gradient.head(n) = sigma * adjoint.matrix() - v.head(n);
    return -0.5 * (observed + v.head(n).squaredNorm()) - std::log1p(sigma * sigma / 25) - std::log1p(mu * mu / 100);
  }
  void follow(const VectorXd& v) const {
    const Index n = squares.size();
    const double phi = v(n), sigma = v(n + 1), mu = v(n + 2);
    double k = sigma * v(0) / std::sqrt(1 - phi * phi);
    h(0) = k + mu;
    for (Index t = 1; t < n; ++t) {
      k = phi * k + sigma * v(t);
      h(t) = k + mu;
    }
  }
  Eigen::ArrayXd squares;
  VectorXd x;
  mutable Eigen::ArrayXd h = Eigen::ArrayXd(squares.size()), adjoint = Eigen::ArrayXd(squares.size());
};

}  // namespace gradus::bench
