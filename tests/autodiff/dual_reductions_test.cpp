// Extrema, products and norms of Duals, of all elements and of each column or row.
#include "../support/forward_and_reverse.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("extrema and products, in every mode") {
  in_every_mode({
      {"extrema",         [](const auto& a, const auto& b) { return a.maxCoeff() * b.minCoeff() * a(0, 0) + (a - b).template lpNorm<Eigen::Infinity>(); }},
      {"extrema of each", [](const auto& a, const auto& b) { return (a.colwise().maxCoeff() * b * a.rowwise().minCoeff()).eval(); }},
      {"products",        [](const auto& a, const auto& b) { return a.col(1).prod() * b.prod() + a.topRows(3).rowwise().prod().dot(b.bottomRows(3).rowwise().prod()); }},
      {"an odd number of factors", [](const auto& a, const auto& b) { return (a.topRows(3).colwise().prod() * b).eval(); }},
  });
}
TEST_CASE("norms, in every mode") {
  in_every_mode({
      {"p-norms",         [](const auto& a, const auto& b) { return a.template lpNorm<3>() * b.template lpNorm<1>() + (a - b).template lpNorm<2>(); }},
      {"of each",         [](const auto& a, const auto& b) { return (a.colwise().template lpNorm<1>() * b.rowwise().norm() + b.colwise().norm() * a.rowwise().template lpNorm<Eigen::Infinity>()).eval(); }},
      {"stable",          [](const auto& a, const auto& b) { return a.stableNorm() * b.col(0).stableNormalized().dot(a.col(1)); }},
      {"normalized",      [](const auto& a, const auto& b) { return (a.colwise().normalized() * b.rowwise().normalized()).eval(); }},
  }, -1.5, 1.5);
}
// clang-format on

TEST_CASE("an extremum of Duals says where it is, and shares a tie") {
  const Eigen::Vector3d x(1, 4, 4), v(1, 2, 6);
  const Dual<Eigen::VectorXd> d(x, v);
  int at = -1;
  const auto y = d.maxCoeff(&at);
  CHECK(at == 1);
  CHECK(y.value() == 4);
  CHECK(y.tangent() == 4);  // one half of each
  CHECK_THROWS_AS(d.head(0).maxCoeff(), ShapeError);
}

}  // namespace
}  // namespace gradus::test
