// Time for memory: the gradient of a long recurrence with no checkpoints, with √L of them, and nested ones. The state
// of a thousand steps or more need not be kept to go back through them.
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/checkpoint.hpp>

#include <Eigen/QR>
#include <cmath>
#include <cstdio>

#include "program.hpp"
#include "timing.hpp"

using Eigen::MatrixXd;
using gradus::Index;

namespace {

struct Options {
  Index length = 1000, units = 64, samples = 32;
  double seconds = 0.5;
};

/// The loss of a recurrent network h ← tanh(W h) after `length` steps, checkpointed to `levels` levels.
struct Loss {
  const MatrixXd& start;
  Index length;
  int levels;

  auto operator()(const auto& w) const {
    const auto step = [](Index, const auto& h, const auto& weight) { return (weight * h).array().tanh().matrix(); };
    return gradus::checkpoint_sequential({.length = length, .levels = levels}, step, gradus::borrow(start), w)
        .squaredNorm();
  }
};

void run(const Options& options) {
  constexpr int most = 4;
  // Orthogonal to rounding, so that nothing fades or grows over the steps.
  const MatrixXd w = 1.05 * MatrixXd(MatrixXd::Random(options.units, options.units).householderQr().householderQ());
  const MatrixXd start = MatrixXd::Random(options.units, options.samples);
  std::vector<gradus::Tape<double>> tapes(most);
  std::vector<MatrixXd> gradients(most, MatrixXd(w));
  std::vector<std::function<void()>> works;
  for (int levels = 0; levels < most; ++levels)
    works.push_back([&, levels, loss = Loss{start, options.length, levels}] {
      const auto k = static_cast<std::size_t>(levels);
      gradus::value_and_gradient(tapes[k], loss, w, gradients[k]);
    });
  const auto seconds = fastest_seconds(works, options.seconds);
  std::printf("gradient of %td steps of h = tanh(W h), %td units, %td samples\n", options.length, options.units,
              options.samples);
  std::printf("levels  memory of the tape       time           difference of the gradient\n");
  for (std::size_t k = 0; k < tapes.size(); ++k) {
    const double bytes = static_cast<double>(tapes[k].memory()), all = static_cast<double>(tapes[0].memory());
    std::printf("%6zu  %9.3f MB, 1/%-4.1f  %8.2f ms, %.2f  %.0e\n", k, 1e-6 * bytes, all / bytes, 1e3 * seconds[k],
                seconds[k] / seconds[0], (gradients[k] - gradients[0]).norm() / gradients[0].norm());
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Memory and time of a gradient with and without checkpoints");
  const CLI::Range size(1, 100'000'000);
  app.add_option("--length", options.length, "Steps")->check(size)->capture_default_str();
  app.add_option("--units", options.units, "Size of the state")->check(size)->capture_default_str();
  app.add_option("--samples", options.samples, "States side by side")->check(size)->capture_default_str();
  app.add_option("--seconds", options.seconds, "To measure each")->check(positive)->capture_default_str();
  return run_program("checkpointing", app, argc, argv, [&] { run(options); });
}
