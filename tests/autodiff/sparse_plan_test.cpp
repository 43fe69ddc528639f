// Plans of sweeps: every entry of a matrix is recovered.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/error.hpp>
#include <gradus/autodiff/sparse/hessian_plan.hpp>
#include <gradus/autodiff/sparse/jacobian_plan.hpp>

#include "../support/sparse_patterns.hpp"

namespace gradus::test::sparse_plan_test {
namespace {

using Eigen::MatrixXd;

constexpr Ordering orderings[] = {Ordering::natural, Ordering::largest_first, Ordering::smallest_last};

/// A random symmetric matrix of a pattern.
MatrixXd random_symmetric(const SparsityPattern& pattern) {
  MatrixXd a = MatrixXd::Zero(pattern.rows, pattern.cols);
  for (Index i = 0; i < pattern.rows; ++i)
    for (const int j : pattern.row(i)) a(i, j) = a(j, i) = MatrixXd::Random(1, 1)(0, 0);
  return a;
}
MatrixXd seeds(const Colouring& colouring) {
  MatrixXd s = MatrixXd::Zero(static_cast<Index>(colouring.colours.size()), colouring.count);
  for (std::size_t j = 0; j < colouring.colours.size(); ++j)
    if (colouring.colours[j] >= 0) s(static_cast<Index>(j), colouring.colours[j]) = 1;
  return s;
}
/// Entries in the order of compressed columns, as a matrix.
MatrixXd placed(const SparsityPattern& pattern, const detail::CompressedColumns& layout,
                const std::vector<double>& entries) {
  MatrixXd a = MatrixXd::Zero(pattern.rows, pattern.cols);
  for (Index j = 0; j < pattern.cols; ++j)
    for (auto k = static_cast<std::size_t>(layout.outer[static_cast<std::size_t>(j)]);
         k < static_cast<std::size_t>(layout.outer[static_cast<std::size_t>(j) + 1]); ++k)
      a(layout.inner[k], j) = entries[k];
  return a;
}

TEST_CASE("a symmetric matrix is recovered from its products with the seeds") {
  for (const SparsityPattern& pattern : symmetric_patterns())
    for (const Ordering ordering : orderings) {
      const MatrixXd a = random_symmetric(pattern);
      std::vector<double> entries(static_cast<std::size_t>(pattern.nonzeros()));
      const HessianPlan direct(pattern, {.ordering = ordering});
      const MatrixXd sums = a * seeds(direct.colouring());
      for (int c = 0; c < direct.sweeps(); ++c) direct.recovery().read(c, sums.col(c).data(), entries.data());
      CHECK((placed(pattern, direct.layout(), entries) - a).norm() <= 1e-14);

      const HessianPlan solved(pattern, {.recovery = Recovery::substitution, .ordering = ordering});
      std::ranges::fill(entries, 0);
      MatrixXd products = a * seeds(solved.colouring());
      detail::substitute(solved.steps(), products.data(), entries.data());
      CHECK((placed(pattern, solved.layout(), entries) - a).norm() <= 1e-13);
    }
}

TEST_CASE("any matrix is recovered from its products with the seeds of columns and of rows") {
  for (const SparsityPattern& pattern : rectangular_patterns())
    for (const Compression compression :
         {Compression::automatic, Compression::columns, Compression::rows, Compression::both}) {
      MatrixXd a = MatrixXd::Zero(pattern.rows, pattern.cols);
      for (Index i = 0; i < pattern.rows; ++i)
        for (const int j : pattern.row(i)) a(i, j) = MatrixXd::Random(1, 1)(0, 0);
      const JacobianPlan plan(pattern, {.compression = compression});
      const MatrixXd by_columns = a * seeds(plan.columns()), by_rows = a.transpose() * seeds(plan.rows());
      std::vector<double> entries(static_cast<std::size_t>(pattern.nonzeros()));
      for (int c = 0; c < plan.sweeps(); ++c)
        plan.recovery().read(
            c, c < plan.columns().count ? by_columns.col(c).data() : by_rows.col(c - plan.columns().count).data(),
            entries.data());
      CHECK((placed(pattern, plan.layout(), entries) - a).norm() <= 1e-14);
      if (compression == Compression::columns) CHECK(plan.rows().count == 0);
      if (compression == Compression::rows) CHECK(plan.columns().count == 0);
      if (compression == Compression::automatic)
        for (const Compression other : {Compression::columns, Compression::rows, Compression::both})
          CHECK(plan.sweeps() <= JacobianPlan(pattern, {.compression = other}).sweeps());
    }
}

TEST_CASE("full rows and columns do not spoil a Jacobian") {
  CHECK(JacobianPlan(arrow(1000, 0)).sweeps() == 3);
  CHECK(JacobianPlan(arrow(1000, 999)).sweeps() == 3);
  const SparsityPattern row = pattern_where(50, 50, [](Index i, Index j) { return i == j || i == 7; });
  CHECK(JacobianPlan(row).sweeps() == 2);
  CHECK(JacobianPlan(row, {.compression = Compression::columns}).sweeps() == 50);
  CHECK(JacobianPlan(transposed(row)).sweeps() == 2);
  CHECK(JacobianPlan(band(100, 1)).sweeps() == 3);
}

TEST_CASE("patterns that are none are refused, in words") {
  CHECK_THROWS_WITH_AS(sparsity_pattern(2, 3, Positions{{0, 1}, {2, 1}}),
                       "sparsity pattern: expected positions within 2×3, got (2, 1)", Error);
  CHECK_THROWS_WITH_AS(star_colouring(sparsity_pattern(3, 3, Positions{{0, 1}, {1, 0}, {1, 2}})),
                       "symmetric sparsity pattern: (1, 2) is in it, (2, 1) is not", Error);
  CHECK_THROWS_AS(acyclic_colouring(sparsity_pattern(2, 3, {})), ShapeError);
  CHECK_THROWS_AS(symmetrized(sparsity_pattern(2, 3, {})), ShapeError);
  CHECK_THROWS_AS(JacobianPlan(SparsityPattern{2, 2, {0, 1}, {0}}), Error);
  CHECK_THROWS_AS(JacobianPlan(SparsityPattern{1, 2, {0, 2}, {1, 0}}), Error);
  CHECK_THROWS_AS(HessianPlan(SparsityPattern{1, 1, {0, 1}, {1}}), Error);
  CHECK_THROWS_AS(HessianPlan(SparsityPattern{2, 2, {0, 3, 1}, {0}}), Error);
}

}  // namespace
}  // namespace gradus::test::sparse_plan_test
