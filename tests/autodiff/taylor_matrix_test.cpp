// Taylor coefficients of functions of matrices: element by element.
#include "../support/taylor_operations.hpp"

namespace gradus::test::taylor_matrix_test {
namespace {

// clang-format off
TEST_CASE("element by element") {
  check_taylor({
      {"sums",       [](const auto& a, const auto& b) { return ((a + b) - (2 * a - b) / 3 + -b).eval(); }},
      {"products",   [](const auto& a, const auto& b) { return a.cwiseProduct(b).cwiseQuotient(a + b).eval(); }},
      {"functions",  [](const auto& a, const auto& b) { return (a.array().exp() * b.array().sin() + b.array().log().tanh() * a.array().sqrt()).eval(); }},
      {"powers",     [](const auto& a, const auto& b) { return (a.array().pow(2.5) * b.array().pow(b(1, 2)) + a.array().inverse().cube()).eval(); }},
      {"scalars",    [](const auto& a, const auto& b) { return (a(0, 1) * b + a / b(2, 2) + (constant_like(a) * b(3, 3))).eval(); }},
      {"arrays and scalars", [](const auto& a, const auto& b) { return ((a.array() + b(0, 0)) * (2.0 - a.array()) - b(1, 0) / b.array()).eval(); }},
      {"larger",     [](const auto& a, const auto& b) { return (a.cwiseMax(b).cwiseProduct(a.cwiseMin(b)) + a.cwiseMax(constant_like(b)).cwiseProduct(b)).eval(); }, 0.003},
      {"activations", [](const auto& a, const auto& b) { return (relu(a - b).cwiseProduct(b) + sigmoid(a)).eval(); }, 0.003},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test::taylor_matrix_test
