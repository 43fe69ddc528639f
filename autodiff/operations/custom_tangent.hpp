// The user's operations on Duals: by their tangents, and by their pullbacks where they have none.
#pragma once

#include "../dual_numbers.hpp"
#include "../pushforward.hpp"
#include "custom.hpp"

namespace gradus {

template <class Operation, class... X>
requires(sizeof...(X) > 0 && (AnyOperand<X> && ...)) auto custom(const Operation& operation, const X&... x);

namespace detail {

/// In place of the adjoint of an operand: adds to a sum what is contributed, times the operand's tangent.
template <class S, class T>
class PairedWithTangent {
 public:
  PairedWithTangent(const char* operation, Var<S>& sum, const T& tangent)
      : operation_(operation), sum_(sum), tangent_(tangent) {}

  bool wanted() const { return true; }
  template <class X>
  void operator+=(const X& contribution) const {
    sum_ += product(contribution);
  }
  template <class X>
  void operator-=(const X& contribution) const {
    sum_ -= product(contribution);
  }

 private:
  template <class X>
  Var<S> product(const X& x) const {
    if constexpr (MatrixOperand<T>) {
      if (rows_of(x) != tangent_.rows() || cols_of(x) != tangent_.cols())
        throw_contribution_differs(operation_, rows_of(x), cols_of(x), tangent_.rows(), tangent_.cols());
      return sum_of<rules::Multiply>(x, tangent_);
    } else {
      return Var<S>(x * tangent_);
    }
  }

