// The log-density of normally distributed numbers: against its formula, written out over scalars, its closed-form
// derivatives, and the operations that it consists of.
#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <numbers>

#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/taylor.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::normal_log_density_test {
namespace {

using Eigen::ArrayXXd, Eigen::MatrixXd, Eigen::VectorX, Eigen::VectorXd;

/// ln N(x; μ, σ²) of one number.
double log_density(double x, double mean, double deviation) {
  const double z = (x - mean) / deviation;
  return -0.5 * z * z - std::log(deviation) - 0.5 * std::log(2 * std::numbers::pi);
}

TEST_CASE("log-density of numbers") {
  CHECK(normal_log_density(0.0, 0.0, 1.0) == doctest::Approx(-0.9189385332046727));  // scipy.stats.norm.logpdf(0)
  CHECK(normal_log_density(3, 1, 2) == doctest::Approx(-2.112085713764618));         // logpdf(3, 1, 2)
  CHECK(std::exp(normal_log_density(0.5f, 0.5f, 0.25f)) == doctest::Approx(4 / std::sqrt(2 * std::numbers::pi)));
  const MatrixXd x = MatrixXd::Random(3, 4), mean = MatrixXd::Random(3, 4), deviation = mean.array().exp();
  double of_one = 0, of_many = 0, of_means = 0, of_deviations = 0;
  for (Index i = 0; i < x.size(); ++i) {
    of_one += log_density(x(i), 0.25, 0.75);
    of_many += log_density(x(i), mean(i), deviation(i));
    of_means += log_density(0.5, mean(i), 2);
    of_deviations += log_density(0.5, 1, deviation(i));
  }
  CHECK(normal_log_density(x, 0.25, 0.75) == doctest::Approx(of_one));
  CHECK(normal_log_density(x.array(), 0.25, 0.75) == doctest::Approx(of_one));
  CHECK(normal_log_density(x, mean, deviation) == doctest::Approx(of_many));
  CHECK(normal_log_density(x, mean.array(), ArrayXXd(deviation.array())) == doctest::Approx(of_many));
  CHECK(normal_log_density(0.5, mean, 2) == doctest::Approx(of_means));
  CHECK(normal_log_density(0.5, 1, deviation) == doctest::Approx(of_deviations));
  CHECK(normal_log_density(VectorXd(0), 0.0, 2.0) == 0);
}

/// Of n elements, on both sides of what is evaluated at once: ∂/∂xᵢ = −(xᵢ − μ)/σ², ∂/∂μ = Σ(xᵢ − μ)/σ²,
/// ∂/∂σ = Σ((xᵢ − μ)² − σ²)/σ³.
template <class S>
void check_closed_form(Index n, bool with_journal) {
  CAPTURE(n);
  CAPTURE(with_journal);
  const VectorX<S> x = VectorX<S>::Random(n);
  const S mean = S(0.3), deviation = S(0.8), variance = deviation * deviation;
  Tape<S> tape;
  if (with_journal) tape.keep_journal();
  const auto v = tape.variable(x);
  const auto mu = tape.variable(mean), sigma = tape.variable(deviation);
  const auto of_numbers = normal_log_density(v, mean, deviation);
  const auto of_variables = normal_log_density(v, mu, sigma);
  const auto of_observations = normal_log_density(borrow(x), mu, sigma);
  const VectorX<S> residuals = x.array() - mean;
  const S squares = residuals.squaredNorm(), sum = residuals.sum(),
          by_deviation = (squares / variance - S(n)) / deviation;
  const S value = S(-0.5) * squares / variance - S(n) * S(std::log(deviation) + 0.5 * std::log(2 * std::numbers::pi));
  const double epsilon = 32 * std::numeric_limits<S>::epsilon(), scale = 1 + double(n);
  const auto is_close = [&](S a, S b) { return std::abs(a - b) <= epsilon * scale; };
  for (const Var<S> y : {Var<S>(of_numbers), Var<S>(of_variables), Var<S>(of_observations)})
    CHECK(is_close(y.value(), value));
  const auto close_to = [&](const VectorX<S>& g) { return (g + residuals / variance).norm() <= epsilon * g.norm(); };
  tape.backward(of_numbers);
  CHECK(close_to(tape.adjoint(v)));
  CHECK(tape.adjoint(mu) == 0);
  tape.backward(of_variables);
  CHECK(close_to(tape.adjoint(v)));
  CHECK(is_close(tape.adjoint(mu), sum / variance));
  CHECK(is_close(tape.adjoint(sigma), by_deviation));
  tape.backward(of_observations);
  CHECK(tape.adjoint(v) == VectorX<S>::Zero(n));
  CHECK(is_close(tape.adjoint(mu), sum / variance));
  CHECK(is_close(tape.adjoint(sigma), by_deviation));
}
TEST_CASE("log-density: closed-form derivatives") {
  for (const Index n : {0, 1, 3, 8, 64, 511, 512, 513, 1300})
    for (const bool with_journal : {false, true}) {
      check_closed_form<double>(n, with_journal);
      check_closed_form<float>(n, with_journal);
    }
}

TEST_CASE("log-density beside other uses of its arguments, in parts and in chains") {
  const VectorXd x = VectorXd::LinSpaced(1100, -1, 1);
  const auto f = [](const auto& v) {
    const auto shifted = (2 * v.array() - 0.5).eval();
    return normal_log_density(shifted, 0.5, 2.0) * normal_log_density(v.head(600), v.tail(600), 1.5) +
           v.array().exp().sum() * normal_log_density(v.segment(100, 9), v(3), v(1000)) +
           normal_log_density(v.array() * v.array(), shifted, shifted.square() + 1) + normal_log_density(v, v, 1.0);
  };
  check_gradients<2>(f, x);
  Tape tape;
  tape.keep_journal();
  VectorXd one_by_one(x.size());
  const double value = value_and_gradient(tape, f, x, one_by_one);
  const auto [in_chains, by_x] = value_and_gradient(f, x);
  CHECK(in_chains == doctest::Approx(value).epsilon(1e-13));
  CHECK(by_x.isApprox(one_by_one, 1e-12));
}

TEST_CASE("log-density: maximum likelihood is where its gradient is zero") {
  const VectorXd x = VectorXd::Random(50);
  const double mean = x.mean(), deviation = std::sqrt((x.array() - mean).square().mean());
  const auto likelihood = [&](const auto& mu, const auto& sigma) { return normal_log_density(x, mu, sigma); };
  const auto [by_mean, by_deviation] = gradient(likelihood, mean, deviation);
  CHECK(std::abs(by_mean) < 1e-12);
  CHECK(std::abs(by_deviation) < 1e-12);
  // The observed information: n/σ² and 2n/σ².
  const auto of_both = [&](const auto& p) { return normal_log_density(x, p(0), p(1)); };
  const MatrixXd information = -hessian(of_both, VectorXd(Eigen::Vector2d(mean, deviation)));
  const double variance = deviation * deviation;
  CHECK(information.isApprox(Eigen::Vector2d(50 / variance, 100 / variance).asDiagonal().toDenseMatrix(), 1e-12));
}

TEST_CASE("log-density: Taylor coefficients along a line are those of a parabola") {
  const VectorXd x = VectorXd::Random(20), direction = VectorXd::Random(20);
  const auto f = [](const auto& v) { return normal_log_density(v, 0.5, 2.0); };
  const auto coefficients = taylor(f, x, direction, 3);
  REQUIRE(coefficients.size() == 4);
  CHECK(coefficients[0] == doctest::Approx(normal_log_density(x, 0.5, 2.0)));
  CHECK(coefficients[1] == doctest::Approx(-direction.dot((x.array() - 0.5).matrix()) / 4));
  CHECK(coefficients[2] == doctest::Approx(-direction.squaredNorm() / 8));
  CHECK(coefficients[3] == doctest::Approx(0));
}

TEST_CASE("log-density: what nothing depends on gets nothing, whatever it is") {
  const double inf = std::numeric_limits<double>::infinity();
  const VectorXd x = VectorXd{{1, inf, -inf, 2}};
  const auto f = [](const auto& v, const auto& weight) { return weight * normal_log_density(v, 0.5, 1.0); };
  CHECK(gradient([&](const auto& v) { return f(v, 0.0); }, x) == VectorXd::Zero(4));
  CHECK(gradient([&](const auto& v) { return f(v, 1.0); }, x) == VectorXd{{-0.5, -inf, inf, -1.5}});
}

TEST_CASE("log-density: shapes that differ are refused") {
  const MatrixXd x = MatrixXd::Ones(3, 4), other = MatrixXd::Ones(4, 3);
  const auto refused = [](const auto& f, const std::string& which) {
    CHECK_THROWS_WITH_AS(f(), doctest::Contains(("normal_log_density: " + which).c_str()), ShapeError);
  };
  refused([&] { normal_log_density(x, other, 1.0); }, "x and mean");
  refused([&] { normal_log_density(x, 0.0, other); }, "x and deviation");
  refused([&] { normal_log_density(0.0, x, other); }, "mean and deviation");
  Tape tape;
  const auto v = tape.variable(x);
  refused([&] { (void)normal_log_density(v, other, 1.0); }, "x and mean");
  refused([&] { (void)normal_log_density(1.0, other, v); }, "mean and deviation");
}

TEST_CASE("log-density: nothing is allocated once the tape has grown") {
  const VectorXd x = VectorXd::Random(300);
  VectorXd gradient(300);
  Tape tape;
  const auto f = [](const auto& v) { return normal_log_density(v, 0.25, 1.5); };
  const double first = value_and_gradient(tape, f, x, gradient);
  const AllocationCounter counter;
  CHECK(value_and_gradient(tape, f, x, gradient) == first);
  if (AllocationCounter::available()) CHECK(counter.count() == 0);
}

}  // namespace
}  // namespace gradus::test::normal_log_density_test
