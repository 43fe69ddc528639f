// The memory that a tape takes: an operand of a scalar statement, a record of a matrix operation, and a training step
// beside its activations. Bytes are exact; the times are only there because the program is one of this folder.
#include <unistd.h>

#include <fstream>

#include "functions/scalar.hpp"
#include "suite.hpp"
#include "training_step.hpp"

namespace {

using namespace gradus;
using namespace gradus::bench;

/// Of this process, in memory at the moment, as Linux says; 0 where there is no such file.
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;  // in pages
  file >> size >> resident;
  return resident * double(sysconf(_SC_PAGESIZE));
}

/// Bytes an argument of statements: of the stream itself; in all that a gradient puts into memory; and reserved, of
/// which the system provides what is written to.
template <int Operands>
void statement(benchmark::State& state) {
  const bench::Statements<Operands> f(state.range(0));
  const double arguments = double(state.range(0)) * Operands, before = resident_bytes();
  Gradient<bench::Statements<Operands>> gradient(f);
  gradient();
  state.counters["bytes_per_argument"] = (resident_bytes() - before) / arguments;
  state.counters["stream_bytes_per_argument"] = double(gradient.tape.statements().position()) / arguments;
  state.counters["reserved_bytes_per_argument"] = double(gradient.tape.memory()) / arguments;
  for (auto _ : state) benchmark::DoNotOptimize(gradient());
}
BENCHMARK(statement<1>)->ArgName("length")->Arg(10'000'000);
BENCHMARK(statement<2>)->ArgName("length")->Arg(10'000'000);
BENCHMARK(statement<3>)->ArgName("length")->Arg(10'000'000);

/// Bytes of an elementwise operation on n numbers, over the 8 n of its value.
void record(benchmark::State& state) {
  constexpr int operations = 1000;
  const Eigen::VectorXd x = Eigen::VectorXd::Random(state.range(0));
  Tape<double> tape;
  std::size_t used = 0;
  for (auto _ : state) {
    tape.clear();
    auto y = tape.variable(x).array();
    const std::size_t before = tape.arena().used();
    for (int i = 0; i < operations; ++i) y = y.sin();
    used = tape.arena().used() - before;
  }
  state.counters["bytes_per_record"] = double(used) / operations - 8 * double(state.range(0));
}
BENCHMARK(record)->ArgName("n")->Arg(8)->Arg(1024);

/// What the tape of a training step takes at most, over the sum of its activations.
void training_step(benchmark::State& state, const Network& network) {
  const Training training(network);
  Tape<float> tape;
  VectorXf gradient(training.w.size());
  for (auto _ : state) benchmark::DoNotOptimize(value_and_gradient(tape, training.loss(), training.w, gradient));
  double activations = 0;
  for (std::size_t i = 1; i < network.sizes.size(); ++i) activations += double(network.sizes[i] * network.batch);
  state.counters["tape_kB"] = double(tape.memory()) / 1e3;
  state.counters["activations_kB"] = 4 * activations / 1e3;
  state.counters["over_activations"] = double(tape.memory()) / (4 * activations);
}
const bool registered = [] {
  for (const Network& network : networks)
    benchmark::RegisterBenchmark((std::string("training_step/") + network.name).c_str(), training_step, network)
        ->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
