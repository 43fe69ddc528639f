// Drivers: the gradient of a sum or mean over samples, on several threads.
#pragma once

#include "parallel_tapes.hpp"

namespace gradus {

/// The value and the gradient of a sum or a mean over samples, each thread taking a part of them on its own tape:
///
///     gradus::ParallelTapes tapes;                                            // one a thread, for all calls
///     auto f = [&](Index first, Index count, const auto& w) {                 // of samples [first, first + count)
///       return (X.middleRows(first, count) * w - y.segment(first, count)).squaredNorm();
///     };
///     auto [value, gradient] = value_and_gradient(tapes, sum_over(n, f), w);
///     auto [loss, by_a, by_b] = value_and_gradient(tapes, mean_over(n, g), std::tie(a, b));   // several arguments
///
/// Arguments are numbers and Eigen objects of one number type, as for a single tape; a gradient has the shape of its
/// argument. The n samples are cut into as many runs of equal length (the first may have one more) as there are
/// threads, and their gradients are added in order: for one number of threads the result is always the same, bit for
/// bit, and with one thread it is that of a single tape. Between numbers of threads, results differ by rounding; by
/// more than that only if f couples samples, as a normalization by the moments of a batch does, which then sees a part
/// of the batch in each thread.
///
/// f is called by several threads at the same time, so it may read but not change what it shares; `set_threads` counts
/// for it as 1, and what it calls in parallel runs in its own thread. If f throws, the exception of the first part
/// reaches the caller. Throws TapeError if the tapes are in use already.
template <Number S, class F, class... X>
requires(sizeof...(X) > 0) auto value_and_gradient(ParallelTapes<S>& tapes, const OverSamples<F>& f,
                                                   const std::tuple<X...>& x) {
  const typename ParallelTapes<S>::Use use(tapes);
  const auto gradients = [&](const auto&... each) {
    const S value = tapes.sweep(f, each...);
    Index offset = 0;
    const auto next = [&]<class G>(const G& argument) {
      if constexpr (EigenDense<G>) {
        Eigen::MatrixX<S> sum(argument.rows(), argument.cols());
        tapes.sum(sum.data(), offset, sum.size());
        offset += sum.size();
        return G(Eigen::Map<const Eigen::MatrixX<S>>(sum.data(), sum.rows(), sum.cols()));
      } else {
        S sum;
        tapes.sum(&sum, offset++, 1);
        return sum;
      }
    };
    return std::tuple{value, next(each)...};  // braces keep the order
  };
  return std::apply([&](const auto&... each) { return gradients(detail::held(each)...); }, x);
}
template <Number S, class F, class X>
requires(EigenDense<X> || std::is_arithmetic_v<X>) auto value_and_gradient(ParallelTapes<S>& tapes,
                                                                           const OverSamples<F>& f, const X& x) {
  return value_and_gradient(tapes, f, std::tie(x));
}

/// For loops: the gradient goes to memory of the caller's, and once the tapes have grown nothing is allocated. x is
/// read in place, or copied if it is not contiguous, column after column. Returns f(x). Throws ShapeError, before
/// anything is computed, if gradient is not contiguous or not of x's shape; if f throws, gradient is as it was.
template <Number S, class F, class X, class G>
requires(EigenDense<X>&& EigenDense<G>) S
    value_and_gradient(ParallelTapes<S>& tapes, const OverSamples<F>& f, const X& x, G&& gradient) {
  detail::check_gradient_memory("value_and_gradient", x, gradient);
  const typename ParallelTapes<S>::Use use(tapes);
  if (tapes.in_one_go(f)) return value_and_gradient(tapes.first(), f, x, gradient);
  const S value = tapes.sweep(f, x);
  tapes.sum(gradient.data(), 0, x.size());
  return value;
}

/// The same for several arguments: std::tie(a, b) and std::tie(by_a, by_b), of numbers and Eigen objects.
template <Number S, class F, class... X, class... G>
requires(sizeof...(X) == sizeof...(G)) S
    value_and_gradient(ParallelTapes<S>& tapes, const OverSamples<F>& f, const std::tuple<X...>& x,
                       const std::tuple<G&...>& gradients) {
  const auto check = []<class A, class B>(const A& argument, const B& gradient) {
    if constexpr (EigenDense<A>)
      detail::check_gradient_memory("value_and_gradient", argument, gradient);
    else
      static_assert(std::is_same_v<B, S>, "the gradient by a number is a number of the tape's type");
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (check(std::get<I>(x), std::get<I>(gradients)), ...); }
  (std::index_sequence_for<X...>());

  const typename ParallelTapes<S>::Use use(tapes);
  const S value = std::apply([&](const auto&... each) { return tapes.sweep(f, each...); }, x);
  Index offset = 0;
  const auto fill = [&]<class B>(B& gradient) {
    if constexpr (EigenDense<B>) {
      tapes.sum(gradient.data(), offset, gradient.size());
      offset += gradient.size();
    } else {
      tapes.sum(&gradient, offset++, 1);
    }
  };
  std::apply([&](auto&... each) { (fill(each), ...); }, gradients);
  return value;
}

/// The same for a gradient that nobody needs as a whole: the sink takes it piece by piece, from all threads, when every
/// part is done; it may change x at the positions it has got. If f throws, the sink has got nothing. Returns f(x).
template <Number S, class F, class X, std::derived_from<GradientSink<S>> Sink>
requires EigenDense<X> S value_and_gradient(ParallelTapes<S>& tapes, const OverSamples<F>& f, const X& x, Sink& sink) {
  const typename ParallelTapes<S>::Use use(tapes);
  if (tapes.in_one_go(f)) return value_and_gradient(tapes.first(), f, x, sink);
  const S value = tapes.sweep(f, x);
  tapes.sum(sink, x.size());
  return value;
}

}  // namespace gradus
