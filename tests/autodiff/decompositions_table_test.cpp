// Inverses, determinants and factors: their lines of the table of operations.
#include <Eigen/LU>

#include "../support/linear_algebra.hpp"
#include "../support/operation_table.hpp"

namespace gradus::test::decompositions_table_test {
namespace {

// clang-format off
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
// clang-format on

TEST_CASE("table: inverses, determinants and factors") { functions_of_a_matrix.check(); }

}  // namespace
}  // namespace gradus::test::decompositions_table_test
