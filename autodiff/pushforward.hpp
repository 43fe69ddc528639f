// Operations on Duals: what they carry goes through the operation, and the tangents through its derivative.
#pragma once

#include "dual_operators.hpp"

namespace gradus::detail {

/// How deep the deepest of the operands is.
template <class... X>
inline constexpr int deepest = std::max({0, whole_depth<X>...});
/// Whether the result is a Dual: of the operands, the deepest are.
template <class... X>
inline constexpr bool duals_lead = ((is_dual<X> && whole_depth<X> == deepest<X...>) || ...);
/// The same of a Series.
template <class... X>
inline constexpr bool series_lead = ((is_series<X> && whole_depth<X> == deepest<X...>) || ...);

/// The deepest itself, the first of those that are.
template <class A, class... Rest>
struct DeepestOf {
  using type = A;
};
template <class A, class B, class... Rest>
struct DeepestOf<A, B, Rest...> : DeepestOf<std::conditional_t<(whole_depth<A> >= whole_depth<B>), A, B>, Rest...> {};

/// What an operand is beside Duals of the given depth: what it carries if it is one of them, itself if it is a
/// constant.
template <int depth, class A>
decltype(auto) carried_by(const A& a) {
  if constexpr (!(is_dual<A> && whole_depth<A> == depth))
    return (a);
  else if constexpr (MatrixOperand<A>)
    return (a.primal());
  else
    return (a.value());
}
/// Its tangent: of a constant, zeros.
template <int depth, class A>
decltype(auto) tangent_by(const A& a) {
  if constexpr (is_dual<A> && whole_depth<A> == depth)
    return (a.tangent());
  else if constexpr (MatrixOperand<A>)
    return typename PlainOf<A>::PlainObject(PlainOf<A>::Zero(rows_of(a), cols_of(a)));
  else
    return typename NumberOf<A>::type(0);
}

/// A tangent as a matrix or scalar of y's type; it may be of less depth.
template <class Y, class T>
Y tangent_like(const Y& y, const T& t) {
  if constexpr (std::is_same_v<T, Zero>)
    return zero_beside(y);
  else if constexpr (whole_depth<T> < whole_depth<Y> && MatrixOperand<Y>)
    return constant_beside(y, t);
  else
    return Y(t);
}
template <class Y, class T>
auto dual_of(const Y& y, const T& t) {
  auto value = held(y);
  auto tangent = tangent_like(value, t);
  return Dual<decltype(value)>(std::move(value), std::move(tangent));
}

/// An operand as an operation on recorded numbers reads it: a variable, or a constant of the tape.
template <class S, class X>
auto on_common_tape(Tape<S>* tape, const char* operation, const X& x) {
  if constexpr (!MatrixOperand<X>) {
    return Var<S>(x);
  } else {
    if (tape == nullptr) throw TapeError(std::string(operation) + ": constant scalars alone belong to no tape");
    return NestedVar<level_of<Var<S>>, PlainOf<X>>(operand(*tape, x));
  }
}

template <class F, class... A>
auto linear_series(const F& f, const A&... a);  // see series_operators.hpp

/// f(a…), where f is linear in all its operands together: to put matrices together, to choose among elements.
template <class F, class... A>
auto push_linear(const F& f, const A&... a) {
  constexpr int depth = deepest<A...>;
  if constexpr (series_lead<A...>)
    return linear_series(f, a...);
  else
    return dual_of(f(carried_by<depth>(a)...), f(tangent_by<depth>(a)...));
}

}  // namespace gradus::detail
