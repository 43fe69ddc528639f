// First-order linear recurrences: against the loop over scalars, closed forms and the linear system that they solve.
#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <gradus/autodiff/autodiff.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::linear_recurrence_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

/// Σ w_t y_t of scalars, one step after the other.
struct Loop {
  VectorXd w;
  Var<double> operator()(const auto& a, const auto& s, const auto& initial) const {
    Var<double> y = initial, sum = 0.0;
    for (Index t = 0; t < w.size(); ++t) {
      y = a * y + s(t);
      sum += w(t) * y;
    }
    return sum;
  }
};

TEST_CASE("a recurrence is the loop over its scalars, and so is its gradient") {
  for (const double a : {0.0, 1.0, -1.0, 0.9, -0.3, 1.25, 1e-200}) {
    for (const Index n : {1, 2, 4, 5, 6, 13, 40}) {
      const VectorXd s = VectorXd::Random(n), w = VectorXd::Random(n);
      const auto whole = [&](const auto& c, const auto& x, const auto& y0) {
        return linear_recurrence(c, x, y0).dot(w);
      };
      const auto [value, by_a, by_s, by_initial] = value_and_gradient(whole, a, s, 0.5);
      const auto [expected, a_bar, s_bar, initial_bar] = value_and_gradient(Loop{w}, a, s, 0.5);
      // Every result is a sum of at most n² terms below |a|ⁿ, each with n roundings.
      const double terms = double(n) * double(n), largest = std::pow(std::max(1.0, std::abs(a)), double(n));
      const double tolerance = std::numeric_limits<double>::epsilon() * double(n) * terms * largest;
      INFO("a = ", a, ", n = ", n);
      CHECK(std::abs(value - expected) <= tolerance);
      CHECK(std::abs(by_a - a_bar) <= tolerance);
      CHECK((by_s - s_bar).norm() <= tolerance);
      CHECK(std::abs(by_initial - initial_bar) <= tolerance);
    }
  }
}

TEST_CASE("closed forms: sums, powers, the source itself") {
  const VectorXd s = VectorXd::LinSpaced(9, 1, 9), none = VectorXd::Zero(9);
  CHECK(linear_recurrence(0.0, s) == s);
  CHECK(linear_recurrence(0, s, 3) == s);
  CHECK(linear_recurrence(1.0, s)(8) == 45);
  CHECK(linear_recurrence(1.0, s)(6) == 28);
  CHECK(linear_recurrence(0.5, none, 1.0)(8) == std::pow(0.5, 9));
  CHECK(linear_recurrence(2, none, 1)(8) == 512);
  CHECK(linear_recurrence(s, none, 1.0)(8) == 362880);  // 9!
  // d/da aⁿ y₀ = n aⁿ⁻¹ y₀, and the second derivative n (n − 1) aⁿ⁻².
  const auto last = [&](const auto& a) { return linear_recurrence(a, none, 1.0)(8); };
  CHECK(gradient(last, 0.5) == 9 * std::pow(0.5, 8));
  CHECK(gradient([&](const auto& a) { return gradient(last, a); }, 0.5) == 72 * std::pow(0.5, 7));
}

TEST_CASE("a recurrence solves the bidiagonal system") {
  const MatrixXd a = MatrixXd::Random(7, 3), s = MatrixXd::Random(7, 3);
  const Eigen::RowVectorXd initial = Eigen::RowVectorXd::Random(3);
  const MatrixXd y = linear_recurrence(a, s, initial);
  for (Index j = 0; j < 3; ++j) {
    MatrixXd system = MatrixXd::Identity(7, 7);
    system.diagonal(-1) = -a.col(j).tail(6);
    VectorXd right = s.col(j);
    right(0) += a(0, j) * initial(j);
    CHECK((system.triangularView<Eigen::Lower>().solve(right) - y.col(j)).norm() <= 1e-14 * (1 + y.norm()));
  }
}

TEST_CASE("beyond the range of a power of the coefficient, nothing but what the loop gives") {
  const VectorXd none = VectorXd::Zero(12);
  CHECK(linear_recurrence(1e200, none) == none);
  CHECK(linear_recurrence(1e-100, none, 1e300).allFinite());
}

TEST_CASE("floats, and matrices without rows or columns") {
  const Eigen::VectorXf s = Eigen::VectorXf::Ones(3);
  const auto [value, by_a, by_s] =
      value_and_gradient([](const auto& a, const auto& x) { return linear_recurrence(a, x).sum(); }, 2.0f, s);
  CHECK(value == 11);  // 1 + 3 + 7
  CHECK(by_a == 6);    // 0 + 1 + 5
  CHECK(by_s == Eigen::Vector3f(7, 3, 1));
  for (const auto& [rows, cols] : {std::pair(0, 2), std::pair(2, 0)}) {
    const auto f = [](const auto& a, const auto& x) { return linear_recurrence(a, x, 1.0).sum() + a; };
    const auto [none, by_scalar, by_matrix] = value_and_gradient(f, 0.5, MatrixXd(rows, cols));
    CHECK(none == 0.5);
    CHECK(by_scalar == 1);
    CHECK(by_matrix.size() == 0);
  }
}

TEST_CASE("a steady step allocates nothing") {
  const auto f = [](const auto& x) {
    return linear_recurrence(x(0), x.tail(50), x(1)).squaredNorm() + linear_recurrence(x.head(9), x.tail(9)).sum();
  };
  const VectorXd x = VectorXd::Random(52);
  Tape<double> tape;
  VectorXd by_x(52);
  for (int i = 0; i < 3; ++i) value_and_gradient(tape, f, x, by_x);
  const AllocationCounter counter;
  value_and_gradient(tape, f, x, by_x);
  CHECK(counter.count() == 0);
}

TEST_CASE("shapes that do not fit are said") {
  const MatrixXd s = MatrixXd::Ones(4, 2);
  CHECK_THROWS_WITH_AS(linear_recurrence(MatrixXd(3, 2), s),
                       "linear_recurrence: coefficients and sources: expected operands of one shape, got 3×2 and 4×2",
                       ShapeError);
  CHECK_THROWS_AS(linear_recurrence(0.5, s, VectorXd::Ones(2).eval()), ShapeError);
  CHECK_THROWS_AS(linear_recurrence(0.5, s, Eigen::RowVectorXd::Ones(3).eval()), ShapeError);
  Tape<double> tape;
  CHECK_THROWS_AS(linear_recurrence(tape.variable(s), MatrixXd::Ones(4, 1).eval()), ShapeError);
}

}  // namespace
}  // namespace gradus::test::linear_recurrence_test
