// Derivatives through checkpoints against central differences.
#include <gradus/autodiff/checkpoint.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::checkpoint_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

// Eigen's expressions refer to what they are made of, so functions that serve plain numbers too end with eval().
const auto layer = [](const auto& a, const auto& b) { return (a * b).array().tanh().matrix().eval(); };
// Its second argument is the first to get its adjoint.
const auto swapped = [](const auto& a, const auto& b) { return layer(b, a); };
const auto parts = [](const auto& a, const auto& b) { return std::tuple((a * b).eval(), a(0, 1) * b.sum(), b * a); };

struct Shape {
  Index rows, cols;
};
/// Checks an operation on two matrices of these shapes.
void check(const char* name, Shape a, Shape b, const auto& operation) {
  INFO(name);
  std::mt19937 random(2);
  const std::vector<double> numbers = distinct_numbers(a.rows * a.cols + b.rows * b.cols, -1.5, 1.5, random);
  const MatrixXd x = Eigen::Map<const MatrixXd>(numbers.data(), a.rows, a.cols);
  const MatrixXd y = Eigen::Map<const MatrixXd>(numbers.data() + x.size(), b.rows, b.cols);
  check_gradients<2>([&](const auto& p, const auto& q) { return contract(operation(p, q)); }, x, y);
}

TEST_CASE("derivatives through checkpoints, of operands and results of every kind") {
  check("product", {2, 3}, {3, 2}, [](const auto& a, const auto& b) { return checkpoint(layer, a, b); });
  check("views as operands", {3, 4}, {3, 3},
        [](const auto& a, const auto& b) { return checkpoint(layer, a.transpose().topRows(2), b.middleCols(1, 2)); });
  check("broadcasts as operands and result", {3, 1}, {1, 3}, [](const auto& a, const auto& b) {
    const auto f = [](const auto& x, const auto& y) { return x.cwiseProduct(y).col(0).replicate(1, 2); };
    return checkpoint(f, a.replicate(1, 2), b.transpose().replicate(1, 2));
  });
  check("an operand twice", {3, 3}, {3, 3}, [](const auto& a, const auto& b) {
    return (checkpoint(layer, a, a) + checkpoint(swapped, b, b) + checkpoint(swapped, b, b.transpose())).eval();
  });
  check("operands that overlap, and are used elsewhere", {3, 4}, {3, 3}, [](const auto& a, const auto& b) {
    return (checkpoint(layer, a.leftCols(3), a.rightCols(3)) * b + layer(b, a.leftCols(3))).eval();
  });
  check("several results", {2, 3}, {3, 2}, [](const auto& a, const auto& b) {
    const auto [product, scalar, square] = checkpoint(parts, a, b);
    return (scalar * product + a * square * b).eval();
  });
  check("several results, not all used", {2, 3}, {3, 2},
        [](const auto& a, const auto& b) { return std::get<2>(checkpoint(parts, a, b)); });
  check("scalars as operands and result", {2, 2}, {2, 2}, [](const auto& a, const auto& b) {
    const auto f = [](const auto& x, const auto& y, const auto& m) {
      using std::exp;
      return exp(x * y) * m.squaredNorm() + x;
    };
    return checkpoint(f, a(0, 0), 2 * b(1, 0) - a(1, 1), b);
  });
  check("an argument as the result, and as two", {2, 2}, {2, 2}, [](const auto& a, const auto& b) {
    const auto twice = [](const auto& x, const auto& y) { return std::tuple(x, y.transpose(), x); };
    const auto [first, second, third] = checkpoint(twice, a, b);
    return (first * second + a * third).eval();
  });
  check("a result that depends on one argument only", {2, 2}, {2, 2}, [](const auto& a, const auto& b) {
    return checkpoint([](const auto&, const auto& y) { return y * y; }, a, b);
  });
  check("checkpoints in checkpoints", {2, 3}, {3, 2}, [](const auto& a, const auto& b) {
    const auto inner = [](const auto& x, const auto& y) { return layer(x, y).squaredNorm() * y; };
    const auto outer = [inner](const auto& x, const auto& y) {
      const auto h = checkpoint(inner, x, y);
      return (checkpoint(inner, x, h + y) * h(0, 0)).eval();
    };
    return checkpoint(outer, a, b);
  });
}

}  // namespace
}  // namespace gradus::test::checkpoint_test
