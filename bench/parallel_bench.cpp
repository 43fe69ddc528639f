// Two threads against one: the gradient of a loss over a batch, and the whole training step with Adam. `one` is a tape
// on one thread; `two` are two tapes, each for half of the batch (ParallelTapes); `products` is one tape whose large
// products are shared by two threads (set_threads). The ratio, and products_speedup, say how many times faster than one
// they are.
#include "training_step.hpp"

namespace {

using namespace gradus::bench;

/// One tape, with products on so many threads.
class OnOneTape {
 public:
  OnOneTape(const Training& training, int threads) : training_(training), threads_(threads) {}

  float gradient() {
    return run([&] { return gradus::value_and_gradient(tape_, training_.loss(), training_.w, gradient_); });
  }
  float step() {
    return run([&] { return adam_.step(tape_, training_.loss(), w_); });
  }

 private:
  float run(auto&& f) {
    gradus::set_threads(threads_);
    const float loss = f();
    gradus::set_threads(1);
    return loss;
  }

  const Training& training_;
  int threads_;
  gradus::Tape<float> tape_;
  gradus::optim::Adam<float> adam_{{.learning_rate = Training::learning_rate}};
  VectorXf w_ = training_.w, gradient_ = w_;
};

/// A tape for each thread.
class OnTapes {
 public:
  OnTapes(const Training& training, int threads) : training_(training), tapes_(threads) {}

  auto loss() const {
    return gradus::mean_over(training_.inputs.cols(), [&](gradus::Index first, gradus::Index count, const auto& w) {
      const auto inputs = training_.inputs.middleCols(first, count);
      return gradus::nn::softmax_cross_entropy(training_.net(gradus::borrow(inputs), w),
                                               training_.labels.segment(first, count));
    });
  }
  float gradient() { return gradus::value_and_gradient(tapes_, loss(), training_.w, gradient_); }
  float step() { return adam_.step(tapes_, loss(), w_); }

 private:
  const Training& training_;
  gradus::ParallelTapes<float> tapes_;
  gradus::optim::Adam<float> adam_{{.learning_rate = Training::learning_rate}};
  VectorXf w_ = training_.w, gradient_ = w_;
};

void compare(benchmark::State& state, auto one, auto two, auto products) {
  const double expected = one();
  for (const double got : {double(two()), double(products())})
    if (!(std::abs(got - expected) < 1e-4 * (1 + std::abs(expected)))) return state.SkipWithError("they disagree");
  interleave(state, Work{"one", one}, Work{"two", two}, Work{"products", products});
  state.counters["products_speedup"] = 1 / state.counters["products_ratio"];
}

void gradient(benchmark::State& state, const Network& network) {
  const Training training(network);
  OnOneTape one(training, 1), products(training, 2);
  OnTapes two(training, 2);
  compare(
      state, [&] { return one.gradient(); }, [&] { return two.gradient(); }, [&] { return products.gradient(); });
}
void step(benchmark::State& state, const Network& network) {
  const Training training(network);
  OnOneTape one(training, 1), products(training, 2);
  OnTapes two(training, 2);
  compare(
      state, [&] { return one.step(); }, [&] { return two.step(); }, [&] { return products.step(); });
}

const bool registered = [] {
  for (const Network& network : networks) {
    if (network.batch < 32) continue;
    for (const auto& [name, f] :
         {std::pair(std::string("parallel_gradient/"), &gradient), std::pair(std::string("parallel_step/"), &step)})
      benchmark::RegisterBenchmark((name + network.name).c_str(), f, network)
          ->UseRealTime()
          ->Unit(benchmark::kMicrosecond);
  }
  return true;
}();

}  // namespace
