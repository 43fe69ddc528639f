#include "allocation_counter.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GRADUS_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define GRADUS_TEST_SANITIZED
#endif
#endif

namespace {
// Thread-local without a constructor: may be touched before main and in any thread.
thread_local std::size_t allocations = 0;
}  // namespace

#if defined(GRADUS_TEST_SANITIZED)

bool gradus::test::AllocationCounter::available() { return false; }

#elif defined(__GLIBC__)

#include <cerrno>

// glibc lets a program define malloc and its relatives itself and keeps its own under these names. The operators new of
// the standard library call malloc, so each allocation is counted once.
extern "C" {
void* __libc_malloc(std::size_t size) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* block, std::size_t size) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t size) noexcept;
void __libc_free(void* block) noexcept;

void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) noexcept {
  ++allocations;
  return __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  void* const got = __libc_memalign(alignment, size);
  if (!got) return ENOMEM;
  *block = got;
  return 0;
}
void free(void* block) noexcept { __libc_free(block); }
}

bool gradus::test::AllocationCounter::available() { return true; }

#else

#include <cstdlib>
#include <new>

// Elsewhere only the operators new can be replaced by portable means: the others call these two.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* block = std::malloc(size ? size : 1)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

bool gradus::test::AllocationCounter::available() { return true; }

#endif

namespace gradus::test {

AllocationCounter::AllocationCounter() : start_(allocations) {}
std::size_t AllocationCounter::count() const { return allocations - start_; }

}  // namespace gradus::test
