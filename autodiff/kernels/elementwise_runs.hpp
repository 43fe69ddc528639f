// Runs: a rule read with Eigen arrays.
#pragma once

#include <Eigen/Core>

#include "elementwise.hpp"

namespace gradus::kernels {

namespace detail {

template <class S>
using Elements = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;

// Inlined and without names for what they are made of, so that expressions stay in registers: a copy of one in memory,
// just written, would have to be waited for.

/// Σ of an expression, in four sums side by side: one alone would wait for each addition.
template <class S, class R>
GRADUS_INLINE S sum_of(const R& results) {
  namespace packet = Eigen::internal;
  using Each = packet::evaluator<R>;
  if constexpr ((Each::Flags & Eigen::PacketAccessBit) == 0) {
    return results.sum();
  } else {
    using P = typename packet::packet_traits<S>::type;
    constexpr Index w = packet::packet_traits<S>::size;
    const Each each(results);
    const Index n = results.size();
    P sums[4] = {packet::pset1<P>(S(0)), packet::pset1<P>(S(0)), packet::pset1<P>(S(0)), packet::pset1<P>(S(0))};
    const auto add = [&](int k, Index i) {
      sums[k] = packet::padd(sums[k], each.template packet<Eigen::Unaligned, P>(i));
    };
    Index i = 0;
    for (; i + 4 * w <= n; i += 4 * w) add(0, i), add(1, i + w), add(2, i + 2 * w), add(3, i + 3 * w);
    for (; i + w <= n; i += w) add(0, i);
    S sum = packet::predux(packet::padd(packet::padd(sums[0], sums[1]), packet::padd(sums[2], sums[3])));
    for (; i < n; ++i) sum += each.coeff(i);
    return sum;
  }
}

template <class S, class R>
GRADUS_INLINE void put_down(Put put, Index n, S* y, const R& results) {
  Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>> to(y, n);
  switch (put) {
    case Put::assign:
      to = results;
      break;
    case Put::add:
      to += results;
      break;
    case Put::sum:
      *y += sum_of<S>(results);
      break;
  }
}

/// What `derivative` makes of g, put down; nothing where it is zero.
template <class S, class D>
GRADUS_INLINE void put_contribution(Put put, Index n, S* target, const Elements<S>& g, const D& derivative) {
  if constexpr (std::is_same_v<D, Zero>)
    return;
  else
    put_down(put, n, target, rules::carried(g, derivative));
}

template <class Rule, class S>
void forward(Index n, S* y, const S* const* operands, Put put) {
  using E = Elements<S>;
  if constexpr (rules::Unary<Rule>)
    put_down(put, n, y, Rule::value(E(operands[0], n)));
  else
    put_down(put, n, y, Rule::value(E(operands[0], n), E(operands[1], n)));
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

template <class Rule, class S, int Operand>
void pull(Index n, S* target, const S* const* operands, Put put) {
  using E = Elements<S>;
  if constexpr (Operand == 0 || !rules::Unary<Rule>)
    put_contribution(put, n, target, E(operands[0], n),
                     derivative_of<Rule, Operand>(E(operands[2], n), E(operands[3], n), E(operands[1], n)));
}

// Of (x + shift)·scale: the numbers are the last operand.
template <class Rule, class S>
void prefixed_forward(Index n, S* y, const S* const* operands, Put put) {
  const auto [shift, scale] = std::pair(operands[1][0], operands[1][1]);
  put_down(put, n, y, Rule::value((Elements<S>(operands[0], n) + shift) * scale));
}
template <class Rule, class S>
void prefixed_pull(Index n, S* target, const S* const* operands, Put put) {
  using E = Elements<S>;
  const S shift = operands[3][0], scale = operands[3][1];
  const auto carried = [&] {
    return rules::carried(E(operands[0], n), Rule::derivative((E(operands[2], n) + shift) * scale, E(operands[1], n)));
  };
  if (rules::needs_no_gate(scale))
    put_down(put, n, target, carried() * scale);
  else
    put_down(put, n, target, rules::carried(carried(), E::Constant(n, scale)));
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
  using E = Elements<S>;
  put_down(put, n, target,
           carried_number(n, *operands[0],
                          derivative_of<Rule, Operand>(E(operands[2], n), E(operands[3], n), E(operands[1], n))));
}
// The same beside a number.
template <class Rule, class S>
void forward_beside_number(Index n, S* y, const S* const* operands, Put put) {
  using E = Elements<S>;
  put_down(put, n, y, Rule::value(E(operands[0], n), E::Constant(n, *operands[1])));
}
template <class Rule, class S, int Operand>
void number_pull_beside_number(Index n, S* target, const S* const* operands, Put put) {
  using E = Elements<S>;
  put_down(
      put, n, target,
      carried_number(n, *operands[0],
                     derivative_of<Rule, Operand>(E(operands[2], n), E::Constant(n, *operands[3]), E(operands[1], n))));
}
template <class Rule, class S>
void prefixed_number_pull(Index n, S* target, const S* const* operands, Put put) {
  const S shift = operands[3][0], scale = operands[3][1];
  put_down(
      put, n, target,
      carried_number(n, *operands[0],
                     Rule::derivative((Elements<S>(operands[2], n) + shift) * scale, Elements<S>(operands[1], n))) *
          scale);
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
