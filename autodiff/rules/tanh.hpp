// The hyperbolic tangent of arrays of double, which Eigen computes number by number.
#pragma once

#include "exp.hpp"

namespace gradus::rules {

/// tanh with the processor's vectors, to about 2 ulp. With t = e^(−2|x|) it is ±(1 − t)/(1 + t), exact enough from
/// |x| = 0.625 on; below, x + x³P(x²)/Q(x²) with the rational minimax approximation of Cody and Waite (1980).
struct VectorTanh {
  double operator()(double x) const { return std::tanh(x); }

  template <class P>
  P packetOp(const P& x) const {
    namespace packet = Eigen::internal;
    const auto all = [](double c) { return packet::pset1<P>(c); };
    const P magnitude = packet::pabs(x);
    const P z = packet::pmul(magnitude, magnitude);
    const P p = packet::pmadd(packet::pmadd(all(-9.64399179425052238628e-1), z, all(-9.92877231001918586564e1)), z,
                              all(-1.61468768441708447952e3));
    const P q =
        packet::pmadd(packet::pmadd(packet::padd(z, all(1.12811678491632931402e2)), z, all(2.23548839060100448583e3)),
                      z, all(4.84406305325125486048e3));
    const P near_zero = packet::pmadd(packet::pmul(magnitude, z), packet::pdiv(p, q), magnitude);
    const P t = VectorExp{}.packetOp(P(packet::pmul(all(-2), magnitude)));
    const P away = packet::pdiv(packet::psub(all(1), t), packet::padd(all(1), t));
    const P size = packet::pselect(packet::pcmp_lt(magnitude, all(0.625)), near_zero, away);
    return packet::por(size, P(packet::pand(x, all(-0.0))));
  }
};

}  // namespace gradus::rules

template <>
struct Eigen::internal::functor_traits<gradus::rules::VectorTanh> {
  enum { Cost = 40 * NumTraits<double>::MulCost, PacketAccess = packet_traits<double>::HasExp };
};
