// Taylor coefficients of functions of matrices: products, views and linear systems.
#include "../support/taylor_operations.hpp"

namespace gradus::test::taylor_algebra_test {
namespace {

// clang-format off
TEST_CASE("products and views") {
  check_taylor({
      {"products",   [](const auto& a, const auto& b) { return (a * b * a + constant_like(a) * b.transpose() + b * constant_like(b)).eval(); }},
      {"vectors",    [](const auto& a, const auto& b) { return a.col(0).dot(b.col(3)) * (a.row(1) * b) + b.col(1).dot(constant_like(a).col(0)) * a.row(0); }},
      {"chains",     [](const auto& a, const auto& b) { return chain_product(a, constant_like(b), b, a.col(0).eval()); }},
      {"views",      [](const auto& a, const auto& b) { return (a.block(1, 0, 2, 3).cwiseProduct(b.topRows(2).rightCols(3)) + a.reshaped(2, 8).leftCols(3)).eval(); }},
      {"diagonals",  [](const auto& a, const auto& b) { return (a.diagonal().asDiagonal() * b + a.row(0).replicate(4, 1)).eval(); }},
      {"assemblies", [](const auto& a, const auto& b) { return hcat(vcat(a, constant_like(a)), vcat(b, b * a)); }},
      {"recurrences", [](const auto& a, const auto& b) { return (linear_recurrence(a(0, 0), b) + linear_recurrence(a, constant_like(b), b.row(1)) + linear_recurrence(constant_like(b), a, b(3))).eval(); }},
      {"stacks",     [](const auto& a, const auto& b) { return stack(a(0, 0), 1.0, b(1, 1) * a(2, 1), b(0, 3)); }},
  });
}

TEST_CASE("linear systems") {
  const auto regular = [](const auto& a) { return (a + 4 * constant_like(a).diagonal().asDiagonal().toDenseMatrix()).eval(); };
  check_taylor({
      {"solve",       [=](const auto& a, const auto& b) { return (solve(regular(a), b) + solve(regular(constant_like(a)), b) + solve(regular(b), constant_like(a))).eval(); }},
      {"spd",         [=](const auto& a, const auto& b) { return solve_spd((a * a.transpose() + regular(constant_like(a))* regular(constant_like(a)).transpose()).eval(), b); }},
      {"inverse",     [=](const auto& a, const auto& b) { return (inverse(regular(a)) * inverse(regular(b))).eval(); }},
      {"triangular",  [=](const auto& a, const auto& b) { return (solve_triangular(regular(a), b, Triangle::lower) + solve_triangular(a, constant_like(b), Triangle::unit_upper) + solve_triangular(constant_like(a), b, Triangle::upper)).eval(); }},
      {"cholesky",    [=](const auto& a, const auto& b) { return (cholesky((regular(a) * regular(a).transpose()).eval()) * b).eval(); }},
      {"determinant", [=](const auto& a, const auto& b) { return determinant(regular(a)) / 100 + log_determinant(regular(b)) + log_determinant_spd((regular(a) * regular(a).transpose()).eval()); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test::taylor_algebra_test
