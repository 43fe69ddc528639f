// Functions that are a sum or a mean over samples.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "error.hpp"

namespace gradus {

/// A function of x that is a sum or a mean over n samples, in terms of its value for any run of them: made by
/// sum_over() and mean_over(). It is a function of x itself, which takes all samples at once.
template <class F>
class OverSamples {
 public:
  static constexpr Index no_limit = std::numeric_limits<Index>::max();

  OverSamples(const char* name, Index samples, F&& f, Index at_most, bool is_mean)
      : samples_(samples), f_(std::forward<F>(f)), at_most_(at_most), is_mean_(is_mean) {
    const auto need = [name](const char* what, Index least, Index got) {
      if (got < least)
        throw Error(std::string(name) + ": expected " + what + " of at least " + std::to_string(least) + ", got " +
                    std::to_string(got));
    };
    need("a number of samples", is_mean ? 1 : 0, samples);
    need("a number of samples at a time", 1, at_most);
  }

  template <class... X>
  auto operator()(const X&... x) const {
    return f_(Index(0), samples_, x...);
  }
  /// f for the samples [first, first + count).
  template <class... X>
  auto part(Index first, Index count, const X&... x) const {
    return f_(first, count, x...);
  }
  /// What f of that many samples counts in the whole.
  double weight(Index count) const {
    return is_mean_ ? static_cast<double>(count) / static_cast<double>(samples_) : 1.0;
  }

  Index samples() const { return samples_; }
  Index at_most() const { return at_most_; }

 private:
  Index samples_;
  F f_;  // a reference to what is not a temporary
  Index at_most_;
  bool is_mean_;
};

/// Σᵢ fᵢ(x…) over n samples i = 0, …, n − 1, where f(first, count, x…) is the sum over first ≤ i < first + count, with
/// count > 0 if n is. f is generic in x… as functions that are differentiated are, and is called for `at_most` samples
/// at a time: memory then does not grow with n, for the price of adding up more gradients. f is referred to, unless it
/// is a temporary. Throws Error if n is negative, or at_most not positive.
template <class F>
OverSamples<F> sum_over(Index n, F&& f, Index at_most = OverSamples<F>::no_limit) {
  return OverSamples<F>("sum_over", n, std::forward<F>(f), at_most, false);
}

/// 1/n Σᵢ fᵢ(x…), where f(first, count, x…) is the mean over first ≤ i < first + count, as the losses of networks are:
/// parts count by their numbers of samples. Otherwise like sum_over. Throws Error if n or at_most is not positive.
template <class F>
OverSamples<F> mean_over(Index n, F&& f, Index at_most = OverSamples<F>::no_limit) {
  return OverSamples<F>("mean_over", n, std::forward<F>(f), at_most, true);
}

}  // namespace gradus
