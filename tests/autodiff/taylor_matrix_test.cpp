// Taylor coefficients of functions of matrices: element by element, and reductions.
#include "../support/taylor_operations.hpp"

namespace gradus::test {
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

TEST_CASE("reductions") {
  check_taylor({
      {"reductions", [](const auto& a, const auto& b) { return a.sum() * b.mean() + a.squaredNorm() / b.norm() + a.trace(); }},
      {"extrema",    [](const auto& a, const auto& b) { return a.maxCoeff() * b.minCoeff() + a.prod(); }, 0.003},
      {"by columns", [](const auto& a, const auto& b) { return ((a.colwise() + b.col(2)).colwise().sum() + a.colwise().mean().cwiseProduct(b.colwise().norm())).eval(); }},
      {"by rows",    [](const auto& a, const auto& b) { return ((a.rowwise() - b.row(2)).rowwise().sum() + a.rowwise().squaredNorm()).eval(); }},
      {"softmax",    [](const auto& a, const auto& b) { return (softmax(a.rowwise()) * softmax(b)).eval(); }},
      {"logsumexp",  [](const auto& a, const auto& b) { return (logsumexp(a) * log_softmax(b)).eval(); }},
      {"choices",    [](const auto& a, const auto& b) { return select(value_of(a).array() > 1, a.array(), b.array().log()); }, 0.003},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
