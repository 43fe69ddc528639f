// Bump allocation: memory is handed out in order, never moves, and is taken back all at once.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace gradus {

/// Chunks grow geometrically and stay when the arena is cleared, so a computation that is repeated allocates nothing.
/// Destructors are not run: only trivially destructible things live here.
class Arena {
 public:
  static constexpr std::size_t alignment = 64;  // of every allocation: a cache line, and any vector register

  /// Uninitialized memory, aligned to 64 bytes.
  void* allocate(std::size_t bytes) {
    bytes = (bytes + alignment - 1) & ~(alignment - 1);
    if (bytes > static_cast<std::size_t>(end_ - next_)) [[unlikely]]
      open_chunk(bytes);
    std::byte* at = next_;
    next_ += bytes;
    return at;
  }
  template <class T>
  T* allocate_array(std::ptrdiff_t count) {
    return static_cast<T*>(allocate(static_cast<std::size_t>(count) * sizeof(T)));
  }

  /// Takes everything back; the memory stays reserved.
  void clear() {
    if (chunks_.empty()) return;
    if (open_ != 1) [[unlikely]]
      enter(0);
    next_ = chunks_.front().memory.get();
  }
  /// Bytes handed out since the last clear().
  std::size_t used() const;
  /// Bytes reserved from the system.
  std::size_t capacity() const;

 private:
  struct Release {
    void operator()(std::byte* memory) const;
  };
  struct Chunk {
    std::unique_ptr<std::byte, Release> memory;
    std::size_t size;
  };
  void open_chunk(std::size_t at_least);
  void enter(std::size_t chunk);

  std::vector<Chunk> chunks_;
  std::size_t open_ = 0;                        // chunks before this one are full
  std::byte *next_ = nullptr, *end_ = nullptr;  // of what is left of the last open chunk
};

}  // namespace gradus

/// An object in an arena: `new (arena) T{…}`.
inline void* operator new(std::size_t bytes, gradus::Arena& arena) { return arena.allocate(bytes); }
inline void operator delete(void*, gradus::Arena&) noexcept {}
