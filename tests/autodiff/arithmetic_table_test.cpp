// Operators, powers and extrema of two numbers, element by element: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::arithmetic_table_test {
namespace {

// Eigen's arrays have members where numbers have functions: one spelling for both.
template <class X>
auto largest(const X& x, const auto& y) {
  if constexpr (MatrixOperand<X>)
    return x.max(y);
  else if constexpr (PlainNumber<X>)
    return std::max(x, static_cast<X>(y));
  else
    return max(x, y);
}
template <class X>
auto smallest(const X& x, const auto& y) {
  if constexpr (MatrixOperand<X>)
    return x.min(y);
  else if constexpr (PlainNumber<X>)
    return std::min(x, static_cast<X>(y));
  else
    return min(x, y);
}

template <class X>
auto clamped(const X& x) {
  if constexpr (Recorded<X>)
    return clamp(x, -1.01, 0.51);
  else
    return smallest(largest(x, -1.01), 0.51);
}

// clang-format off
const Table two_variables({
    {"add",      {-2, 2},     [](const auto& x, const auto& y) { return x + y; }},
    {"subtract", {-2, 2},     [](const auto& x, const auto& y) { return x - y; }},
    {"multiply", {-2, 2},     [](const auto& x, const auto& y) { return x * y; }},
    {"divide",   {0.5, 2},    [](const auto& x, const auto& y) { return x / y; }},
    {"negate",   {-2, 2},     [](const auto& x, const auto& y) { return -x * y; }},
    {"pow",      {0.5, 1.5},  [](const auto& x, const auto& y) { return pow(x, y); }},
    {"max",      {-2, 2},     [](const auto& x, const auto& y) { return largest(x, y) * x; }},
    {"min",      {-2, 2},     [](const auto& x, const auto& y) { return smallest(x, y) * x; }},
    {"clamp",    {-2, 2},     [](const auto& x, const auto&) { return clamped(x) * x; }},
    {"fmod",     {1.1, 1.3},  [](const auto& x, const auto& y) { return fmod(5 * x, 4 * y) * x; }},
    {"hypot",    {0.5, 2},    [](const auto& x, const auto& y) { return hypot(x, -y); }},
    {"atan2",    {0.5, 2},    [](const auto& x, const auto& y) { return atan2(-x, -y); }},
    {"x with x", {-2, 2},     [](const auto& x, const auto&) { return x * x * x - x / (x * x + 1) + (x - x); }},
});
// clang-format on

TEST_CASE("table: arithmetic of two variables") { two_variables.check(); }

}  // namespace
}  // namespace gradus::test::arithmetic_table_test
