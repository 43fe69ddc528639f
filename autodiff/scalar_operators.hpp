// Operators of recorded scalars. The elementary functions are in functions.hpp.
#pragma once

#include <limits>

#include "dual_expression.hpp"
#include "journal.hpp"

namespace gradus {

template <class A, class B>
concept ScalarVars = ScalarOperand<A> && ScalarOperand<B> &&(ScalarVar<A> || ScalarVar<B>)&&!DualLeads<A, B> &&
                     !SeriesLeads<A, B>;
/// Two operands with a derivative: the deeper one is recorded, or a Dual, or a Series.
template <class A, class B>
concept ScalarOperands = ScalarVars<A, B> ||
    (ScalarOperand<A>&& ScalarOperand<B> && (DualLeads<A, B> || SeriesLeads<A, B>));

namespace detail {

GRADUS_INLINE bool is_finite(const auto& x) {
  if constexpr (std::is_empty_v<std::remove_cvref_t<decltype(x)>>)
    return true;  // One and its like
  else
    return value_of(x) - value_of(x) == 0;
}

/// The number behind x, for reports.
template <class X>
double reported(const X& x) {
  const auto number = value_of(x);
  if constexpr (requires { static_cast<double>(number); })
    return static_cast<double>(number);
  else
    return std::numeric_limits<double>::quiet_NaN();  // a number type of the user's that is not one
}

/// Where a tape of recorded numbers keeps a journal, every operation is a statement, to be seen gate by gate. (A tape
/// of numbers writes expressions as it always does: a test in every operation would cost those who keep no journal.)
template <class S, int N>
bool is_watched(const Expression<S, N>& e) {
  return e.tape() != nullptr && e.tape()->journal() != nullptr;
}
template <class Rule, class S, int N>
GRADUS_COLD Expression<S, N> gate(const Expression<S, N>& e, const ConstantOperand& constant) {
  e.tape()->journal()->next_operation = Rule::name.data();
  e.tape()->journal()->next_constant = constant;
  return set_aside(e);
}

/// Writes a new expression down at once that is watched, or whose derivatives are not all finite. Through copies: e,
/// whose address nobody takes, stays in registers.
template <class Rule, class S, int N, class... D>
GRADUS_INLINE void settle_expression(Expression<S, N>& e, [[maybe_unused]] const ConstantOperand& constant,
                                     const D&... derivatives) {
  if constexpr (!Number<S>)
    if (is_watched(e)) {
      e = gate<Rule>(Expression<S, N>(e), constant);
      return;
    }
  if constexpr (rules::has_pole<Rule> && !(std::is_empty_v<D> && ...)) {
    if (!(is_finite(derivatives) && ...)) [[unlikely]]
      e = set_aside(Expression<S, N>(e));
  }
}

template <class Rule, class S, class X, class D>
GRADUS_INLINE auto unary_expression(const S& y, const X& x, const D& derivative,
                                    [[maybe_unused]] const ConstantOperand& constant) {
  auto e = ExpressionBuilder<Rule>::template unary<S>(y, x, derivative);
  settle_expression<Rule>(e, constant, derivative);
  return e;
}

}  // namespace detail

/// An operation of the table, applied to a recorded scalar.
template <class Rule, ScalarVar X>
GRADUS_INLINE auto apply(const X& x) {
  using S = std::remove_cvref_t<decltype(x.value())>;
  S y = Rule::value(x.value());
  return detail::unary_expression<Rule>(y, x, Rule::derivative(x.value(), y), {});
}

template <class Rule, class A, class B>
requires ScalarVars<A, B> GRADUS_INLINE auto apply(const A& a, const B& b) {
  if constexpr (level_of<A> == level_of<B>) {
    using S = std::remove_cvref_t<decltype(a.value())>;
    S y = Rule::value(a.value(), b.value());
    auto da = Rule::by_first(a.value(), b.value(), y);
    auto db = Rule::by_second(a.value(), b.value(), y);
    auto e = ExpressionBuilder<Rule>::binary(y, a, b, da, db);
    detail::settle_expression<Rule>(e, {}, da, db);
    return e;
  } else if constexpr ((level_of<A> > level_of<B>)) {
    using S = std::remove_cvref_t<decltype(a.value())>;
    const auto c = detail::constant_operand<S>(b);
    S y = Rule::value(a.value(), c);
    return detail::unary_expression<Rule>(y, a, Rule::by_first(a.value(), c, y),
                                          {ConstantOperand::Side::right, detail::reported(c)});
  } else {
    using S = std::remove_cvref_t<decltype(b.value())>;
    const auto c = detail::constant_operand<S>(a);
    S y = Rule::value(c, b.value());
    return detail::unary_expression<Rule>(y, b, Rule::by_second(c, b.value(), y),
                                          {ConstantOperand::Side::left, detail::reported(c)});
  }
}

template <class A, class B>
requires ScalarOperands<A, B> GRADUS_INLINE auto operator+(const A& a, const B& b) { return apply<rules::Add>(a, b); }
template <class A, class B>
requires ScalarOperands<A, B> GRADUS_INLINE auto operator-(const A& a, const B& b) {
  return apply<rules::Subtract>(a, b);
}
template <class A, class B>
requires ScalarOperands<A, B> GRADUS_INLINE auto operator*(const A& a, const B& b) {
  return apply<rules::Multiply>(a, b);
}
template <class A, class B>
requires ScalarOperands<A, B> GRADUS_INLINE auto operator/(const A& a, const B& b) {
  return apply<rules::Divide>(a, b);
}
GRADUS_INLINE auto operator-(const ActiveScalar auto& x) { return apply<rules::Negate>(x); }
GRADUS_INLINE auto operator+(const ActiveScalar auto& x) { return x; }

// Comparisons look at the numbers, in the type of the recorded one.
template <class A, class B>
requires ScalarOperands<A, B> GRADUS_INLINE bool operator==(const A& a, const B& b) {
  using N = GroundOf<std::conditional_t<(depth_of<A> > depth_of<B>), A, B>>;
  return static_cast<N>(value_of(a)) == static_cast<N>(value_of(b));
}
template <class A, class B>
requires ScalarOperands<A, B> GRADUS_INLINE auto operator<=>(const A& a, const B& b) {
  using N = GroundOf<std::conditional_t<(depth_of<A> > depth_of<B>), A, B>>;
  return static_cast<N>(value_of(a)) <=> static_cast<N>(value_of(b));
}

}  // namespace gradus
