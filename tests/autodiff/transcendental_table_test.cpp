// Trigonometric, hyperbolic and error functions, and activations: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::transcendental_table_test {
namespace {

/// t f'(x) for y = f(x): the rule where matrices are recorded, elsewhere the formula.
template <class Rule>
auto tangent(const auto& t, const auto& y, const auto& slope) {
  if constexpr (MatrixVar<decltype(y)>)
    return apply<rules::Tangent<Rule>>(t, y);
  else
    return t * slope(y);
}

// clang-format off
const Table circular({
    {"sin",      {-2, 2},     [](const auto& x, const auto&) { return sin(x); }},
    {"cos",      {-2, 2},     [](const auto& x, const auto&) { return cos(x); }},
    {"tan",      {-0.8, 0.8}, [](const auto& x, const auto&) { return tan(x); }},
    {"asin",     {-0.7, 0.7}, [](const auto& x, const auto&) { return asin(x); }},
    {"acos",     {-0.7, 0.7}, [](const auto& x, const auto&) { return acos(x); }},
    {"atan",     {-2, 2},     [](const auto& x, const auto&) { return atan(x); }},
    {"sinh",     {-1, 1},     [](const auto& x, const auto&) { return sinh(x); }},
    {"cosh",     {-1, 1},     [](const auto& x, const auto&) { return cosh(x); }},
    {"tanh",     {-2, 2},     [](const auto& x, const auto&) { return tanh(x); }},
    {"asinh",    {-2, 2},     [](const auto& x, const auto&) { return asinh(x); }},
    {"acosh",    {1.5, 3},    [](const auto& x, const auto&) { return acosh(x); }},
    {"atanh",    {-0.7, 0.7}, [](const auto& x, const auto&) { return atanh(x); }},
});
const Table sigmoids({
    {"logistic", {-3, 3},     [](const auto& x, const auto&) { return logistic(x); }},
    {"sigmoid",  {-3, 3},     [](const auto& x, const auto&) { return sigmoid(x); }},
    {"softplus", {-3, 3},     [](const auto& x, const auto&) { return softplus(x); }},
    {"relu",     {-2, 2},     [](const auto& x, const auto&) { return relu(x); }},
    {"erf",      {-2, 2},     [](const auto& x, const auto&) { return erf(x); }},
    {"erfc",     {-2, 2},     [](const auto& x, const auto&) { return erfc(x); }},
});
const Table tangents({
    {"behind relu",    {0.5, 2},  [](const auto& t, const auto& y) { return tangent<rules::Relu>(t, y, [](const auto& v) { return sign(v); }); }},
    {"behind tanh",    {-1, 1},   [](const auto& t, const auto& y) { return tangent<rules::Tanh>(t, y, [](const auto& v) { return 1 - square(v); }); }},
    {"behind sigmoid", {0.1, 1},  [](const auto& t, const auto& y) { return tangent<rules::Logistic>(t, y, [](const auto& v) { return v - square(v); }); }},
});
// clang-format on

TEST_CASE("table: trigonometric and hyperbolic functions and their inverses") { circular.check(); }
TEST_CASE("table: activations and error functions") { sigmoids.check(); }
TEST_CASE("table: tangents behind activations whose derivative is known from the result") { tangents.check(); }

}  // namespace
}  // namespace gradus::test::transcendental_table_test
