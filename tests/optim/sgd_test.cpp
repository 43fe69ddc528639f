// Stochastic gradient descent against the iterates of its recursions and against their laws.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <string>

#include <gradus/autodiff/error.hpp>
#include <gradus/optim/optim.hpp>

#include "../support/allocation_counter.hpp"

namespace gradus::test::sgd_test {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Eigen::VectorXf;
using gradus::optim::SGD;
using gradus::optim::SGDOptions;

/// x after some steps on f(x) = Σxᵢ² from (1, 2, 3).
template <class Scalar = double>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> descend_parabola(SGD<Scalar> sgd, int steps) {
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> x(3), gradient(3);
  x << 1, 2, 3;
  for (int t = 0; t < steps; ++t) {
    gradient = 2 * x;
    sgd.step(x, gradient);
  }
  return x;
}

TEST_CASE("SGD makes PyTorch's iterates on the parabola") {
  struct Row {
    SGDOptions options;
    double x5[3];
  };
  const Row rows[] = {
      {{.learning_rate = 0.003}, {0.970357846472224, 1.940715692944448, 2.9110735394166722}},
      {{.learning_rate = 0.1, .momentum = 0.9}, {-0.58042, -1.16084, -1.74126}},
      {{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}, {-0.4157175808, -0.8314351616, -1.2471527424}},
  };
  for (const Row& row : rows) {
    const VectorXd x5 = descend_parabola(SGD(row.options), 5);
    for (Index i = 0; i < 3; ++i) CHECK(std::abs(x5[i] - row.x5[i]) < 1e-14 * 3);
  }
}

TEST_CASE("SGD in float follows double to rounding") {
  for (const bool nesterov : {false, true}) {
    const SGDOptions options{.learning_rate = 0.02, .momentum = 0.9, .nesterov = nesterov, .weight_decay = 0.1};
    const int steps = 30;
    const VectorXd exact = descend_parabola(SGD<double>(options), steps);
    const VectorXf rounded = descend_parabola(SGD<float>(options), steps);
    // Each step rounds w and v a few times, all of them below 3 in size; the recursion is stable, but an error in v
    // lives for 1/(1 − μ) = 10 steps.
    const double tolerance = 10 * steps * 3 * double(std::numeric_limits<float>::epsilon());
    CHECK((rounded.cast<double>() - exact).cwiseAbs().maxCoeff() < tolerance);
  }
}

TEST_CASE("weight decay is descent on the loss plus half the decay times the squared norm") {
  for (const double momentum : {0., 0.9}) {
    const double decay = 0.25;
    SGD decayed({.learning_rate = 0.05, .momentum = momentum, .weight_decay = decay});
    SGD plain({.learning_rate = 0.05, .momentum = momentum});
    VectorXd w = VectorXd::LinSpaced(37, -2, 3), u = w;
    for (int t = 0; t < 10; ++t) {
      decayed.step(w, 2 * w);
      plain.step(u, 2 * u + decay * u);
    }
    CHECK((w - u).cwiseAbs().maxCoeff() < 10 * 10 * 3 * std::numeric_limits<double>::epsilon());
  }
}

TEST_CASE("the velocity coasts by a geometric series when the gradient vanishes") {
  const double rate = 0.5, momentum = 0.8;
  SGD sgd({.learning_rate = rate, .momentum = momentum});
  VectorXd w = VectorXd::Zero(5);
  sgd.step(w, VectorXd::Ones(5));
  for (int t = 0; t < 200; ++t) sgd.step(w, VectorXd::Zero(5));
  for (const double x : w) CHECK(x == doctest::Approx(-rate / (1 - momentum)).epsilon(1e-14));
}

TEST_CASE("a zero gradient at the start moves nothing") {
  for (const double momentum : {0., 0.9}) {
    SGD sgd({.learning_rate = 0.5, .momentum = momentum});
    VectorXd w = VectorXd::Random(19);
    const VectorXd start = w;
    sgd.step(w, VectorXd::Zero(19));
    CHECK(w == start);
  }
}

TEST_CASE("an SGD that was reset is a new one, for any size") {
  SGD sgd({.learning_rate = 0.1, .momentum = 0.9});
  VectorXd other = VectorXd::Ones(8);
  sgd.step(other, other);
  sgd.reset();
  CHECK(descend_parabola(sgd, 5) == descend_parabola(SGD({.learning_rate = 0.1, .momentum = 0.9}), 5));
}

TEST_CASE("the learning rate may change between steps, and the velocity stays") {
  SGD sgd({.learning_rate = 1, .momentum = 0.5});
  VectorXd w = VectorXd::Zero(1);
  const VectorXd one = VectorXd::Ones(1);
  sgd.step(w, one);  // v = 1, w = −1
  sgd.set_learning_rate(0.25);
  CHECK(sgd.options().learning_rate == 0.25);
  sgd.step(w, one);  // v = 3/2, w = −1 − 3/8
  CHECK(w[0] == -1.375);
}

TEST_CASE("SGD steps on segments and maps in place, without allocating") {
  SGD<float> sgd({.learning_rate = 0.1, .momentum = 0.9});
  VectorXf storage = VectorXf::Ones(10);
  const VectorXf gradient = VectorXf::Ones(4);
  sgd.step(storage.segment(3, 4), gradient);
  CHECK(storage.head(3) == VectorXf::Ones(3));
  CHECK(storage.tail(3) == VectorXf::Ones(3));
  CHECK(storage.segment(3, 4) == VectorXf::Constant(4, 1 - 0.1f));
  if (!gradus::test::AllocationCounter::available()) return;
  const gradus::test::AllocationCounter counter;
  sgd.step(Eigen::Map<VectorXf>(storage.data(), 4), gradient);
  CHECK(counter.count() == 0);
}

TEST_CASE("SGD names the option that is out of its range") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(SGD({.learning_rate = -1}), "SGD: learning_rate must be positive and finite, got -1",
                       gradus::Error);
  CHECK_THROWS_AS(SGD({.learning_rate = nan}), gradus::Error);
  CHECK_THROWS_WITH_AS(SGD({.momentum = 1}), "SGD: momentum must be at least 0 and below 1, got 1", gradus::Error);
  CHECK_THROWS_WITH_AS(SGD({.nesterov = true}), "SGD: momentum must be positive where nesterov is true, got 0",
                       gradus::Error);
  CHECK_THROWS_AS(SGD({.weight_decay = -0.1}), gradus::Error);
  SGD sgd;
  CHECK_THROWS_AS(sgd.set_learning_rate(0), gradus::Error);
  CHECK(sgd.options().learning_rate == SGDOptions().learning_rate);
}

TEST_CASE("sizes that do not fit are told, and the SGD is as it was") {
  SGD sgd({.learning_rate = 0.1, .momentum = 0.9}), undisturbed = sgd;
  VectorXd w = VectorXd::Ones(3), u = w, five = VectorXd::Ones(5);
  CHECK_THROWS_WITH_AS(sgd.step(w, VectorXd::Ones(2)), "SGD: the gradient must have as many entries as w, 3, got 2",
                       gradus::ShapeError);
  for (int t = 0; t < 3; ++t) {
    sgd.step(w, 2 * w);
    undisturbed.step(u, 2 * u);
    CHECK_THROWS_AS(sgd.step(five, five), gradus::ShapeError);
    CHECK_THROWS_AS(sgd.step(w, five), gradus::ShapeError);
    CHECK(w == u);
  }
  CHECK(five == VectorXd::Ones(5));
}

}  // namespace

}  // namespace gradus::test::sgd_test
