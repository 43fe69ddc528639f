// A tape belongs to one thread; threads with tapes of their own do not disturb each other.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <functional>
#include <gradus/autodiff/autodiff.hpp>
#include <thread>

namespace gradus::test::threads_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

/// Programs of scalars, of matrices, and of both at second order: each gives the same numbers every time.
const std::vector<std::function<VectorXd()>> programs = {
    [] {
      const auto rosenbrock = [](const auto& x) {
        Var<double> sum = 0;
        for (Index i = 1; i < x.size(); ++i) sum += 100 * square(x(i) - square(x(i - 1))) + square(1 - x(i - 1));
        return sum;
      };
      return gradient(rosenbrock, VectorXd(VectorXd::LinSpaced(100, -1, 1)));
    },
    [] {
      const MatrixXd data = MatrixXd::NullaryExpr(40, 30, [](Index i, Index j) { return std::sin(double(i * j)); });
      const auto layers = [&](const auto& w) {
        return relu(data * w.head(600).reshaped(30, 20)).array().tanh().colwise().mean().matrix().dot(w.tail(20));
      };
      return gradient(layers, VectorXd(VectorXd::LinSpaced(620, -1, 1)));
    },
    [] {
      const auto f = [](const auto& x) { return (x.array().exp() * x.array().sin()).sum() * x.squaredNorm(); };
      const auto slope = [&](const auto& x) { return gradient(f, x).sum(); };
      return gradient(slope, VectorXd(VectorXd::LinSpaced(50, -1, 1)));
    },
};

TEST_CASE("tapes in threads give the results of tapes one after the other") {
  std::vector<VectorXd> expected;
  for (const auto& program : programs) expected.push_back(program());

  const std::size_t count = 2 * programs.size();
  std::vector<int> failures(count, 0);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < count; ++k)
    threads.emplace_back([&, k] {
      for (int i = 0; i < 20; ++i) failures[k] += programs[k % programs.size()]() != expected[k % programs.size()];
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == std::vector<int>(count, 0));
}

TEST_CASE("a tape may move from thread to thread as long as one uses it at a time") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(10));
  Var<double> y = 0;
  std::thread([&] { y = x.squaredNorm(); }).join();
  std::thread([&] { tape.backward(y); }).join();
  CHECK(tape.adjoint(x) == VectorXd::Constant(10, 2));
}

}  // namespace
}  // namespace gradus::test::threads_test
