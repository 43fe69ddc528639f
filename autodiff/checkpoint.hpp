// Checkpointing: recompute in the reverse sweep instead of storing.
#pragma once

#include <cmath>

#include "operations/checkpoint.hpp"

namespace gradus {

template <class F, class... X>
requires(sizeof...(X) > 0) auto checkpoint(const F& f, const X&... x);

namespace detail {

/// What stands for a result of type Y, on a tape of the given level over numbers N: an object that holds its value.
template <int Level, class N, class Y>
struct Checkpointed {
  using type = NestedVar<Level, N>;
};
template <int Level, class N, MatrixOperand Y>
struct Checkpointed<Level, N, Y> {
  using type = NestedVar<Level, PlainOf<Y>>;
};
template <int Level, class N, class Y>
auto unpacked(std::type_identity<Y>, const auto& all, const Layout& at) {
  using Variable = typename Checkpointed<Level, N, Y>::type;
  const auto part = part_of(all, at);
  if constexpr (MatrixVar<Variable>)
    return Variable(part);
  else
    return all.tape->element(part, 0, 0);
}

template <int Level, class N, class Y>
auto unpacked(std::type_identity<Y> y, const auto& all, const Parts<1>& parts) {
  return unpacked<Level, N>(y, all, parts.at[0]);
}
template <int Level, class N, class... Y>
auto unpacked(std::type_identity<std::tuple<Y...>>, const auto& all, const Parts<sizeof...(Y)>& parts) {
  std::size_t next = 0;
  const auto one = [&]<class C>(std::type_identity<C> c) { return unpacked<Level, N>(c, all, parts.at[next++]); };
  return std::tuple<decltype(one(std::type_identity<Y>()))...>{one(std::type_identity<Y>())...};
}

template <int Level, class... X>
auto& tape_of(const X&... x) {
  auto* tape = meeting_tape<Level>(x...);
  if (tape == nullptr) throw TapeError("checkpoint: expected at least one variable, got constants alone, of no tape");
  return *tape;
}

/// Plain results, held by value.
template <class Y>
auto held_results(const Y& y) {
  return held(y);
}
template <class... Y>
auto held_results(const std::tuple<Y...>& y) {
  return std::apply([](const auto&... each) { return std::tuple<decltype(held(each))...>(held(each)...); }, y);
}

/// A result of a function of Duals, or several, as values and tangents.
template <int depth, class Y>
auto parted(const Y& y) {
  const auto value = held(carried_by<depth>(y));
  return std::tuple(value, tangent_like(value, tangent_by<depth>(y)));
}
template <int depth, class... Y>
auto parted(const std::tuple<Y...>& y) {
  return std::apply([](const auto&... each) { return std::tuple_cat(parted<depth>(each)...); }, y);
}
/// The Duals again.
template <class Y, class Parts>
auto rejoined(const Parts& parts) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (requires { std::tuple_size<Y>::value; })
      return std::tuple(dual_of(std::get<2 * I>(parts), std::get<2 * I + 1>(parts))...);
    else
      return dual_of(std::get<0>(parts), std::get<1>(parts));
  }
  (std::make_index_sequence<std::tuple_size_v<Parts> / 2>());
}

/// (values…, tangents…) ↦ the values and tangents of f of Duals: a function of variables, to be checkpointed in its
/// turn. What is no Dual has Zero as its tangent.
template <class F>
struct OnDuals {
  F f;

  template <class... All>
  auto operator()(const All&... values_and_tangents) const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto all = std::tie(values_and_tangents...);
      return apply(dual_or_constant(std::get<I>(all), std::get<I + sizeof...(I)>(all))...);
    }
    (std::make_index_sequence<sizeof...(All) / 2>());
  }

 private:
  template <class... X>
  auto apply(const X&... x) const {
    return parted<deepest<X...>>(f(x...));
  }
  template <class V, class T>
  static auto dual_or_constant(const V& value, const T& tangent) {
    if constexpr (std::is_same_v<T, Zero>)
      return value;
    else
      return dual_of(value, tangent);
  }
};
template <int depth, class X>
decltype(auto) tangent_or_zero(const X& x) {
  if constexpr (is_dual<X> && whole_depth<X> == depth)
    return (x.tangent());
  else
    return Zero{};
}

template <class F, class... X>
auto checkpoint_of_duals(const F& f, const X&... x) {
  constexpr int depth = deepest<X...>;
  constexpr int level = meeting_level<std::remove_cvref_t<decltype(carried_by<depth>(x))>...>;
  constexpr bool nested = (is_dual<std::remove_cvref_t<decltype(carried_by<depth>(x))>> || ...);
  if constexpr (level == 0 && !nested) {
    return held_results(f(x...));
  } else {
    using Y = std::decay_t<std::invoke_result_t<const F&, const X&...>>;
    return rejoined<Y>(checkpoint(OnDuals<F>{f}, carried_by<depth>(x)..., tangent_or_zero<depth>(x)...));
  }
}

/// x as deep as the deepest of what stands beside it.
template <class X, class... Beside>
auto raised(const X& x, const Beside&... beside) {
  constexpr int depth = deepest<X, Beside...>;
  if constexpr (whole_depth<X> == depth)
    return held(x);
  else if constexpr (duals_lead<Beside...>)
    return dual_of(raised(x, carried_by<depth>(beside)...), Zero{});
  else
    return on_common_tape(meeting_tape<meeting_level<Beside...>>(beside...), "checkpoint", x);
}

}  // namespace detail

