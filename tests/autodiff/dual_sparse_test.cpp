// Sparse systems and products with Duals.
#include <Eigen/SparseCore>
#include <gradus/autodiff/linear_algebra/sparse.hpp>

#include "../support/forward_and_reverse.hpp"

namespace gradus::test {
namespace {

/// A tridiagonal matrix, 4 × 4.
Eigen::SparseMatrix<double> tridiagonal() {
  Eigen::SparseMatrix<double> e(4, 4);
  for (int j = 0; j < 4; ++j)
    for (int i = std::max(0, j - 1); i < std::min(4, j + 2); ++i) e.insert(i, j) = i == j ? 4 : 0.5;
  e.makeCompressed();
  return e;
}
const Eigen::SparseMatrix<double> matrix = tridiagonal();
const SparsePattern pattern(matrix);

/// Its values, moved by a few elements of x.
template <class X>
auto values(const X& x) {
  using P = PlainOf<X>;
  const Eigen::Matrix<typename P::Scalar, Eigen::Dynamic, 1> at =
      Eigen::Map<const Eigen::VectorXd>(matrix.valuePtr(), 10).cast<typename P::Scalar>();
  return (x.reshaped(16, 1).col(0).head(10) + at).eval();
}

// clang-format off
TEST_CASE("sparse systems and products, in every mode") {
  in_every_mode({
      {"solve",    [](const auto& a, const auto& b) { return solve(pattern, values(a), b); }},
      {"constant", [](const auto& a, const auto& b) { return solve(pattern, values(constant_like(a)), b); }},
      {"product",  [](const auto& a, const auto& b) { return sparse_product(pattern, values(a), b); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
