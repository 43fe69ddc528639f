// Taylor coefficients of functions of vectors: shapes, curves, float, and what is refused.
#include <gradus/autodiff/taylor.hpp>

#include "../support/small_network.hpp"

namespace gradus::test::taylor_vectors_test {
namespace {

using namespace small_network;
using Eigen::Matrix3d, Eigen::MatrixXd, Eigen::Vector3d, Eigen::VectorXd;

TEST_CASE("to the second order Taylor's formula is exact on quadratics") {
  const Matrix3d h = a + a.transpose();
  const auto f = [&](const auto& z) { return z.dot(h * z) / 2 + z.dot(w) + 3; };
  const auto c = taylor(f, x, v, 5);
  CHECK(c[0] == doctest::Approx(f(x)));
  CHECK(c[1] == doctest::Approx((h * x + w).dot(v)));
  CHECK(c[2] == doctest::Approx(v.dot(h * v) / 2));
  CHECK((c[3] == 0 && c[4] == 0 && c[5] == 0));
  CHECK(taylor_polynomial(c, 2.5) == doctest::Approx(f(Vector3d(x + 2.5 * v))));
}

TEST_CASE("coefficients have the shape of the result, and those of scalars are those of matrices") {
  const auto f = [](const auto& z) { return (a * z * z.transpose()).array().exp().matrix().eval(); };
  const std::vector<Matrix3d> c = taylor(f, x, v, 6);
  const auto by_elements = [](const auto& t) {
    const auto z = (x + t * v).eval();
    const auto first = exp(z(0) * (a(0, 0) * z(0) + a(0, 1) * z(1) + a(0, 2) * z(2)));
    return first;
  };
  const std::vector<double> e = taylor(by_elements, 0.0, 1.0, 6);
  for (std::size_t k = 0; k <= 6; ++k) CHECK(c[k](0, 0) == doctest::Approx(e[k]));
  const auto constant = taylor([](const auto&) { return a; }, x, v, 2);
  CHECK((constant[0] == a && constant[2] == Matrix3d::Zero()));
  const VectorXd dynamic = x;
  check_near(MatrixXd(taylor(f, dynamic, VectorXd(v), 6)[4]), MatrixXd(c[4]), 1e-14);
  // The polynomial of a matrix at a step.
  check_near(taylor_polynomial(taylor(f, x, v, 20), 0.1), f(Vector3d(x + 0.1 * v)), 1e-13);
  // Along a curve.
  const auto curve = taylor([](const auto& t) { return stack(sin(t), cos(t), t * t); }, 0.3, 1.0, 5);
  const auto composed = [&](const auto& t) { return network(stack(sin(t), cos(t), t * t)); };
  CHECK(taylor(network, curve, 5)[5] == doctest::Approx(taylor(composed, 0.3, 1.0, 5)[5]));
}

TEST_CASE("in float") {
  const Eigen::Vector3f single = x.cast<float>(), along = v.cast<float>();
  const auto f = [](const auto& z) { return z.array().exp().sum() / z.norm(); };
  const std::vector<float> c = taylor(f, single, along, 5);
  const std::vector<double> expected = taylor(f, x, v, 5);
  for (std::size_t k = 0; k <= 5; ++k) CHECK(c[k] == doctest::Approx(expected[k]).epsilon(1e-4));
}

TEST_CASE("wrong shapes are told") {
  const Eigen::Vector2d two(1, 2);
  CHECK_THROWS_AS(taylor(network, VectorXd(x), VectorXd(two), 3), ShapeError);
  CHECK_THROWS_WITH_AS(taylor(network, std::vector<VectorXd>{x, v, two}, 3), doctest::Contains("3×1"), ShapeError);
  CHECK_THROWS_AS(
      taylor([](const auto& z) { return gradient([](const auto& y) { return (2 * y).eval(); }, z); }, x, v, 2),
      ShapeError);
  const Series<VectorXd> s({x, v}, 3);
  CHECK_THROWS_AS(s + VectorXd(two), ShapeError);
  CHECK_THROWS_AS(MatrixXd(two.transpose()) * s, ShapeError);
  CHECK_THROWS_AS(s.dot(two), ShapeError);
  CHECK_THROWS_AS(s.segment(2, 2), ShapeError);
  CHECK_THROWS_AS((Series<Eigen::Vector2d>(s)), ShapeError);
  CHECK_THROWS_AS(solve(Series<MatrixXd>({MatrixXd::Ones(2, 3)}, 1), s), ShapeError);
  CHECK_THROWS_AS(solve(Series<MatrixXd>({MatrixXd::Zero(3, 3)}, 1), s), Error);
}

}  // namespace
}  // namespace gradus::test::taylor_vectors_test
