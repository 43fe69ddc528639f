// The exponential of arrays of double, without the division and the long way to a power of two that Eigen's takes.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstdint>

namespace gradus::rules {

/// exp with the processor's vectors, to about 1 ulp: x = n ln 2 + r with |r| ≤ ln(2)/2, ln 2 in two parts (Cody and
/// Waite 1980), and e^x = 2ⁿ(1 + r + r²q(r)). q is near the best polynomial of degree 10, by Chebyshev's nodes; it
/// alone is off by 3e-19. From 709.79 on ∞, below −745.2 zero, in between gradually less precise where doubles are.
struct VectorExp {
  double operator()(double x) const { return std::exp(x); }

  template <class P>
  P packetOp(const P& x) const {
    namespace packet = Eigen::internal;
    const auto all = [](double c) { return packet::pset1<P>(c); };
    const P bounded = packet::pmax(packet::pmin(x, all(710)), all(-746));  // NaN stays NaN
    const P n = packet::pfloor(packet::pmadd(bounded, all(1.4426950408889634), all(0.5)));
    const P r = packet::pmadd(n, all(-1.90821492927058770002e-10),
                              P(packet::pmadd(n, all(-6.93147180369123816490e-01), bounded)));
    P q = all(2.0914686968086876e-09);
    for (const double c : {2.5105217004720745e-08, 2.75572736431103e-07, 2.7557255400206422e-06, 2.4801587325547743e-05,
                           0.00019841269874820627, 0.0013888888888883748, 0.008333333333326136, 0.04166666666666667,
                           0.1666666666666667, 0.5})
      q = packet::pmadd(q, r, all(c));
    const P fraction = packet::padd(all(1), P(packet::pmadd(packet::pmul(r, r), q, r)));
#if defined(EIGEN_VECTORIZE_AVX512)
    if constexpr (sizeof(P) == 64)
      return _mm512_scalef_pd(fraction, n);
    else
#endif
    {
      const P most = packet::pmax(packet::pmin(n, all(1000)), all(-1000));  // so that both powers are normal numbers
      return packet::pmul(P(packet::pmul(fraction, power_of_two(most))), power_of_two(P(packet::psub(n, most))));
    }
  }

 private:
  template <std::size_t Bytes>
  struct Integers {
    typedef std::int64_t type __attribute__((vector_size(Bytes)));
  };
  /// 2ⁿ of whole numbers n from −1022 to 1023: n + 1023 put where a double has its exponent.
  template <class P>
  static P power_of_two(const P& n) {
    namespace packet = Eigen::internal;
    using Bits = typename Integers<sizeof(P)>::type;
    return (P)((Bits)P(packet::padd(n, packet::pset1<P>(0x1p52 + 1023))) << 52);
  }
};

}  // namespace gradus::rules

template <>
struct Eigen::internal::functor_traits<gradus::rules::VectorExp> {
  enum { Cost = 20 * NumTraits<double>::MulCost, PacketAccess = packet_traits<double>::HasExp };
};
