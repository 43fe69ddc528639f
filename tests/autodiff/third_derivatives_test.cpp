// Third directional derivatives: nested Duals, Taylor coefficients, reverse mode and differences against each other.
#include <gradus/autodiff/taylor.hpp>
#include <gradus/autodiff/third_derivatives.hpp>

#include "../support/small_network.hpp"

namespace gradus::test::third_derivatives_test {
namespace {

using namespace small_network;
using Eigen::Matrix3d, Eigen::MatrixXd, Eigen::Vector3d, Eigen::VectorXd;

TEST_CASE("third directional derivatives, by nested Duals, Taylor and reverse mode") {
  const auto all = third_directional_derivative(network, x, u, v, w);
  const Vector3d g = gradient(network, x);
  const MatrixXd h = hessian(network, x);
  CHECK(all.value == doctest::Approx(network(x)));
  CHECK(all.along_u == doctest::Approx(g.dot(u)));
  CHECK(all.along_v == doctest::Approx(g.dot(v)));
  CHECK(all.along_w == doctest::Approx(g.dot(w)));
  CHECK(all.along_uv == doctest::Approx(u.dot(h * v)));
  CHECK(all.along_uw == doctest::Approx(u.dot(h * w)));
  CHECK(all.along_vw == doctest::Approx(v.dot(h * w)));
  const auto [value, along_u, along_v, along_uv, product] = third_derivative_product(network, x, u, v);
  CHECK(value == all.value);
  CHECK(along_u == doctest::Approx(all.along_u));
  CHECK(along_v == doctest::Approx(all.along_v));
  CHECK(along_uv == doctest::Approx(all.along_uv));
  CHECK(product.dot(w) == doctest::Approx(all.third));
  const double step = 1e-5;
  const MatrixXd beside =
      (hessian(network, Vector3d(x + step * w)) - hessian(network, Vector3d(x - step * w))) / (2 * step);
  CHECK(all.third == doctest::Approx(u.dot(beside * v)).epsilon(1e-8));  // of second order in the step
  const auto derivatives = directional_derivatives(network, x, v, 3);
  CHECK(derivatives[3] == doctest::Approx(third_directional_derivative(network, x, v, v, v).third));
  // Polarization: D³f[u, v, w] from those along one direction.
  const auto along = [&](const Vector3d& d) { return directional_derivatives(network, x, d, 3)[3]; };
  CHECK(all.third ==
        doctest::Approx(
            (along(u + v + w) - along(u + v) - along(u + w) - along(v + w) + along(u) + along(v) + along(w)) / 6));
}

TEST_CASE("third derivatives of numbers and of vectors") {
  const auto f = [](const auto& p, const auto& q) { return p * p * q * q * q; };
  const auto of_both = [&](const auto& z) { return f(z(0), z(1)); };
  const Eigen::Vector2d at(2, 3), p(1, 0), q(0, 1);
  CHECK(third_directional_derivative(of_both, at, p, p, q).third == 2 * 3 * 9);
  CHECK(third_directional_derivative(of_both, at, q, p, q).third == 2 * 2 * 6 * 3);
  CHECK(third_directional_derivative(of_both, at, q, q, q).third == 6 * 4);
  CHECK(third_derivative_product(of_both, at, p, q).product == Eigen::Vector2d(54, 72));
  const auto cubic = third_directional_derivative([](const auto& t) { return t * t * t; }, 2.0, 1.0, 1.0, 1.0);
  CHECK((cubic.value == 8 && cubic.along_u == 12 && cubic.along_vw == 12 && cubic.third == 6));
  CHECK(third_derivative_product([](const auto& t) { return t * t * t; }, 2.0, 1.0, 5.0).product == 30);
  const auto vector =
      third_directional_derivative([](const auto& z) { return z.array().cube().matrix().eval(); }, x, u, v, w);
  check_near(vector.third, Vector3d(6 * u.cwiseProduct(v).cwiseProduct(w)), 1e-15);
  CHECK(third_directional_derivative([](const auto&) { return 5.0; }, x, u, v, w).third == 0);
}

TEST_CASE("wrong shapes are told") {
  const Eigen::Vector2d two(1, 2);
  CHECK_THROWS_AS(third_directional_derivative(network, VectorXd(x), VectorXd(u), VectorXd(two), VectorXd(w)),
                  ShapeError);
  CHECK_THROWS_AS(third_derivative_product([](const auto& z) { return (2 * z).eval(); }, x, u, v), ShapeError);
}

}  // namespace
}  // namespace gradus::test::third_derivatives_test
