// A training step of a multilayer perceptron (ReLU, softmax cross-entropy, Adam) in float: ours, by hand, and its
// floor, the bare matrix products that backpropagation needs.
#pragma once

#include <cmath>
#include <cstdlib>
#include <gradus/nn/nn.hpp>
#include <gradus/optim/optim.hpp>
#include <random>
#include <string>
#include <vector>

#include "interleaved.hpp"

namespace gradus::bench {

using MatrixXf = Eigen::MatrixXf;
using VectorXf = Eigen::VectorXf;

struct Network {
  const char* name;
  std::vector<Index> sizes;
  Index batch;
};

inline const Network networks[] = {
    {"2-16-16-3/1", {2, 16, 16, 3}, 1},
    {"2-16-16-3/32", {2, 16, 16, 3}, 32},
    {"64-32-10/32", {64, 32, 10}, 32},
    {"784-128-10/32", {784, 128, 10}, 32},
    {"784-256-128-10/128", {784, 256, 128, 10}, 128},
    {"256x8/64", {256, 256, 256, 256, 256, 256, 256, 256, 256}, 64},
    {"784-1024-1024-10/512", {784, 1024, 1024, 10}, 512},
};

/// What all contestants train on, from the same start. The rate is so small that a million steps leave the network as
/// it began: one that has converged works on denormal numbers, which processors multiply a hundred times slower.
struct Training {
  explicit Training(const Network& network)
      : sizes(network.sizes), net(sizes), inputs(sizes.front(), network.batch), labels(network.batch) {
    std::srand(1);
    inputs.setRandom();
    std::mt19937_64 random(1);
    w = net.init<float>(random);
    for (Index j = 0; j < network.batch; ++j) labels[j] = static_cast<int>(j % sizes.back());
  }
  auto loss() const {
    return
        [this](const auto& parameters) { return nn::softmax_cross_entropy(net(borrow(inputs), parameters), labels); };
  }
  static constexpr double learning_rate = 1e-12;

  std::vector<Index> sizes;
  nn::MLP<> net;
  MatrixXf inputs;
  Eigen::VectorXi labels;
  VectorXf w;
};

/// Record, sweep and update.
class TrainingStep {
 public:
  explicit TrainingStep(const Training& training, double rate = Training::learning_rate)
      : training_(training), adam_({.learning_rate = rate}) {}
  float operator()() { return adam_.step(tape_, training_.loss(), w_); }
  const VectorXf& parameters() const { return w_; }

 private:
  const Training& training_;
  Tape<float> tape_;
  optim::Adam<float> adam_;
  VectorXf w_ = training_.w;
};

/// C = A B through Eigen.
struct ProductOfEigen {
  static void multiply(auto&& c, const auto& a, const auto& b) { c.noalias() = a * b; }
};
/// The same through the kernels of the engine.
struct ProductOfGradus {
  static void multiply(auto&& c, const auto& a, const auto& b) {
    View<float> to(c.data(), c.rows(), c.cols(), 1, c.outerStride());
    kernels::product(to, view(a), view(b), Store::assign);
  }
  template <class M>
  static View<const float> view(const M& m) {
    return {m.data(), m.rows(), m.cols(), 1, m.outerStride()};
  }
  template <class M>
  static View<const float> view(const Eigen::Transpose<M>& m) {
    return view(m.nestedExpression()).transpose();
  }
};

/// The step as one writes it by hand, with care: nothing is allocated, the activation's derivative is applied in place,
/// Adam runs over pieces that stay in the cache.
template <class Kernel>
class StepByHand {
 public:
  explicit StepByHand(const Training& training, double rate = Training::learning_rate)
      : training_(training), rate_(rate), gradient_(training.w.size()), w_(training.w) {
    for (std::size_t i = 1; i < training.sizes.size(); ++i) h_.emplace_back(training.sizes[i], training.inputs.cols());
    delta_ = h_;
    m_ = v_ = VectorXf::Zero(w_.size());
  }
  float operator()() {
    const float loss = forward();
    backward();
    adam();
    return loss;
  }
  const VectorXf& parameters() const { return w_; }

 private:
  using Matrix = Eigen::Map<MatrixXf>;
  std::size_t layers() const { return h_.size(); }
  Index offset(std::size_t layer) const {
    Index at = 0;
    for (std::size_t i = 0; i < layer; ++i) at += training_.sizes[i + 1] * (training_.sizes[i] + 1);
    return at;
  }
  Matrix weight(VectorXf& all, std::size_t i) const {
    return Matrix(all.data() + offset(i), training_.sizes[i + 1], training_.sizes[i]);
  }
  auto bias(VectorXf& all, std::size_t i) const {
    return all.segment(offset(i) + training_.sizes[i + 1] * training_.sizes[i], training_.sizes[i + 1]);
  }
  const MatrixXf& input(std::size_t i) const { return i == 0 ? training_.inputs : h_[i - 1]; }

