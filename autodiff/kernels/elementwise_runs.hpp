// Runs: a rule read with Eigen arrays.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "elementwise.hpp"
#include "partial_packets.hpp"

namespace gradus::kernels {

namespace detail {

template <class S>
using Elements = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;

template <class Results>
GRADUS_INLINE auto evaluator_of(const Results& results) {
  return Eigen::internal::evaluator<Results>(results);
}

// Inlined, so that expressions stay in registers: a copy of one in memory, just written, would have to be waited for.

/// put_down() of results that are read one by one.
template <class S, class Each>
GRADUS_INLINE void put_down_numbers(Put put, Index n, S* y, const Each& each) {
  if (put == Put::assign) {
    for (Index i = 0; i < n; ++i) y[i] = each.coeff(i);
  } else if (put == Put::add) {
    for (Index i = 0; i < n; ++i) y[i] += each.coeff(i);
  } else {
    S sum = S(0);
    for (Index i = 0; i < n; ++i) sum += each.coeff(i);
    *y += sum;
  }
}

/// put_down() in registers throughout, so that what becomes of an element does not depend on where it stands: what
/// fills none is made again, of elements beside zeros.
template <class S, class Each, class Make, class... Operand>
GRADUS_INLINE void put_down_packets(Put put, Index n, S* y, const Each& each, const Make& make,
                                    const Operand*... from) {
  using P = Packet<S>;
  constexpr Index w = width<S>;
  const auto at = [&](Index i) GRADUS_INLINE_LAMBDA -> P { return each.template packet<Eigen::Unaligned, P>(i); };
  const auto part = [&]<std::size_t... I>(Index i, int count, std::index_sequence<I...>) GRADUS_INLINE_LAMBDA->P {
    S filled[sizeof...(I)][w];
    const auto fill = [&](S* to, const S* operand) GRADUS_INLINE_LAMBDA {
      if (operand != nullptr) packet::pstoreu(to, load_first(operand + i, count));
    };
    (fill(filled[I], from), ...);
    const auto take = [](const auto& results) GRADUS_INLINE_LAMBDA -> P {
      return evaluator_of(results).template packet<Eigen::Unaligned, P>(0);
    };
    return make(take, Elements<S>(filled[I], w)...);
  };
  // From begin to end in whole registers, which are put down at half the speed where they cross cache lines.
  const bool aligns = put != Put::sum && n >= 16 * w;
  const Index begin = aligns ? Index(-(reinterpret_cast<std::uintptr_t>(y) / sizeof(S)) % w) : 0;
  const Index end = begin + ((n - begin) & -w);
  for (Index i = begin == 0 ? end : 0; i < n; i = i < end ? end : n) {
    const int count = int(i < end ? begin : n - end);
    const P some = part(i, count, std::index_sequence_for<Operand...>());
    if (put == Put::assign)
      store_first(y + i, some, count);
    else if (put == Put::add)
      store_first(y + i, P(packet::padd(load_first(y + i, count), some)), count);
    else
      *y += packet::predux(keep_first(some, count));
  }
  if (put == Put::assign) {
    for (Index i = begin; i < end; i += w) packet::pstoreu(y + i, at(i));
  } else if (put == Put::add) {
    for (Index i = begin; i < end; i += w) packet::pstoreu(y + i, P(packet::padd(packet::ploadu<P>(y + i), at(i))));
  } else {  // four sums side by side: one alone would wait for each addition
    P sums[4] = {packet::pset1<P>(S(0)), packet::pset1<P>(S(0)), packet::pset1<P>(S(0)), packet::pset1<P>(S(0))};
    const auto add = [&](int k, Index i) GRADUS_INLINE_LAMBDA { sums[k] = packet::padd(sums[k], at(i)); };
    Index i = 0;
    for (; i + 4 * w <= n; i += 4 * w) add(0, i), add(1, i + w), add(2, i + 2 * w), add(3, i + 3 * w);
    for (; i < end; i += w) add(0, i);
    *y += packet::predux(packet::padd(packet::padd(sums[0], sums[1]), packet::padd(sums[2], sums[3])));
  }
}

/// y = r, y += r or *y += Σ r of n results, which `make(take, elements…)` gives to `take`, an expression of the
/// elements at `from`; one that is not read may be null. (It is given, not returned, because it may refer to what
/// `make` made.)
template <class S, class Make, class... Operand>
GRADUS_INLINE void put_down(Put put, Index n, S* y, const Make& make, const Operand*... from) {
  const auto take = [&](const auto& results) GRADUS_INLINE_LAMBDA {
    const auto each = evaluator_of(results);
    if constexpr ((decltype(each)::Flags & Eigen::PacketAccessBit) == 0)
      put_down_numbers(put, n, y, each);
    else
      put_down_packets(put, n, y, each, make, from...);
  };
  make(take, Elements<S>(from, n)...);
}

/// What Rule's derivative by an operand is, read with operands and result of the given types.
template <class Rule, int Operand, class A, class B, class Y>
GRADUS_INLINE auto derivative_of(const A& a, const B& b, const Y& y) {
  if constexpr (rules::Unary<Rule>)
    return Rule::derivative(a, y);
  else if constexpr (Operand == 0)
    return Rule::by_first(a, b, y);
  else
    return Rule::by_second(a, b, y);
}

template <class Rule, class S>
constexpr bool has_derivative(int operand) {
  using E = Elements<S>;
  if constexpr (rules::Unary<Rule>)
    return operand == 0 && !std::is_same_v<decltype(Rule::derivative(std::declval<E>(), std::declval<E>())), Zero>;
  else if (operand == 0)
    return !std::is_same_v<decltype(Rule::by_first(std::declval<E>(), std::declval<E>(), std::declval<E>())), Zero>;
  else
    return !std::is_same_v<decltype(Rule::by_second(std::declval<E>(), std::declval<E>(), std::declval<E>())), Zero>;
}

template <class Rule, class S>
void forward(Index n, S* y, const S* const* operands, Put put) {
  const auto value = [](const auto& take, const auto&... x) GRADUS_INLINE_LAMBDA { return take(Rule::value(x...)); };
  if constexpr (rules::Unary<Rule>)
    put_down(put, n, y, value, operands[0]);
  else
    put_down(put, n, y, value, operands[0], operands[1]);
}

/// The contribution to an operand; nothing where it is zero.
template <class Rule, class S, int Operand>
void pull(Index n, S* target, const S* const* operands, Put put) {
  const auto contribution =
      [](const auto& take, const auto& g, const auto& y, const auto& a, const auto& b)
          GRADUS_INLINE_LAMBDA { return take(rules::carried(g, derivative_of<Rule, Operand>(a, b, y))); };
  if constexpr (has_derivative<Rule, S>(Operand))
    put_down(put, n, target, contribution, operands[0], operands[1], operands[2], operands[3]);
}

// Of (x + shift)·scale: the numbers are the last operand.
template <class Rule, class S>
void prefixed_forward(Index n, S* y, const S* const* operands, Put put) {
  const S shift = operands[1][0], scale = operands[1][1];
  const auto value = [=](const auto& take, const auto& x)
                         GRADUS_INLINE_LAMBDA { return take(Rule::value((x + shift) * scale)); };
  put_down(put, n, y, value, operands[0]);
}
template <class Rule, class S>
void prefixed_pull(Index n, S* target, const S* const* operands, Put put) {
  const S shift = operands[3][0], scale = operands[3][1];
  const auto scaled = [=](const auto& take, const auto& g, const auto& y, const auto& x) GRADUS_INLINE_LAMBDA {
    return take(rules::carried(g, Rule::derivative((x + shift) * scale, y)) * scale);
  };
  const auto gated = [=](const auto& take, const auto& g, const auto& y, const auto& x) GRADUS_INLINE_LAMBDA {
    const auto scales = Elements<S>::Constant(x.size(), scale);
    return take(rules::carried(rules::carried(g, Rule::derivative((x + shift) * scale, y)), scales));
  };
  if (rules::needs_no_gate(scale))
    put_down(put, n, target, scaled, operands[0], operands[1], operands[2]);
  else
    put_down(put, n, target, gated, operands[0], operands[1], operands[2]);
}

// Of a sum, whose adjoint is one number that needs no gate.
template <class S, class D>
GRADUS_INLINE auto carried_number(Index n, S g, const D& derivative) {
  if constexpr (std::is_empty_v<D>)
    return rules::carried(Elements<S>::Constant(n, g), derivative);
  else
    return g * derivative;
}
template <class Rule, class S, int Operand>
void number_pull(Index n, S* target, const S* const* operands, Put put) {
  const S g = *operands[0];
  const auto contribution = [=](const auto& take, const auto& y, const auto& a, const auto& b) GRADUS_INLINE_LAMBDA {
    return take(carried_number(a.size(), g, derivative_of<Rule, Operand>(a, b, y)));
  };
  put_down(put, n, target, contribution, operands[1], operands[2], operands[3]);
}
// The same beside a number.
template <class Rule, class S>
void forward_beside_number(Index n, S* y, const S* const* operands, Put put) {
  const S b = *operands[1];
  const auto value = [=](const auto& take, const auto& a)
                         GRADUS_INLINE_LAMBDA { return take(Rule::value(a, Elements<S>::Constant(a.size(), b))); };
  put_down(put, n, y, value, operands[0]);
}
template <class Rule, class S, int Operand>
void number_pull_beside_number(Index n, S* target, const S* const* operands, Put put) {
  const S g = *operands[0], b = *operands[3];
  const auto contribution = [=](const auto& take, const auto& y, const auto& a) GRADUS_INLINE_LAMBDA {
    const auto numbers = Elements<S>::Constant(a.size(), b);
    return take(carried_number(a.size(), g, derivative_of<Rule, Operand>(a, numbers, y)));
  };
  put_down(put, n, target, contribution, operands[1], operands[2]);
}
template <class Rule, class S>
void prefixed_number_pull(Index n, S* target, const S* const* operands, Put put) {
  const S g = *operands[0], shift = operands[3][0], scale = operands[3][1];
  const auto contribution = [=](const auto& take, const auto& y, const auto& x) GRADUS_INLINE_LAMBDA {
    return take(carried_number(x.size(), g, Rule::derivative((x + shift) * scale, y)) * scale);
  };
  put_down(put, n, target, contribution, operands[1], operands[2]);
}

template <class Rule, int Operand, class A, class B, class Y>
using Derivative = decltype(derivative_of<Rule, Operand>(std::declval<A>(), std::declval<B>(), std::declval<Y>()));

/// What a derivative depends on changes its type, an expression, when it changes its own. That holds for the rules of
/// the library, of which none puts a part of it down in memory; any other may read everything.
template <class Rule, class S, int Operand>
constexpr Reads reads_of() {
  if constexpr (IndexIn<Rule, rules::Compiled>::value < 0) {
    return {true, {true, true}};
  } else {
    using E = Elements<S>;
    using Other = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>, Eigen::Aligned16>;
    using D = Derivative<Rule, Operand, E, E, E>;
    return {!std::is_same_v<D, Derivative<Rule, Operand, E, E, Other>>,
            {!std::is_same_v<D, Derivative<Rule, Operand, Other, E, E>>,
             !std::is_same_v<D, Derivative<Rule, Operand, E, Other, E>>}};
  }
}
template <class Rule, class S, int Operand>
inline constexpr bool has_unit_derivative =
    std::is_same_v<Derivative<Rule, Operand, Elements<S>, Elements<S>, Elements<S>>, One>;

}  // namespace detail

/// Operations of an instruction or two, without a division.
template <class Rule>
inline constexpr bool is_light =
    IndexIn<Rule, std::tuple<rules::Add, rules::Subtract, rules::Multiply, rules::Gate, rules::Copy, rules::Negate,
                             rules::Abs, rules::Square, rules::Cube, rules::SquaredDifference>>::value >= 0;

/// What is summed most.
template <class Rule>
inline constexpr bool is_often_summed =
    IndexIn<Rule, std::tuple<rules::Multiply, rules::Gate, rules::Copy, rules::Abs, rules::Square, rules::Exp,
                             rules::SquaredDifference, rules::ExpOfDifference, rules::ExpBeside>>::value >= 0;

/// Those that take a shift and a scaling by numbers before them into the same run.
template <class Rule>
inline constexpr bool takes_prefix =
    IndexIn<Rule, std::tuple<rules::Copy, rules::Abs, rules::Square, rules::Exp>>::value >= 0;

template <class Rule>
inline constexpr WithNumber with_number = std::is_same_v<Rule, rules::Add>        ? WithNumber::plus
                                          : std::is_same_v<Rule, rules::Subtract> ? WithNumber::minus
                                          : std::is_same_v<Rule, rules::Multiply> ? WithNumber::times
                                                                                  : WithNumber::something_else;

// What only chains use is compiled only for the numbers that form them.
template <class Rule, class S>
constexpr TotalRuns<S> total() {
  TotalRuns<S> runs;
  if constexpr (forms_chains<S> && is_often_summed<Rule>) {
    runs.forward = detail::forward<Rule, S>;
    if constexpr (detail::has_derivative<Rule, S>(0)) runs.pull[0] = detail::number_pull<Rule, S, 0>;
    if constexpr (detail::has_derivative<Rule, S>(1)) runs.pull[1] = detail::number_pull<Rule, S, 1>;
  }
  return runs;
}
template <class Rule, class S>
constexpr TotalRuns<S> total_beside_number() {
  if constexpr (forms_chains<S> && std::is_same_v<Rule, rules::SquaredDifference>)
    return {detail::forward_beside_number<Rule, S>,
            {detail::number_pull_beside_number<Rule, S, 0>, detail::number_pull_beside_number<Rule, S, 1>}};
  else
    return {};
}
template <class Rule, class S>
constexpr PrefixedRuns<S> prefixed() {
  if constexpr (forms_chains<S> && takes_prefix<Rule>)
    return {detail::prefixed_forward<Rule, S>, detail::prefixed_pull<Rule, S>, detail::prefixed_number_pull<Rule, S>};
  else
    return {};
}

template <class Rule, class S>
inline constexpr ElementwiseKernel<S> runs_of = {
    Rule::name.data(),
    {detail::has_derivative<Rule, S>(0), detail::has_derivative<Rule, S>(1)},
    detail::forward<Rule, S>,
    {detail::pull<Rule, S, 0>, detail::pull<Rule, S, 1>},
    total<Rule, S>(),
    total_beside_number<Rule, S>(),
    is_light<Rule>,
    {detail::has_unit_derivative<Rule, S, 0>, detail::has_unit_derivative<Rule, S, 1>},
    {detail::reads_of<Rule, S, 0>(), detail::reads_of<Rule, S, 1>()},
    with_number<Rule>,
    prefixed<Rule, S>()};

}  // namespace gradus::kernels
