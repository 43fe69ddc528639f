// The record of a function of which nothing was kept: its pullback evaluates it again.
#pragma once

#include "replay.hpp"

namespace gradus::detail {

template <Number S>
void copy_numbers(const View<S>& to, Store store, const View<const S>& from) {
  const View<const S> read[] = {from, {}};
  kernels::elementwise(kernel_of<rules::Copy, S>().forward, to, store, read, 2);
}

/// Sweeps an evaluation of f on `inner` with g, the adjoint of its results one after the other, and adds the adjoints
/// of its variables to those of the operands on `outer`.
template <Number S, std::size_t Operands, std::size_t Results>
void sweep_inner(Tape<S>& outer, Tape<S>& inner, const Replay<S, Operands, Results>& again, const Parts<Results>& parts,
                 const View<const S>& g, const std::array<MatrixHandle<S>, Operands>& operands) {
  // The adjoint of a whole matrix, or of columns of one, arrives where it belongs without a copy; but not if another
  // operand shares its node, for then the first contribution to one would overwrite what the other has.
  const auto arrives_in_place = [&](std::size_t i) {
    if (operands[i].node == nullptr || !operands[i].layout.is_dense() || operands[i].layout.size() == 0) return false;
    for (std::size_t j = 0; j < Operands; ++j)
      if (j != i && operands[j].node == operands[i].node) return false;
    return true;
  };
  for (std::size_t i = 0; i < Operands; ++i) {
    if (!arrives_in_place(i)) continue;
    const Target<S> target = outer.adjoints().target(operands[i]);
    Node<S>& node = *again.variables[i].node;
    node.adjoint = target.view.data;
    node.is_bound = true;
    node.covered_to = target.store == Store::add ? node.size() : 0;
  }
  const auto plant = [&] {
    for (std::size_t i = 0; i < Results; ++i) {
      if (again.results[i].is_constant()) continue;
      const Target<S> target = inner.adjoints().target(again.results[i]);
      copy_numbers(target.view, target.store, View<const S>(g.data, parts.at[i]));
    }
  };
  inner.sweep_from(plant, Retain::variables);
  for (std::size_t i = 0; i < Operands; ++i) {
    if (operands[i].is_constant() || arrives_in_place(i)) continue;
    const MatrixHandle<S>& variable = again.variables[i];
    const S* from =
        variable.node == nullptr ? &inner.adjoints().scalars[variable.slot] : inner.adjoints().read(*variable.node);
    const Target<S> target = outer.adjoints().target(operands[i]);
    copy_numbers(target.view, target.store, View<const S>(from, variable.layout));
  }
}

/// What f's pullback computes: (g, values of the operands…) ↦ the adjoint of every operand, empty if it is zero. A
/// function of the level below like any other, so it can be checkpointed there in its turn.
template <class S, class F, class... A>
struct Pullback {
  F f;
  Active<operand_count<S, A...>> active;

  template <class G, class... V>
  auto operator()(const G& g, const V&... values) const {
    Tape<S> tape;
    tape.lies_above(g.tape());
    const auto again = replay<A...>(tape, f, active, values...);
    const auto parts = parts_of(again.results);
    if (parts.rows * parts.cols != g.size()) throw_not_repeated(g.size(), parts.rows * parts.cols);
    const auto plant = [&] {
      const auto all = dense(g.handle());
      for (std::size_t i = 0; i < again.results.size(); ++i)
        if (!again.results[i].is_constant()) tape.adjoints().contribute(again.results[i], part_of(all, parts.at[i]));
    };
    tape.sweep_from(plant, Retain::variables);
    return std::apply([&](const auto&... variable) { return std::tuple{adjoint<G>(tape, variable)...}; },
                      again.variables);
  }

 private:
  template <class G>
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
      const InnerTape<S> inner(tape);
      const auto again = record.evaluate(*inner);
      const auto parts = parts_of(again.results);
      if (parts.rows != g.rows || parts.cols != g.cols) throw_not_repeated(g.size(), parts.rows * parts.cols);
      sweep_inner(tape, *inner, again, parts, g, record.operands);
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
    const auto on_values = [&](const A&... a) { return replay<A...>(inner, *f, active, value_below<level>(a)...); };
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
      const auto packed = std::apply([&](const A&... a) { return on_values(value_below<level>(a)...); }, arguments);
      const Parts<results>& parts = packed.parts;
      return Packed<S, results>{
          {.tape = &tape, .value = packed.all, .layout = Layout::dense(parts.rows, parts.cols), .epoch = tape.epoch()},
          parts};
    }
  }

 private:
  // The pullback is a function of the level below, of which nothing is kept either.
  void pull_below(Tape<S>& tape, const auto& g) const {
    using G = NestedVar<level - 1, Eigen::Matrix<BaseOf<S>, Eigen::Dynamic, Eigen::Dynamic>>;
    const Pullback<S, F, A...> pullback{*f, active};
    const auto on_values = [&](const auto&... value) {
      return record_checkpoint(*meeting_tape<level - 1>(G(g), value...), pullback, G(g), value...);
    };
    const auto adjoints = std::apply([&](const A&... a) { return on_values(value_below<level>(a)...); }, arguments);
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
  record.f = tape.keep(f);
  record.node = packed.all.node = tape.add_node(packed.parts.rows, packed.parts.cols);
  tape.add_record(record);
  return packed;
}

}  // namespace gradus::detail
