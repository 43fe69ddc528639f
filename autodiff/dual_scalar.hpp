// Scalars with their derivative along a direction: Dual<double> and its kin.
#pragma once

#include "rules/elementwise.hpp"
#include "scalar.hpp"

namespace gradus {

/// What stands beside a recorded scalar or a Dual in an expression.
template <class T>
concept ScalarOperand = ScalarVar<T> || Constant<T>;
/// A scalar that operations differentiate.
template <class T>
concept ActiveScalar = ScalarVar<T> || ScalarDual<T> || ScalarSeries<T>;

namespace detail {
template <class T>
struct SettledAs {
  using type = T;
};
template <class S, int N>
struct SettledAs<Dual<Expression<S, N>>> {
  using type = Dual<Var<S>>;
};
}  // namespace detail

/// What an operand is once it is written on its tape, if it is an expression of Duals (see dual_expression.hpp).
template <class T>
using Settled = typename detail::SettledAs<std::remove_cvref_t<T>>::type;

/// Of two operands the deeper is a Dual, or both are the same.
template <class A, class B>
inline constexpr bool DualLeads = (is_dual<A> && depth_of<A> > depth_of<B>) ||
                                  (is_dual<B> && depth_of<B> > depth_of<A>) ||
                                  (is_dual<A> && std::is_same_v<Settled<A>, Settled<B>>);
/// The same of a Series.
template <class A, class B>
inline constexpr bool SeriesLeads = (is_series<A> && depth_of<A> > depth_of<B>) ||
                                    (is_series<B> && depth_of<B> > depth_of<A>) ||
                                    (is_series<A> && std::is_same_v<std::remove_cvref_t<A>, std::remove_cvref_t<B>>);

/// A scalar and its derivative along a direction: forward mode. X is a number, a recorded scalar (reverse over forward)
/// or another Dual (higher derivatives). Operations apply the same rules as those of Var:
///
///     const Dual<double> x(2, 1);      // the direction is x itself
///     (x * sin(x)).tangent();          // d/dx x sin x at 2
///
/// A Dual is a number of the engine's: matrices of Eigen, tapes and other Duals may be made of it. Comparisons look at
/// the numbers. What is of less depth (a Var beside a Dual of Vars, a number) is a constant: its tangent is zero.
template <class X>
requires Scalar<X>
class Dual<X> {
 public:
  using Value = X;

  Dual() = default;
  GRADUS_INLINE Dual(const X& value, const X& tangent) : value_(value), tangent_(tangent) {}
  /// A constant.
  template <class C>
  requires((depth_of<C> <= depth_of<X>)&&ScalarOperand<C>) GRADUS_INLINE Dual(const C& constant) {
    if constexpr (Number<X>)
      value_ = static_cast<X>(constant);
    else
      value_ = X(constant);
  }
  Dual(const Dual&) = default;
  Dual& operator=(const Dual&) & = default;
  /// Writes an expression on its tape.
  template <class S, int N>
  requires std::is_same_v<X, Var<S>> GRADUS_INLINE Dual(const Dual<Expression<S, N>>& e) : Dual(e.recorded()) {}

  const X& value() const { return value_; }
  const X& tangent() const { return tangent_; }

  GRADUS_INLINE Dual& operator+=(const auto& other) & { return *this = *this + other; }
  GRADUS_INLINE Dual& operator-=(const auto& other) & { return *this = *this - other; }
  GRADUS_INLINE Dual& operator*=(const auto& other) & { return *this = *this * other; }
  GRADUS_INLINE Dual& operator/=(const auto& other) & { return *this = *this / other; }

 private:
  X value_{};
  X tangent_{};
};

namespace detail {
template <class D>
struct StatementsOf {
  static constexpr int pairs = 0;
};
template <PlainNumber S>
struct StatementsOf<Dual<Var<S>>> {
  static constexpr int pairs = 1;
  using Number = S;
};
template <PlainNumber S, int N>
struct StatementsOf<Dual<Expression<S, N>>> {
  static constexpr int pairs = N;
  using Number = S;
};
}  // namespace detail

/// Over a tape of numbers: operations on such Duals make expressions. See dual_expression.hpp.
template <class D>
concept RecordedDual = detail::StatementsOf<std::remove_cvref_t<D>>::pairs != 0;
template <class A, class B>
concept RecordedDuals = RecordedDual<std::conditional_t<(depth_of<A> >= depth_of<B>), A, B>>;

template <class X>
Dual(X, X) -> Dual<X>;
template <class S, int N, int M>
Dual(Expression<S, N>, Expression<S, M>) -> Dual<Var<S>>;

/// The derivative of a Dual along its direction.
template <class X>
const X& tangent_of(const Dual<X>& x) {
  return x.tangent();
}

/// A zero whose derivatives are zero too: that only the number is 0 does not suffice.
template <class X>
bool is_structural_zero(const Dual<X>& x) {
  return is_structural_zero(x.value()) && is_structural_zero(x.tangent());
}

namespace detail {

/// An operand of lower level as the rule of a tape or a Dual over S reads it: literals become numbers.
template <class S, class X>
GRADUS_INLINE auto constant_operand(const X& x) {
  if constexpr (Constant<X>)
    return static_cast<BaseOf<S>>(x);
  else
    return S(x);
}

/// What an operand's tangent contributes to the result's.
template <class X, class D>
GRADUS_INLINE X tangent_term(const X& tangent, const D& derivative) {
  if constexpr (std::is_same_v<D, Zero>)
    return X(0);
  else if constexpr (std::is_convertible_v<D, X>)
    return X(rules::carried(tangent, X(derivative)));
  else
    return X(rules::carried(tangent, derivative));
}
template <class X, class D, class E>
GRADUS_INLINE X tangent_sum(const X& a, const D& by_first, const X& b, const E& by_second) {
  if constexpr (std::is_same_v<E, Zero>)
    return tangent_term(a, by_first);
  else
    return X(tangent_term(a, by_first) + tangent_term(b, by_second));
}

}  // namespace detail

/// An operation of the table, applied to a Dual.
template <class Rule, ScalarDual D>
requires(!RecordedDual<D>) GRADUS_INLINE D apply(const D& x) {
  using X = typename D::Value;
  X y(Rule::value(x.value()));
  return D(y, detail::tangent_term(x.tangent(), Rule::derivative(x.value(), y)));
}

template <class Rule, ScalarOperand A, ScalarOperand B>
requires(DualLeads<A, B> && !RecordedDuals<A, B>) GRADUS_INLINE auto apply(const A& a, const B& b) {
  if constexpr (depth_of<A> == depth_of<B>) {
    using X = typename A::Value;
    X y(Rule::value(a.value(), b.value()));
    return A(y, detail::tangent_sum(a.tangent(), Rule::by_first(a.value(), b.value(), y), b.tangent(),
                                    Rule::by_second(a.value(), b.value(), y)));
  } else if constexpr ((depth_of<A> > depth_of<B>)) {
    using X = typename A::Value;
    const auto c = detail::constant_operand<X>(b);
    X y(Rule::value(a.value(), c));
    return A(y, detail::tangent_term(a.tangent(), Rule::by_first(a.value(), c, y)));
  } else {
    using X = typename B::Value;
    const auto c = detail::constant_operand<X>(a);
    X y(Rule::value(c, b.value()));
    return B(y, detail::tangent_term(b.tangent(), Rule::by_second(c, b.value(), y)));
  }
}

}  // namespace gradus
