// Counts the allocations of a piece of code, to show that there are none.
#pragma once

#include <cstddef>

namespace gradus::test {

/// How often the current thread has allocated since this object was made: operator new, malloc and its relatives
/// (realloc included), Eigen's memory. Threads do not disturb each other.
///
///   const AllocationCounter counter;
///   step();
///   CHECK(counter.count() == 0);
class AllocationCounter {
 public:
  AllocationCounter();
  std::size_t count() const;

  /// False where a sanitizer has replaced the allocator: count() is then always 0.
  static bool available();

 private:
  std::size_t start_;
};

}  // namespace gradus::test
