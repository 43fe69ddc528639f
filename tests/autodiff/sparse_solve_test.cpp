// Sparse systems: as the dense ones, with derivatives by the nonzero values.
#include <Eigen/SparseCore>
#include <gradus/autodiff/linear_algebra/sparse.hpp>

#include "../support/linear_algebra.hpp"

namespace gradus::test::sparse_solve_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double>;
constexpr double eps = std::numeric_limits<double>::epsilon();

/// Diagonally dominant, a third of the elements outside the diagonal.
MatrixXd some_matrix(Index n) {
  const MatrixXd all = random_matrix(n, n, 1);
  return MatrixXd((all.array().abs() > 0.66).select(all, 0)) + 4 * MatrixXd::Identity(n, n);
}
MatrixXd some_spd_matrix(Index n) {
  const MatrixXd a = some_matrix(n);
  return MatrixXd(a + a.transpose());
}
VectorXd values_of(const Sparse& e) { return Eigen::Map<const VectorXd>(e.valuePtr(), e.nonZeros()); }

const MatrixXd dense = some_matrix(6), dense_spd = some_spd_matrix(6), b = random_matrix(6, 2, 2);
const Sparse sparse = dense.sparseView(), sparse_spd = dense_spd.sparseView();
const SparsePattern pattern(sparse), spd_pattern(sparse_spd);
const VectorXd values = values_of(sparse), spd_values = values_of(sparse_spd);

TEST_CASE("sparse solutions and products are the dense ones") {
  REQUIRE(pattern.nonZeros() < 20);
  CHECK((solve(pattern, values, b) - solve(dense, b)).norm() < 10 * eps);
  CHECK((factorize(pattern, values).solve_transposed(b) - factorize(dense).solve_transposed(b)).norm() < 10 * eps);
  CHECK((solve_spd(spd_pattern, spd_values, b) - solve(dense_spd, b)).norm() < 10 * eps);
  CHECK((sparse_product(pattern, values, b) - dense * b).norm() < 100 * eps);
  Sparse loose = sparse;
  loose.uncompress();
  CHECK((solve(loose, values, b) - solve(dense, b)).norm() < 10 * eps);
  CHECK(solve(sparse, 2 * values, b.col(0)).isApprox(solve(dense, b.col(0)) / 2));
}

TEST_CASE("the derivative by the values is the dense one on the pattern") {
  const auto f = [](const auto& x) { return contract(x); };
  const VectorXd by_values = gradient([&](const auto& v) { return f(solve(pattern, v, b)); }, values);
  const MatrixXd by_elements = gradient([&](const auto& a) { return f(solve(a, b)); }, dense);
  pattern.for_each([&](Index k, Index i, Index j) { CHECK(std::abs(by_values(k) - by_elements(i, j)) < 10 * eps); });
  // and of a symmetric matrix the symmetric one, shared by (i, j) and (j, i)
  const VectorXd by_spd = gradient([&](const auto& v) { return f(solve_spd(spd_pattern, v, b)); }, spd_values);
  const MatrixXd by_dense_spd = gradient([&](const auto& a) { return f(solve_spd(a, b)); }, dense_spd);
  spd_pattern.for_each([&](Index k, Index i, Index j) { CHECK(std::abs(by_spd(k) - by_dense_spd(i, j)) < 10 * eps); });
}

TEST_CASE("second derivatives of symmetric sparse systems agree with the dense ones") {
  const MatrixXd direction = random_matrix(6, 6, 5);
  const auto second = [&](const auto& f, const auto& x, const auto& d) {
    const auto along = [&](const auto& y) { return gradient(f, y).cwiseProduct(d).sum(); };
    return gradient(along, x).cwiseProduct(d).sum();
  };
  MatrixXd d_dense = MatrixXd::Zero(6, 6);
  VectorXd d_values(spd_pattern.nonZeros());
  spd_pattern.for_each(
      [&](Index k, Index i, Index j) { d_values(k) = d_dense(i, j) = direction(std::min(i, j), std::max(i, j)); });
  const double sparse_way =
      second([&](const auto& v) { return contract(solve_spd(spd_pattern, v, b)); }, spd_values, d_values);
  const double dense_way = second([&](const auto& a) { return contract(solve_spd(a, b)); }, dense_spd, d_dense);
  CHECK(std::abs(sparse_way - dense_way) < 100 * eps);
}

TEST_CASE("misuse of sparse systems") {
  const auto error_of = [](const auto& f) -> std::string {
    try {
      f();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  Tape tape;
  const auto v = tape.variable(values);
  CHECK(error_of([&] {
          solve(pattern, v.head(3), b);
        }).starts_with("solve: expected a column with a value for each of the"));
  CHECK(error_of([&] { solve(pattern, v, b.topRows(2)); }).starts_with("solve: expected a right-hand side"));
  CHECK(error_of([&] { sparse_product(pattern, v, b.topRows(2)); }).find("6×6 times 2×2") != std::string::npos);
  CHECK(error_of([&] { factorize(Sparse(2, 3), VectorXd(0)); }) == "factorize: expected a square matrix, got 2×3");
  CHECK(error_of([&] { solve(pattern, 0 * v, b); }).starts_with("solve: expected a nonsingular sparse matrix"));
  CHECK(error_of([&] {
          solve_spd(spd_pattern, -spd_values, b);
        }).starts_with("solve_spd: expected a symmetric positive definite sparse matrix"));
  CHECK(error_of([&] { solve_spd(pattern, v, b); }).starts_with("solve_spd: expected a symmetric pattern"));
}

}  // namespace
}  // namespace gradus::test::sparse_solve_test