  float forward() {
    for (std::size_t i = 0; i < layers(); ++i) {
      Kernel::multiply(h_[i], weight(w_, i), input(i));
      if (i + 1 < layers())
        h_[i] = (h_[i].colwise() + bias(w_, i)).cwiseMax(0);
      else
        h_[i].colwise() += bias(w_, i);
    }
    const MatrixXf& logits = h_.back();
    MatrixXf& delta = delta_.back();
    float loss = 0;
    const float share = 1 / static_cast<float>(logits.cols());
    for (Index j = 0; j < logits.cols(); ++j) {
      const float most = logits.col(j).maxCoeff();
      delta.col(j).array() = (logits.col(j).array() - most).exp();
      const float sum = delta.col(j).sum();
      delta.col(j) *= share / sum;
      loss += std::log(sum) + most - logits(training_.labels[j], j);
      delta(training_.labels[j], j) -= share;
    }
    return loss * share;
  }
  void backward() {
    for (std::size_t i = layers(); i-- > 0;) {
      bias(gradient_, i) = delta_[i].rowwise().sum();
      Kernel::multiply(weight(gradient_, i), delta_[i], input(i).transpose());
      if (i == 0) return;
      Kernel::multiply(delta_[i - 1], weight(w_, i).transpose(), delta_[i]);
      delta_[i - 1] = (h_[i - 1].array() > 0).select(delta_[i - 1], 0);
    }
  }
  void adam() {
    constexpr Index piece = 1024;
    b1_ *= 0.9, b2_ *= 0.999;
    const float step = static_cast<float>(rate_ / (1 - b1_)), unbias = static_cast<float>(1 / std::sqrt(1 - b2_));
    for (Index i = 0; i < w_.size(); i += piece) {
      const Index n = std::min(piece, w_.size() - i);
      auto m = m_.segment(i, n).array(), v = v_.segment(i, n).array();
      const auto g = gradient_.segment(i, n).array();
      m = 0.9f * m + 0.1f * g;
      v = 0.999f * v + 0.001f * g.square();
      w_.segment(i, n).array() -= step * m / (unbias * v.sqrt() + 1e-8f);
    }
  }

  const Training& training_;
  double rate_, b1_ = 1, b2_ = 1;
  std::vector<MatrixXf> h_, delta_;
  VectorXf gradient_, w_, m_, v_;
};

/// Forward W·h, backward δ·hᵀ for every layer and Wᵀ·δ for every layer but the first.
template <class Kernel>
class BareProducts {
 public:
  explicit BareProducts(const Network& network) {
    for (const Index n : network.sizes) {
      h_.push_back(MatrixXf::Random(n, network.batch));
      delta_.push_back(MatrixXf::Random(n, network.batch));
    }
    for (std::size_t i = 1; i < network.sizes.size(); ++i) {
      w_.push_back(MatrixXf::Random(network.sizes[i], network.sizes[i - 1]));
      w_bar_.push_back(w_.back());
    }
  }

  void operator()() {
    for (std::size_t i = 0; i < w_.size(); ++i) Kernel::multiply(h_[i + 1], w_[i], h_[i]);
    for (std::size_t i = w_.size(); i-- > 0;) {
      Kernel::multiply(w_bar_[i], delta_[i + 1], h_[i].transpose());
      if (i > 0) Kernel::multiply(delta_[i], w_[i].transpose(), delta_[i + 1]);
    }
  }

 private:
  std::vector<MatrixXf> h_, delta_, w_, w_bar_;
};

/// Whether two ways to train agree, at a real rate: in the loss of a few steps, and in where they led. Adam divides a
/// gradient by its size, so one within rounding of zero may step either way: a few of ten thousand are let pass.
inline std::string disagreement(auto& ours, auto& other, const VectorXf& start) {
  for (int i = 0; i < 3; ++i) {
    const double a = ours(), b = other();
    if (!(std::abs(a - b) < 1e-4 * (1 + std::abs(a))))
      return "loss " + std::to_string(a) + " here and " + std::to_string(b) + " there";
  }
  const VectorXf here = ours.parameters(), there = other.parameters();
  if (!((here - there).norm() < 5e-2 * (here - start).norm())) return "the parameters went another way";
  return {};
}

}  // namespace gradus::bench
