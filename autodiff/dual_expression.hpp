// Expressions of Duals of recorded scalars: reverse over forward in two statements an expression.
#pragma once

#include <algorithm>
#include <utility>

#include "dual_scalar.hpp"

namespace gradus {

namespace detail {

/// An operand of an expression of Duals: the derivative by it, with its own derivative along the direction, and the
/// slots of its value and its tangent.
template <class S>
struct DualPair {
  Dual<S> partial{};
  Slot value = 0, tangent = 0;
};

}  // namespace detail

/// The value of an expression of Duals with its tangent, and its derivatives with respect to the N Duals it was made
/// of, each with its own along the direction: numbers that are computed as the expression is built, by the rules read
/// with Dual<S>. So an expression leaves two statements on the tape, whatever stands in it,
///
///     y = f(x₁…x_N):   ∂y/∂xᵢ = ∂f/∂xᵢ
///     ẏ = Σ ∂f/∂xᵢ ẋᵢ:  ∂ẏ/∂ẋᵢ = ∂f/∂xᵢ,  ∂ẏ/∂xᵢ = its derivative along the direction
///
/// Made by operators on Dual<Var<S>>, which it becomes when it is assigned to one; programs seldom name the type.
template <class S, int N>
class Dual<Expression<S, N>> {
 public:
  using Value = Var<S>;

  GRADUS_INLINE Dual(const Dual<S>& number, Tape<S>* tape) : number_(number), tape_(tape) {}
  /// A shorter expression or a constant, padded: lets both branches of `c ? x * y : 0.0` have one type.
  template <int M>
  requires(M < N) Dual(const Dual<Expression<S, M>>& e) : number_(e.number()), tape_(e.tape()) {
    std::copy_n(e.pairs(), M, pairs_);
  }
  template <Constant C>
  requires(depth_of<C> == 0) Dual(C constant) : number_(constant) {}

  /// Both are written on the tape, by each call.
  Var<S> value() const { return recorded().value(); }
  Var<S> tangent() const { return recorded().tangent(); }

  /// Value and tangent as numbers.
  const Dual<S>& number() const { return number_; }
  Tape<S>* tape() const { return tape_; }
  const detail::DualPair<S>* pairs() const { return pairs_; }
  detail::DualPair<S>* pairs() { return pairs_; }

  /// Written on the tape.
  GRADUS_INLINE Dual<Var<S>> recorded() const {
    if (tape_ == nullptr) return {Var<S>(number_.value()), Var<S>(number_.tangent())};
    Pair<S> of_value[N], of_tangent[2 * N];
    unsigned merged = 0, constant = 0;  // a bit for each
    GRADUS_UNROLL
    for (int i = 0; i < N; ++i) {
      auto [value, tangent] = merged_partial(i, merged);
      of_value[i] = {value, pairs_[i].value};
      of_tangent[i] = {tangent, pairs_[i].value};
      of_tangent[N + i] = {value, pairs_[i].tangent};
      constant |= unsigned{pairs_[i].tangent == 0} << i;
    }
    Var<S> value = tape_->record(number_.value(), of_value, merged);
    return {value, tape_->record(number_.tangent(), of_tangent, merged | (merged | constant) << N)};
  }

 private:
  /// The derivative by an operand, wherever it stands in the expression; notes the other places.
  GRADUS_INLINE std::pair<S, S> merged_partial(int i, unsigned& merged) const {
    S value = pairs_[i].partial.value(), tangent = pairs_[i].partial.tangent();
    GRADUS_UNROLL
    for (int k = i + 1; k < N; ++k)
      if (pairs_[k].value == pairs_[i].value && pairs_[k].tangent == pairs_[i].tangent) {
        value += pairs_[k].partial.value(), tangent += pairs_[k].partial.tangent();
        merged |= 1u << k;
      }
    return {value, tangent};
  }

