// Random orders that are the same with every compiler: the standard fixes what std::mt19937_64 gives, but neither
// std::shuffle nor std::uniform_int_distribution.
#pragma once

#include <cstdint>
#include <random>
#include <utility>

namespace gradus::nn {

/// A number uniform in 0 … n − 1, for n > 0. Draws that would favour the small numbers are thrown away.
inline std::uint64_t uniform_below(std::uint64_t n, std::mt19937_64& random) {
  const std::uint64_t surplus = (UINT64_MAX % n + 1) % n;  // 2⁶⁴ mod n
  std::uint64_t draw = random();
  while (draw > UINT64_MAX - surplus) draw = random();
  return draw % n;
}

/// Puts the elements of a random-access container into a random order, each of the n! equally likely (Fisher, Yates;
/// Knuth, The Art of Computer Programming 2, 3.4.2, algorithm P).
template <class Container>
void shuffle(Container& elements, std::mt19937_64& random) {
  for (auto n = elements.size(); n > 1; --n) {
    const auto chosen = static_cast<decltype(n)>(uniform_below(static_cast<std::uint64_t>(n), random));
    std::swap(elements[chosen], elements[n - 1]);
  }
}

}  // namespace gradus::nn
