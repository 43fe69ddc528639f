// SIMD registers by Eigen's names, and what Eigen's packets lack: transposition at full speed, a fast root.
// Only for .cpp files of the library: what stands here depends on the compiler flags.
#pragma once

#include <Eigen/Core>
#include <type_traits>
#include <utility>

#include "../layout.hpp"
#include "partial_packets.hpp"

// A packet as a template argument loses its alignment attribute, which its own type restates: nothing to warn of.
#pragma GCC diagnostic ignored "-Wignored-attributes"

namespace gradus::kernels {

/// Of each pair of neighbouring blocks of `Block` numbers, a's first (or, with Odd, second) and then b's.
template <int Block, bool Odd, class P>
[[gnu::always_inline]] inline P interleave(P a, P b) {
  constexpr int W = packet::unpacket_traits<P>::size;
  return [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
    return P(__builtin_shufflevector(a, b, (((I / Block) & ~1) + Odd) * Block + I % Block + ((I / Block) & 1) * W...));
  }
  (std::make_integer_sequence<int, W>{});
}

/// Transposes the W × W matrix whose rows are the packets.
template <int Block, class P, int W>
[[gnu::always_inline]] inline void transpose(P (&x)[W]) {
#pragma GCC unroll 16
  for (int i = 0; i < W; ++i)
    if ((i & Block) == 0) {
      const P even = interleave<Block, false>(x[i], x[i + Block]);
      x[i + Block] = interleave<Block, true>(x[i], x[i + Block]);
      x[i] = even;
    }
  if constexpr (Block > 1) transpose<Block / 2>(x);
}
template <class P, int W>
[[gnu::always_inline]] inline void transpose(P (&x)[W]) {
  transpose<W / 2>(x);
}

/// The packet of the sums of the W packets: sum(x[0]), sum(x[1]), …
template <int Block, class P, int W>
[[gnu::always_inline]] inline P sum_each(P (&x)[W]) {
#pragma GCC unroll 8
  for (int i = 0; i < Block; ++i)
    x[i] = packet::padd(interleave<Block, false>(x[i], x[i + Block]), interleave<Block, true>(x[i], x[i + Block]));
  if constexpr (Block > 1) return sum_each<Block / 2>(x);
  return x[0];
}
template <class P, int W>
[[gnu::always_inline]] inline P sum_each(P (&x)[W]) {
  return sum_each<W / 2>(x);
}

/// scale·√x + shift for normal positive x, the root to an ulp or two: by an estimate of its reciprocal, improved by a
/// step of Newton's method. Eigen's looks for other x, too, which takes twice the instructions.
template <class P>
[[gnu::always_inline]] inline P scaled_root_of_normal(const P& x, const P& scale, const P& shift) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<P, packet::Packet16f>) {
    const P inverse = _mm512_rsqrt14_ps(x), estimate = packet::pmul(x, inverse);
    return packet::pmadd(packet::pmul(packet::pmul(packet::pset1<P>(0.5f), scale), estimate),
                         P(_mm512_fnmadd_ps(estimate, inverse, _mm512_set1_ps(3))), shift);
  }
#endif
  return packet::pmadd(packet::psqrt<P>(x), scale, shift);
}

}  // namespace gradus::kernels
