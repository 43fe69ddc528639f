// Matrices put together, and diagonal ones, of Duals.
#include "../support/forward_and_reverse.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("matrices put together, in every mode") {
  in_every_mode({
      {"hcat, vcat", [](const auto& a, const auto& b) { return (hcat(a, constant_like(b), b) * vcat(constant_like(a), b, a)).eval(); }},
      {"of a vector", [](const auto& a, const auto& b) { return (hcat(std::vector{a, b, a}) * vcat(std::vector{b, a, b})).eval(); }},
      {"cross",      [](const auto& a, const auto& b) { return (cross(a.col(0).head(3), b.col(1).head(3)).transpose() * b.topRows(3) + cross(a.row(0).head(3), b.row(1).head(3)) * a.topRows(3)).eval(); }},
  });
}
TEST_CASE("chains of products, in every mode") {
  in_every_mode({
      {"chain", [](const auto& a, const auto& b) { return chain_product(a, constant_like(b), b, a.col(0)); }},
      {"vector", [](const auto& a, const auto& b) { return chain_product(std::vector{a, b, a}, constant_like(a)); }},
  });
}
TEST_CASE("diagonal matrices, in every mode") {
  in_every_mode({
      {"from the left",  [](const auto& a, const auto& b) { return (a.col(0).asDiagonal() * b + a.row(1).asDiagonal() * constant_like(b)).eval(); }},
      {"from the right", [](const auto& a, const auto& b) { return (a * b.col(2).asDiagonal() + b * constant_like(a).col(1).asDiagonal()).eval(); }},
      {"dense",          [](const auto& a, const auto& b) { return (a.col(0).asDiagonal().toDenseMatrix() * b * a.row(2).asDiagonal().toDenseMatrix()).eval(); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
