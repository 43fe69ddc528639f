// Literals beside variables, and choices by masks: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test {
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

// clang-format off
const Table with_a_literal({
    {"add, subtract",    {-2, 2},    [](const auto& x, const auto& y) { return (x + 2) * (0.5 + y) - (x - 2) * (0.5 - y); }},
    {"multiply, divide", {0.5, 2},   [](const auto& x, const auto& y) { return (x * 2) * (0.25 * y) + x / 2 + 3 / y; }},
    {"pow",              {0.5, 1.5}, [](const auto& x, const auto& y) { return pow(x, 3) + pow(y, -0.5); }},
    {"pow of a base",    {0.5, 1.5}, [](const auto& x, const auto& y) { return pow(2.0 + 0 * x, y); }},
    {"clamp",            {-2, 2},    [](const auto& x, const auto&) { return smallest(largest(x, -1.01), 0.51) * x; }},
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
}  // namespace gradus::test