  const char* operation_;
  Var<S>& sum_;
  const T& tangent_;
};

/// A variable or constant of the tape; what is no operand, as it is.
template <class S, class X>
auto constant_on(Tape<S>& tape, const X& x) {
  if constexpr (AnyOperand<X>)
    return tape.constant(x);
  else
    return x;
}
template <class S, class Y, class K>
auto constant_on(Tape<S>& tape, const std::pair<Y, K>& y_and_kept) {
  return std::pair(constant_on(tape, y_and_kept.first), constant_on(tape, y_and_kept.second));
}

template <class Y>
const auto& result_in(const Y& y) {
  return y;
}
template <class Y, class K>
const auto& result_in(const std::pair<Y, K>& y_and_kept) {
  return y_and_kept.first;
}

/// The derivative of y along the tangents, from the pullback: that takes g to the adjoints Jᵀg, linearly, so the
/// gradient of ⟨Jᵀg, ẋ⟩ by g is J ẋ.
template <class Operation, class Y, class... A, class... T>
auto tangent_by_pullback(const Operation& operation, const Y& y, const std::tuple<A...>& a,
                         const std::tuple<T...>& tangents) {
  constexpr int level = meeting_level<A..., T...>;
  using S = NestedVar<level, typename CommonNumber<std::remove_cvref_t<A>...>::type>;
  Tape<S> tape;
  if constexpr (level > 0) {
    const auto meet = [](const auto&... x) { return meeting_tape<level>(x...); };
    if (auto* below = std::apply(meet, std::tuple_cat(a, tangents))) tape.lies_above(below);
  }
  const auto& value = result_in(y);
  const auto seed = [&] {
    using P = std::remove_cvref_t<decltype(value)>;
    if constexpr (MatrixOperand<P>)
      return tape.variable(PlainOf<P>(PlainOf<P>::Ones(value.rows(), value.cols())));
    else
      return tape.variable(S(1));
  }();
  Var<S> sum(S(0));
  const auto on_tape = [&](const auto&... x) { return std::tuple(constant_on(tape, x)...); };
  const auto pull = [&](const auto& y_on_tape, const auto& operands, auto&... adjoints) {
    const auto call = [&](const auto&... operand) {
      static_assert(
          requires { operation.pullback(seed, y_on_tape, operand..., adjoints...); },
          "custom() of Duals: the operation needs a pullback that takes variables (const auto&), or a member "
          "tangent(y, a…, a_dot…)");
      operation.pullback(seed, y_on_tape, operand..., adjoints...);
    };
    std::apply(call, operands);
  };
  const auto pair_with = [&](const auto&... t) {
    auto adjoints = std::tuple(PairedWithTangent(Operation::name.data(), sum, t)...);
    std::apply([&](auto&... adjoint) { pull(constant_on(tape, y), std::apply(on_tape, a), adjoint...); }, adjoints);
  };
  std::apply(pair_with, std::apply(on_tape, tangents));
  tape.backward(sum);
  return held(tape.adjoint(seed));
}

template <class Operation, class Y, class... X>
concept HasTangent = requires(const Operation& operation, const Y& y, const X&... x) {
  operation.tangent(y, x...);
};

/// The derivative of y = value(a…) along the tangents.
template <class Operation, class Y, class... A, class... T>
auto custom_tangent(const Operation& operation, const Y& y, const std::tuple<A...>& a,
                    const std::tuple<T...>& tangents) {
  if constexpr (HasTangent<Operation, Y, std::remove_cvref_t<A>..., std::remove_cvref_t<T>...>) {
    const auto along = [&](const auto&... x) { return plain_result(operation.tangent(y, x...)); };
    return std::apply(along, std::tuple_cat(a, tangents));
  } else if constexpr (!((is_dual<A> || is_dual<T>) || ...)) {
    return tangent_by_pullback(operation, y, a, tangents);
  } else {
    static_assert(((level_of<GroundOf<A>> == 0) && ...),
                  "custom() of Duals of recorded Duals: the operation needs a member tangent(y, a…, a_dot…)");
    const auto numbers = joined(y);
    using D = typename NumberOf<std::remove_cvref_t<decltype(result_in(numbers))>>::type;
    const auto join = [](const auto&... x) { return std::tuple(joined_as<D>(x)...); };
    return split(tangent_by_pullback(operation, numbers, std::apply(join, a), std::apply(join, tangents)));
  }
}

/// What an operation on numbers reads.
template <class X>
struct ReadAs {
  using type = GroundOf<X>;
};
template <MatrixOperand X>
struct ReadAs<X> {
  using type = decltype(mapped<const PlainOf<X>>(View<const typename PlainOf<X>::Scalar>()));
};

/// value(a…) with the derivative along the tangents, both of the same kind, Eigen's objects or variables.
template <bool keeps, class Operation, class... A, class... T>
auto value_and_tangent(const Operation& operation, const std::tuple<A...>& a, const std::tuple<T...>& tangents) {
  if constexpr (keeps) {
    auto returned = std::apply([&](const auto&... x) { return operation.value(x...); }, a);
    auto y = plain_result(returned.first);
    using Kept = typename Owned<std::remove_cvref_t<decltype(returned.second)>>::type;
    const std::pair<decltype(y), Kept> y_and_kept(y, std::move(returned.second));
    return dual_of(y, custom_tangent(operation, y_and_kept, a, tangents));
  } else {
    const auto y = held(std::apply([&](const auto&... x) { return custom(operation, x...); }, a));
    return dual_of(y, custom_tangent(operation, y, a, tangents));
  }
}

template <class Operation, class... X>
auto push_custom(const Operation& operation, const X&... x) {
  constexpr int depth = deepest<X...>;
  constexpr bool keeps = Returned<decltype(operation.value(std::declval<typename ReadAs<X>::type>()...))>::keeps;
  const auto push = [&](const auto& prepare) {
    using Operands = std::tuple<decltype(prepare(carried_by<depth>(x)))...>;
    using Tangents = std::tuple<std::remove_cvref_t<decltype(prepare(tangent_by<depth>(x)))>...>;
    return value_and_tangent<keeps>(operation, Operands(prepare(carried_by<depth>(x))...),
                                    Tangents(prepare(tangent_by<depth>(x))...));
  };
  constexpr int level = meeting_level<std::remove_cvref_t<decltype(carried_by<depth>(x))>...>;
  if constexpr ((is_dual<std::remove_cvref_t<decltype(carried_by<depth>(x))>> || ...)) {
    return push([](const auto& a) -> decltype(auto) { return in_memory(a); });
  } else if constexpr (level == 0) {
    using S = typename CommonNumber<std::remove_cvref_t<decltype(carried_by<depth>(x))>...>::type;
    return push([](const auto& a) -> decltype(auto) { return plain_argument<S>(a); });
  } else {
    auto* tape = meeting_tape<level>(carried_by<depth>(x)..., tangent_by<depth>(x)...);
    return push([&](const auto& a) { return on_common_tape(tape, Operation::name.data(), a); });
  }
}

}  // namespace detail
}  // namespace gradus
