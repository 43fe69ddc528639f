#include "threads.hpp"

#include <algorithm>
#include <thread>

namespace gradus {
namespace {
thread_local int allowed = 1;
}

void set_threads(int n) { allowed = n < 1 ? 1 : n; }
int threads() { return allowed; }
int hardware_threads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace gradus
