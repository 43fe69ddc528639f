// Forward mode, reverse mode and their nestings against each other: the laws that hold whatever the function.
#pragma once

#include "check_gradients.hpp"

namespace gradus::test {

using Numbers = Eigen::MatrixXd;
using DualNumbers = Eigen::MatrixX<Dual<double>>;

/// A matrix of Duals from values and tangents.
inline DualNumbers with_tangents(const Numbers& x, const Numbers& v) {
  return x.binaryExpr(v, [](double value, double tangent) { return Dual<double>(value, tangent); });
}
inline Numbers tangents(const DualNumbers& x) {
  return x.unaryExpr([](const Dual<double>& d) { return d.tangent(); });
}

/// A function of two square matrices, made a scalar, in every mode. Of first order: ⟨∇f, w⟩ by forward mode is that by
/// reverse mode, and the value that on numbers. Of second: the Hessian along w by reverse over reverse is that by
/// reverse over forward, and ⟨w, H w⟩ by forward over forward.
struct InEveryMode {
  using Check = std::function<void(const Numbers& a, const Numbers& b, const Numbers& u, const Numbers& v)>;
  std::string name;
  Check check;

  template <class Operation>
  InEveryMode(std::string name_, const Operation& operation) : name(std::move(name_)) {
    check = [operation](const Numbers& a, const Numbers& b, const Numbers& u, const Numbers& v) {
      const auto f = [&](const auto& x, const auto& y) { return contract(operation(x, y)); };
      const auto reverse = [&](const auto& x, const auto& y) {
        const auto [by_x, by_y] = gradient(f, x, y);
        return by_x.cwiseProduct(u).sum() + by_y.cwiseProduct(v).sum();
      };
      const auto forward = [&](const auto& x, const auto& y) {
        return jacobian_vector_product(f, std::tuple(x, y), std::tuple(u, v)).second;
      };
      const auto close = [](double x, double y) { check_close(x, y, 1e-11 * (1 + std::abs(y))); };
      close(jacobian_vector_product(f, std::tuple(a, b), std::tuple(u, v)).first, f(a, b));
      close(forward(a, b), reverse(a, b));
      const auto [xx, yy] = gradient(reverse, a, b);
      const auto [fx, fy] = gradient(forward, a, b);
      check_close((xx - fx).norm() + (yy - fy).norm(), 0, 1e-11 * (1 + xx.norm() + yy.norm()));
      close(jacobian_vector_product(forward, std::tuple(a, b), std::tuple(u, v)).second,
            xx.cwiseProduct(u).sum() + yy.cwiseProduct(v).sum());
    };
  }
};

/// Reverse mode on matrices of Duals, against reverse over forward.
struct OnDualNumbers {
  std::string name;
  InEveryMode::Check check;

  template <class Operation>
  OnDualNumbers(std::string name_, const Operation& operation) : name(std::move(name_)) {
    check = [operation](const Numbers& a, const Numbers& b, const Numbers& u, const Numbers& v) {
      const auto f = [&](const auto& x, const auto& y) { return contract(operation(x, y)); };
      const auto forward = [&](const auto& x, const auto& y) {
        return jacobian_vector_product(f, std::tuple(x, y), std::tuple(u, v)).second;
      };
      const auto [fx, fy] = gradient(forward, a, b);
      const auto [dx, dy] = gradient(f, with_tangents(a, u), with_tangents(b, v));
      check_close((tangents(dx) - fx).norm() + (tangents(dy) - fy).norm(), 0, 1e-11 * (1 + fx.norm() + fy.norm()));
    };
  }
};

/// Checks every operation on 4 × 4 matrices of distinct numbers between low and high.
template <class Operation>
void check_modes(const std::vector<Operation>& table, double low = 0.5, double high = 1.5) {
  std::mt19937 random(3);
  const std::vector<double> numbers = distinct_numbers(32, low, high, random);
  const Numbers a = Eigen::Map<const Numbers>(numbers.data(), 4, 4),
                b = Eigen::Map<const Numbers>(numbers.data() + 16, 4, 4);
  const Numbers u = direction_like(a, random), v = direction_like(b, random);
  for (const Operation& operation : table) {
    INFO(operation.name);
    operation.check(a, b, u, v);
  }
}
inline void in_every_mode(const std::vector<InEveryMode>& table, double low = 0.5, double high = 1.5) {
  check_modes(table, low, high);
}
inline void on_dual_numbers(const std::vector<OnDualNumbers>& table, double low = 0.5, double high = 1.5) {
  check_modes(table, low, high);
}

}  // namespace gradus::test
