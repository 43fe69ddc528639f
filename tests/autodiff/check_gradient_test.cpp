// check_gradient finds wrong derivatives, and only those.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/check_gradient.hpp>
#include <sstream>

namespace gradus::test::check_gradient_test {

/// sin with a derivative that is wrong by a factor.
struct WrongSin {
  static constexpr std::string_view name = "wrong sin";
  static inline double factor = 1;
  static auto value(const auto& x) {
    using std::sin;
    return sin(x);
  }
  static auto derivative(const auto& x, const auto&) {
    using std::cos;
    return static_cast<float>(factor) * cos(x);
  }
};

namespace {

using Eigen::MatrixXd, Eigen::MatrixXf, Eigen::VectorXd, Eigen::VectorXf;

auto wrong_sin(const auto& x) {
  if constexpr (level_of<decltype(x)> == 0)
    return WrongSin::value(x);
  else
    return apply<WrongSin>(x);
}

TEST_CASE("a wrong derivative is found and named: argument, entry, numbers") {
  const auto f = [](const auto& a, const auto& v, const auto& s) {
    return (a * v).squaredNorm() + wrong_sin(a(1, 0)) * v(0) + s * s;
  };
  const MatrixXd a = MatrixXd::Random(3, 2);
  const VectorXd v = VectorXd::Constant(2, 0.7);
  WrongSin::factor = 1;
  const GradientCheck right = check_gradient(f, a, v, 2.0);
  CHECK(right.passed);
  CHECK(right.compared == 6 + 2 + 1);
  CHECK(right.unresolved == 0);
  for (const double factor : {1.5, -1.0, 1.00001}) {
    WrongSin::factor = factor;
    const GradientCheck wrong = check_gradient(f, a, v, 2.0);
    CAPTURE(factor);
    CHECK_FALSE(wrong);
    CHECK(wrong.argument == 0);
    CHECK(wrong.row == 1);
    CHECK(wrong.col == 0);
    const double slope = std::cos(a(1, 0)) * 0.7;
    CHECK(wrong.analytic - wrong.numeric == doctest::Approx((factor - 1) * slope).epsilon(0.05));
    CHECK(wrong.tolerance < std::abs(wrong.analytic - wrong.numeric));
    const GradientCheck along = check_gradient({.entries = 0, .directions = 3}, f, a, v, 2.0);
    CHECK_FALSE(along);
    CHECK(along.argument == -1);
    CHECK(along.compared == 3);
    std::ostringstream out;
    out << wrong;
    for (const char* const part : {"FAILED", "9 compared", "argument 0, entry (1, 0)", "tolerance"})
      CHECK(out.str().find(part) != std::string::npos);
  }
  WrongSin::factor = 1;
}

TEST_CASE("right derivatives pass, in double and in float, of numbers large and small") {
  const auto scalar = [](const auto& x) {
    using std::exp, std::sin, std::log;
    return exp(sin(x)) * log(x) + 1 / x;
  };
  for (const double x : {1e-5, 0.01, 1.0, 30.0, 3e6}) {
    CAPTURE(x);
    const GradientCheck in_double = check_gradient(scalar, x);
    std::ostringstream out;
    out << in_double;
    INFO(out.str());
    CHECK(in_double.passed);
  }
  for (const float x : {0.1f, 1.0f, 30.0f}) CHECK(check_gradient(scalar, x).passed);
  CHECK(check_gradient([](const auto& x) { return 1e9 + x * 1e-3; }, 1.0).passed);  // rounding decides the step
  CHECK(check_gradient([](const auto& x) { return 0 * x; }, 1.0).passed);
  CHECK(check_gradient([](const auto& x) { return x.squaredNorm(); }, Eigen::RowVector3d(1e8, 1e-8, 1)).passed);
  CHECK(check_gradient([](const auto& x) { return x.sum(); }, MatrixXd(0, 3)).passed);
  CHECK(check_gradient([](const auto& x) { return x * x; }, 3).passed);  // an integer is a double
}

TEST_CASE("a network with corners passes in both types, sampled or along directions") {
  const MatrixXd X = MatrixXd::Random(3, 8);
  const MatrixXf Xf = X.cast<float>();
  const auto loss = [](const auto& x) {
    return [&](const auto& w, const auto& v) { return relu(w * x).colwise().sum().squaredNorm() + (v * w).norm(); };
  };
  const MatrixXd w = MatrixXd::Random(20, 3), v = MatrixXd::Random(2, 20);
  const GradientCheck all = check_gradient(loss(X), w, v);
  CHECK(all.passed);
  CHECK(all.compared == 100);
  const GradientCheck some = check_gradient({.entries = 7, .directions = 4, .seed = 3}, loss(X), w, v);
  CHECK(some.passed);
  CHECK(some.compared == 7 + 7 + 4);
  CHECK(check_gradient({.entries = 10, .directions = 2}, loss(Xf), MatrixXf(w.cast<float>()), MatrixXf(v.cast<float>()))
            .passed);
}

TEST_CASE("at a corner a derivative between the slopes of both sides is right, another is not") {
  const auto relu_at = [](const auto& x) { return relu(x); };
  const GradientCheck corner = check_gradient(relu_at, 0.0);
  CHECK(corner.passed);
  CHECK(corner.kinks == 1);
  const auto abs_at = [](const auto& x) {
    using std::abs;
    return abs(x);
  };
  CHECK(check_gradient(abs_at, 0.0).passed);
  const auto wrong = [](const auto& x) { return relu(x) + 2 * (wrong_sin(x) - x); };  // its slopes are 0 and 1
  CHECK(check_gradient(wrong, 0.0).passed);
  WrongSin::factor = 2;
  CHECK_FALSE(check_gradient(wrong, 0.0).passed);
  WrongSin::factor = 1;
}

TEST_CASE("a jump, an end of the domain, NaN: no evidence is no pass") {
  const auto root = [](const auto& x) {
    using std::sqrt;
    return sqrt(x);
  };
  const GradientCheck end = check_gradient(root, 0.0);
  CHECK_FALSE(end.passed);
  CHECK(end.unresolved == 1);
  CHECK_FALSE(check_gradient(root, -1.0).passed);
  const auto jump = [](const auto& x) { return x > 1.0 ? x + 5.0 : x + 0.0; };
  CHECK_FALSE(check_gradient(jump, 1.0).passed);
}

TEST_CASE("a function that computes something else of variables than of numbers is found out") {
  const auto two_faced = [](const auto& x) {
    if constexpr (level_of<decltype(x)> == 0)
      return x * x + 1;
    else
      return x * x;
  };
  const GradientCheck check = check_gradient(two_faced, 2.0);
  CHECK_FALSE(check.passed);
  CHECK_FALSE(check.values_agree);
  std::ostringstream out;
  out << check;
  CHECK(out.str().find("of numbers is 5 but of variables 4") != std::string::npos);
  CHECK_FALSE(check_gradient([](const auto& x) { return x * value_of(x); }, 2.0).passed);  // a lost derivative
}

}  // namespace
}  // namespace gradus::test::check_gradient_test
