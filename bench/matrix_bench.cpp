// Functions of matrices: gradient ÷ function, and beside the gradient by hand.
#include "functions/gaussian_mixture.hpp"
#include "functions/lstm.hpp"
#include "functions/matrix.hpp"

#include "suite.hpp"

namespace {

using namespace gradus::bench;

template <class F>
void matrix(benchmark::State& state) {
  measure(state, F(state.range(0)));
}
void by_size(benchmark::internal::Benchmark* b) { b->ArgName("n")->UseRealTime()->Unit(benchmark::kMicrosecond); }
BENCHMARK(matrix<ProductSum>)->Apply(by_size)->Arg(8)->Arg(32)->Arg(128)->Arg(512);
BENCHMARK(matrix<QuadraticForm>)->Apply(by_size)->Arg(8)->Arg(32)->Arg(128)->Arg(512);
BENCHMARK(matrix<LogEvidence>)->Apply(by_size)->Arg(8)->Arg(32)->Arg(128)->Arg(512);

/// 1,000 points, 25 components.
void gaussian_mixture(benchmark::State& state) { measure(state, GaussianMixture(1000, state.range(0), 25)); }
BENCHMARK(gaussian_mixture)->ArgName("d")->Arg(2)->Arg(10)->Arg(32)->UseRealTime()->Unit(benchmark::kMicrosecond);

/// Two layers, so many characters.
template <class F>
void lstm(benchmark::State& state) {
  measure(state, F(state.range(0)));
}
BENCHMARK(lstm<LstmOfScalars>)->ArgName("c")->Arg(1024)->UseRealTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(lstm<LstmOfLayers>)->ArgName("c")->Arg(1024)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
