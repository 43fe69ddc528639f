// Sparse Hessians in use: large ones, plans that serve again and again, given patterns, misuse.
#include <gradus/autodiff/sparse.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::sparse_hessian_plan_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;
using SparseMatrix = Eigen::SparseMatrix<double>;

template <class X>
using ElementOf = typename std::remove_cvref_t<X>::Scalar;

/// Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², element by element.
auto rosenbrock(const auto& x) {
  ElementOf<decltype(x)> sum = 0;
  for (Index i = 0; i + 1 < x.size(); ++i) {
    const auto valley = x(i + 1) - x(i) * x(i);
    const auto slope = 1 - x(i);
    sum += 100 * valley * valley + slope * slope;
  }
  return sum;
}
/// Its Hessian, in closed form.
SparseMatrix rosenbrock_hessian(const VectorXd& x) {
  std::vector<Eigen::Triplet<double>> entries;
  for (Index i = 0; i + 1 < x.size(); ++i) {
    entries.emplace_back(i, i, 1200 * x(i) * x(i) - 400 * x(i + 1) + 2);
    entries.emplace_back(i + 1, i + 1, 200);
    entries.emplace_back(i, i + 1, -400 * x(i));
    entries.emplace_back(i + 1, i, -400 * x(i));
  }
  SparseMatrix hessian(x.size(), x.size());
  hessian.setFromTriplets(entries.begin(), entries.end());
  return hessian;
}

MatrixXd dense_hessian(const auto& f, const VectorXd& x) {
  MatrixXd hessian(x.size(), x.size());
  for (Index i = 0; i < x.size(); ++i) hessian.col(i) = gradient([&](const auto& y) { return gradient(f, y)(i); }, x);
  return hessian;
}

TEST_CASE("Rosenbrock's Hessian, n = 1000, is its closed form") {
  const VectorXd x = VectorXd::LinSpaced(1000, -2, 2);
  const SparseMatrix expected = rosenbrock_hessian(x);
  const auto f = [](const auto& v) { return rosenbrock(v); };
  for (const Recovery recovery : {Recovery::direct, Recovery::substitution}) {
    const SparseMatrix hessian = sparse_hessian(f, x, {.recovery = recovery});
    REQUIRE(hessian.nonZeros() == 3 * 1000 - 2);
    for (Index j = 0; j < 1000; ++j)
      for (SparseMatrix::InnerIterator entry(hessian, j); entry; ++entry) {
        const double exact = expected.coeff(entry.row(), entry.col());
        check_close(entry.value(), exact, 1e-10 * std::abs(exact));
      }
  }
}

TEST_CASE("a tridiagonal Hessian of 100000 variables takes three sweeps") {
  const VectorXd x = VectorXd::LinSpaced(100000, -1, 1);
  const auto f = [](const auto& v) { return rosenbrock(v); };
  SparseHessian hessian(f, x);
  CHECK(hessian.plan().sweeps() == 3);
  const SparseMatrix expected = rosenbrock_hessian(x);
  CHECK((hessian(f, x) - expected).norm() <= 1e-14 * expected.norm());
}

TEST_CASE("a plan serves every x, and once warm nothing is allocated") {
  const auto f = [](const auto& v) { return rosenbrock(v) + v.array().square().sum() * 0.5; };
  VectorXd x = VectorXd::LinSpaced(50, -1, 1);
  SparseHessian hessian(f, x);
  SparseMatrix result = hessian(f, x);
  for (int k = 0; k < 3; ++k) {
    x *= -1.5;
    const AllocationCounter counter;
    hessian(f, x, result);
    if (k > 0) CHECK(counter.count() == 0);
    SparseMatrix expected = rosenbrock_hessian(x);
    for (Index i = 0; i < 50; ++i) expected.coeffRef(i, i) += 1;
    CHECK((result - expected).norm() <= 1e-14 * expected.norm());
  }
  SparseHessian<double> other(hessian.plan());
  CHECK((other(f, x) - result).norm() == 0);
  SparseMatrix of_another_shape(3, 3);
  other(f, x, of_another_shape);
  CHECK((of_another_shape - result).norm() == 0);
}

TEST_CASE("a pattern can be given, larger than need be, or taken from a sparse matrix") {
  const auto f = [](const auto& v) { return rosenbrock(v); };
  const VectorXd x = VectorXd::LinSpaced(9, -1, 1);
  const SparseMatrix expected = rosenbrock_hessian(x);
  CHECK(sparsity_pattern(expected) == hessian_pattern(f, x));
  std::vector<std::pair<Index, Index>> wide;
  for (Index i = 0; i < 9; ++i)
    for (Index j = std::max<Index>(0, i - 3); j <= std::min<Index>(8, i + 3); ++j) wide.push_back({i, j});
  SparseHessian<double> hessian(sparsity_pattern(9, 9, wide));
  CHECK((hessian(f, x) - expected).norm() <= 1e-14 * expected.norm());
  CHECK(hessian(f, x).nonZeros() == static_cast<Index>(wide.size()));
}

TEST_CASE("of a function of a matrix, in column order") {
  const MatrixXd x = MatrixXd::Random(3, 4);
  const auto f = [](const auto& m) { return (m.row(0).array() * m.row(2).array()).square().sum() + m(1, 1) * m(0, 3); };
  const MatrixXd hessian = sparse_hessian(f, x);
  const auto flat = [&](const auto& v) { return f(v.reshaped(3, 4)); };
  CHECK((hessian - dense_hessian(flat, x.reshaped().eval())).norm() <= 1e-14);
  CHECK((hessian.array() != 0).count() == 4 * 4 + 2);
}

TEST_CASE("a branch that is not taken is not in the pattern, and a kink is on both of its sides") {
  const auto branch = [](const auto& v) {
    ElementOf<decltype(v)> sum = v(0) * v(0);
    if (v(0) > 0) sum += v(1) * v(1);
    return sum;
  };
  CHECK(hessian_pattern(branch, VectorXd{{1, 1}}).nonzeros() == 2);
  CHECK(hessian_pattern(branch, VectorXd{{-1, 1}}).nonzeros() == 1);
  const auto kink = [](const auto& v) { return (relu(v).array().square()).sum(); };
  CHECK(hessian_pattern(kink, VectorXd{{-1, 1}}).nonzeros() == 2);
  CHECK((sparse_hessian(kink, VectorXd{{-1, 1}}).toDense() - MatrixXd{{0, 0}, {0, 2}}).norm() == 0);
  const auto piecewise_linear = [](const auto& v) { return relu(v).sum() + abs(v.array()).sum(); };
  CHECK(hessian_pattern(piecewise_linear, VectorXd{{-1, 1}}).nonzeros() == 0);
}

TEST_CASE("what does not fit is refused, in words") {
  const auto f = [](const auto& v) { return rosenbrock(v); };
  SparseHessian hessian(f, VectorXd(VectorXd::Ones(5)));
  CHECK_THROWS_WITH_AS(hessian(f, VectorXd(VectorXd::Ones(6))),
                       "sparse Hessian: expected 5 elements of x by the pattern, got 6", ShapeError);
  CHECK_THROWS_AS(sparse_hessian([](const auto& v) { return v * 2; }, VectorXd(VectorXd::Ones(5))), ShapeError);
  CHECK_NOTHROW(hessian(f, VectorXd(VectorXd::Ones(5))));
}

}  // namespace
}  // namespace gradus::test::sparse_hessian_plan_test
