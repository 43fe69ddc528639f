// Scalar statements: a packed stream of (partial, slot) pairs.
#pragma once

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

/// The statement y = f(x₁…x_N) leaves ∂f/∂x₁…∂f/∂x_N, the slots of x₁…x_N, the slot of y and N, in this order and
/// without gaps, so the reverse sweep reads the stream from its end. 12 N + 8 bytes for double.
template <class S>
class Statements {
  static_assert(std::is_trivially_copyable_v<S>,
                "a tape is of numbers that own no memory: of a Series value_and_gradient and gradient alone are taken");
  struct Trailer {
    Slot result;
    std::uint32_t count;
  };

 public:
  /// Whether a statement of N pairs fits without reserve(). With a journal to be written it never does.
  template <int N>
  GRADUS_INLINE bool has_room() const {
    return end_ - next_ >= static_cast<std::ptrdiff_t>(N * (sizeof(S) + sizeof(Slot)) + sizeof(Trailer));
  }
  /// Makes room for a statement of any length.
  GRADUS_COLD void reserve(Slot result) {
    if (capacity_ - position() < longest) grow(result);
  }
  /// From now on has_room() is false.
  void slow_down() { is_slow_ = true, end_ = memory_.get(); }

  /// Writes a statement, for which there is room; operands that stand in it several times (as in x * x) share a pair.
  template <int N>
  GRADUS_INLINE void push(const S (&partials)[N], const Slot (&slots)[N], Slot result) {
    if constexpr (N == 1 || !Number<S>) {
      write(partials, slots, N, result);
    } else {
      S merged[N] = {partials[0]};
      Slot distinct[N] = {slots[0]};
      std::uint32_t count = 1;
      for (int i = 1; i < N; ++i) {
        std::uint32_t k = 0;
        while (k < count && distinct[k] != slots[i]) ++k;
        if (k < count) {
          merged[k] += partials[i];
        } else {
          merged[count] = partials[i];
          distinct[count++] = slots[i];
        }
      }
      write(merged, distinct, count, result);
    }
  }

  /// A position in the stream, to sweep down to.
  std::size_t position() const { return static_cast<std::size_t>(next_ - memory_.get()); }
  std::size_t capacity() const { return capacity_; }
  void clear() { next_ = memory_.get(); }
  /// How many statements fit before the stream grows: as many slots can be taken without another check.
  std::size_t headroom() const { return (capacity_ - position()) / smallest; }

  /// The statement that ends at a position: its result and its operands, with their partials.
  struct Statement {
    Slot result;
    std::uint32_t count;
    std::size_t begin;  // where it begins, and the one before it ends
    const std::byte *slots, *partials;

    Slot operand(std::uint32_t i) const {
      Slot slot;
      std::memcpy(&slot, slots + i * sizeof slot, sizeof slot);
      return slot;
    }
    S partial(std::uint32_t i) const {
      S partial;
      std::memcpy(static_cast<void*>(&partial), partials + i * sizeof partial, sizeof partial);
      return partial;
    }
  };
  Statement look(std::size_t end) const {
    Trailer trailer;
    end -= sizeof trailer;
    std::memcpy(&trailer, memory_.get() + end, sizeof trailer);
    const std::size_t slots = end - trailer.count * sizeof(Slot), begin = slots - trailer.count * sizeof(S);
    return {trailer.result, trailer.count, begin, memory_.get() + slots, memory_.get() + begin};
  }

  /// Carries the adjoints of results to operands, last statement first, and zeroes each result's adjoint as it is
  /// consumed unless `retain`. `accumulate(sum, partial, adjoint)` is sum += partial·adjoint.
  template <class Accumulate>
  void sweep(std::size_t from, std::size_t down_to, S* adjoints, bool retain, Accumulate accumulate) const {
    const std::byte* at = memory_.get() + from;
    const std::byte* const stop = memory_.get() + down_to;
    while (at != stop) {
      Trailer trailer;
      at -= sizeof trailer;
      std::memcpy(&trailer, at, sizeof trailer);
      const std::byte* slots = at - trailer.count * sizeof(Slot);
      at = slots - trailer.count * sizeof(S);
      const S adjoint = adjoints[trailer.result];
      if (is_structural_zero(adjoint)) continue;
      if (!retain) adjoints[trailer.result] = S{};
      if constexpr (Number<S>)
        if (!(adjoint - adjoint == S(0))) [[unlikely]] {
          sweep_infinite(at, slots, trailer.count, adjoints, adjoint);
          continue;
        }
      for (std::uint32_t i = 0; i < trailer.count; ++i) {
        Slot slot;
        S partial;
        std::memcpy(&slot, slots + i * sizeof slot, sizeof slot);
        if constexpr (!Number<S>)
          if (slot == 0) continue;  // what constants are due would be recorded on the tape below
        std::memcpy(static_cast<void*>(&partial), at + i * sizeof partial, sizeof partial);
        accumulate(adjoints[slot], partial, adjoint);
      }
    }
  }

 private:
  /// An adjoint of infinity or NaN, which a partial of 0 does not let through.
  GRADUS_COLD static void sweep_infinite(const std::byte* partials, const std::byte* slots, std::uint32_t count,
                                         S* adjoints, const S& adjoint) {
    for (std::uint32_t i = 0; i < count; ++i) {
      Slot slot;
      S partial;
      std::memcpy(&slot, slots + i * sizeof slot, sizeof slot);
      std::memcpy(static_cast<void*>(&partial), partials + i * sizeof partial, sizeof partial);
      if (!is_structural_zero(partial)) adjoints[slot] += partial * adjoint;
    }
  }

  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  GRADUS_INLINE void write(const S* partials, const Slot* slots, std::uint32_t count, Slot result) {
    for (std::uint32_t i = 0; i < count; ++i) {
      std::memcpy(next_ + i * sizeof(S), partials + i, sizeof(S));
      std::memcpy(next_ + count * sizeof(S) + i * sizeof(Slot), slots + i, sizeof(Slot));
    }
    next_ += count * (sizeof(S) + sizeof(Slot));
    const Trailer trailer{result, count};
    std::memcpy(next_, &trailer, sizeof trailer);
    next_ += sizeof trailer;
  }

  static constexpr std::size_t smallest = sizeof(S) + sizeof(Slot) + sizeof(Trailer);
  static constexpr std::size_t longest = detail::most_pairs * (sizeof(S) + sizeof(Slot)) + sizeof(Trailer);

  // The slots still to come are bounded by the bytes still free, so checking here keeps the check out of push().
  GRADUS_COLD void grow(Slot result) {
    const std::size_t used = position();
    const std::size_t bytes = capacity() == 0 ? std::size_t{1} << 14 : 2 * capacity();
    if (result > UINT32_MAX - (bytes - used) / smallest - 1) throw_tape_full();
    void* memory =
        std::realloc(memory_.get(), bytes);  // trivially copyable bytes; large blocks are remapped, not copied
    if (memory == nullptr) throw std::bad_alloc();
    (void)memory_.release();
    memory_.reset(static_cast<std::byte*>(memory));
    next_ = memory_.get() + used;
    capacity_ = bytes;
    end_ = memory_.get() + (is_slow_ ? 0 : bytes);
  }

  std::unique_ptr<std::byte, Free> memory_;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;  // of the memory, unless slow
  std::size_t capacity_ = 0;
  bool is_slow_ = false;
};

}  // namespace gradus
