// Functions of one number, element by element: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::functions_table_test {
namespace {

// clang-format off
const Table elementary({
    {"abs",      {-2, 2},     [](const auto& x, const auto&) { return abs(x); }},
    {"sign",     {-2, 2},     [](const auto& x, const auto& y) { return sign(x) * y; }},
    {"square",   {-2, 2},     [](const auto& x, const auto&) { return square(x); }},
    {"cube",     {-2, 2},     [](const auto& x, const auto&) { return cube(x); }},
    {"inverse",  {0.5, 2},    [](const auto& x, const auto&) { return inverse(x); }},
    {"sqrt",     {0.5, 2},    [](const auto& x, const auto&) { return sqrt(x); }},
    {"rsqrt",    {0.5, 2},    [](const auto& x, const auto&) { return rsqrt(x); }},
    {"cbrt",     {0.5, 2},    [](const auto& x, const auto& y) { return cbrt(x) * cbrt(-y); }},
    {"exp",      {-2, 1},     [](const auto& x, const auto&) { return exp(x); }},
    {"exp2",     {-2, 1},     [](const auto& x, const auto&) { return exp2(x); }},
    {"expm1",    {-2, 1},     [](const auto& x, const auto&) { return expm1(x); }},
    {"log",      {0.5, 2},    [](const auto& x, const auto&) { return log(x); }},
    {"log1p",    {-0.5, 1},   [](const auto& x, const auto&) { return log1p(x); }},
    {"log2",     {0.5, 2},    [](const auto& x, const auto&) { return log2(x); }},
    {"log10",    {0.5, 2},    [](const auto& x, const auto&) { return log10(x); }},
});
const Table steps({
    {"floor",    {0.1, 0.9},  [](const auto& x, const auto&) { return floor(x + 3) * x; }},
    {"ceil",     {0.1, 0.9},  [](const auto& x, const auto&) { return ceil(x + 3) * x; }},
    {"round",    {0.6, 1.4},  [](const auto& x, const auto&) { return round(x + 3) * x; }},
    {"rint",     {0.6, 1.4},  [](const auto& x, const auto&) { return rint(x + 3) * x; }},
    {"trunc",    {0.1, 0.9},  [](const auto& x, const auto&) { return trunc(x - 3) * x; }},
});
// clang-format on

TEST_CASE("table: elementary functions") { elementary.check(); }
TEST_CASE("table: functions with steps multiply like constants") { steps.check(); }

}  // namespace
}  // namespace gradus::test::functions_table_test
