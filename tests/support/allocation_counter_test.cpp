// The counter itself: a counter that sees nothing would let every test of "allocates nothing" pass.
#include "allocation_counter.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

namespace gradus::test::allocation_counter_test {

using gradus::test::AllocationCounter;

TEST_CASE("AllocationCounter sees every kind of allocation, once each") {
  if (!AllocationCounter::available()) {
    MESSAGE("test skipped: a sanitizer owns the allocator");
    return;
  }
  const auto allocations = [](auto&& code) {
    const AllocationCounter counter;
    code();
    return counter.count();
  };
  void* volatile block = nullptr;  // volatile: the compiler may remove an allocation it sees freed
  CHECK(allocations([&] { block = malloc(10), free(block); }) == 1);
  CHECK(allocations([&] { block = calloc(10, 10), free(block); }) == 1);
  CHECK(allocations([&] { block = realloc(malloc(10), 10000), free(block); }) == 2);
  CHECK(allocations([&] { block = aligned_alloc(64, 640), free(block); }) == 1);
  CHECK(allocations([&] { block = ::operator new(10), ::operator delete(block); }) == 1);
  CHECK(allocations([&] {
          block = ::operator new (64, std::align_val_t{64}), ::operator delete (block, std::align_val_t{64});
        }) == 1);
  CHECK(allocations([] { std::vector<double> numbers(100); }) == 1);
  CHECK(allocations([] { Eigen::MatrixXd::Zero(10, 10).eval(); }) == 1);
  CHECK(allocations([] {}) == 0);
}

}  // namespace gradus::test::allocation_counter_test
