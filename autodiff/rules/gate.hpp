// What a derivative makes of an adjoint, for arrays: a product in which zero wins, with the processor's vectors.
#pragma once

#include <Eigen/Core>

#include "../traits.hpp"

namespace gradus::rules {

template <PlainNumber S>
S gated(S g, S d);

/// g·d, and 0 where either is 0.
template <class S>
struct VectorGate {
  auto operator()(const S& g, const S& d) const { return gated(g, d); }

  template <class P>
  P packetOp(const P& g, const P& d) const {
    namespace packet = Eigen::internal;
#if defined(EIGEN_VECTORIZE_AVX512)  // comparisons give masks there, of which Eigen makes vectors
    if constexpr (sizeof(P) == 64 && sizeof(S) == 8) {
      const __m512d none = _mm512_setzero_pd();
      const __mmask8 some = _mm512_cmp_pd_mask(g, none, _CMP_NEQ_UQ);
      return _mm512_maskz_mul_pd(_mm512_mask_cmp_pd_mask(some, d, none, _CMP_NEQ_UQ), g, d);
    }
    if constexpr (sizeof(P) == 64 && sizeof(S) == 4) {
      const __m512 none = _mm512_setzero_ps();
      const __mmask16 some = _mm512_cmp_ps_mask(g, none, _CMP_NEQ_UQ);
      return _mm512_maskz_mul_ps(_mm512_mask_cmp_ps_mask(some, d, none, _CMP_NEQ_UQ), g, d);
    }
#endif
    const P zero = packet::pzero(g);
    return packet::pandnot(packet::pmul(g, d), packet::por(packet::pcmp_eq(g, zero), packet::pcmp_eq(d, zero)));
  }
};

}  // namespace gradus::rules

template <class S>
struct Eigen::internal::functor_traits<gradus::rules::VectorGate<S>> {
  enum {
    Cost = 2 * NumTraits<S>::MulCost,
    PacketAccess = (std::is_same_v<S, float> || std::is_same_v<S, double>)&&packet_traits<S>::HasMul
  };
};
