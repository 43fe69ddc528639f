// Pieces of work side by side: a shared machine drifts, but it drifts under all of them.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace gradus::bench {

inline double seconds(auto& work, int times) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

inline double median(std::vector<double> v) {
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
  return v[v.size() / 2];
}

/// A piece of work and the name that its time goes by. What has a state is given as std::ref(it).
template <class F>
struct Work {
  const char* name;
  F run;

  /// Calls a batch: about a millisecond and four calls at least, so that each work finds the caches as it left them
  /// itself; of very slow work a single call.
  int batch() {
    run();
    const double once = seconds(run, 1);
    return once > 0.02 ? 1 : std::max(4, static_cast<int>(1e-3 / std::max(once, 1e-9)));
  }
};
template <class F>
Work(const char*, F) -> Work<F>;

/// Runs the works in turn, in batches, and reports as counters: <name>_us, the median time of each; ratio, the median
/// of the first's time over the second's, which is the reference; and for every further one, a peer, <name>_ratio: the
/// median of its time over the first's, how many times it is slower. The label lists the names in order, for the
/// report. The time that Google Benchmark prints is that of a batch of all.
template <class... F>
void interleave(benchmark::State& state, Work<F>... works) {
  constexpr std::size_t n = sizeof...(F);
  static_assert(n >= 2);
  const std::array<int, n> batches{works.batch()...};
  std::array<std::vector<double>, n> times, ratios;
  for (auto _ : state) {
    std::size_t i = 0;
    ((times[i].push_back(seconds(works.run, batches[i])), ++i), ...);
    ratios[1].push_back(times[0].back() / times[1].back());
    for (i = 2; i < n; ++i) ratios[i].push_back(times[i].back() / times[0].back());
  }
  const std::array<const char*, n> names{works.name...};
  std::string label;
  for (std::size_t i = 0; i < n; ++i) {
    label += (i == 0 ? "" : " ") + std::string(names[i]);
    state.counters[std::string(names[i]) + "_us"] = 1e6 * median(times[i]);
    if (i >= 1) state.counters[i == 1 ? "ratio" : std::string(names[i]) + "_ratio"] = median(ratios[i]);
  }
  state.SetLabel(label);
}

}  // namespace gradus::bench
