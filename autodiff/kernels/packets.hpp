// SIMD registers by Eigen's names, and what Eigen's packets lack: parts of packets, transposition at full speed.
// Only for .cpp files of the library: what stands here depends on the compiler flags.
#pragma once

#include <Eigen/Core>
#include <type_traits>
#include <utility>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#include "../layout.hpp"

// A packet as a template argument loses its alignment attribute, which its own type restates: nothing to warn of.
#pragma GCC diagnostic ignored "-Wignored-attributes"

namespace gradus::kernels {

namespace packet = Eigen::internal;  // ploadu, pstoreu, pset1, pmadd, padd, predux

template <class S>
using Packet = typename packet::packet_traits<S>::type;
template <class S>
constexpr int width = packet::packet_traits<S>::size;

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

#if defined(__AVX512F__)
constexpr bool masked_loads = true;  // a partial load costs no more than a full one

inline __m512 load_first(const float* from, int n) { return _mm512_maskz_loadu_ps(__mmask16((1u << n) - 1), from); }
inline __m512d load_first(const double* from, int n) { return _mm512_maskz_loadu_pd(__mmask8((1u << n) - 1), from); }
inline void store_first(float* to, __m512 x, int n) { _mm512_mask_storeu_ps(to, __mmask16((1u << n) - 1), x); }
inline void store_first(double* to, __m512d x, int n) { _mm512_mask_storeu_pd(to, __mmask8((1u << n) - 1), x); }
#elif defined(__AVX__)
constexpr bool masked_loads = true;

template <int Bytes>
__m256i first_lanes(int n) {
  alignas(64) static constexpr int ones_then_zeros[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_then_zeros + 8 - n * (Bytes / 4)));
}
inline __m256 load_first(const float* from, int n) { return _mm256_maskload_ps(from, first_lanes<4>(n)); }
inline __m256d load_first(const double* from, int n) { return _mm256_maskload_pd(from, first_lanes<8>(n)); }
inline void store_first(float* to, __m256 x, int n) { _mm256_maskstore_ps(to, first_lanes<4>(n), x); }
inline void store_first(double* to, __m256d x, int n) { _mm256_maskstore_pd(to, first_lanes<8>(n), x); }
#else
constexpr bool masked_loads = false;

/// The first n of a packet from memory, the others zero.
template <class S>
Packet<S> load_first(const S* from, int n) {
  S padded[width<S>] = {};
  for (int i = 0; i < n; ++i) padded[i] = from[i];
  return packet::ploadu<Packet<S> >(padded);
}

template <class S>
void store_first(S* to, Packet<S> x, int n) {
  S all[width<S>];
  packet::pstoreu(all, x);
  for (int i = 0; i < n; ++i) to[i] = all[i];
}
#endif

/// 1/x for 0 < x < ∞, to an ulp or two: where there is an estimate, improved by a step of Newton's method, it takes a
/// third of the division's time.
template <class P>
[[gnu::always_inline]] inline P reciprocal(const P& x) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<P, packet::Packet16f>) {
    const P estimate = _mm512_rcp14_ps(x);
    return packet::pmul(estimate, P(_mm512_fnmadd_ps(x, estimate, _mm512_set1_ps(2))));
  }
#endif
  return packet::pdiv(packet::pset1<P>(1), x);
}

/// scale·√x + shift for normal positive x, the root to an ulp or two: by the estimate of its reciprocal, improved as
/// above. Eigen's looks for other x, too, which takes twice the instructions.
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
