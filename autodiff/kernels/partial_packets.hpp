// Parts of SIMD registers: the first n of the numbers of a packet, 0 < n ≤ width. (Inlined: what stands here depends on
// the compiler flags.)
#pragma once

#include <Eigen/Core>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#include "../traits.hpp"

namespace gradus::kernels {

namespace packet = Eigen::internal;  // ploadu, pstoreu, pset1, pmadd, padd, predux

template <class S>
using Packet = typename packet::packet_traits<S>::type;
template <class S>
constexpr int width = packet::packet_traits<S>::size;

// load_first: from memory, the others zero. store_first: to memory. keep_first: the others set to zero.
#if defined(__AVX512F__)
constexpr bool masked_loads = true;  // a partial load costs no more than a full one

GRADUS_INLINE __m512 load_first(const float* from, int n) {
  return _mm512_maskz_loadu_ps(__mmask16((1u << n) - 1), from);
}
GRADUS_INLINE __m512d load_first(const double* from, int n) {
  return _mm512_maskz_loadu_pd(__mmask8((1u << n) - 1), from);
}
GRADUS_INLINE void store_first(float* to, __m512 x, int n) { _mm512_mask_storeu_ps(to, __mmask16((1u << n) - 1), x); }
GRADUS_INLINE void store_first(double* to, __m512d x, int n) { _mm512_mask_storeu_pd(to, __mmask8((1u << n) - 1), x); }
GRADUS_INLINE __m512 keep_first(__m512 x, int n) { return _mm512_maskz_mov_ps(__mmask16((1u << n) - 1), x); }
GRADUS_INLINE __m512d keep_first(__m512d x, int n) { return _mm512_maskz_mov_pd(__mmask8((1u << n) - 1), x); }
#elif defined(__AVX__)
constexpr bool masked_loads = true;

template <int Bytes>
GRADUS_INLINE __m256i first_lanes(int n) {
  alignas(64) static constexpr int ones_then_zeros[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_then_zeros + 8 - n * (Bytes / 4)));
}
GRADUS_INLINE __m256 load_first(const float* from, int n) { return _mm256_maskload_ps(from, first_lanes<4>(n)); }
GRADUS_INLINE __m256d load_first(const double* from, int n) { return _mm256_maskload_pd(from, first_lanes<8>(n)); }
GRADUS_INLINE void store_first(float* to, __m256 x, int n) { _mm256_maskstore_ps(to, first_lanes<4>(n), x); }
GRADUS_INLINE void store_first(double* to, __m256d x, int n) { _mm256_maskstore_pd(to, first_lanes<8>(n), x); }
GRADUS_INLINE __m256 keep_first(__m256 x, int n) { return _mm256_and_ps(x, _mm256_castsi256_ps(first_lanes<4>(n))); }
GRADUS_INLINE __m256d keep_first(__m256d x, int n) { return _mm256_and_pd(x, _mm256_castsi256_pd(first_lanes<8>(n))); }
#else
constexpr bool masked_loads = false;

/// The first n of a packet from memory, the others zero.
template <class S>
GRADUS_INLINE Packet<S> load_first(const S* from, int n) {
  S padded[width<S>] = {};
  for (int i = 0; i < n; ++i) padded[i] = from[i];
  return packet::ploadu<Packet<S> >(padded);
}

template <class S>
GRADUS_INLINE void store_first(S* to, Packet<S> x, int n) {
  S all[width<S>];
  packet::pstoreu(all, x);
  for (int i = 0; i < n; ++i) to[i] = all[i];
}

template <class P>
GRADUS_INLINE P keep_first(const P& x, int n) {
  using S = typename packet::unpacket_traits<P>::type;
  S all[width<S>];
  packet::pstoreu(all, x);
  return load_first(all, n);
}
#endif

}  // namespace gradus::kernels
