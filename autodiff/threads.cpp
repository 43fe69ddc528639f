#include "threads.hpp"

namespace gradus {
namespace {
thread_local int allowed = 1;
}

void set_threads(int n) { allowed = n < 1 ? 1 : n; }
int threads() { return allowed; }

}  // namespace gradus
