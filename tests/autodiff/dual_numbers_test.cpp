// Reverse mode on Duals as numbers: matrices of Duals on a tape.
#include "../support/forward_and_reverse.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("reductions and functions of matrices of Duals") {
  on_dual_numbers({
      {"reductions",  [](const auto& a, const auto& b) { return a.maxCoeff() * b.prod() + (a.colwise().minCoeff() * b.rowwise().prod()).value() + a.norm(); }},
      {"norms",       [](const auto& a, const auto& b) { return (a.template lpNorm<3>() * b.stableNorm() + b.rowwise().normalized().sum()); }},
      {"logsumexp",   [](const auto& a, const auto& b) { return (softmax(a) * log_softmax(b.colwise()) * logsumexp(a.rowwise())).eval(); }},
      {"choices",     [](const auto& a, const auto& b) { return select(a.array() < b.array(), a.array() * b.array(), a.array().exp().max(b.array())); }},
      {"assembly",    [](const auto& a, const auto& b) { return (hcat(a, b) * vcat(constant_like(a), a) * b.col(0).asDiagonal()).eval(); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
