// Working memory of kernels: grows to the largest request of its thread and stays, so that a steady step allocates
// nothing.
#pragma once

#include <memory>
#include <new>

#include "../layout.hpp"

namespace gradus::kernels {

/// Room for `count` numbers at the start of a cache line; the contents are undefined. Each Purpose has room of its own
/// in each thread; the next call with the same Purpose may move it.
template <class Purpose, class S>
S* scratch(Index count) {
  constexpr std::align_val_t line{64};
  struct Free {
    void operator()(void* p) const { ::operator delete(p, line); }
  };
  thread_local std::unique_ptr<void, Free> room;
  thread_local Index bytes = 0;
  const Index wanted = count * Index(sizeof(S));
  if (bytes < wanted) {
    room.reset();
    bytes = 0;
    room.reset(::operator new(std::size_t(wanted), line));
    bytes = wanted;
  }
  return static_cast<S*>(room.get());
}

}  // namespace gradus::kernels
