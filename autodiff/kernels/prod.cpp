// Lane by lane and in four columns of packets side by side, since one multiplication would wait for the one before it:
// packet k of a block of four belongs to column k, and what is left of the array to the first. y first gets the
// products of what comes later in the same column and lane, then is multiplied by all the others.
#include "prod.hpp"

#include "../rules/functions.hpp"
#include "../rules/gate.hpp"
#include "packets.hpp"

namespace gradus::kernels {

namespace {

constexpr int columns = 4;

/// Calls f(column, position) for every whole packet of n numbers, in order or backwards; what remains is left out.
template <class S, class F>
[[gnu::always_inline]] inline void for_packets(Index n, F&& f) {
  constexpr Index w = width<S>;
  Index i = 0;
  for (; i + columns * w <= n; i += columns * w) f(0, i), f(1, i + w), f(2, i + 2 * w), f(3, i + 3 * w);
  for (; i + w <= n; i += w) f(0, i);
}
template <class S, class F>
[[gnu::always_inline]] inline void for_packets_backwards(Index n, F&& f) {
  constexpr Index w = width<S>;
  const Index blocks = n / (columns * w) * (columns * w);
  for (Index i = n / w * w; i > blocks;) f(0, i -= w);
  for (Index i = blocks; i > 0;) i -= columns * w, f(3, i + 3 * w), f(2, i + 2 * w), f(1, i + w), f(0, i);
}

/// The last numbers, fewer than a packet, and ones.
template <class S>
Packet<S> rest(Index n, const S* x) {
  constexpr Index w = width<S>;
  S padded[w];
  std::fill_n(padded, w, S(1));
  std::copy(x + n / w * w, x + n, padded);
  return packet::ploadu<Packet<S>>(padded);
}

template <class S>
[[gnu::always_inline]] inline Packet<S> times(Packet<S> a, Packet<S> b) {
  return rules::VectorGate<S>{}.packetOp(a, b);
}

/// In every lane g times the product of the other lanes.
template <class S>
Packet<S> other_lanes(Packet<S> x, S g) {
  constexpr Index w = width<S>;
  S lanes[w], others[w];
  packet::pstoreu(lanes, x);
  for (Index l = 0; l < w; ++l) others[l] = g, g = rules::gated(g, lanes[l]);
  S after = 1;
  for (Index l = w; l-- > 0;) others[l] = rules::gated(others[l], after), after = rules::gated(after, lanes[l]);
  return packet::ploadu<Packet<S>>(others);
}

}  // namespace

template <class S>
S prod(Index n, const S* x) {
  using P = Packet<S>;
  const P one = packet::pset1<P>(S(1));
  P products[columns] = {one, one, one, one};
  for_packets<S>(n, [&](int k, Index i) { products[k] = packet::pmul(products[k], packet::ploadu<P>(x + i)); });
  S product =
      packet::predux_mul(packet::pmul(packet::pmul(products[0], products[1]), packet::pmul(products[2], products[3])));
  for (Index i = n / width<S> * width<S>; i < n; ++i) product *= x[i];
  return product;
}

template <class S>
void prod_of_others(Index n, const S* x, const S& g, S* y) {
  using P = Packet<S>;
  const P one = packet::pset1<P>(S(1)), last = rest(n, x);
  P all[columns] = {last, one, one, one};
  for_packets_backwards<S>(n, [&](int k, Index i) {
    packet::pstoreu(y + i, all[k]);
    all[k] = times<S>(all[k], packet::ploadu<P>(x + i));
  });
  const P left = times<S>(all[0], all[1]), right = times<S>(all[2], all[3]);
  const P outside = other_lanes<S>(times<S>(left, right), g);
  P before[columns] = {times<S>(all[1], right), times<S>(all[0], right), times<S>(all[3], left),
                       times<S>(all[2], left)};
  for (P& p : before) p = times<S>(outside, p);
  for_packets<S>(n, [&](int k, Index i) {
    packet::pstoreu(y + i, times<S>(before[k], packet::ploadu<P>(y + i)));
    before[k] = times<S>(before[k], packet::ploadu<P>(x + i));
  });
  S of_rest[width<S>];
  packet::pstoreu(of_rest, before[0]);
  std::copy_n(of_rest, n % width<S>, y + n / width<S> * width<S>);
}

GRADUS_PROD_KERNELS(template, float)
GRADUS_PROD_KERNELS(template, double)

}  // namespace gradus::kernels
