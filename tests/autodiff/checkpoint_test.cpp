// Derivatives through checkpoints against central differences.
#include <gradus/autodiff/checkpoint.hpp>

#include "../support/matrix_operations.hpp"

namespace gradus::test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

// Eigen's expressions refer to what they are made of, so functions that serve plain numbers too end with eval().
const auto layer = [](const auto& a, const auto& b) { return (a * b).array().tanh().matrix().eval(); };
// Its second argument is the first to get its adjoint.
const auto swapped = [](const auto& a, const auto& b) { return layer(b, a); };
const auto parts = [](const auto& a, const auto& b) { return std::tuple((a * b).eval(), a(0, 1) * b.sum(), b * a); };

TEST_CASE("derivatives through checkpoints, of operands and results of every kind") {
  const std::vector<MatrixOperation> table = {
      {"product", {2, 3}, {3, 2}, [](const auto& a, const auto& b) { return checkpoint(layer, a, b); }},
      {"views as operands",
       {3, 4},
       {3, 3},
       [](const auto& a, const auto& b) { return checkpoint(layer, a.transpose().topRows(2), b.middleCols(1, 2)); }},
      {"broadcasts as operands and result",
       {3, 1},
       {1, 3},
       [](const auto& a, const auto& b) {
         const auto f = [](const auto& x, const auto& y) { return x.cwiseProduct(y).col(0).replicate(1, 2); };
         return checkpoint(f, a.replicate(1, 2), b.transpose().replicate(1, 2));
       }},
      {"an operand twice",
       {3, 3},
       {3, 3},
       [](const auto& a, const auto& b) {
         return (checkpoint(layer, a, a) + checkpoint(swapped, b, b) + checkpoint(swapped, b, b.transpose())).eval();
       }},
      {"operands that overlap, and are used elsewhere",
       {3, 4},
       {3, 3},
       [](const auto& a, const auto& b) {
         return (checkpoint(layer, a.leftCols(3), a.rightCols(3)) * b + layer(b, a.leftCols(3))).eval();
       }},
      {"several results",
       {2, 3},
       {3, 2},
       [](const auto& a, const auto& b) {
         const auto [product, scalar, square] = checkpoint(parts, a, b);
         return (scalar * product + a * square * b).eval();
       }},
      {"several results, not all used",
       {2, 3},
       {3, 2},
       [](const auto& a, const auto& b) { return std::get<2>(checkpoint(parts, a, b)); }},
      {"scalars as operands and result",
       {2, 2},
       {2, 2},
       [](const auto& a, const auto& b) {
         const auto f = [](const auto& x, const auto& y, const auto& m) {
           using std::exp;
           return exp(x * y) * m.squaredNorm() + x;
         };
         return checkpoint(f, a(0, 0), 2 * b(1, 0) - a(1, 1), b);
       }},
      {"an argument as the result, and as two",
       {2, 2},
       {2, 2},
       [](const auto& a, const auto& b) {
         const auto twice = [](const auto& x, const auto& y) { return std::tuple(x, y.transpose(), x); };
         const auto [first, second, third] = checkpoint(twice, a, b);
         return (first * second + a * third).eval();
       }},
      {"a result that depends on one argument only",
       {2, 2},
       {2, 2},
       [](const auto& a, const auto& b) { return checkpoint([](const auto&, const auto& y) { return y * y; }, a, b); }},
      {"checkpoints in checkpoints",
       {2, 3},
       {3, 2},
       [](const auto& a, const auto& b) {
         const auto inner = [](const auto& x, const auto& y) { return layer(x, y).squaredNorm() * y; };
         const auto outer = [inner](const auto& x, const auto& y) {
           const auto h = checkpoint(inner, x, y);
           return (checkpoint(inner, x, h + y) * h(0, 0)).eval();
         };
         return checkpoint(outer, a, b);
       }},
  };
  check(table);
}

}  // namespace
}  // namespace gradus::test
