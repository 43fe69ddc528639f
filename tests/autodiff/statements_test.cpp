// Scalar expressions with more operands than a statement holds.
#include "../support/check_gradients.hpp"

namespace gradus::test::statements_test {
namespace {

TEST_CASE("long expressions are cut into statements without loss") {
  const auto terms = [](const auto& x, const auto& y) {
    return x * y + x / y + y / x + x * sin(y) + y * cos(x) + (x + y) * (x - y) + exp(x) * y + x * log(y) + sqrt(x * y) +
           (x * y) * (x * y * y) + tanh(x) * y;
  };
  const auto nested = [](const auto& x, const auto& y) {
    return sin(x * cos(y * exp(x * y) + x) + y) * sqrt(x + y * y) / (1 + x * y);
  };
  for (const double x : {0.6, 0.9, 1.3}) {
    check_gradients<2>(terms, x, 1.9 - x);
    check_gradients<2>(nested, x, 1.9 - x);
  }
}

}  // namespace
}  // namespace gradus::test::statements_test
