// The LSTM objective of ADBench (Šrajer, Kukelova, Fitzgibbon 2018): layers of 14 cells whose gates have diagonal
// weights read a sequence of characters, 14 bits each, and predict the next; mean cross-entropy. In two forms: of
// scalars, one cell after the other, and of arrays.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <vector>

#include "array.hpp"

namespace gradus::bench {

/// x holds for every layer eight vectors of 14 (weights, then biases, of the forget, input, output and change gates),
/// then the input's weights and the output's weights and biases.
class Lstm {
 public:
  static constexpr Index bits = 14, layers = 2, per_layer = 8 * bits;
  enum Gate : Index { forget, in, out, change };

  explicit Lstm(Index characters)
      : sequence(MatrixXd::Random(bits, characters).cwiseSign().cwiseMax(0)),
        start(MatrixXd::Random(bits, 2 * layers)),
        x(VectorXd::Random(layers * per_layer + 3 * bits)) {}

  Index steps() const { return sequence.cols() - 1; }
  double mean() const { return -1 / static_cast<double>(bits * steps()); }
  static Index weight(Index layer, Gate gate) { return layer * per_layer + gate * bits; }
  static Index bias(Index layer, Gate gate) { return weight(layer, gate) + 4 * bits; }
  static Index extra(Index which) { return layers * per_layer + which * bits; }

  MatrixXd sequence, start;  // start: hidden state and cell of every layer
  VectorXd x;
};

/// Cell by cell, character by character: scalars alone.
struct LstmOfScalars : Lstm {
  using Lstm::Lstm;

  auto operator()(const auto& v) const {
    using Scalar = typename std::remove_cvref_t<decltype(v)>::Scalar;
    using std::exp, std::log;
    std::vector<Scalar> w;  // read once, used for every character
    for (Index i = 0; i < v.size(); ++i) w.push_back(v(i));
    const auto extra_of = [&](Index which, Index i) -> const Scalar& { return w[std::size_t(extra(which) + i)]; };
    Scalar hidden[layers][bits], cell[layers][bits], predicted[bits], total = 0;
    for (Index l = 0; l < layers; ++l)
      for (Index i = 0; i < bits; ++i) hidden[l][i] = start(i, 2 * l), cell[l][i] = start(i, 2 * l + 1);
    for (Index t = 0; t < steps(); ++t) {
      for (Index i = 0; i < bits; ++i) {
        Scalar input = sequence(i, t) * extra_of(0, i);
        for (Index l = 0; l < layers; ++l) {
          advance(w, l, i, input, hidden[l][i], cell[l][i]);
          input = hidden[l][i];
        }
        predicted[i] = input * extra_of(1, i) + extra_of(2, i);
      }
      Scalar sum = 2;
      for (Index i = 0; i < bits; ++i) sum += exp(predicted[i]);
      const Scalar logarithm = log(sum);
      for (Index i = 0; i < bits; ++i) total += sequence(i, t + 1) * (predicted[i] - logarithm);
    }
    return Scalar(mean() * total);
  }

 private:
  template <class Scalar>
  static void advance(const std::vector<Scalar>& w, Index l, Index i, const Scalar& input, Scalar& hidden,
                      Scalar& cell) {
    using std::exp, std::tanh;
    const auto affine = [&](Gate g, const Scalar& y) {
      return y * w[std::size_t(weight(l, g) + i)] + w[std::size_t(bias(l, g) + i)];
    };
    const auto gate = [&](Gate g, const Scalar& y) { return 1 / (1 + exp(-affine(g, y))); };
    cell = cell * gate(forget, input) + gate(in, hidden) * tanh(affine(change, hidden));
    hidden = gate(out, input) * tanh(cell);
  }
};

/// Layer by layer: what needs no state (two gates, the predictions and their likelihood) as matrices, for all
/// characters at once; the states, each of which needs the one before, as scalars.
struct LstmOfLayers : Lstm {
  explicit LstmOfLayers(Index characters) : Lstm(characters) {}

  auto operator()(const auto& v) const {
    using std::log;
    auto inputs = (v.segment(extra(0), bits).asDiagonal() * first).eval();
    for (Index l = 0; l < layers; ++l) {
      const auto hidden = states(v, l, inputs);
      inputs = matrix_of(hidden);
    }
    const auto predicted = affine(v, extra(1), extra(2), inputs);
    const auto logarithms = log(predicted.array().exp().colwise().sum() + 2).matrix().eval();
    return mean() * ((predicted.array() * beside(v, next)).sum() - (logarithms.array() * beside(v, counts)).sum());
  }

 private:
  template <class V, class M>
  static auto affine(const V& v, Index weight, Index bias, const M& inputs) {
    return ((v.segment(weight, bits).asDiagonal() * inputs).colwise() + v.segment(bias, bits)).eval();
  }
  /// The hidden states of a layer, character after character.
  template <class V, class M>
  auto states(const V& v, Index l, const M& inputs) const {
    using Scalar = typename V::Scalar;
    using std::exp, std::tanh;
    const auto kept = sigmoid(affine(v, weight(l, forget), bias(l, forget), inputs));
    const auto shown = sigmoid(affine(v, weight(l, out), bias(l, out), inputs));
    std::vector<Scalar> all(static_cast<std::size_t>(bits * steps()));
    for (Index i = 0; i < bits; ++i) {
      const Scalar in_weight = v(weight(l, in) + i), in_bias = v(bias(l, in) + i);
      const Scalar change_weight = v(weight(l, change) + i), change_bias = v(bias(l, change) + i);
      Scalar hidden = start(i, 2 * l), cell = start(i, 2 * l + 1);
      for (Index t = 0; t < steps(); ++t) {
        const auto admitted = 1 / (1 + exp(-(hidden * in_weight + in_bias)));
        cell = cell * kept(i, t) + admitted * tanh(hidden * change_weight + change_bias);
        hidden = shown(i, t) * tanh(cell);
        all[static_cast<std::size_t>(i + t * bits)] = hidden;
      }
    }
    return all;
  }
  template <class S>
  auto matrix_of(const std::vector<S>& scalars) const {
    if constexpr (level_of < S >> 0)
      return stack(scalars).reshaped(bits, steps());
    else
      return Eigen::Map<const MatrixXd>(scalars.data(), bits, steps());
  }

  MatrixXd first = sequence.leftCols(steps());
  Eigen::ArrayXXd next = sequence.rightCols(steps());
  Eigen::ArrayXXd counts = next.colwise().sum();  // bits that are set in each
};

}  // namespace gradus::bench
