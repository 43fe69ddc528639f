// Vectors made of scalars.
#pragma once

#include <span>
#include <vector>

#include "dual_matrix.hpp"

namespace gradus {

/// A column vector of recorded scalars, at least one of which is not a constant.
template <class S>
auto stack(std::span<const Var<S>> scalars) {
  Tape<S>* tape = nullptr;
  for (const Var<S>& x : scalars) tape = tape != nullptr ? tape : x.tape();
  if (tape == nullptr) throw TapeError("stack: expected at least one recorded scalar, got constants alone");
  using V = NestedVar<level_of<Var<S>>, Eigen::Matrix<BaseOf<S>, Eigen::Dynamic, 1>>;
  return V(pack(*tape, scalars.data(), static_cast<Index>(scalars.size()), 1));
}
template <class S>
auto stack(const std::vector<Var<S>>& scalars) {
  return stack(std::span<const Var<S>>(scalars));
}
namespace detail {

template <class A, class... Rest>
struct Deeper {
  using type = A;
};
template <class A, class B, class... Rest>
struct Deeper<A, B, Rest...> : Deeper<std::conditional_t<(depth_of<A> >= depth_of<B>), A, B>, Rest...> {};

template <int N, class X, class... Beside>
auto stacked_series(std::span<const X> scalars, const Beside&... beside);  // see series_operators.hpp

/// Scalars of any kind as a vector of theirs, of N elements; those of a tape on that of `beside`, if they are constants
/// all.
template <int N, class X, class... Beside>
auto stacked(std::span<const X> scalars, const Beside&... beside) {
  const auto n = static_cast<Index>(scalars.size());
  if constexpr (is_dual<X>) {
    std::vector<typename X::Value> values, tangents;
    for (const X& x : scalars) values.push_back(x.value()), tangents.push_back(x.tangent());
    const auto primal = stacked<N, typename X::Value>(values, beside.primal()...);
    return Dual(primal, stacked<N, typename X::Value>(tangents, primal));
  } else if constexpr (is_series<X>) {
    return stacked_series<N>(scalars, beside...);
  } else if constexpr (ScalarVar<X>) {
    using S = std::remove_cvref_t<decltype(scalars[0].value())>;
    using Vector = NestedVar<level_of<X>, Eigen::Matrix<BaseOf<S>, N, 1>>;
    if constexpr (sizeof...(Beside) > 0)
      return Vector(pack(*(beside.tape(), ...), scalars.data(), n, 1));
    else
      return Vector(stack(scalars).handle());
  } else {
    using Vector = Eigen::Matrix<X, N, 1>;
    return Vector(Eigen::Map<const Vector>(scalars.data(), n));
  }
}

}  // namespace detail

/// A column vector of the given scalars: `stack(x, y, 1.0)`. Of plain numbers it is an Eigen vector.
template <ScalarOperand First, ScalarOperand... Rest>
auto stack(const First& first, const Rest&... rest) {
  constexpr int n = 1 + static_cast<int>(sizeof...(Rest));
  constexpr int level = detail::meeting_level<First, Rest...>;
  if constexpr (((is_dual<First> || is_series<First>) || ... || (is_dual<Rest> || is_series<Rest>))) {
    using D = Settled<typename detail::Deeper<First, Rest...>::type>;
    const D scalars[] = {D(first), D(rest)...};
    return detail::stacked<n, D>(scalars);
  } else if constexpr (level == 0) {
    return Eigen::Matrix<std::common_type_t<First, Rest...>, n, 1>{first, rest...};
  } else {
    using V = NestedVar<level, typename detail::NumberAt<level, First, Rest...>::type>;
    const V scalars[] = {V(first), V(rest)...};
    using S = std::remove_cvref_t<decltype(scalars[0].value())>;
    using Vector = NestedVar<level, Eigen::Matrix<BaseOf<S>, n, 1>>;
    return Vector(stack(std::span<const Var<S>>(scalars)).handle());
  }
}

template <class X>
requires Scalar<X>
auto stack(std::span<const Dual<X>> scalars) { return detail::stacked<Eigen::Dynamic, Dual<X>>(scalars); }
template <class X>
requires Scalar<X>
auto stack(const std::vector<Dual<X>>& scalars) { return stack(std::span<const Dual<X>>(scalars)); }

}  // namespace gradus
