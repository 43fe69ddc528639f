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
auto stacked_series(const X (&scalars)[N], const Beside&... beside);  // see series_operators.hpp

/// Scalars of any kind as a vector of theirs; those of a tape on that of `beside`, if they are constants all.
template <int N, class X, class... Beside>
auto stacked(const X (&scalars)[N], const Beside&... beside) {
  if constexpr (is_dual<X>) {
    typename X::Value values[N], tangents[N];
    for (int i = 0; i < N; ++i) values[i] = scalars[i].value(), tangents[i] = scalars[i].tangent();
    const auto primal = stacked<N>(values, beside.primal()...);
    return Dual(primal, stacked<N>(tangents, primal));
  } else if constexpr (is_series<X>) {
    return stacked_series<N>(scalars, beside...);
  } else if constexpr (ScalarVar<X>) {
    using S = std::remove_cvref_t<decltype(scalars[0].value())>;
    using Vector = NestedVar<level_of<X>, Eigen::Matrix<BaseOf<S>, N, 1>>;
    if constexpr (sizeof...(Beside) > 0)
      return Vector(pack(*(beside.tape(), ...), scalars, N, 1));
    else
      return Vector(stack(std::span<const Var<S>>(scalars)).handle());
  } else {
    return Eigen::Matrix<X, N, 1>(Eigen::Map<const Eigen::Matrix<X, N, 1>>(scalars));
  }
}

}  // namespace detail

/// A column vector of the given scalars: `stack(x, y, 1.0)`. Of plain numbers it is an Eigen vector.
template <ScalarOperand First, ScalarOperand... Rest>
auto stack(const First& first, const Rest&... rest) {
  constexpr int n = 1 + static_cast<int>(sizeof...(Rest));
  constexpr int level = detail::meeting_level<First, Rest...>;
  if constexpr (((is_dual<First> || is_series<First>) || ... || (is_dual<Rest> || is_series<Rest>))) {
    using D = typename detail::Deeper<First, Rest...>::type;
    const D scalars[] = {D(first), D(rest)...};
    return detail::stacked<n>(scalars);
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

}  // namespace gradus
