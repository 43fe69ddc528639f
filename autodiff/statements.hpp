// Scalar statements: a packed stream of (partial, slot) pairs.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "error.hpp"
#include "traits.hpp"

namespace gradus {

namespace detail {
inline constexpr int most_pairs = 12;  // of a scalar expression
}

/// Where a scalar variable's adjoint stands. Slot 0 belongs to every constant and is never read.
using Slot = std::uint32_t;

/// Zero for certain: it can be skipped without losing a record.
template <Number S>
bool is_structural_zero(const S& x) {
  return x == S(0);
}
template <class S>
bool is_structural_zero(const Var<S>& x);

/// An operand of a scalar expression: ∂f/∂x and the slot of x. Side by side, so that compilers copy them as they were
/// written: a vector read from numbers written one by one would wait until they have arrived in the cache.
template <class S>
struct Pair {
  S partial{};
  Slot slot = 0;
};

/// The statement y = f(x₁…x_N) leaves N pairs of ∂f/∂xᵢ and the slot of xᵢ, without gaps, the first of them with a
/// mark; so the reverse sweep reads the stream from its end. 12 N bytes for double. The slot of y is not written:
/// results have slots one after the other, and where others were taken in between, the stream says how many (skip).
template <class S>
class Statements {
  static_assert(std::is_trivially_copyable_v<S>,
                "a tape is of numbers that own no memory: of a Series value_and_gradient and gradient alone are taken");
  static constexpr Slot first = Slot{1} << 31;  // marks the first pair of a statement
  static constexpr Slot skipped = ~Slot{0};     // in the place of a slot: not a pair, but a count of slots
  static constexpr std::size_t pair = sizeof(S) + sizeof(Slot);

 public:
  /// Whether a statement of N pairs fits without reserve(). With a journal to be written it never does.
  template <int N>
  GRADUS_INLINE bool has_room() const {
    return end_ - next_ >= static_cast<std::ptrdiff_t>(N * pair);
  }
  /// Makes room for a statement of any length.
  GRADUS_COLD void reserve(Slot result) {
    if (capacity_ - position() < longest) grow(result);
  }
  /// From now on has_room() is false.
  void slow_down() { is_slow_ = true, end_ = memory_.get(); }

  /// Writes a statement, for which there is room; operands that stand in it several times (as in x * x) share a pair.
  template <int N>
  GRADUS_INLINE void push(const Pair<S> (&pairs)[N]) {
    next_ = write<N>(next_, pairs, 0, first);
  }
  /// The same of operands that have been compared: those with a bit in `done`, never the first, are left out.
  template <int N>
  GRADUS_INLINE void push(const Pair<S> (&pairs)[N], unsigned done) {
    GRADUS_UNROLL
    for (int i = 0; i < N; ++i)
      if ((done >> i & 1) == 0) next_ = put(next_, pairs[i].partial, pairs[i].slot | (i == 0 ? first : 0));
  }

  /// Notes that `count` slots, of which `slot` is the first, are no statement's.
  void skip(Slot slot, Slot count) {
    if (position() == 0) return;  // a sweep ends there
    reserve(slot);
    std::memcpy(next_, &count, sizeof count);
    std::memcpy(next_ + sizeof(S), &skipped, sizeof skipped);
    next_ += pair;
  }

  /// How many slots there may be.
  static constexpr std::size_t most_slots = first - 1;
  /// A position in the stream, to sweep down to.
  std::size_t position() const { return static_cast<std::size_t>(next_ - memory_.get()); }
  std::size_t capacity() const { return capacity_; }
  void clear() { next_ = memory_.get(); }
  /// How many statements fit before the stream grows: as many slots can be taken without another check.
  std::size_t headroom() const { return (capacity_ - position()) / pair; }
  /// The same of a stream that is empty.
  std::size_t most_headroom() const { return most_headroom_; }

  /// A position in the stream, and how many slots had been taken when it was reached.
  struct Place {
    std::size_t position;
    Slot slots;
  };

  /// A statement: its result and its operands, with their partials.
  struct Statement {
    Slot result = 0;
    std::uint32_t count = 0;
    const std::byte* pairs = nullptr;

    Slot operand(std::uint32_t i) const { return slot_at(pairs + i * pair) & ~first; }
    S partial(std::uint32_t i) const { return partial_at(pairs + i * pair); }
    std::size_t bytes() const { return count * pair; }
  };
  /// Where a statement is found again, though the stream has grown.
  struct Location {
    std::size_t begin;
    Slot result;
    std::uint32_t count;
  };
  Statement look(const Location& l) const { return {l.result, l.count, memory_.get() + l.begin}; }
  /// Steps back over the last statement before `place`, which is put into `statement`; false, if there is none above
  /// the position `down_to`.
  bool step_back(Place& place, std::size_t down_to, Statement& statement) const {
    while (place.position != down_to) {
      const std::byte* at = memory_.get() + place.position - pair;
      if (slot_at(at) == skipped) {
        place = {place.position - pair, place.slots - skipped_at(at)};
        continue;
      }
      std::uint32_t count = 1;
      for (; (slot_at(at) & first) == 0; at -= pair) ++count;
      place = {static_cast<std::size_t>(at - memory_.get()), place.slots - 1};
      statement = {place.slots, count, at};
      return true;
    }
    return false;
  }

