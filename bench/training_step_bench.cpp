// A training step in float with Adam, on one thread, beside its floor, the bare products through the engine's kernels;
// the bare products through Eigen; and the step by hand, with either's products.
#include "training_step.hpp"

namespace {

using namespace gradus::bench;

void training_step(benchmark::State& state, const Network& network) {
  const Training training(network);
  {
    TrainingStep ours(training, 1e-3);
    StepByHand<ProductOfEigen> other(training, 1e-3);
    const std::string wrong = disagreement(ours, other, training.w);
    if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
  }
  TrainingStep step(training);
  BareProducts<ProductOfGradus> floor(network);
  BareProducts<ProductOfEigen> eigen_floor(network);
  StepByHand<ProductOfGradus> by_hand(training);
  StepByHand<ProductOfEigen> eigen(training);
  interleave(state, Work{"step", std::ref(step)}, Work{"floor", std::ref(floor)},
             Work{"eigen_floor", std::ref(eigen_floor)}, Work{"by_hand", std::ref(by_hand)},
             Work{"eigen", std::ref(eigen)});
}

const bool registered = [] {
  for (const Network& network : networks)
    benchmark::RegisterBenchmark((std::string("training_step/") + network.name).c_str(), training_step, network)
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
