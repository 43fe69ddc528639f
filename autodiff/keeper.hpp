// Objects with destructors in an arena, which itself runs none.
#pragma once

#include <type_traits>
#include <utility>

#include "arena.hpp"

namespace gradus::detail {

/// Keeps objects until it is cleared. Those without destructors cost nothing beyond their bytes.
class Keeper {
 public:
  Keeper() = default;
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { clear(); }

  template <class T>
  T& keep(Arena& arena, T object) {
    static_assert(alignof(T) <= Arena::alignment);
    if constexpr (std::is_trivially_destructible_v<T>) {
      return *new (arena.allocate(sizeof(T))) T(std::move(object));
    } else {
      auto* kept = new (arena.allocate(sizeof(Kept<T>))) Kept<T>(std::move(object));
      kept->previous = last_;
      kept->destroy = [](Entry* entry) { static_cast<Kept<T>*>(entry)->~Kept<T>(); };
      last_ = kept;
      return kept->object;
    }
  }
  /// Destroys what is kept, the last first. The arena must still hold it.
  void clear() {
    while (last_ != nullptr) {
      Entry* const entry = last_;
      last_ = entry->previous;
      entry->destroy(entry);
    }
  }

 private:
  struct Entry {
    Entry* previous = nullptr;
    void (*destroy)(Entry*) = nullptr;
  };
  template <class T>
  struct Kept : Entry {
    T object;
    explicit Kept(T&& o) : object(std::move(o)) {}
  };

  Entry* last_ = nullptr;
};

}  // namespace gradus::detail
