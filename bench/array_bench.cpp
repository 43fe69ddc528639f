// Reductions and elementwise chains of arrays: gradient ÷ function, the suite of FastAD's paper.
#include "functions/array.hpp"

#include "suite.hpp"

namespace {

using namespace gradus::bench;

template <class F>
void array(benchmark::State& state) {
  measure(state, F(state.range(0)));
}

void by_length(benchmark::internal::Benchmark* b) {
  b->RangeMultiplier(4)->Range(64, 16384)->ArgName("n")->UseRealTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK(array<Sum>)->Apply(by_length);
BENCHMARK(array<Product>)->Apply(by_length);
BENCHMARK(array<LogSumExp>)->Apply(by_length);
BENCHMARK(array<NormalLogDensity>)->Apply(by_length);
BENCHMARK(array<StochasticVolatility>)->Apply(by_length);
BENCHMARK(array<Regression>)
    ->Arg(64)
    ->Arg(256)
    ->Arg(1000)
    ->Arg(4096)
    ->ArgName("n")
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
