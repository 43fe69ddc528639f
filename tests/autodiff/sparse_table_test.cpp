// Sparse systems and products: their lines of the table of operations.
#include <gradus/autodiff/linear_algebra/sparse.hpp>

#include "../support/operation_table.hpp"

namespace gradus::test::sparse_table_test {
namespace {

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
const Table sparse({
    {"solve",            {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return solve(pattern, regular_values(a), b); }},
    {"solve_transposed", {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return factorize(pattern, regular_values(a)).solve_transposed(b); }},
    {"solve_spd",        {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return solve_spd(pattern, symmetric_values(a), b); }},
    {"solve a constant", {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return solve(pattern, regular_values(a), constant_like(b)); }},
    {"constant systems", {10, 1}, {4, 2}, [](const auto& a, const auto& b) { const auto lu = factorize(pattern, regular_values(constant_like(a))); return (lu.solve(b) + lu.solve_transposed(b)).eval(); }},
    {"sampled product",  {4, 2}, {4, 2}, [](const auto& a, const auto& b) { return custom(detail::SampledProduct{pattern}, a, b); }},
    {"sparse_product",   {10, 1}, {4, 2}, [](const auto& a, const auto& b) { return sparse_product(pattern, a.col(0).eval(), b); }},
});
// clang-format on

TEST_CASE("table: sparse systems") { sparse.check(); }

}  // namespace
}  // namespace gradus::test::sparse_table_test
