// A step of an optimizer over n parameters in float, beside its floor: a pass over the same memory.
#include <gradus/optim/optim.hpp>

#include "interleaved.hpp"

namespace {

using namespace gradus;
using namespace gradus::bench;
using Vector = Eigen::VectorXf;

/// Reads and writes as many vectors as the optimizer must, and reads the gradient.
class Pass {
 public:
  Pass(Index n, int vectors) : gradient_(Vector::Random(n)), all_(std::size_t(vectors), Vector::Random(n)) {}
  void operator()() {
    constexpr Index piece = 1024;
    for (Index i = 0; i < gradient_.size(); i += piece) {
      const Index n = std::min(piece, gradient_.size() - i);
      for (Vector& v : all_) v.segment(i, n) += 1e-9f * gradient_.segment(i, n);
    }
    benchmark::DoNotOptimize(all_.front().data());
  }

 private:
  Vector gradient_;
  std::vector<Vector> all_;
};

template <class Optimizer>
void step(benchmark::State& state, Optimizer optimizer, int vectors) {
  const Index n = state.range(0);
  Vector w = Vector::Random(n);
  const Vector gradient = Vector::Random(n);
  Pass pass(n, vectors);
  interleave(state, Work{"step", [&] { optimizer.step(w, gradient); }}, Work{"floor", std::ref(pass)});
  state.counters["ns_per_parameter"] = 1e3 * state.counters["step_us"] / double(n);
}

void by_size(benchmark::internal::Benchmark* b) {
  b->ArgName("n")->Arg(1000)->Arg(100'000)->Arg(10'000'000)->UseRealTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(step, sgd, optim::SGD<float>({.learning_rate = 1e-12}), 1)->Apply(by_size);
BENCHMARK_CAPTURE(step, momentum, optim::SGD<float>({.learning_rate = 1e-12, .momentum = 0.9}), 2)->Apply(by_size);
BENCHMARK_CAPTURE(step, adam, optim::Adam<float>({.learning_rate = 1e-12}), 3)->Apply(by_size);

}  // namespace
