// Systems of equations with Duals.
#include "../support/forward_and_reverse.hpp"
#include "../support/linear_algebra.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("dense systems, in every mode") {
  in_every_mode({
      {"solve",        [](const auto& a, const auto& b) { return solve(shifted(a), b); }},
      {"constants",    [](const auto& a, const auto& b) { return (solve(shifted(constant_like(a)), b) + solve(shifted(a), constant_like(b))).eval(); }},
      {"transposed",   [](const auto& a, const auto& b) { return factorize(shifted(a)).solve_transposed(b.col(1).eval()); }},
  });
}
TEST_CASE("symmetric and triangular systems, in every mode") {
  in_every_mode({
      {"spd",          [](const auto& a, const auto& b) { return solve_spd(gram(a), b); }},
      {"triangular",   [](const auto& a, const auto& b) { return solve_triangular(shifted(a), b, Triangle::lower); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
