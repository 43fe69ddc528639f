// Taylor coefficients of functions of matrices: reductions and choices.
#include "../support/taylor_operations.hpp"

namespace gradus::test::taylor_reductions_test {
namespace {

// clang-format off
TEST_CASE("reductions") {
  check_taylor({
      {"reductions", [](const auto& a, const auto& b) { return a.sum() * b.mean() + a.squaredNorm() / b.norm() + a.trace(); }},
      {"extrema",    [](const auto& a, const auto& b) { return a.maxCoeff() * b.minCoeff() + a.prod(); }, 0.003},
      {"by columns", [](const auto& a, const auto& b) { return ((a.colwise() + b.col(2)).colwise().sum() + a.colwise().mean().cwiseProduct(b.colwise().norm())).eval(); }},
      {"by rows",    [](const auto& a, const auto& b) { return ((a.rowwise() - b.row(2)).rowwise().sum() + a.rowwise().squaredNorm()).eval(); }},
      {"softmax",    [](const auto& a, const auto& b) { return (softmax(a.rowwise()) * softmax(b)).eval(); }},
      {"logsumexp",  [](const auto& a, const auto& b) { return (logsumexp(a) * log_softmax(b)).eval(); }},
      {"choices of scalars", [](const auto& a, const auto& b) { return (select(constant_like(a).array() > 1.5, a(0, 0), b(1, 1)) + select(constant_like(a).array() > 1.5, a(0, 0), 2.0) + select(constant_like(a).array() < 1.5, a(1, 0), constant_like(a).array())).eval(); }},
      {"choices",    [](const auto& a, const auto& b) { return select(value_of(a).array() > 1, a.array(), b.array().log()); }, 0.003},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test::taylor_reductions_test
