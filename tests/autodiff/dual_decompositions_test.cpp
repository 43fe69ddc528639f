// Inverses, determinants, factors and least squares of Duals.
#include "../support/forward_and_reverse.hpp"
#include "../support/linear_algebra.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("inverses, determinants and factors, in every mode") {
  in_every_mode({
      {"inverse",      [](const auto& a, const auto& b) { return (inverse(shifted(a)) * b).eval(); }},
      {"determinants", [](const auto& a, const auto& b) { return determinant(shifted(a)) * log_determinant(shifted(b)); }},
      {"spd",          [](const auto& a, const auto& b) { return (cholesky(gram(a)) * b * log_determinant_spd(gram(b))).eval(); }},
  });
}
TEST_CASE("least squares, in every mode") {
  in_every_mode({
      {"tall",         [](const auto& a, const auto& b) { return least_squares(a.leftCols(2).eval(), b.col(0).eval()); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
