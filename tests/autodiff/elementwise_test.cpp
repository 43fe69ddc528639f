// Every elementary function, on scalars and on arrays, against central differences.
#include "../support/elementwise_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("elementary functions have their first and second derivatives") {
  check({
      {"abs",      -2, 2,     [](const auto& x, const auto&) { return abs(x); }},
      {"square",   -2, 2,     [](const auto& x, const auto&) { return square(x); }},
      {"cube",     -2, 2,     [](const auto& x, const auto&) { return cube(x); }},
      {"inverse",  0.5, 2,    [](const auto& x, const auto&) { return inverse(x); }},
      {"sqrt",     0.5, 2,    [](const auto& x, const auto&) { return sqrt(x); }},
      {"exp",      -2, 1,     [](const auto& x, const auto&) { return exp(x); }},
      {"expm1",    -2, 1,     [](const auto& x, const auto&) { return expm1(x); }},
      {"log",      0.5, 2,    [](const auto& x, const auto&) { return log(x); }},
      {"log1p",    -0.5, 1,   [](const auto& x, const auto&) { return log1p(x); }},
  });
}

TEST_CASE("trigonometric functions have their first and second derivatives") {
  check({
      {"sin",      -2, 2,     [](const auto& x, const auto&) { return sin(x); }},
      {"cos",      -2, 2,     [](const auto& x, const auto&) { return cos(x); }},
      {"tan",      -0.8, 0.8, [](const auto& x, const auto&) { return tan(x); }},
      {"asin",     -0.7, 0.7, [](const auto& x, const auto&) { return asin(x); }},
      {"acos",     -0.7, 0.7, [](const auto& x, const auto&) { return acos(x); }},
      {"atan",     -2, 2,     [](const auto& x, const auto&) { return atan(x); }},
      {"sinh",     -1, 1,     [](const auto& x, const auto&) { return sinh(x); }},
      {"cosh",     -1, 1,     [](const auto& x, const auto&) { return cosh(x); }},
      {"tanh",     -2, 2,     [](const auto& x, const auto&) { return tanh(x); }},
      {"logistic", -3, 3,     [](const auto& x, const auto&) { return logistic(x); }},
      {"sigmoid",  -3, 3,     [](const auto& x, const auto&) { return sigmoid(x); }},
      {"relu",     -2, 2,     [](const auto& x, const auto&) { return relu(x); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
