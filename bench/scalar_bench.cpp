// Loops over scalars, recorded anew each time: the gradient beside the function and the gradient by hand; the first
// call of all; and ten million statements.
#include "functions/scalar.hpp"

#include "suite.hpp"

namespace {

using namespace gradus;
using namespace gradus::bench;

void by_size(benchmark::internal::Benchmark* b) { b->ArgName("n")->UseRealTime()->Unit(benchmark::kMicrosecond); }

template <class F>
void scalar(benchmark::State& state) {
  measure(state, F(state.range(0)));
  state.counters["ns_per_variable"] = 1e3 * state.counters["gradient_us"] / double(state.range(0));
}
BENCHMARK(scalar<Rosenbrock>)->Apply(by_size)->RangeMultiplier(10)->Range(100, 1'000'000);

BENCHMARK(scalar<Speelpenning>)->Apply(by_size)->Arg(100)->Arg(1000)->Arg(10'000);

/// A function of a hundred statements, on a tape that has never been used and on one that has.
void first_call(benchmark::State& state) {
  const bench::Statements<3> f(100);
  Eigen::VectorXd gradient(f.x.size());
  const auto cold = [&] {
    Tape<double> tape;
    benchmark::DoNotOptimize(value_and_gradient(tape, f, f.x, gradient));
  };
  Gradient<bench::Statements<3>> warm(f);
  interleave(state, Work{"first", cold}, Work{"later", std::ref(warm)});
}
BENCHMARK(first_call)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// Statements of so many operands. Linear time: the nanoseconds an argument do not grow with the length.
template <int Operands>
void statements(benchmark::State& state) {
  const bench::Statements<Operands> f(state.range(0));
  Gradient<bench::Statements<Operands>> gradient(f);
  gradient();  // takes the memory
  for (auto _ : state) benchmark::DoNotOptimize(gradient());
  const double arguments = double(state.range(0)) * Operands;
  state.counters["ns_per_argument"] =
      benchmark::Counter(arguments / 1e9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
void by_length(benchmark::internal::Benchmark* b) {
  b->ArgName("length")->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000)->UseRealTime()->Unit(benchmark::kMillisecond);
}
BENCHMARK(statements<1>)->Apply(by_length);
BENCHMARK(statements<2>)->Apply(by_length);
BENCHMARK(statements<3>)->Apply(by_length);

}  // namespace
