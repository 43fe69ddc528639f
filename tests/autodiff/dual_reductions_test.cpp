// Extrema, products and norms of Duals, of all elements and of each column or row.
#include "../support/check_gradients.hpp"

namespace gradus::test::dual_reductions_test {
namespace {

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
}  // namespace gradus::test::dual_reductions_test
