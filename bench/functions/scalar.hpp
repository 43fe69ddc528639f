// Scalar programs: loops over single elements, of anything that has Scalar, size() and x(i).
#pragma once

#include <Eigen/Core>

namespace gradus::bench {

/// Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² (Rosenbrock 1960, in n dimensions).
struct Rosenbrock {
  explicit Rosenbrock(Eigen::Index n) : x(Eigen::VectorXd::Random(n)) {}

  template <class X>
  auto operator()(const X& v) const {
    typename X::Scalar f = 0;
    for (Eigen::Index i = 0; i + 1 < v.size(); ++i) {
      const auto valley = v(i + 1) - v(i) * v(i);
      const auto slope = 1 - v(i);
      f += 100 * valley * valley + slope * slope;
    }
    return f;
  }
  double by_hand(const Eigen::VectorXd& v, Eigen::VectorXd& gradient) const {
    double f = 0, due = 0;  // what the term before this one adds to gradient(i)
    const Eigen::Index last = v.size() - 1;
    for (Eigen::Index i = 0; i < last; ++i) {
      const double valley = v(i + 1) - v(i) * v(i), slope = 1 - v(i);
      f += 100 * valley * valley + slope * slope;
      gradient(i) = due - 400 * valley * v(i) - 2 * slope;
      due = 200 * valley;
    }
    gradient(last) = due;
    return f;
  }

  Eigen::VectorXd x;
};

/// Π xᵢ, one factor after the other (Speelpenning's example).
struct Speelpenning {
  explicit Speelpenning(Eigen::Index n)
      : x(Eigen::VectorXd::Ones(n) + Eigen::VectorXd::Random(n) / static_cast<double>(n)) {}

  template <class X>
  auto operator()(const X& v) const {
    typename X::Scalar y = 1;
    for (Eigen::Index i = 0; i < v.size(); ++i) y *= v(i);
    return y;
  }
  double by_hand(const Eigen::VectorXd& v, Eigen::VectorXd& gradient) const {
    double before = 1, after = 1;
    for (Eigen::Index i = 0; i < v.size(); ++i) gradient(i) = before, before *= v(i);
    for (Eigen::Index i = v.size(); i-- > 0;) gradient(i) *= after, after *= v(i);
    return before;
  }

  Eigen::VectorXd x;
};

/// `length` statements in a chain, of one, two or three operands each: what a statement costs in time and memory.
template <int Operands>
struct Statements {
  explicit Statements(Eigen::Index n) : length(n) {}

  template <class X>
  auto operator()(const X& v) const {
    typename X::Scalar y = v(0);
    for (Eigen::Index i = 0; i < length; ++i) {
      if constexpr (Operands == 1)
        y = 0.001 - 1.0 * y;
      else if constexpr (Operands == 2)
        y = y * v(1) + 0.001;
      else
        y = y * v(1) + v(2);
    }
    return y;
  }

  Eigen::Index length;
  // A factor of 1 or −1: with another one values or adjoints would soon be infinite, or denormal, which is slow.
  Eigen::VectorXd x = Eigen::Vector3d(0.5, -1, 0.001);
};

}  // namespace gradus::bench
