// measure_backprop: counts by formula. Times are only looked at for being there.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/measure.hpp>
#include <sstream>

namespace gradus::test::measure_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

void check_times(const BackpropMeasurement& m) {
  CHECK(m.value_seconds > 0);
  CHECK(m.gradient_seconds > 0);
  CHECK(m.ratio > 0);
  CHECK(m.ratio < 1e6);
}

TEST_CASE("measure_backprop counts the multiplications of value and sweep by formula") {
  const Index m = 7, n = 5, samples = 3;
  const MatrixXd X = MatrixXd::Random(n, samples);
  const auto f = [&](const auto& W, const auto& v) {
    return (v.transpose() * (W * X)).sum();  // m×n · n×samples, then 1×m · m×samples
  };
  const auto measured = measure_backprop(f, MatrixXd(MatrixXd::Random(m, n)), VectorXd(VectorXd::Random(m)));
  check_times(measured);
  CHECK(measured.value_multiplications == m * n * samples + m * samples);
  CHECK(measured.sweep_multiplications == m * n * samples + 2 * m * samples);  // X is a constant
  CHECK(measured.multiplications() == measured.value_multiplications + measured.sweep_multiplications);
}

TEST_CASE("measure_backprop counts on a tape of statements what the counting number does in the sweep") {
  const auto f = [](const auto& x) {
    typename std::remove_cvref_t<decltype(x)>::Scalar y = 1;
    for (Index i = 0; i < x.size(); ++i) y = y * x(i);
    return y;
  };
  const Index n = 50;
  const auto measured = measure_backprop(f, VectorXd(VectorXd::Ones(n)));
  CHECK(measured.sweep_multiplications == 2 * n - 1);  // the first statement has one variable operand
  CHECK(measured.bytes >= static_cast<std::size_t>((2 * n - 1) * 12 + n * 8));  // pairs and statements
}

TEST_CASE("measure_backprop of several arguments, of float, of numbers, of a 1×1 matrix") {
  const auto f = [](const auto& x, const auto& s) { return s * x.array().exp().sum(); };
  const auto by_float = measure_backprop(f, Eigen::VectorXf(Eigen::VectorXf::Ones(4)), 2.0f);
  check_times(by_float);
  CHECK(by_float.value_multiplications >= 4);
  check_times(measure_backprop([](const auto& x) { return x * x; }, 3.0));
  check_times(measure_backprop([](const auto& x) { return x.transpose() * x; }, VectorXd(VectorXd::Ones(3))));
  CHECK_THROWS_AS(measure_backprop([](const auto& x) { return x * 2.0; }, VectorXd(VectorXd::Ones(3))), ShapeError);
}

TEST_CASE("measure_backprop uses one tape again, whose bytes do not depend on how often it ran") {
  const auto f = [](const auto& x) { return x.array().sin().square().sum(); };
  const VectorXd x = VectorXd::LinSpaced(1000, 0, 1);
  const auto first = measure_backprop(f, x), second = measure_backprop(f, x);
  CHECK(first.bytes == second.bytes);
  Tape<double> tape;
  VectorXd gradient(x.size());
  value_and_gradient(tape, f, x, gradient);
  CHECK(first.bytes >= tape.memory());                           // the gradient stands on the tape
  CHECK(first.bytes <= tape.memory() + (std::size_t{1} << 17));  // and nothing else
}

TEST_CASE("a measurement prints as a table") {
  std::ostringstream out;
  out << BackpropMeasurement{1e-6, 2.5e-6, 2.5, 100, 200, 4096};
  for (const char* const part : {"value", "gradient", "100", "300", "4096", "gradient ÷ value: 2.5"})
    CHECK(out.str().find(part) != std::string::npos);
}

}  // namespace
}  // namespace gradus::test::measure_test
