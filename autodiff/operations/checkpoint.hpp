// The record of a function of which nothing was kept: its pullback evaluates it again.
#pragma once

#include <span>

#include "replay.hpp"

namespace gradus::detail {

template <Number S>
void copy_numbers(const View<S>& to, Store store, const View<const S>& from) {
  const View<const S> read[] = {from, {}};
  kernels::elementwise(kernel_of<rules::Copy, S>().forward, to, store, read, 2);
}

/// Puts the parts of g down as the adjoints of results, to begin a sweep.
template <class S>
struct Seed {
  Tape<S>& tape;
  std::span<const MatrixHandle<S>> results;
  std::span<const Layout> parts;
  decltype(MatrixHandle<S>::value) g;  // of all results, one after the other

  void operator()() const {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].is_constant()) continue;
      if constexpr (Number<S>) {
        const Target<S> target = tape.adjoints().target(results[i]);
        copy_numbers(target.view, target.store, View<const S>(g, parts[i]));
      } else {
        tape.adjoints().contribute(results[i], part_of(g, parts[i]));
      }
    }
  }
};

/// Sweeps an evaluation of f on an inner tape, and adds the adjoints of its variables to those of the operands.
template <Number S>
void sweep_inner(Tape<S>& outer, const Seed<S>& seed, std::span<const MatrixHandle<S>> variables,
                 std::span<const MatrixHandle<S>> operands) {
  // The adjoint of a whole matrix, or of columns of one, arrives where it belongs without a copy; but not if another
  // operand shares its node, for then the first contribution to one would overwrite what the other has.
  const auto arrives_in_place = [&](const MatrixHandle<S>& operand) {
    if (operand.node == nullptr || !operand.layout.is_dense() || operand.layout.size() == 0) return false;
    const auto same_node = [&](const MatrixHandle<S>& other) { return other.node == operand.node; };
    return std::count_if(operands.begin(), operands.end(), same_node) == 1;
  };
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!arrives_in_place(operands[i])) continue;
    const Target<S> target = outer.adjoints().target(operands[i]);
    Node<S>& node = *variables[i].node;
    node.adjoint = target.view.data;
    node.is_bound = true;
    node.covered_to = target.store == Store::add ? node.size() : 0;
  }
  Tape<S>& inner = seed.tape;
  inner.sweep_from(seed, Retain::variables);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_constant() || arrives_in_place(operands[i])) continue;
    const MatrixHandle<S>& variable = variables[i];
    const S* from =
        variable.node == nullptr ? &inner.adjoints().scalars[variable.slot] : inner.adjoints().read(*variable.node);
    const Target<S> target = outer.adjoints().target(operands[i]);
    copy_numbers(target.view, target.store, View<const S>(from, variable.layout));
  }
}

/// What f's pullback computes: (g, values of the operands…) ↦ the adjoint of every operand, empty if it is zero. A
/// function of variables of any level, so it can be checkpointed in its turn. Which arguments are operands: one level
/// above what comes here as a value.
template <class F, bool... IsOperand>
struct Pullback {
  static constexpr std::size_t operands = ((IsOperand ? 1u : 0u) + ...);
  template <bool Raised, class V>
  using Argument = typename std::conditional_t<Raised, std::type_identity<Var<V>>, std::type_identity<V>>::type;

  F f;
  Active<operands> active;

  template <class G, class... V>
  auto operator()(const G& g, const V&... values) const {
    using S = typename G::Scalar;
    Tape<S> tape;
    tape.lies_above(g.tape());
    const auto again = replay<Argument<IsOperand, V>...>(tape, f, active, values...);
    const auto parts = parts_of(again.results);
    if (parts.rows * parts.cols != g.size()) throw_not_repeated(g.size(), parts.rows * parts.cols);
    tape.sweep_from(Seed<S>{tape, again.results, parts.at, dense(g.handle())}, Retain::variables);
    return std::apply([&](const auto&... variable) { return std::tuple{adjoint<G>(tape, variable)...}; },
                      again.variables);
  }

 private:
  template <class G, class S>
  static G adjoint(Tape<S>& tape, const MatrixHandle<S>& variable) {
    if (variable.node != nullptr && variable.node->adjoint_present)
      return G(gathered(variable.node->adjoint, variable.layout));
    const S by_slot = variable.slot != 0 ? tape.adjoints().scalars[variable.slot] : S{};
    if (!is_structural_zero(by_slot)) return G(repeated(tape.below(), by_slot, 1, 1));
    return G(tape.below().constant(typename G::Plain(0, 0)).handle());
  }
};

/// The results of a checkpoint as one matrix.
template <class S, std::size_t N>
struct Packed {
  MatrixHandle<S> all;
  Parts<N> parts;
};
template <class S, class F, class... X>
auto record_checkpoint(Tape<S>& tape, const F& f, const X&... x);

template <class S, class F, class... A>
struct CheckpointRecord : Record<S> {
  static constexpr int level = level_of<Var<S>>;
  static constexpr std::size_t results = std::tuple_size_v<ComponentsOf<F, A...>>;

