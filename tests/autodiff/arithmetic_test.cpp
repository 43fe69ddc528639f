// Operators, powers and extrema of two variables or of one and a literal, on scalars and on arrays, against central
// differences.
#include "../support/elementwise_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("arithmetic of two variables") {
  check({
      {"add",      -2, 2,     [](const auto& x, const auto& y) { return x + y; }},
      {"subtract", -2, 2,     [](const auto& x, const auto& y) { return x - y; }},
      {"multiply", -2, 2,     [](const auto& x, const auto& y) { return x * y; }},
      {"divide",   0.5, 2,    [](const auto& x, const auto& y) { return x / y; }},
      {"negate",   -2, 2,     [](const auto& x, const auto& y) { return -x * y; }},
      {"pow",      0.5, 1.5,  [](const auto& x, const auto& y) { return pow(x, y); }},
      {"max",      -2, 2,     [](const auto& x, const auto& y) { return largest(x, y) * x; }},
      {"min",      -2, 2,     [](const auto& x, const auto& y) { return smallest(x, y) * x; }},
      {"x with x", -2, 2,     [](const auto& x, const auto&) { return x * x * x - x / (x * x + 1) + (x - x); }},
      {"shared",   0.5, 1.5,  [](const auto& x, const auto& y) { const auto s = x * y; return s * sin(s) + exp(s) / y; }},
  });
}

TEST_CASE("arithmetic of a variable and a literal") {
  check({
      {"add",      -2, 2,     [](const auto& x, const auto& y) { return (x + 2) * (0.5 + y); }},
      {"subtract", -2, 2,     [](const auto& x, const auto& y) { return (x - 2) * (0.5 - y); }},
      {"multiply", -2, 2,     [](const auto& x, const auto& y) { return (x * 2) + (y * 0.25) * x; }},
      {"divide",   0.5, 2,    [](const auto& x, const auto& y) { return x / 2 + 3 / y; }},
      {"power",    0.5, 1.5,  [](const auto& x, const auto&) { return pow(x, 3) + pow(x, -0.5); }},
      {"base",     0.5, 1.5,  [](const auto& x, const auto& y) { return pow(2.0 + 0 * x, y); }},
      {"max",      -2, 2,     [](const auto& x, const auto&) { return largest(x, 0.51) * x; }},
      {"min",      -2, 2,     [](const auto& x, const auto&) { return smallest(x, 0.51) * x; }},
      {"clamp",    -2, 2,     [](const auto& x, const auto&) { return smallest(largest(x, -1.01), 0.51) * x; }},
  });
}

TEST_CASE("long expressions are cut into statements without loss") {
  check({
      {"21 terms", 0.5, 1.5,  [](const auto& x, const auto& y) {
         return x * y + x / y + y / x + x * sin(y) + y * cos(x) + (x + y) * (x - y) + exp(x) * y + x * log(y) + sqrt(x * y)
             + (x * y) * (x * y * y) + tanh(x) * y; }},
      {"nested",   0.5, 1.5,  [](const auto& x, const auto& y) {
         return sin(x * cos(y * exp(x * y) + x) + y) * sqrt(x + y * y) / (1 + x * y); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
