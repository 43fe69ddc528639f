// Taylor coefficients in every nesting with the other derivatives.
#include <gradus/autodiff/taylor.hpp>
#include <gradus/autodiff/third_derivatives.hpp>

#include "../support/small_network.hpp"

namespace gradus::test::taylor_nesting_test {
namespace {

using namespace small_network;
using Eigen::Matrix3d, Eigen::Vector3d;

TEST_CASE("series of gradients, and gradients of series") {
  // ∇f along the line: coefficient k times k! is D^{k+1} f [v, …, v, ·].
  const auto along = taylor([](const auto& z) { return gradient(network, z); }, x, v, 3);
  const auto c = taylor(network, x, v, 4);
  check_near(along[0], gradient(network, x));
  check_near(along[1], Vector3d(hessian(network, x) * v));
  check_near(along[2], Vector3d(third_derivative_product(network, x, v, v).product / 2));
  for (std::size_t k = 0; k <= 3; ++k) CHECK(along[k].dot(v) == doctest::Approx(static_cast<double>(k + 1) * c[k + 1]));
  // ∂cₖ/∂x is coefficient k of the gradient.
  for (Index k = 0; k <= 3; ++k) {
    const auto coefficient = [&](const auto& z) { return taylor(network, z, v, k)[static_cast<std::size_t>(k)]; };
    check_near(gradient(coefficient, x), along[static_cast<std::size_t>(k)]);
  }
  const auto [value, g] = value_and_gradient(network, Series<Vector3d>({x, v}, 3));
  CHECK(value.coefficient(3) == doctest::Approx(c[3]));
  CHECK((g.order() == 3 && g.primal() == along[0]));
  const auto scalar =
      taylor([](const auto& t) { return gradient([](const auto& s) { return exp(s * s); }, t); }, 0.5, 1.0, 2);
  CHECK(scalar[0] == doctest::Approx(std::exp(0.25)));
  CHECK(scalar[2] == doctest::Approx(3.5 * std::exp(0.25)));  // (2t exp t²)″/2 = (6t + 4t³) exp t²
}

TEST_CASE("every nesting with forward mode and Taylor itself") {
  const auto c = taylor(network, x, v, 4);
  const auto slope = taylor([](const auto& z) { return jacobian_vector_product(network, z, v).second; }, x, v, 3);
  const auto forward = jacobian_vector_product([](const auto& z) { return taylor(network, z, v, 3)[3]; }, x, v);
  const auto twice = taylor([](const auto& z) { return taylor(network, z, v, 2)[2]; }, x, v, 2);
  CHECK(slope[3] == doctest::Approx(4 * c[4]));
  CHECK(forward.first == doctest::Approx(c[3]));
  CHECK(forward.second == doctest::Approx(4 * c[4]));
  CHECK(twice[2] == doctest::Approx(6 * c[4]));  // 4!/(2! 2!)
  const auto second = [](const auto& z) { return taylor(network, z, v, 2)[2]; };
  CHECK(v.dot(hessian_vector_product(second, x, v)) == doctest::Approx(12 * c[4]));
  // What a function captures is a constant.
  const auto outer = [](const auto& t) { return t * taylor([&](const auto& s) { return t + s; }, t, 1.0, 1)[1]; };
  CHECK(taylor(outer, 2.0, 1.0, 2) == std::vector<double>{2, 1, 0});
}

}  // namespace
}  // namespace gradus::test::taylor_nesting_test
