// A function evaluated again: on variables of another tape, with the values that its operands have.
#pragma once

#include <array>
#include <tuple>

#include "../gradient.hpp"

namespace gradus::detail {

/// The inner tape of a tape, on loan: cleared when the loan ends, its memory kept for the next. A function that is
/// evaluated there may take a loan of the inner tape's own: nesting needs as many tapes as it is deep.
template <class S>
class InnerTape {
 public:
  explicit InnerTape(Tape<S>& outer) : inner_(outer.inner()) {
    if (inner_.in_use) throw_captured();
    inner_.in_use = true;
  }
  InnerTape(const InnerTape&) = delete;
  InnerTape& operator=(const InnerTape&) = delete;
  ~InnerTape() {
    inner_.tape->clear();
    inner_.in_use = false;
  }
  Tape<S>& operator*() const { return *inner_.tape; }

 private:
  typename Tape<S>::Inner& inner_;
};

/// The results of a function that returns a std::tuple, or the only one of any other.
template <class Y>
struct Components {
  using type = std::tuple<Y>;
};
template <class... Y>
struct Components<std::tuple<Y...>> {
  using type = std::tuple<Y...>;
};
template <class F, class... A>
using ComponentsOf = typename Components<std::decay_t<std::invoke_result_t<const F&, const A&...>>>::type;

/// A variable's value, as a variable of the level below, or as numbers that are read in place. Anything else is itself.
template <int Level, class A>
auto value_below(const A& a) {
  if constexpr (level_of<A> != Level)
    return a;
  else if constexpr (!MatrixVar<A>)
    return a.value();
  else if constexpr (Level == 1)
    return Borrowed<typename A::Plain>{numbers(a.handle())};
  else
    return NestedVar<Level - 1, typename A::Plain>(a.handle().value);
}

/// How many of the arguments are of the tape's own level; which of these are variables, and not constants.
template <class S, class... A>
inline constexpr std::size_t operand_count = ((level_of<A> == level_of<Var<S>> ? 1u : 0u) + ...);
template <std::size_t N>
using Active = std::array<bool, N>;

/// What an evaluation leaves on its tape: the variables, in their order, and the results.
template <class S, std::size_t Operands, std::size_t Results>
struct Replay {
  std::array<MatrixHandle<S>, Operands> variables;
  std::array<MatrixHandle<S>, Results> results;
};

template <class S, class A>
MatrixHandle<S> handle_of(Tape<S>& tape, const A& a) {
  if constexpr (MatrixVar<A>)
    return a.handle();
  else
    return {.tape = &tape, .layout = {0, 1, 1, 0, 0}, .slot = a.slot(), .epoch = tape.epoch()};
}

template <class F, class S, class... A>
auto replay_with(Tape<S>& tape, const F& f, const std::tuple<A...>& arguments) {
  using Y = ComponentsOf<F, A...>;
  Replay<S, operand_count<S, A...>, std::tuple_size_v<Y>> again;
  std::size_t next = 0;
  const auto keep_variable = [&]<class X>(const X& x) {
    if constexpr (level_of<X> == level_of<Var<S>>) again.variables[next++] = handle_of(tape, x);
  };
  std::apply([&](const auto&... x) { (keep_variable(x), ...); }, arguments);
  next = 0;
  const auto keep_result = [&](const auto& y) { again.results[next++] = operand(tape, y, 1, 1); };
  std::apply([&](const auto&... y) { (keep_result(y), ...); }, Y(std::apply(f, arguments)));
  return again;
}

/// f on `tape`, its arguments of types A… made of values one level below.
template <class... A, class S, class F, class... V>
auto replay(Tape<S>& tape, const F& f, const Active<operand_count<S, A...>>& active, const V&... values) {
  std::size_t next = 0;
  const auto raised = [&]<class X>(std::type_identity<X>, const auto& value) {
    if constexpr (level_of<X> == level_of<Var<S>>)
      return X(active[next++] ? tape.variable(value) : tape.constant(value));
    else
      return value;
  };
  const std::tuple<A...> arguments{raised(std::type_identity<A>(), values)...};  // braces keep the order
  try {
    return replay_with(tape, f, arguments);
  } catch (const OtherTapeError&) {
    throw_captured();
  }
}

/// Several results as one matrix: where each stands in it. One alone is that matrix.
template <std::size_t N>
struct Parts {
  Index rows = 0, cols = 1;
  std::array<Layout, N> at;
};
template <class S, std::size_t N>
Parts<N> parts_of(const std::array<MatrixHandle<S>, N>& results) {
  Parts<N> parts;
  for (std::size_t i = 0; i < N; ++i) {
    const Layout& l = results[i].layout;
    parts.at[i] = {parts.rows, l.rows, l.cols, 1, l.rows};
    parts.rows += l.size();
  }
  if constexpr (N == 1) parts.rows = parts.at[0].rows, parts.cols = parts.at[0].cols;
  return parts;
}
template <class S>
MatrixHandle<S> part_of(const MatrixHandle<S>& all, const Layout& at) {
  return all.viewed([&](const Layout& l) {
    Layout seen = at;
    seen.offset += l.offset;
    return seen;
  });
}

}  // namespace gradus::detail