  /// Carries the adjoints of results to operands, last statement first, and zeroes each result's adjoint as it is
  /// consumed unless `retain`. `accumulate(sum, partial, adjoint)` is sum += partial·adjoint. Leaves the place at
  /// `down_to`.
  template <class Accumulate>
  void sweep(Place& place, std::size_t down_to, S* adjoints, bool retain, Accumulate accumulate) const {
    const std::byte* at = memory_.get() + place.position;
    const std::byte* const stop = memory_.get() + down_to;
    if (at == stop) return;
    Slot result = place.slots;
    // The adjoint of the result before stays in a register: most statements use it, and memory would be slow to hand it
    // on. Memory that it never went through need not be written, nor even exist (see ScalarAdjoints).
    S next, loaded;  // and what memory holds of it
    const auto load_next = [&] { loaded = next = adjoints[result - 1]; };
    const auto exchange_next = [&](Slot count) {
      adjoints[result - 1] = next;
      result -= count;
      load_next();
    };
    load_next();
    while (at != stop) {
      at -= pair;
      Slot slot = slot_at(at);
      if (slot == skipped) [[unlikely]] {
        exchange_next(skipped_at(at));
        continue;
      }
      const S adjoint = next;
      const bool is_to_clear = has_bits(loaded);
      --result;
      load_next();
      if (retain)
        adjoints[result] = adjoint;
      else if (is_to_clear)
        adjoints[result] = S{};
      if (is_structural_zero(adjoint)) {
        while ((slot & first) == 0) slot = slot_at(at -= pair);
        continue;
      }
      if constexpr (Number<S>)
        if (!(adjoint - adjoint == S(0))) [[unlikely]] {
          exchange_next(0);
          at = sweep_infinite(at, adjoints, adjoint);
          load_next();
          continue;
        }
      for (;; slot = slot_at(at -= pair)) {
        const Slot operand = slot & ~first;
        // What constants are due would be recorded on the tape below.
        if (Number<S> || operand != 0) {
          if (operand == result - 1)
            accumulate(next, partial_at(at), adjoint);
          else
            accumulate(adjoints[operand], partial_at(at), adjoint);
        }
        if ((slot & first) != 0) break;
      }
    }
    adjoints[result - 1] = next;
    place = {down_to, result};
  }

 private:
  static Slot slot_at(const std::byte* at) {
    Slot slot;
    std::memcpy(&slot, at + sizeof(S), sizeof slot);
    return slot;
  }
  static S partial_at(const std::byte* at) {
    S partial;
    std::memcpy(static_cast<void*>(&partial), at, sizeof partial);
    return partial;
  }
  /// Whether it is anything but the zero that memory begins with.
  static bool has_bits(const S& x) {
    if constexpr (std::is_same_v<S, double>)
      return std::bit_cast<std::uint64_t>(x) != 0;
    else if constexpr (std::is_same_v<S, float>)
      return std::bit_cast<std::uint32_t>(x) != 0;
    else
      return true;
  }
  static Slot skipped_at(const std::byte* at) {
    Slot count;
    std::memcpy(&count, at, sizeof count);
    return count;
  }

  /// An adjoint of infinity or NaN, which a partial of 0 does not let through. Returns the statement's first pair.
  GRADUS_COLD static const std::byte* sweep_infinite(const std::byte* at, S* adjoints, S adjoint) {
    for (;; at -= pair) {
      const Slot slot = slot_at(at);
      if (const S partial = partial_at(at); !is_structural_zero(partial)) adjoints[slot & ~first] += partial * adjoint;
      if ((slot & first) != 0) return at;
    }
  }

  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  GRADUS_INLINE static std::byte* put(std::byte* at, S partial, Slot slot) {
    std::memcpy(at, &partial, sizeof partial);
    std::memcpy(at + sizeof partial, &slot, sizeof slot);
    return at + pair;
  }

  /// Writes the pairs of N operands but those in `done`, a bit each, and returns where they end. Without a loop or an
  /// index that is known at run time only, so that everything stays in registers, and what the compiler knows to be the
  /// same slot costs no comparison.
  template <int N>
  GRADUS_INLINE static std::byte* write(std::byte* at, const Pair<S>* pairs, unsigned done, Slot mark) {
    if ((done & 1) == 0) {
      S sum = pairs[0].partial;
      if constexpr (Number<S>) {
        GRADUS_UNROLL
        for (int i = 1; i < N; ++i)
          if (pairs[i].slot == pairs[0].slot) sum += pairs[i].partial, done |= 1u << i;
      }
      at = put(at, sum, pairs[0].slot | mark);
    }
    if constexpr (N > 1)
      return write<N - 1>(at, pairs + 1, done >> 1, 0);
    else
      return at;
  }

  static constexpr std::size_t longest = detail::most_pairs * pair;

  // The slots still to come are bounded by the bytes still free, so checking here keeps the check out of push().
  GRADUS_COLD void grow(Slot result) {
    const std::size_t used = position();
    constexpr std::size_t small = std::size_t{1} << 14, large = std::size_t{1} << 22;
    const std::size_t bytes = capacity() < large ? std::max(small, 2 * capacity()) : capacity() + capacity() / 16;
    if (result + (bytes - used) / pair >= most_slots) throw_tape_full();
    void* memory =
        std::realloc(memory_.get(), bytes);  // trivially copyable bytes; large blocks are remapped, not copied
    if (memory == nullptr) throw std::bad_alloc();
    (void)memory_.release();
    memory_.reset(static_cast<std::byte*>(memory));
    next_ = memory_.get() + used;
    capacity_ = bytes;
    most_headroom_ = bytes / pair;
    end_ = memory_.get() + (is_slow_ ? 0 : bytes);
  }

  std::unique_ptr<std::byte, Free> memory_;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;  // of the memory, unless slow
  std::size_t capacity_ = 0, most_headroom_ = 0;
  bool is_slow_ = false;
};

}  // namespace gradus
