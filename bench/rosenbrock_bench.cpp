// The gradient of Rosenbrock's function, a scalar program of many small statements, beside the function itself.
#include <gradus/autodiff/autodiff.hpp>

#include "interleaved.hpp"

namespace {

using namespace gradus;

/// Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²
template <class X>
auto rosenbrock(const X& x) {
  typename X::Scalar f = 0;
  for (Index i = 0; i + 1 < x.size(); ++i) {
    const auto valley = x(i + 1) - x(i) * x(i);
    const auto slope = 1 - x(i);
    f += 100 * valley * valley + slope * slope;
  }
  return f;
}

void rosenbrock_gradient(benchmark::State& state) {
  const Eigen::VectorXd x = Eigen::VectorXd::Random(state.range(0));
  Eigen::VectorXd gradient(x.size());
  Tape<double> tape;
  const auto f = [](const auto& v) { return rosenbrock(v); };
  const auto differentiate = [&] { benchmark::DoNotOptimize(value_and_gradient(tape, f, x, gradient)); };
  const auto evaluate = [&] { benchmark::DoNotOptimize(rosenbrock(x)); };
  bench::interleave(state, "gradient", differentiate, "function", evaluate);
  state.counters["ns_per_term"] = 1e3 * state.counters["gradient_us"] / static_cast<double>(state.range(0) - 1);
}

BENCHMARK(rosenbrock_gradient)->Arg(100)->Arg(10'000)->Arg(1'000'000)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
