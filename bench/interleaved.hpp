// Two pieces of work side by side: a shared machine drifts, but it drifts under both.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
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

/// Runs `work` and `reference` in turn, in batches of about a millisecond and of four calls at least, so that each
/// finds the caches as it left them itself, and reports the medians of both and of the pairs' ratio. The time that
/// Google Benchmark prints is that of a batch of both.
inline void interleave(benchmark::State& state, const char* work_name, auto& work, const char* reference_name,
                       auto& reference) {
  const auto batch_of = [](auto& f) {
    f();
    return std::max(4, static_cast<int>(1e-3 / std::max(seconds(f, 3), 1e-9)));
  };
  const int works = batch_of(work), references = batch_of(reference);
  std::vector<double> work_times, reference_times, ratios;
  for (auto _ : state) {
    work_times.push_back(seconds(work, works));
    reference_times.push_back(seconds(reference, references));
    ratios.push_back(work_times.back() / reference_times.back());
  }
  state.counters[std::string(work_name) + "_us"] = 1e6 * median(work_times);
  state.counters[std::string(reference_name) + "_us"] = 1e6 * median(reference_times);
  state.counters["ratio"] = median(ratios);
}

}  // namespace gradus::bench
