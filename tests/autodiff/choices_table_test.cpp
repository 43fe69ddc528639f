// Literals beside variables, and choices by masks: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::choices_table_test {
namespace {

// clang-format off
const Table with_a_literal({
    {"add, subtract",    {-2, 2},    [](const auto& x, const auto& y) { return (x + 2) * (0.5 + y) - (x - 2) * (0.5 - y); }},
    {"multiply, divide", {0.5, 2},   [](const auto& x, const auto& y) { return (x * 2) * (0.25 * y) + x / 2 + 3 / y; }},
    {"pow",              {0.5, 1.5}, [](const auto& x, const auto& y) { return pow(x, 3) + pow(y, -0.5); }},
    {"pow of a base",    {0.5, 1.5}, [](const auto& x, const auto& y) { return pow(2.0 + 0 * x, y); }},
});
const Table choices({
    {"select",           {-2, 2}, [](const auto& x, const auto& y) { return select(x < y, x * y, exp(x)); }},
    {"select a scalar",  {-2, 2}, [](const auto& x, const auto& y) { return select(x * y > 0, x * y, 2.0); }},
    {"select by a mask", {-2, 2}, [](const auto& x, const auto& y) { return select((x >= 0.1) && (y != x), -1, y); }},
});
// clang-format on

TEST_CASE("table: arithmetic of a variable and a literal") { with_a_literal.check(); }
TEST_CASE("table: choices have the derivatives of the branch that is taken") { choices.check(); }

}  // namespace
}  // namespace gradus::test::choices_table_test
