// Systems, inverses, determinants and factors, dense and sparse: their lines of the table of operations.
#include <Eigen/LU>
#include <gradus/autodiff/linear_algebra/sparse.hpp>

#include "../support/linear_algebra.hpp"
#include "../support/operation_table.hpp"

namespace gradus::test {
namespace {

/// Far from singular: the elements of the table's arguments are less than 1.5.
template <class X>
auto regular(const X& x) {
  return (x + 8 * identity_like(x)).eval();
}
template <Triangle T>
constexpr auto triangular = [](const auto& a, const auto& b) { return solve_triangular(regular(a), b, T); };

/// What SparsePattern reads of an Eigen::SparseMatrix: 4 × 4, its structure symmetric, 10 nonzeros.
struct Structure {
  static constexpr bool IsRowMajor = false;
  int outer[5] = {0, 3, 5, 8, 10}, inner[10] = {0, 1, 2, 0, 1, 0, 2, 3, 2, 3};
  Index rows() const { return 4; }
  Index cols() const { return 4; }
  const int* outerIndexPtr() const { return outer; }
  const int* innerIndexPtr() const { return inner; }
  const int* innerNonZeroPtr() const { return nullptr; }
};
const SparsePattern pattern{Structure{}};
/// With 8 on the diagonal.
template <class X>
auto regular_values(const X& x) {
  auto diagonal = constant_like(x);
  pattern.for_each([&](Index k, Index i, Index j) { diagonal(k) = i == j ? 8 : 0; });
  return (x + diagonal).col(0).eval();
}

/// The same for elements that mirror each other.
template <class X>
auto symmetric_values(const X& x) {
  const auto at = [&](Index k) { return x.middleRows(k, 1); };
  return regular_values(vcat(x.topRows(3), at(1), at(4), at(2), at(6), at(7), at(7), at(9)));
}

// clang-format off
const Table systems({
    {"solve",              {4, 4}, {4, 2}, [](const auto& a, const auto& b) { return solve(regular(a), b); }},
    {"solve_transposed",   {4, 4}, {4, 2}, [](const auto& a, const auto& b) { return factorize(regular(a)).solve_transposed(b); }},
    {"solve a constant",   {4, 4}, {1, 1}, [](const auto& a, const auto&) { return solve(regular(a), constant_like(a)); }},
    {"constant systems",   {4, 4}, {4, 2}, [](const auto& a, const auto& b) { const auto lu = factorize(regular(constant_like(a))); return (lu.solve(b) + lu.solve_transposed(b)).eval(); }},
    {"parts",              {6, 6}, {1, 1}, [](const auto& a, const auto&) { return solve(regular(a.block(1, 2, 3, 3)).transpose(), a.row(0).head(3).transpose()); }},
    {"solve_spd",          {3, 3}, {3, 2}, [](const auto& a, const auto& b) { return solve_spd(gram(a), b); }},
    {"solve_triangular, lower",      {4, 4}, {4, 2}, triangular<Triangle::lower>},
    {"solve_triangular, upper",      {4, 4}, {4, 2}, triangular<Triangle::upper>},
    {"solve_triangular, unit_lower", {4, 4}, {4, 2}, triangular<Triangle::unit_lower>, {-0.5, 0.5}},
    {"solve_triangular, unit_upper", {4, 4}, {4, 2}, triangular<Triangle::unit_upper>, {-0.5, 0.5}},
    {"least_squares",      {5, 3}, {5, 2}, [](const auto& a, const auto& b) { return least_squares(vcat(a, regular(a.topRows(3))), vcat(b, b.topRows(3))); }},
    {"least norm",         {5, 3}, {3, 2}, [](const auto& a, const auto& b) { return least_squares(vcat(a, regular(a.topRows(3))).transpose(), b); }},
});
const Table functions_of_a_matrix({
    {"inverse",             {4, 4}, {1, 1}, [](const auto& a, const auto&) { return inverse(regular(a)); }},
    {"inverse()",           {3, 3}, {1, 1}, [](const auto& a, const auto&) { return regular(a).inverse().eval(); }},
    {"inverse of SPD",      {3, 3}, {1, 1}, [](const auto& a, const auto&) { return factorize_spd(gram(a)).inverse(); }},
    {"determinant",         {4, 4}, {1, 1}, [](const auto& a, const auto&) { return determinant(regular(a) / 8); }},
    {"determinant()",       {3, 3}, {1, 1}, [](const auto& a, const auto&) { return (regular(a) / 8).eval().determinant(); }},
    {"log_determinant",     {4, 4}, {1, 1}, [](const auto& a, const auto&) { return log_determinant(regular(a)); }},
    {"log_determinant_spd", {3, 3}, {1, 1}, [](const auto& a, const auto&) { return log_determinant_spd(gram(a)); }},
    {"cholesky",            {3, 3}, {1, 1}, [](const auto& a, const auto&) { return cholesky(gram(a)); }},
});
const Table sparse({
    {"solve",            {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return solve(pattern, regular_values(a), b); }},
    {"solve_transposed", {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return factorize(pattern, regular_values(a)).solve_transposed(b); }},
    {"solve_spd",        {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return solve_spd(pattern, symmetric_values(a), b); }},
    {"sparse_product",   {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return sparse_product(pattern, a.col(0).eval(), b); }},
});
// clang-format on

TEST_CASE("table: systems") { systems.check(); }
TEST_CASE("table: inverses, determinants and factors") { functions_of_a_matrix.check(); }
TEST_CASE("table: sparse systems") { sparse.check(); }

}  // namespace
}  // namespace gradus::test
