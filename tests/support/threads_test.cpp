// The counter of allocations in several threads.
#include <doctest/doctest.h>

#include <memory>
#include <thread>

#include "allocation_counter.hpp"

namespace gradus::test::threads_test {

using gradus::test::AllocationCounter;

TEST_CASE("AllocationCounter counts its own thread") {
  const AllocationCounter counter;
  CHECK(counter.count() == 0);
  std::size_t seen = 1;
  std::thread other([&seen] {
    const AllocationCounter own;
    seen = own.count();
    for (int k = 0; k < 1000; ++k) std::make_unique<int>(k);
  });
  other.join();
  CHECK(seen == 0);
  CHECK(counter.count() < 100);  // making a thread allocates a little here, the thousand are the other's
}

}  // namespace gradus::test::threads_test
