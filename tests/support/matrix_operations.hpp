// Tables of operations on matrices, to check against central differences.
#pragma once

#include "check_gradients.hpp"

namespace gradus::test {

/// A generic function of two matrices, of any result, and the shapes it takes.
struct MatrixOperation {
  struct Shape {
    Index rows, cols;
  };
  std::string name;
  Shape a, b;
  Function<2, 2, Eigen::MatrixXd, Eigen::MatrixXf> f;

  MatrixOperation(std::string name_, Shape a_, Shape b_, const auto& operation)
      : name(std::move(name_)),
        a(a_),
        b(b_),
        f([operation](const auto& x, const auto& y) { return contract(operation(x, y)); }) {}
};

/// Checks every operation at order 1 and 2, on distinct numbers between 1/2 and 3/2 with one sign or both.
inline void check(const std::vector<MatrixOperation>& table, double low = -1.5, double high = 1.5) {
  std::mt19937 random(2);
  for (const MatrixOperation& operation : table) {
    INFO(operation.name);
    const auto [a, b] = std::tie(operation.a, operation.b);
    const std::vector<double> numbers = distinct_numbers(a.rows * a.cols + b.rows * b.cols, low, high, random);
    const Eigen::MatrixXd x = Eigen::Map<const Eigen::MatrixXd>(numbers.data(), a.rows, a.cols);
    const Eigen::MatrixXd y = Eigen::Map<const Eigen::MatrixXd>(numbers.data() + x.size(), b.rows, b.cols);
    check_gradients<2>(operation.f, x, y);
  }
}

}  // namespace gradus::test
