// Linear algebra in reverse mode on Duals as numbers.
#include "../support/forward_and_reverse.hpp"
#include "../support/linear_algebra.hpp"

namespace gradus::test::dual_numbers_systems_test {
namespace {

// clang-format off
TEST_CASE("systems and factors of matrices of Duals") {
  on_dual_numbers({
      {"solve",       [](const auto& a, const auto& b) { return solve(shifted(a), b); }},
      {"spd",         [](const auto& a, const auto& b) { return (cholesky(gram(a)) * b * log_determinant_spd(gram(b))).eval(); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test::dual_numbers_systems_test
