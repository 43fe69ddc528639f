// Taylor coefficients of functions of matrices, checked by laws.
#pragma once

#include <gradus/autodiff/taylor.hpp>

#include "check_gradients.hpp"

namespace gradus::test {

/// A function of two 4 × 4 matrices, contracted to a scalar: its Taylor polynomial is the function, and the derivative
/// of a coefficient along the direction is the next one, which takes reverse mode through the series. With kinks the
/// step has to be small.
struct TaylorOperation {
  std::string name;
  std::function<void(const Eigen::MatrixXd&, const Eigen::MatrixXd&, const Eigen::MatrixXd&, const Eigen::MatrixXd&)>
      check;

  template <class Operation>
  TaylorOperation(std::string name_, const Operation& operation, double step = 0.03) : name(std::move(name_)) {
    check = [operation, step](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, const Eigen::MatrixXd& u,
                              const Eigen::MatrixXd& v) {
      const auto f = [&](const auto& x, const auto& y) { return contract(operation(x, y)); };
      const auto coefficients = [&](const auto& x, const auto& y, Index order) {
        return taylor(f, std::tuple(x, y), std::tuple(u, v), order);
      };
      const std::vector<double> c = coefficients(a, b, 14);
      for (const double h : {step, -step}) {
        const double y = f(Eigen::MatrixXd(a + h * u), Eigen::MatrixXd(b + h * v));
        check_close(taylor_polynomial(c, h), y, 1e-11 * (1 + std::abs(y)));
      }
      // d/ds c₂(x + s v) at 0 is 3 c₃.
      const auto [by_a, by_b] = gradient([&](const auto& x, const auto& y) { return coefficients(x, y, 2)[2]; }, a, b);
      check_close(by_a.cwiseProduct(u).sum() + by_b.cwiseProduct(v).sum(), 3 * c[3], 1e-11 * (1 + std::abs(c[3])));
    };
  }
};

inline void check_taylor(const std::vector<TaylorOperation>& table) {
  std::mt19937 random(3);
  const std::vector<double> numbers = distinct_numbers(32, 0.5, 1.5, random);
  const Eigen::MatrixXd a = Eigen::Map<const Eigen::MatrixXd>(numbers.data(), 4, 4),
                        b = Eigen::Map<const Eigen::MatrixXd>(numbers.data() + 16, 4, 4);
  const Eigen::MatrixXd u = direction_like(a, random), v = direction_like(b, random);
  for (const TaylorOperation& operation : table) {
    INFO(operation.name);
    operation.check(a, b, u, v);
  }
}

}  // namespace gradus::test
