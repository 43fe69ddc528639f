// Linear recurrences: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::recurrences_table_test {
namespace {

// clang-format off
const Table recurrences({
    {"a scalar",        {5, 2}, {1, 1}, [](const auto& a, const auto& b) { return linear_recurrence(b(0), a); }},
    {"a matrix",        {4, 2}, {4, 2}, [](const auto& a, const auto& b) { return linear_recurrence(a, b); }},
    {"initial scalar",  {5, 1}, {2, 1}, [](const auto& a, const auto& b) { return linear_recurrence(b(0), a.col(0), b(1)); }},
    {"initial row",     {4, 2}, {5, 2}, [](const auto& a, const auto& b) { return linear_recurrence(a, b.topRows(4), b.row(4)); }},
    {"constants",       {5, 2}, {5, 2}, [](const auto& a, const auto& b) { return (linear_recurrence(0.5, a, 1) + linear_recurrence(constant_like(b), a) + linear_recurrence(b, constant_like(a))).eval(); }},
    {"a part",          {6, 2}, {1, 1}, [](const auto& a, const auto& b) { return linear_recurrence(b(0), a.transpose().block(0, 1, 2, 3), a(0)); }},
});
// clang-format on

TEST_CASE("table: linear recurrences") { recurrences.check(); }

}  // namespace
}  // namespace gradus::test::recurrences_table_test
