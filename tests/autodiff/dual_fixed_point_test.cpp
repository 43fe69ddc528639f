// Fixed points in forward mode, and in every nesting with reverse mode, against closed forms.

#include "../support/linear_algebra.hpp"

namespace gradus::test::dual_fixed_point_test {
namespace {

TEST_CASE("the square root as a fixed point has the derivatives of the square root in every mode") {
  const auto root = [](const auto& p) {
    return fixed_point([](const auto& x, const auto& q) { return (x + q / x) / 2; }, 1.0, p);
  };
  const auto forward = [&](const auto& p) { return derivative(root, p); };
  const double first = 0.5 / std::sqrt(2), second = -0.25 / std::pow(2, 1.5);
  CHECK(std::abs(forward(2.0) - first) < 1e-11);
  CHECK(std::abs(derivative(forward, 2.0) - second) < 1e-10);
  CHECK(std::abs(gradient(forward, 2.0) - second) < 1e-10);
}

TEST_CASE("a linear fixed point along a direction is the solution of a system, and so is its Hessian") {
  const Matrix<double> a = 0.2 * random_matrix(3, 3, 1), x0 = Matrix<double>::Zero(3, 1), b = random_matrix(3, 1, 2);
  const Matrix<double> v = random_matrix(3, 3, 3);
  const auto by_iteration = [&](const auto& m) {
    return contract(fixed_point(
        {.tolerance = 1e-14}, [](const auto& x, const auto& n, const auto& y) { return (n * x + y).eval(); }, x0, m,
        b));
  };
  const auto by_solve = [&](const auto& m) { return contract(solve(identity_like(m) - m, b)); };
  const auto x = value_slope_and_hessian_vector_product(by_iteration, a, v);
  const auto y = value_slope_and_hessian_vector_product(by_solve, a, v);
  CHECK(std::abs(x.slope - y.slope) < 1e-11);
  CHECK((x.product - y.product).norm() < 1e-11);
}

}  // namespace
}  // namespace gradus::test::dual_fixed_point_test