  std::array<MatrixHandle<S>, operand_count<S, A...>> operands;
  Active<operand_count<S, A...>> active;
  std::tuple<A...> arguments;
  const F* f;
  Node<S>* node;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<CheckpointRecord&>(base);
    const Result<S> result{record.node, 0};
    const Layout whole = Layout::dense(record.node->rows, record.node->cols);
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, result, unused, g, whole)) return;
      // Elements of results that nobody used have an adjoint of zeros: not worth an evaluation.
      if (std::any_of(g.data, g.data + g.size(), [](const S& x) { return !is_structural_zero(x); }))
        record.pull_numbers(tape, g);
    } else {
      decltype(MatrixHandle<S>::value) g;
      if (!take_adjoint(tape, result, g, whole)) return;
      record.pull_below(tape, g);
    }
    give_back(tape, result);
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<CheckpointRecord&>(base);
    return {"checkpoint", record.operands, {}, {record.node, 0}};
  }

  /// f on the inner tape.
  auto evaluate(Tape<S>& inner) const {
    const auto on_values = [&](const auto&... a) { return replay<A...>(inner, *f, active, value_below<level>(a)...); };
    return std::apply(on_values, arguments);
  }

  /// The values of f's results, on `tape`; nothing else is left there.
  auto values(Tape<S>& tape) const {
    if constexpr (Number<S>) {
      const InnerTape<S> inner(tape);
      const auto again = evaluate(*inner);
      const Parts<results> parts = parts_of(again.results);
      S* block;
      const MatrixHandle<S> all = new_constant(tape, parts.rows, parts.cols, block);
      for (std::size_t i = 0; i < results; ++i)
        copy_numbers(View<S>(block, parts.at[i]), Store::assign, numbers(again.results[i]));
      return Packed<S, results>{all, parts};
    } else {
      const auto on_values = [&](const auto&... value) {
        auto* below = meeting_tape<level - 1>(value...);
        return record_checkpoint(below != nullptr ? *below : tape.below(), *f, value...);
      };
      const auto packed = std::apply([&](const auto&... a) { return on_values(value_below<level>(a)...); }, arguments);
      const Parts<results>& parts = packed.parts;
      return Packed<S, results>{
          {.tape = &tape, .value = packed.all, .layout = Layout::dense(parts.rows, parts.cols), .epoch = tape.epoch()},
          parts};
    }
  }

 private:
  void pull_numbers(Tape<S>& tape, const View<const S>& g) const {
    const InnerTape<S> inner(tape);
    const auto again = evaluate(*inner);
    const Parts<results> parts = parts_of(again.results);
    if (parts.rows != g.rows || parts.cols != g.cols) throw_not_repeated(g.size(), parts.rows * parts.cols);
    sweep_inner<S>(tape, {*inner, again.results, parts.at, g.data}, again.variables, operands);
  }
  // The pullback is a function of the level below, of which nothing is kept either.
  void pull_below(Tape<S>& tape, const auto& g) const {
    using G = NestedVar<level - 1, Eigen::Matrix<BaseOf<S>, Eigen::Dynamic, Eigen::Dynamic>>;
    const Pullback<F, level_of<A> == level...> pullback{*f, active};
    const auto on_values = [&](const auto&... value) {
      return record_checkpoint(*meeting_tape<level - 1>(G(g), value...), pullback, G(g), value...);
    };
    const auto adjoints = std::apply([&](const auto&... a) { return on_values(value_below<level>(a)...); }, arguments);
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (const Layout& at = adjoints.parts.at[i]; active[i] && at.size() > 0)
        tape.adjoints().contribute(operands[i], part_of(adjoints.all, at));
  }
};

/// An argument as a record keeps it: a variable of the tape as it is, constant numbers copied to the arena.
template <class S, class X>
auto kept_on(Tape<S>& tape, const X& x) {
  if constexpr (level_of<X> == level_of<Var<S>> && MatrixVar<X>) {
    return X(operand(tape, x));
  } else if constexpr (ScalarVar<X>) {
    const Var<std::remove_cvref_t<decltype(x.value())>> scalar(x);
    if constexpr (level_of<X> == level_of<Var<S>>)
      if (scalar.slot() != 0) tape.check(scalar.tape(), scalar.epoch());
    return scalar;
  } else if constexpr (EigenDense<X>) {
    using P = typename X::PlainObject;
    static_assert(std::is_trivially_copyable_v<typename P::Scalar>);
    auto* block = tape.arena().template allocate_array<typename P::Scalar>(x.size());
    Eigen::Map<P>(block, x.rows(), x.cols()) = x;
    return Eigen::Map<const P>(block, x.rows(), x.cols());
  } else {
    static_assert(
        std::is_trivially_destructible_v<X>,
        "checkpoint takes variables, numbers, Eigen objects and plain structs; let the function capture others");
    return x;
  }
}

/// f(x…) as one record that keeps x only.
template <class S, class F, class... X>
auto record_checkpoint(Tape<S>& tape, const F& f, const X&... x) {
  using R = CheckpointRecord<S, F, decltype(kept_on(tape, x))...>;
  R record{{}, {}, {}, {kept_on(tape, x)...}, &f, nullptr};
  std::apply(
      [&](const auto&... a) {
        std::size_t next = 0;
        const auto look = [&]<class A>(const A& argument) {
          if constexpr (level_of<A> == R::level) record.operands[next++] = operand(tape, argument, 1, 1);
        };
        (look(a), ...);
      },
      record.arguments);
  bool any = false;
  for (std::size_t i = 0; i < record.operands.size(); ++i) any |= record.active[i] = !record.operands[i].is_constant();
  auto packed = record.values(tape);
  if (!any) return packed;
  record.f = &tape.keep(f);
  record.node = packed.all.node = tape.add_node(packed.parts.rows, packed.parts.cols);
  tape.add_record(new (tape.arena()) R(record));
  return packed;
}

}  // namespace gradus::detail
