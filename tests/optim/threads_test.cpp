// Optimizers' steps on several threads.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <stdexcept>

#include <gradus/autodiff/autodiff.hpp>
#include <gradus/nn/nn.hpp>
#include <gradus/optim/optim.hpp>

#include "../support/allocation_counter.hpp"

namespace gradus::test::optim_threads_test {
namespace {

/// A network on a batch of 70 samples, large enough for its parameters to be shared out to several threads.
template <class S>
struct Problem {
  Problem() {
    std::mt19937_64 random(1);
    w = net.template init<S>(random);
    for (Index j = 0; j < labels.size(); ++j) labels[j] = static_cast<int>(j % 5);
  }
  auto loss() const {
    return [this](Index first, Index count, const auto& parameters) {
      if (first >= broken_from) throw std::runtime_error("broken");
      const auto part = inputs.middleCols(first, count);
      return nn::softmax_cross_entropy(net(borrow(part), parameters), labels.segment(first, count));
    };
  }

  nn::MLP<> net = nn::MLP<>({200, 170, 5});
  Eigen::MatrixX<S> inputs = Eigen::MatrixX<S>::Random(200, 70);
  Eigen::VectorXi labels = Eigen::VectorXi(70);
  Eigen::VectorX<S> w;
  Index broken_from = 1000;
};

template <class S>
void check_steps(auto optimizer) {
  const Problem<S> problem;
  const auto f = problem.loss();
  const auto loss = mean_over(70, f);
  for (const int threads : {1, 2, 3}) {
    CAPTURE(threads);
    ParallelTapes<S> tapes(threads), apart(threads);
    Tape<S> tape;
    auto together = optimizer, separate = optimizer, sequential = optimizer;
    Eigen::VectorX<S> w = problem.w, v = w, u = w, gradient(w.size());
    for (int t = 0; t < 4; ++t) {
      const S value = together.step(tapes, loss, w);
      CHECK(value == value_and_gradient(apart, loss, v, gradient));
      separate.step(v, gradient);
      CHECK(w == v);
      const S expected = sequential.step(tape, loss, u);
      CHECK(std::abs(value - expected) < S(1e-4) * expected);  // apart by rounding, which steps amplify
    }
    if (threads == 1) CHECK(w == u);
    CHECK(together.steps() == 4);
    const AllocationCounter counter;
    together.step(tapes, loss, w);
    CHECK(counter.count() == 0);
  }
}

TEST_CASE_TEMPLATE("a step on several threads is the gradient and the step, bit for bit, and allocates nothing", S,
                   float, double) {
  check_steps<S>(optim::Adam<S>({.learning_rate = 1e-3}));
  check_steps<S>(optim::SGD<S>({.learning_rate = 1e-2}));
  check_steps<S>(optim::SGD<S>({.learning_rate = 1e-2, .momentum = 0.9, .nesterov = true, .weight_decay = 0.1}));
}

TEST_CASE("a loss that throws in a thread leaves parameters and optimizer as they were") {
  Problem<double> problem;
  const auto f = problem.loss();
  ParallelTapes tapes(3);
  optim::Adam adam;
  Eigen::VectorXd w = problem.w;
  problem.broken_from = 40;
  CHECK_THROWS_AS(adam.step(tapes, mean_over(70, f), w), std::runtime_error);
  CHECK(w == problem.w);
  CHECK(adam.steps() == 0);
  problem.broken_from = 1000;
  adam.step(tapes, mean_over(70, f), w);
  CHECK(w != problem.w);
  CHECK(adam.steps() == 1);
}

}  // namespace
}  // namespace gradus::test::optim_threads_test
