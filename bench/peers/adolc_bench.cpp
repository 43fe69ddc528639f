// Scalar loops beside ADOL-C: its gradient with the function traced anew each time, as ours is recorded anew, and its
// gradient from a trace that is kept, which is right as long as the function takes the same way.
#include <adolc/adolc.h>

#include "../functions/lstm.hpp"
#include "../functions/scalar.hpp"
#include "../suite.hpp"

namespace {

using namespace gradus::bench;

/// What the functions take for a vector of independent variables.
struct Traced {
  using Scalar = adouble;
  std::vector<adouble> elements;
  Eigen::Index size() const { return Eigen::Index(elements.size()); }
  const adouble& operator()(Eigen::Index i) const { return elements[std::size_t(i)]; }
};

template <class F>
class AdolcGradient {
 public:
  explicit AdolcGradient(const F& f) : gradient(f.x.size()), f_(f) { traced_.elements.resize(std::size_t(f.x.size())); }
  void trace() {
    trace_on(tag);
    for (std::size_t i = 0; i < traced_.elements.size(); ++i) traced_.elements[i] <<= f_.x(Eigen::Index(i));
    adouble y = f_(traced_);
    y >>= value;
    trace_off();
  }
  void sweep() { ::gradient(tag, int(f_.x.size()), const_cast<double*>(f_.x.data()), gradient.data()); }

  Eigen::VectorXd gradient;
  double value = 0;

 private:
  static constexpr short tag = 1;
  const F& f_;
  Traced traced_;
};

template <class F>
void compare(benchmark::State& state, const F& f) {
  Gradient<F> ours(f);
  AdolcGradient<F> adolc(f);
  adolc.trace();
  adolc.sweep();
  const double value = ours();
  if (!is_close(value, adolc.value, 1e-9) || !((ours.gradient - adolc.gradient).norm() <= 1e-9 * ours.gradient.norm()))
    return state.SkipWithError("ADOL-C has another gradient");
  const auto function = [&] { benchmark::DoNotOptimize(f(f.x)); };
  const auto traced_anew = [&] { adolc.trace(), adolc.sweep(); };
  const auto trace_kept = [&] { adolc.sweep(); };
  interleave(state, Work{"gradient", std::ref(ours)}, Work{"function", function}, Work{"adolc", traced_anew},
             Work{"adolc_kept", trace_kept});
}

template <class F>
void scalar(benchmark::State& state) {
  compare(state, F(state.range(0)));
}
/// A function of arrays, in its form as a loop.
template <class F>
void loop(benchmark::State& state) {
  const F f(state.range(0));
  compare(state, Loop<F>{f});
}
template <class F>
void lstm(benchmark::State& state) {
  compare(state, F(state.range(0)));
}
void shown(benchmark::internal::Benchmark* b) { b->ArgName("n")->UseRealTime()->Unit(benchmark::kMicrosecond); }
// From small to large: ADOL-C's cost of a call grows with the most variables that were ever alive in the process.
BENCHMARK(scalar<Rosenbrock>)->Apply(shown)->Arg(100);
BENCHMARK(scalar<Speelpenning>)->Apply(shown)->Arg(100);
BENCHMARK(lstm<LstmOfScalars>)->ArgName("c")->UseRealTime()->Unit(benchmark::kMicrosecond)->Arg(1024);
BENCHMARK(loop<Regression>)->Apply(shown)->Arg(1000);
BENCHMARK(scalar<Rosenbrock>)->Apply(shown)->Arg(1000);
BENCHMARK(scalar<Speelpenning>)->Apply(shown)->Arg(1000);
BENCHMARK(loop<Sum>)->Apply(shown)->Arg(4096);
BENCHMARK(loop<Product>)->Apply(shown)->Arg(4096);
BENCHMARK(loop<LogSumExp>)->Apply(shown)->Arg(4096);
BENCHMARK(loop<NormalLogDensity>)->Apply(shown)->Arg(4096);
BENCHMARK(loop<StochasticVolatility>)->Apply(shown)->Arg(4096);
BENCHMARK(scalar<Speelpenning>)->Apply(shown)->Arg(10'000);
BENCHMARK(scalar<Rosenbrock>)->Apply(shown)->RangeMultiplier(10)->Range(10'000, 1'000'000);

}  // namespace
