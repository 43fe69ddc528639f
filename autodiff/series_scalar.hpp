// Scalars with their Taylor coefficients along a curve: Series<double> and its kin.
#pragma once

#include "series_streams.hpp"

namespace gradus {

/// A truncated power series x₀ + x₁ t + … + xₙ tⁿ: a scalar along a curve. X is a number, a recorded scalar (reverse
/// over Taylor), a Dual or another Series. Operations apply the same rules as those of Var and Dual:
///
///     const Series<double> t({0, 1}, 10);  // t itself, to order 10
///     exp(t).coefficient(4);               // 1/4!
///
/// The order of a result is the least of its operands'. What is of less depth is a constant. Comparisons look at the
/// numbers, and at kinks the coefficients are those of the branch that the rules' derivatives take. A Series is a
/// number of the engine's, of which Eigen matrices and Duals may be made. It owns memory, so that a tape cannot be made
/// of it: reverse mode goes inside, a Series of recorded scalars.
template <class X>
requires Scalar<X>
class Series<X> : public SeriesTerms<X> {
 public:
  using Value = X;

  using SeriesTerms<X>::SeriesTerms;
  Series() : SeriesTerms<X>(X{}) {}
  /// A constant.
  template <class C>
  requires((depth_of<C> <= depth_of<X>)&&ScalarOperand<C>) Series(const C& constant)
      : SeriesTerms<X>(detail::scalar_constant<X>(constant)) {}

  const X& value() const { return this->terms()[0]; }

  Series& operator+=(const auto& other) & { return *this = *this + other; }
  Series& operator-=(const auto& other) & { return *this = *this - other; }
  Series& operator*=(const auto& other) & { return *this = *this * other; }
  Series& operator/=(const auto& other) & { return *this = *this / other; }
};

/// A zero whose coefficients are zero too.
template <class X>
bool is_structural_zero(const Series<X>& x) {
  return std::all_of(x.terms().begin(), x.terms().end(), [](const X& term) { return is_structural_zero(term); });
}

namespace detail {

/// The terms of a scalar operand of a Series of X: its own, or itself as a constant.
template <class X, class A>
class ScalarTerms {
  static constexpr bool is_active = depth_of<A> > depth_of<X>;
  static auto terms_of(const A& a) {
    if constexpr (is_active)
      return &a.terms();
    else
      return scalar_constant<X>(a);
  }

 public:
  explicit ScalarTerms(const A& a) : held_(terms_of(a)) {
    if constexpr (is_active) order = a.order();
  }
  SeriesNode<X> node(Index terms) const {
    if constexpr (is_active)
      return {held_->data(), std::min(terms, static_cast<Index>(held_->size()))};
    else
      return {&held_, 1};
  }

  Index order = SeriesTerms<X>::unlimited;

 private:
  decltype(terms_of(std::declval<A>())) held_;
};

}  // namespace detail

/// An operation of the table, applied to a Series.
template <class Rule, class X>
requires Scalar<X> Series<X> apply(const Series<X>& x) {
  auto node = detail::ScalarTerms<X, Series<X>>(x).node(x.order() + 1);
  return Series<X>(detail::evaluate_series<Rule>(x.order() + 1, node, node), x.order());
}

template <class Rule, ScalarOperand A, ScalarOperand B>
requires(SeriesLeads<A, B> && !detail::is_stream<A> && !detail::is_stream<B>) auto apply(const A& a, const B& b) {
  using D = std::conditional_t<(depth_of<A> >= depth_of<B>), A, B>;
  using X = typename D::Value;
  const detail::ScalarTerms<X, A> first(a);
  const detail::ScalarTerms<X, B> second(b);
  const Index order = std::min(first.order, second.order);
  auto u = first.node(order + 1), w = second.node(order + 1);
  return D(detail::evaluate_series<Rule>(order + 1, u, w), order);
}

}  // namespace gradus

template <class X>
requires gradus::Scalar<X>
struct Eigen::NumTraits<gradus::Series<X>> : Eigen::NumTraits<gradus::GroundOf<X>> {
  using Real = gradus::Series<X>;
  using NonInteger = gradus::Series<X>;
  using Nested = gradus::Series<X>;
  using Literal = gradus::Series<X>;
  enum { RequireInitialization = 1 };
};
