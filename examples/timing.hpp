// How long pieces of work take, side by side.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <vector>

/// Seconds that a call of each takes at best; what else the machine does only adds. They run in turn, each for about
/// the given time, in batches of a millisecond or more and of four calls or more, so that each finds the caches as it
/// left them itself.
inline std::vector<double> fastest_seconds(const std::vector<std::function<void()>>& works, double for_each) {
  using Clock = std::chrono::steady_clock;
  struct Timed {
    const std::function<void()>& work;
    int calls = 4;
    double best = std::numeric_limits<double>::infinity();

    double batch() {
      const auto start = Clock::now();
      for (int i = 0; i < calls; ++i) work();
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      best = std::min(best, seconds / calls);
      return seconds;
    }
  };
  std::vector<Timed> all;
  for (const auto& work : works) {
    all.push_back({work});
    while (all.back().batch() < 1e-3 && all.back().calls < 1'000'000) all.back().calls *= 2;
  }
  const auto enough = std::chrono::duration<double>(for_each * static_cast<double>(works.size()));
  for (const auto start = Clock::now(); Clock::now() - start < enough;)
    for (Timed& timed : all) timed.batch();
  std::vector<double> seconds;
  for (const Timed& timed : all) seconds.push_back(timed.best);
  return seconds;
}
