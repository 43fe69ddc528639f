// Log-densities: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::densities_table_test {
namespace {

// clang-format off
const Table densities({
    {"of one mean",        {3, 4}, {2, 1}, [](const auto& a, const auto& b) { return normal_log_density(a, b(0), b(1)); }, positive},
    {"of numbers",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return normal_log_density(a, 0.25, 1.5) + normal_log_density(b.array(), 1, 2); }},
    {"of many means",      {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return normal_log_density(a, b, 0.75) * normal_log_density(b, constant_like(a), a(0)); }, positive},
    {"of observations",    {2, 1}, {3, 4}, [](const auto& a, const auto& b) { return normal_log_density(constant_like(b), a(0), a(1)) + normal_log_density(0.5, b.transpose(), 1); }, positive},
    {"of many deviations", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return normal_log_density(a, 0.25, b) + normal_log_density(1, 2, a.array()) + normal_log_density(a, b, constant_like(a).cwiseAbs()); }, positive},
    {"of scalars",         {2, 1}, {2, 1}, [](const auto& a, const auto& b) { return normal_log_density(a(0), b(0), a(1)) + normal_log_density(a(0), b, 0.5) + normal_log_density(b(0), a(1), b.array()) + normal_log_density(0.1, 0.2, b(1)); }, positive},
});
// clang-format on

TEST_CASE("table: log-densities") { densities.check(); }

}  // namespace
}  // namespace gradus::test::densities_table_test
