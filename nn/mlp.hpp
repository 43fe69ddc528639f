// The multilayer perceptron.
#pragma once

#include "linear.hpp"

namespace gradus::nn {

/// Linear layers with the same activation between them, none after the last. How many is known at run time.
template <class A = ReLU>
struct Perceptron {
  std::vector<Linear> layers;

  auto operator()(const auto& x, const auto& w) const {
    const auto layer = [&](std::size_t i, const auto& h) {
      if (i + 1 == layers.size()) return layers[i].template activated<rules::Copy>(h, w.of(layers[i]));
      return layers[i].template activated<typename A::Rule>(h, w.of(layers[i]));
    };
    auto h = layer(0, x);
    for (std::size_t i = 1; i < layers.size(); ++i) h = layer(i, h);
    return h;
  }
};

/// A multilayer perceptron as a network: h₀ = x, hᵢ₊₁ = f(Wᵢhᵢ + bᵢ), and no activation after the last layer.
///
///     nn::MLP net({64, 32, 10});                       // 64 inputs, 32 hidden units, 10 outputs; ReLU
///     nn::MLP wave({1, 50, 50, 1}, nn::Tanh{});
///
/// Weights start by He's rule for ReLU, by Glorot's for other activations, the last layer by Glorot's; biases at zero.
/// Parameters are named layers.0.weight, layers.0.bias, layers.1.weight…
template <class A = ReLU>
class MLP : public Network<Perceptron<A>> {
 public:
  /// sizes: of the input, of every hidden layer, of the output; each at least 1. Throws Error otherwise.
  explicit MLP(const std::vector<Index>& sizes, A = {}) : Network<Perceptron<A>>({layers(sizes)}) {}

 private:
  static std::vector<Linear> layers(const std::vector<Index>& sizes) {
    std::string text;
    bool positive = sizes.size() >= 2;
    for (const Index n : sizes) text += (text.empty() ? "" : ", ") + std::to_string(n), positive = positive && n > 0;
    if (!positive) throw Error("MLP: expected at least two layer sizes, each positive, got {" + text + "}");
    std::vector<Linear> all;
    for (std::size_t i = 1; i < sizes.size(); ++i) {
      const bool relu_follows = std::is_same_v<A, ReLU> && i + 1 < sizes.size();
      all.push_back({.in = sizes[i - 1], .out = sizes[i], .initialization = relu_follows ? he : glorot});
    }
    return all;
  }
};

}  // namespace gradus::nn
