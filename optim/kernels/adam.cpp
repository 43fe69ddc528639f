#include "adam.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "../../autodiff/kernels/packets.hpp"
#include "flush_denormals.hpp"

namespace gradus::optim::kernels {

namespace packet = gradus::kernels::packet;
using gradus::kernels::load_first;
using gradus::kernels::Packet;
using gradus::kernels::scaled_root_of_normal;
using gradus::kernels::store_first;
using gradus::kernels::width;

/// A mean over the past takes x in: β·mean + (1 − β)·x. As a step from the mean towards x it takes an operation less;
/// for β below a half, what the mean forgets would be rounded to the mean's precision, and not to the result's.
template <bool as_step, class P>
[[gnu::always_inline]] inline P updated_mean(const P& mean, const P& x, const P& beta, const P& rest) {
  if constexpr (as_step) return packet::pmadd(rest, P(packet::psub(x, mean)), mean);
  return packet::pmadd(beta, mean, P(packet::pmul(rest, x)));
}
template <bool as_step, class P>
[[gnu::always_inline]] inline P updated_mean_square(const P& mean, const P& x, const P& beta, const P& rest) {
  if constexpr (as_step)
    return packet::psub(mean, P(packet::pmul(rest, P(packet::pmadd(packet::pnegate(x), x, mean)))));
  return packet::pmadd(beta, mean, P(packet::pmul(packet::pmul(rest, x), x)));
}

template <bool as_steps, class S>
void adam_step_with(Index n, S* w, S* first_moment, S* second_moment, const S* gradient, const AdamCoefficients& by) {
  const FlushDenormals while_stepping;
  constexpr int W = width<S>;
  using P = Packet<S>;
  using Limits = std::numeric_limits<S>;
  auto all = [](double x) { return packet::pset1<P>(S(x)); };
  const P beta1 = all(by.beta1), new1 = all(1 - by.beta1), beta2 = all(by.beta2), new2 = all(1 - by.beta2);
  // The step is in the divisor, which saves a multiplication: w + m / (scale·√v + shift).
  const double scale = by.second_unbiasing / -by.step, shift = by.epsilon / -by.step, least = Limits::min();
  const P by_root = all(scale), constant = all(shift);
  // The fast root of an infinity would be NaN. That of 0 leaves 0/0 where S rounds the shift to 0, unless half of
  // scale·√v stays a normal number: √v is kept at 4 times the least by which it does in full.
  const P smallest = all(std::max(least, std::pow(4 * least / scale, 2))), largest = packet::pset1<P>(Limits::max());

  auto update = [&](P& x, P& m, P& v, P g) {
    m = updated_mean<as_steps>(m, g, beta1, new1);
    v = updated_mean_square<as_steps>(v, g, beta2, new2);
    const P normal = packet::pmax<P>(packet::pmin<P>(v, largest), smallest);
    x = packet::padd(x, P(packet::pdiv(m, scaled_root_of_normal(normal, by_root, constant))));
  };
  auto update_some = [&](Index i, int some) {
    P x = load_first(w + i, some), m = load_first(first_moment + i, some), v = load_first(second_moment + i, some);
    update(x, m, v, load_first(gradient + i, some));
    store_first(w + i, x, some);
    store_first(first_moment + i, m, some);
    store_first(second_moment + i, v, some);
  };
  // Registers that cross cache lines cost a fifth of the time: the first few entries get w, and with it the moments, to
  // the start of one.
  constexpr std::uintptr_t line = 64;
  const std::uintptr_t past = reinterpret_cast<std::uintptr_t>(w) % line;
  Index i = past == 0 ? 0 : std::min<Index>(n, Index((line - past) / sizeof(S)));
  for (Index at = 0; at < i; at += W) update_some(at, int(std::min<Index>(W, i - at)));
  for (; i + W <= n; i += W) {
    P x = packet::ploadu<P>(w + i), m = packet::ploadu<P>(first_moment + i), v = packet::ploadu<P>(second_moment + i);
    update(x, m, v, packet::ploadu<P>(gradient + i));
    packet::pstoreu(w + i, x);
    packet::pstoreu(first_moment + i, m);
    packet::pstoreu(second_moment + i, v);
  }
  if (i < n) update_some(i, int(n - i));
}

template <class S>
void adam_step(Index n, S* w, S* first_moment, S* second_moment, const S* gradient, const AdamCoefficients& by) {
  if (std::min(by.beta1, by.beta2) >= 0.5)
    adam_step_with<true>(n, w, first_moment, second_moment, gradient, by);
  else
    adam_step_with<false>(n, w, first_moment, second_moment, gradient, by);
}

template void adam_step(Index, float*, float*, float*, const float*, const AdamCoefficients&);
template void adam_step(Index, double*, double*, double*, const double*, const AdamCoefficients&);

}  // namespace gradus::optim::kernels
