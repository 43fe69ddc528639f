// A step within the sweep makes the same iterates, bit for bit, as the gradient and then the step.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <gradus/autodiff/autodiff.hpp>
#include <gradus/optim/optim.hpp>

#include "../support/allocation_counter.hpp"

namespace gradus::test::fused_step_test {

namespace {

using namespace gradus;

template <class S>
struct Problem {  // a layer that is streamed, one that is not, and biases; regularized first, so that parts are shared
  using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
  using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
  static constexpr Index in = 150, hidden = 120, out = 7, batch = 70;
  static constexpr Index size = hidden * in + hidden + out * hidden + out;
  Matrix x = Matrix::Random(in, batch), y = Matrix::Random(out, batch);
  bool regularized = false, broken = false;

  template <class W>
  auto operator()(const W& w) const {
    using Scalar = typename W::Scalar;
    const auto first = w.head(hidden * in).reshaped(hidden, in);
    const auto second = w.segment(hidden * in + hidden, out * hidden).reshaped(out, hidden);
    Scalar loss = regularized ? Scalar(S(0.01) * w.squaredNorm()) : Scalar(S(0));
    if (broken) throw std::runtime_error("broken");
    const auto h = tanh(((first * x).colwise() + w.segment(hidden * in, hidden)).array()).matrix();
    return Scalar(loss + ((second * h).colwise() + w.tail(out) - y).squaredNorm());
  }
};

template <class Optimizer, class S>
void check_same_iterates(const Optimizer& optimizer, Problem<S> problem) {
  using Vector = typename Problem<S>::Vector;
  Tape<S> tape;
  // At the starts of cache lines: how a sum is cut into registers depends on its address.
  constexpr std::size_t bytes = (Problem<S>::size * sizeof(S) / 64 + 1) * 64;
  const std::unique_ptr<void, decltype(&std::free)> memory(std::aligned_alloc(64, 2 * bytes), std::free);
  Eigen::Map<Vector> w(static_cast<S*>(memory.get()), Problem<S>::size);
  Eigen::Map<Vector> apart(w.data() + bytes / sizeof(S), w.size());
  apart = w = Vector::Random(w.size()) / S(10);
  Vector gradient(w.size());
  Optimizer fused = optimizer, separate = optimizer;
  for (int t = 0; t < 4; ++t) {
    const S expected = value_and_gradient(tape, problem, apart, gradient);
    separate.step(apart, gradient);
    CHECK(fused.step(tape, problem, w) == expected);
    CHECK(w == apart);
  }
  CHECK(fused.steps() == 4);
  CAPTURE(problem.regularized);
  const test::AllocationCounter counter;
  fused.step(tape, problem, w);
  CHECK(counter.count() == 0);
}

TEST_CASE_TEMPLATE("a fused step is the gradient and the step, bit for bit, and allocates nothing", S, float, double) {
  for (const bool regularized : {false, true}) {
    Problem<S> problem;
    problem.regularized = regularized;
    check_same_iterates(optim::Adam<S>({.learning_rate = 0.01}), problem);
    check_same_iterates(optim::SGD<S>({.learning_rate = 1e-4}), problem);
    check_same_iterates(optim::SGD<S>({.learning_rate = 1e-4, .momentum = 0.9, .nesterov = true, .weight_decay = 0.1}),
                        problem);
  }
}

TEST_CASE("a function that throws leaves parameters and optimizer as they were") {
  Problem<double> problem;
  problem.broken = true;
  Tape<double> tape;
  Eigen::VectorXd w = Eigen::VectorXd::Random(problem.size), before = w;
  optim::Adam<double> adam;
  CHECK_THROWS_AS(adam.step(tape, problem, w), std::runtime_error);
  CHECK(w == before);
  CHECK(adam.steps() == 0);
  Eigen::VectorXd small = Eigen::VectorXd::Ones(3);
  CHECK(adam.step(
            tape, [](const auto& v) { return v.squaredNorm(); }, small) == 3);  // no size was settled on
  CHECK_THROWS_AS(adam.step(tape, problem, w), ShapeError);
}

}  // namespace

}  // namespace gradus::test::fused_step_test
