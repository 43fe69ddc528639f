// The gradient of a chain of 1,000 steps with checkpoints beside that without: time, and the bytes of the tape.
#include <gradus/autodiff/checkpoint.hpp>
#include <gradus/nn/nn.hpp>

#include <cmath>
#include <functional>

#include "interleaved.hpp"

namespace {

using namespace gradus;

constexpr Index length = 1000;

/// h ← f(W h + b), 64 units on 32 samples, every layer with weights of its own.
template <class S, class Rule>
struct Layers {
  static constexpr Index units = 64, samples = 32, size = units * units + units;
  Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> x = decltype(x)::Random(units, samples);
  Eigen::Matrix<S, Eigen::Dynamic, 1> w = decltype(w)::Zero(length * size);

  // Of such a scale that 1,000 layers let neither values nor derivatives grow, or fade to denormal numbers.
  Layers() {
    const double gain = std::is_same_v<Rule, rules::Relu> ? 2 : 1;
    for (Index i = 0; i < length; ++i)
      w.segment(i * size, units * units) = S(std::sqrt(3 * gain / units)) * decltype(w)::Random(units * units);
  }

  static auto step(Index i, const auto& h, const auto& w) {
    const auto weight = w.segment(i * size, units * units).reshaped(units, units);
    return nn::affine<Rule>(weight, h, w.segment(i * size + units * units, units));
  }
  auto start(const auto&) const { return borrow(x); }
  static auto end(const auto& h) { return h.sum(); }
};

/// The same as three records a layer.
template <class S>
struct ComposedLayers : Layers<S, rules::Tanh> {
  using Base = Layers<S, rules::Tanh>;
  static auto step(Index i, const auto& h, const auto& w) {
    const auto weight = w.segment(i * Base::size, Base::units * Base::units).reshaped(Base::units, Base::units);
    const auto bias = w.segment(i * Base::size + Base::units * Base::units, Base::units);
    return ((weight * h).colwise() + bias).array().tanh().matrix();
  }
};

/// A scalar that takes 200 statements a step.
struct Scalars {
  Eigen::VectorXd w = Eigen::Vector3d(1.1, 0.3, 0.7);

  static auto step(Index, const auto& h, const auto& w) {
    auto y = h;
    for (int k = 0; k < 200; ++k) y = y + 1e-5 * (w(0) * y - w(1) * y * y);
    return y;
  }
  auto start(const auto& v) const { return v(2); }
  static auto end(const auto& h) { return h; }
};

template <class Chain>
struct Gradient {
  using Vector = decltype(Chain::w);
  const Chain& chain;
  int levels;
  Vector gradient = Vector(chain.w.size());
  Tape<typename Vector::Scalar> tape = {};

  void operator()() {
    const auto step = [](Index i, const auto& h, const auto& w) { return Chain::step(i, h, w); };
    const auto f = [&](const auto& w) {
      return Chain::end(checkpoint_sequential({.length = length, .levels = levels}, step, chain.start(w), w));
    };
    benchmark::DoNotOptimize(value_and_gradient(tape, f, chain.w, gradient));
  }
};

template <class Chain>
void checkpoint(benchmark::State& state) {
  const Chain chain;
  Gradient<Chain> checkpointed{chain, static_cast<int>(state.range(0))}, plain{chain, 0};
  bench::interleave(state, bench::Work{"checkpointed", std::ref(checkpointed)}, bench::Work{"plain", std::ref(plain)});
  state.counters["checkpointed_kB"] = static_cast<double>(checkpointed.tape.memory()) / 1e3;
  state.counters["plain_kB"] = static_cast<double>(plain.tape.memory()) / 1e3;
}

constexpr auto shown = [](auto* b) {
  b->ArgName("levels")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
};
BENCHMARK(checkpoint<ComposedLayers<double>>)->Apply(shown);
BENCHMARK(checkpoint<ComposedLayers<float>>)->Apply(shown);
BENCHMARK(checkpoint<Layers<double, rules::Tanh>>)->Apply(shown);
BENCHMARK(checkpoint<Layers<float, rules::Tanh>>)->Apply(shown);
BENCHMARK(checkpoint<Layers<float, rules::Relu>>)->Apply(shown);
BENCHMARK(checkpoint<Scalars>)->Apply(shown);

}  // namespace
