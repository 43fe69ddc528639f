// Fixed points against closed forms and central differences.
#include <gradus/autodiff/fixed_point.hpp>

#include "../support/linear_algebra.hpp"

namespace gradus::test::fixed_point_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

// Newton's iteration for √p: its fixed point is √p, whatever it began with.
const auto heron = [](const auto& x, const auto& p) { return (x + p / x) / 2; };

TEST_CASE("the square root as a fixed point has the derivatives of the square root, of any order") {
  const auto d = [](const auto& f) { return [f](const auto& p) { return gradient(f, p); }; };
  const auto root = [](const auto& p) { return fixed_point(heron, 1.0, p); };
  CHECK(std::abs(root(2.0) - std::sqrt(2)) < 1e-11);
  CHECK(std::abs(d(root)(2.0) - 0.5 / std::sqrt(2)) < 1e-11);
  CHECK(std::abs(d(d(root))(2.0) + 0.25 / std::pow(2, 1.5)) < 1e-11);
  CHECK(std::abs(d(d(d(root)))(2.0) - 0.375 / std::pow(2, 2.5)) < 1e-10);
  CHECK(std::abs(d(root)(2.0f) - 0.353553f) < 1e-5f);
}

TEST_CASE("x = sin(A x) + b: gradients and Hessians by a matrix and a vector") {
  const auto f = [](const auto& x, const auto& a, const auto& b) {
    return ((a * x).array().sin().matrix() + b).eval();
  };
  const auto g = [&](const auto& a, const auto& b) {
    using S = typename detail::NumberOf<std::remove_cvref_t<decltype(a)>>::type;
    const FixedPointOptions to_rounding{.tolerance = 2 * double{std::numeric_limits<S>::epsilon()}};
    return contract(fixed_point(to_rounding, f, VectorXd(VectorXd::Zero(3)), a, b));
  };
  check_gradients<2>(g, MatrixXd(0.3 * random_matrix(3, 3, 1)), VectorXd(random_matrix(3, 1, 2)));
}

TEST_CASE("a linear fixed point is the solution of a system") {
  const MatrixXd a = 0.2 * random_matrix(4, 4, 1), x0 = MatrixXd::Zero(4, 2), b = random_matrix(4, 2, 2);
  const auto by_iteration = [&](const auto& m, const auto& c) {
    return contract(
        fixed_point([](const auto& x, const auto& n, const auto& y) { return (n * x + y).eval(); }, x0, m, c));
  };
  const auto by_solve = [](const auto& m, const auto& c) { return contract(solve(identity_like(m) - m, c)); };
  const auto [x, by_a, by_b] = value_and_gradient(by_iteration, a, b);
  const auto [y, solve_by_a, solve_by_b] = value_and_gradient(by_solve, a, b);
  CHECK(std::abs(x - y) < 1e-10);
  CHECK((by_a - solve_by_a).norm() < 1e-10);
  CHECK((by_b - solve_by_b).norm() < 1e-10);
}

TEST_CASE("parameters may be scalars and matrices, constants, or none, and need not matter") {
  const auto f = [](const auto& x, const auto& s, const auto& v, const auto&) { return (s * x + v).eval(); };
  const VectorXd x0 = VectorXd::Zero(2), v = Eigen::Vector2d(1, 2);
  const auto [y, by_s, by_unused] = value_and_gradient(
      [&](const auto& s, const auto& unused) { return fixed_point(f, x0, s, v, unused).sum(); }, 0.5, 3.0);
  CHECK(std::abs(y - 6) < 1e-10);
  CHECK(std::abs(by_s - 12) < 1e-10);  // x = v/(1 − s)
  CHECK(by_unused == 0);
  CHECK(std::abs(fixed_point([](const auto& x) { return std::cos(x); }, 1.0) - 0.7390851332151607) < 1e-11);
  CHECK(gradient([&](const auto& p) { return fixed_point([](const auto&, const auto& q) { return q * q; }, 1.0, p); },
                 3.0) == 6);
}

TEST_CASE("adjoints of any size are found to the same relative tolerance") {
  for (const double size : {1e-12, 1.0, 1e12}) {
    const auto f = [&](const auto& p) { return size * fixed_point(heron, 1.0, p); };
    CHECK(std::abs(gradient(f, 2.0) / size - 0.5 / std::sqrt(2)) < 1e-11);
  }
}

TEST_CASE("memory does not grow with the iterations") {
  const auto slow = [](const auto& x, const auto& p) { return 0.99 * x + 0.01 * p; };
  Tape tape;
  const auto p = tape.variable(2.0);
  const auto x = fixed_point({.max_iterations = 5000}, slow, 0.0, p);
  tape.backward(x);
  CHECK(std::abs(tape.adjoint(p) - 1) < 1e-9);
  CHECK(tape.memory() < 300000);
}

TEST_CASE("what does not converge is an error with the residual") {
  const auto error_of = [](const auto& f) -> std::string {
    try {
      f();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  const auto away = [](const auto& x, const auto& p) { return 2 * x + p; };
  const auto slow = [](const auto& x, const auto& p) { return 0.5 * x + p; };
  CHECK(error_of([&] {
          fixed_point({.max_iterations = 20}, away, 1.0, 1.0);
        }).starts_with("fixed_point: no convergence in 20 iterations: the residual is "));
  CHECK(error_of([&] { fixed_point({.max_iterations = 3}, slow, 0.0, 1.0); }).find("0.25, expected at most") !=
        std::string::npos);
  CHECK(error_of([&] { fixed_point({.max_iterations = 100000}, away, 1.0, 1.0); }).find("no convergence in 1") !=
        std::string::npos);  // stops at infinity
  CHECK(std::abs(fixed_point({.tolerance = 0.1}, slow, 0.0, 1.0) - 2) > 1e-3);
  const auto wrong = [](const auto& x, const auto&) { return x.head(1).eval(); };
  CHECK(error_of([&] { fixed_point(wrong, VectorXd(VectorXd::Ones(2)), 1.0); }) ==
        "fixed_point: expected f(x, …) to have the shape of x, 2×1, got 1×1");
}

}  // namespace
}  // namespace gradus::test::fixed_point_test
