// Systems of equations and least squares: their lines of the table of operations.
#include "../support/linear_algebra.hpp"
#include "../support/operation_table.hpp"

namespace gradus::test::systems_table_test {
namespace {

template <Triangle T>
constexpr auto triangular = [](const auto& a, const auto& b) { return solve_triangular(regular(a), b, T); };

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
// clang-format on

TEST_CASE("table: systems") { systems.check(); }

}  // namespace
}  // namespace gradus::test::systems_table_test
