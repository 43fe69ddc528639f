// A training step of a multilayer perceptron in float with Adam (record, loss, sweep, update) beside its floor: the
// bare matrix products that backpropagation needs, through the same kernel, on one thread.
#include <gradus/nn/nn.hpp>
#include <gradus/optim/optim.hpp>

#include <random>
#include <string>

#include "interleaved.hpp"

namespace {

using namespace gradus;
using Matrix = Eigen::MatrixXf;

struct Case {
  const char* name;
  std::vector<Index> sizes;
  Index batch;
};

const Case cases[] = {
    {"2-16-16-3/1", {2, 16, 16, 3}, 1},
    {"2-16-16-3/32", {2, 16, 16, 3}, 32},
    {"64-32-10/32", {64, 32, 10}, 32},
    {"784-128-10/32", {784, 128, 10}, 32},
    {"784-256-128-10/128", {784, 256, 128, 10}, 128},
    {"784-1024-1024-10/512", {784, 1024, 1024, 10}, 512},
    {"256x8/64", {256, 256, 256, 256, 256, 256, 256, 256, 256}, 64},
};

class TrainingStep {
 public:
  explicit TrainingStep(const Case& c) : net_(c.sizes), inputs_(Matrix::Random(c.sizes.front(), c.batch)) {
    std::mt19937_64 random(1);
    w_ = net_.init<float>(random);
    gradient_.resize(w_.size());
    labels_.resize(c.batch);
    for (Index j = 0; j < c.batch; ++j) labels_[j] = static_cast<int>(j % c.sizes.back());
  }

  void operator()() {
    const auto loss = [&](const auto& w) { return nn::softmax_cross_entropy(net_(borrow(inputs_), w), labels_); };
    benchmark::DoNotOptimize(adam_.step(tape_, loss, w_));
  }

 private:
  nn::MLP<> net_;
  Matrix inputs_;
  Eigen::VectorXi labels_;
  Eigen::VectorXf w_, gradient_;
  Tape<float> tape_;
  // So small that a million steps leave the network as it began: one that has converged works on denormal numbers,
  // which processors multiply a hundred times slower.
  optim::Adam<float> adam_{{.learning_rate = 1e-12}};
};

/// Forward W·h, backward δ·hᵀ for every layer and Wᵀ·δ for every layer but the first.
class BareProducts {
 public:
  explicit BareProducts(const Case& c) {
    for (const Index n : c.sizes) {
      h_.push_back(Matrix::Random(n, c.batch));
      delta_.push_back(Matrix::Random(n, c.batch));
    }
    for (std::size_t i = 1; i < c.sizes.size(); ++i) {
      w_.push_back(Matrix::Random(c.sizes[i], c.sizes[i - 1]));
      w_bar_.push_back(w_.back());
    }
  }

  void operator()() {
    for (std::size_t i = 0; i < w_.size(); ++i) product(h_[i + 1], view(w_[i]), view(h_[i]));
    for (std::size_t i = w_.size(); i-- > 0;) {
      product(w_bar_[i], view(delta_[i + 1]), view(h_[i]).transpose());
      if (i > 0) product(delta_[i], view(w_[i]).transpose(), view(delta_[i + 1]));
    }
  }

 private:
  static View<const float> view(const Matrix& m) { return {m.data(), Layout::dense(m.rows(), m.cols())}; }
  static void product(Matrix& c, const View<const float>& a, const View<const float>& b) {
    kernels::product(View<float>(c.data(), Layout::dense(c.rows(), c.cols())), a, b, Store::assign);
  }
  std::vector<Matrix> h_, delta_, w_, w_bar_;
};

void training_step(benchmark::State& state, const Case& c) {
  TrainingStep step(c);
  BareProducts floor(c);
  bench::interleave(state, "step", step, "floor", floor);
}

const bool registered = [] {
  for (const Case& c : cases)
    benchmark::RegisterBenchmark((std::string("training_step/") + c.name).c_str(), training_step, c)
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
