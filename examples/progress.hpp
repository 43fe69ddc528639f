// The progress of a training run: a line for each epoch, or on a terminal one line that is written anew.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdio>

/// Prints how training goes, from its construction on.
class Progress {
 public:
  explicit Progress(int epochs) : epochs_(epochs) { std::printf("    epoch      loss  validation  time left\n"); }

  /// After an epoch, the first being 1: the training loss and the share of validation samples that are right.
  void report(int epoch, double loss, double accuracy) const {
    const double left = seconds() / epoch * (epochs_ - epoch);
    std::printf("%s%4d/%-4d %9.5f %9.2f %% %8.1f s", on_terminal_ ? "\r" : "", epoch, epochs_, loss, 100 * accuracy,
                left);
    if (!on_terminal_ || epoch == epochs_) std::printf("\n");
    std::fflush(stdout);
  }

  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  int epochs_;
  bool on_terminal_ = isatty(STDOUT_FILENO) == 1;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};