/// f(x…), of which the tape keeps the arguments and the result only, none of what f computes in between: the reverse
/// sweep evaluates f once more, on a tape of its own that is used again for every checkpoint. Value and derivatives, of
/// any order, are those of f(x…); memory is traded for one more evaluation. (Griewank & Walther, Evaluating
/// Derivatives, chapter 12; jax.checkpoint, torch.utils.checkpoint.)
///
///     auto h = checkpoint([&](const auto& x, const auto& w) { return block(x, w); }, x, w);
///
/// f is a function of recorded scalars and matrices, written generically, that returns one or a std::tuple of several.
/// The arguments are variables, numbers, Eigen objects (copied, unless borrowed: f sees an Eigen::Map), or plain
/// structs and indices, which f sees as they are. If none is recorded this is f(x…). Of Duals of variables, values and
/// tangents are evaluated again together.
///  - Whatever has a derivative must be an argument. A recorded variable that f captures is a TapeError.
///  - f is copied to the tape and called again in the sweep, so it must compute the same then: random masks are drawn
///    outside and passed, and what f captures by reference lives and does not change until the sweep is over. What f
///    throws passes through; the tape can be used again. A result of another shape in the sweep is an Error.
///  - Checkpoints nest: f may call checkpoint. See checkpoint_sequential.
/// tape.memory() includes what the evaluations need. Once warm, nothing is allocated (at the first level).
template <class F, class... X>
requires(sizeof...(X) > 0) auto checkpoint(const F& f, const X&... x) {
  constexpr int level = detail::meeting_level<X...>;
  if constexpr (detail::duals_lead<X...>) {
    return detail::checkpoint_of_duals(f, x...);
  } else if constexpr (level == 0) {
    return detail::held_results(f(x...));
  } else {
    using N = typename detail::NumberAt<level, X...>::type;
    auto& tape = detail::tape_of<level>(x...);
    const auto [all, parts] = detail::record_checkpoint(tape, f, x...);
    using Y = std::decay_t<std::invoke_result_t<const F&, const decltype(detail::kept_on(tape, x))&...>>;
    return detail::unpacked<level, N>(std::type_identity<Y>(), all, parts);
  }
}

/// A loop of `length` steps, to be differentiated with `levels` levels of checkpoints.
struct CheckpointedLoop {
  Index length = 0;
  int levels = 1;
};

namespace detail {

/// The steps first, first + 1… of a loop, as a function of the state and the parameters.
template <class Step>
struct Steps {
  Step step;
  Index first, count;
  int levels;

  template <class H, class... P>
  H operator()(const H& start, const P&... p) const {
    H h = start;
    if (levels == 0 || count < 4) {
      for (Index i = first; i < first + count; ++i) h = H(step(i, h, p...));
      return h;
    }
    const double root = std::pow(static_cast<double>(count), 1.0 / (levels + 1));
    const Index segments = std::max<Index>(2, std::lround(root));
    for (Index k = 0; k < segments; ++k) {
      const Index from = count * k / segments, to = count * (k + 1) / segments;
      h = H(checkpoint(Steps{step, first + from, to - from, levels - 1}, h, p...));
    }
    return h;
  }
};

}  // namespace detail

/// The state after `length` steps h ← step(i, h, parameters…), i = 0, 1…, from h = x: layers of one width, or steps in
/// time. The loop is cut into segments that are checkpointed, and these again, `levels` deep.
///
///     auto h = checkpoint_sequential({.length = 1000}, [](Index i, const auto& h, const auto& w) {
///       return (w.middleCols(64 * i, 64) * h).array().tanh().matrix();
///     }, x, w);
///
/// With L steps and n levels, the memory is that of about (n + 1) L^(1/(n+1)) steps instead of L, and the time is that
/// of n more evaluations: n = 1 keeps O(√L), n = log₂ L keeps O(log L). The state is a matrix or a scalar and keeps its
/// type. For step and the parameters, what holds for checkpoint's f and its arguments holds; every segment is passed
/// all parameters, which costs nothing: adjoints arrive in place. Throws Error if length or levels is negative.
template <class Step, class X, class... P>
auto checkpoint_sequential(const CheckpointedLoop& loop, const Step& step, const X& x, const P&... parameters) {
  if (loop.length < 0 || loop.levels < 0)
    throw Error("checkpoint_sequential: expected a length and levels of at least 0, got " +
                std::to_string(loop.length) + " and " + std::to_string(loop.levels));
  constexpr int level = detail::meeting_level<X, P...>;
  if constexpr (detail::duals_lead<X, P...>) {
    return detail::Steps<Step>{step, 0, loop.length, loop.levels}(detail::raised(x, parameters...), parameters...);
  } else if constexpr (level == 0) {
    auto h = detail::held(x);
    for (Index i = 0; i < loop.length; ++i) h = decltype(h)(step(i, h, parameters...));
    return h;
  } else {
    using N = typename detail::NumberAt<level, X, P...>::type;
    using H = typename detail::Checkpointed<level, N, X>::type;
    const detail::Steps<Step> steps{step, 0, loop.length, loop.levels};
    if constexpr (MatrixVar<H>)
      return steps(H(detail::operand(detail::tape_of<level>(x, parameters...), x)), parameters...);
    else
      return steps(H(x), parameters...);
  }
}

}  // namespace gradus