  Dual<S> number_;
  detail::DualPair<S> pairs_[N]{};  // padding and constants point to slot 0
  Tape<S>* tape_ = nullptr;
};

template <class S, int N>
S value_of(const Dual<Expression<S, N>>& x) {
  return x.number().value();
}
template <class S, int N>
Var<S> tangent_of(const Dual<Expression<S, N>>& x) {
  return x.tangent();
}

namespace detail {

template <class S>
GRADUS_INLINE Dual<S> number_of(const Dual<Var<S>>& x) {
  return {x.value().value(), x.tangent().value()};
}
template <class S, int N>
GRADUS_INLINE const Dual<S>& number_of(const Dual<Expression<S, N>>& x) {
  return x.number();
}
template <PlainNumber S>
GRADUS_INLINE S number_of(S constant) {
  return constant;
}
template <class S>
GRADUS_INLINE Tape<S>* tape_of(const Dual<Var<S>>& x) {
  return common_tape(x.value().tape(), x.tangent().tape());
}
template <class S, int N>
GRADUS_INLINE Tape<S>* tape_of(const Dual<Expression<S, N>>& x) {
  return x.tape();
}

template <PlainNumber S>
GRADUS_INLINE Tape<S>* tape_of(S) {
  return nullptr;
}

/// An operand beside Duals over a tape of S: one of them, or a number. What is recorded there has no tangent.
template <class S, class X>
GRADUS_INLINE decltype(auto) dual_operand(const X& x) {
  if constexpr (RecordedDual<X>)
    return (x);
  else if constexpr (ScalarVar<X>)
    return Dual<Var<S>>(Var<S>(x));
  else
    return static_cast<S>(x);
}

/// The derivative by an operand that is a variable.
template <class S, class D>
GRADUS_INLINE Dual<S> dual_partial(const D& derivative) {
  if constexpr (std::is_empty_v<D>)
    return Dual<S>(std::is_same_v<D, One> ? S(1) : S(-1));
  else if constexpr (requires { derivative.weight; })
    return Dual<S>(derivative.weight);
  else
    return Dual<S>(derivative);
}

/// Puts down the pairs At… of e: by the chain rule, from an operand and the derivative by it.
template <class Rule, int At, class S, int N, class D>
GRADUS_INLINE void append(Dual<Expression<S, N>>& e, const Dual<Var<S>>& x, const D& derivative) {
#ifndef NDEBUG
  for (const Var<S>& part : {x.value(), x.tangent()})
    if (part.slot() != 0) e.tape()->check(part.tape(), part.epoch());
#endif
  if constexpr (!std::is_same_v<D, Zero>)
    e.pairs()[At] = {dual_partial<S>(derivative), x.value().slot(), x.tangent().slot()};
}
template <class Rule, int At, class S, int N, int M, class D>
GRADUS_INLINE void append(Dual<Expression<S, N>>& e, const Dual<Expression<S, M>>& x, const D& derivative) {
  if constexpr (!std::is_same_v<D, Zero>) {
    GRADUS_UNROLL
    for (int i = 0; i < M; ++i) {
      const DualPair<S>& pair = x.pairs()[i];
      e.pairs()[At + i] = {ExpressionBuilder<Rule>::through(derivative, pair.partial), pair.value, pair.tangent};
    }
  }
}
template <class Rule, int At, class S, int N, class D>
GRADUS_INLINE void append(Dual<Expression<S, N>>&, const S&, const D&) {}

/// An expression of the same type whose derivatives are behind statements: see set_aside() of expressions of Var.
template <class S, int N>
GRADUS_COLD Dual<Expression<S, N>> set_aside(const Dual<Expression<S, N>>& e) {
  const Dual<Var<S>> written(e);
  Dual<Expression<S, N>> result(number_of(written), tape_of(written));
  result.pairs()[0] = {Dual<S>(1), written.value().slot(), written.tangent().slot()};
  return result;
}
/// A number, a Dual of numbers, or what needs no look.
template <class X>
GRADUS_INLINE bool is_finite_with_tangent(const X& x) {
  if constexpr (std::is_empty_v<X>)
    return true;
  else if constexpr (is_dual<X>)
    return x.value() - x.value() == 0 && x.tangent() - x.tangent() == 0;
  else if constexpr (requires { x.weight; })
    return true;
  else
    return x - x == 0;
}
/// Writes a new expression down at once whose derivatives are not all finite.
template <class Rule, class S, int N, class... D>
GRADUS_INLINE void settle_expression(Dual<Expression<S, N>>& e, const D&... derivatives) {
  if constexpr (rules::has_pole<Rule> && !(std::is_empty_v<D> && ...)) {
    if (!(is_finite_with_tangent(derivatives) && ...)) [[unlikely]]
      e = set_aside(Dual<Expression<S, N>>(e));
  }
}

template <class X>
inline constexpr int dual_pairs_of = StatementsOf<std::remove_cvref_t<X>>::pairs;

/// The derivative by an operand; by a number it is not even computed.
template <class Rule, int operand, bool is_number, class U, class V, class Y>
GRADUS_INLINE auto derivative_by(const U& u, const V& v, const Y& y) {
  if constexpr (is_number)
    return Zero{};
  else if constexpr (operand == 0)
    return Rule::by_first(u, v, y);
  else
    return Rule::by_second(u, v, y);
}

/// An operation on two operands, one of which may be a number. What brings too many pairs is written first. (Nothing
/// here is const that need not be: GCC 12 leaves constants of class type in memory.)
template <class Rule, class S, class A, class B>
GRADUS_INLINE auto dual_expression(const A& a, const B& b) {
  constexpr int n = dual_pairs_of<A>, m = dual_pairs_of<B>;
  if constexpr (2 * (n + m) > most_pairs && n >= m) {
    return dual_expression<Rule, S>(a.recorded(), b);
  } else if constexpr (2 * (n + m) > most_pairs) {
    return dual_expression<Rule, S>(a, b.recorded());
  } else {
    auto u = number_of(a);
    auto v = number_of(b);
    Dual<S> y(Rule::value(u, v));
    auto by_first = derivative_by<Rule, 0, n == 0>(u, v, y);
    auto by_second = derivative_by<Rule, 1, m == 0>(u, v, y);
    Dual<Expression<S, n + m>> e(y, common_tape(tape_of(a), tape_of(b)));
    append<Rule, 0>(e, a, by_first);
    append<Rule, n>(e, b, by_second);
    settle_expression<Rule>(e, by_first, by_second);
    return e;
  }
}

}  // namespace detail

/// An operation of the table, applied to a Dual over a tape of numbers.
template <class Rule, RecordedDual D>
GRADUS_INLINE auto apply(const D& x) {
  using S = typename detail::StatementsOf<D>::Number;
  Dual<S> u = detail::number_of(x), y(Rule::value(u));
  auto derivative = Rule::derivative(u, y);
  Dual<Expression<S, detail::dual_pairs_of<D>>> e(y, detail::tape_of(x));
  detail::append<Rule, 0>(e, x, derivative);
  detail::settle_expression<Rule>(e, derivative);
  return e;
}
template <class Rule, ScalarOperand A, ScalarOperand B>
requires(DualLeads<A, B>&& RecordedDuals<A, B>) GRADUS_INLINE auto apply(const A& a, const B& b) {
  using Leader = std::conditional_t<(depth_of<A> >= depth_of<B>), A, B>;
  using S = typename detail::StatementsOf<Leader>::Number;
  return detail::dual_expression<Rule, S>(detail::dual_operand<S>(a), detail::dual_operand<S>(b));
}

}  // namespace gradus
