// Elementwise kernels of the levels above numbers: the rule, read with variables.
#pragma once

#include "matrix_operators.hpp"

namespace gradus {

namespace detail {

/// The variable a rule reads at the level of the tape over R.
template <class R>
using RuleVar = NestedVar<level_of<Var<R>>, Eigen::Array<BaseOf<R>, Eigen::Dynamic, Eigen::Dynamic>>;

template <class Rule, class R>
struct NestedKernel {
  using X = RuleVar<R>;
  using Handle = MatrixHandle<R>;

  static Handle forward(const Handle& a, const Handle& b) {
    if constexpr (rules::Unary<Rule>)
      return Rule::value(X(a)).handle();
    else
      return Rule::value(X(a), X(b)).handle();
  }
  static Var<R> total(const Handle& a, const Handle& b) { return record_total(kernel_of<Rule, R>(), a, b); }

  static auto first(const Handle& y, const Handle& a, const Handle& b) {
    if constexpr (rules::Unary<Rule>)
      return Rule::derivative(X(a), X(y));
    else
      return Rule::by_first(X(a), X(b), X(y));
  }
  static auto second(const Handle& y, const Handle& a, const Handle& b) {
    if constexpr (rules::Unary<Rule>)
      return Zero{};
    else
      return Rule::by_second(X(a), X(b), X(y));
  }
  static Handle chained(const Handle& g, const auto& derivative) {
    using D = std::remove_cvref_t<decltype(derivative)>;
    if constexpr (std::is_same_v<D, One> || std::is_same_v<D, Zero>)
      return g;
    else
      return rules::carried(X(g), derivative).handle();
  }
  static Handle pull_first(const Handle& g, const Handle& y, const Handle& a, const Handle& b) {
    return chained(g, first(y, a, b));
  }
  static Handle pull_second(const Handle& g, const Handle& y, const Handle& a, const Handle& b) {
    return chained(g, second(y, a, b));
  }
  using First = decltype(first(Handle{}, Handle{}, Handle{}));
  using Second = decltype(second(Handle{}, Handle{}, Handle{}));

  static constexpr ElementwiseKernel<Var<R>> kernel = {Rule::name.data(),
                                                       {!std::is_same_v<First, Zero>, !std::is_same_v<Second, Zero>},
                                                       forward,
                                                       total,
                                                       {pull_first, pull_second}};
};

}  // namespace detail

}  // namespace gradus
