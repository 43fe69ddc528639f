// Matrices made of scalars.
#pragma once

#include <algorithm>

#include "result.hpp"

namespace gradus {

namespace detail {

template <class S>
struct PackRecord : Record<S> {
  const Slot* slots;
  Node<S>* node;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<PackRecord&>(base);
    Node<S>& node = *record.node;
    const Result<S> result{&node, 0};
    const Layout whole = Layout::dense(node.rows, node.cols);
    auto& scalars = tape.adjoints().scalars;
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, result, unused, g, whole)) return;
      for (Index i = 0; i < node.size(); ++i) scalars[record.slots[i]] += g.data[i];
    } else {
      decltype(MatrixHandle<S>::value) g;
      if (!take_adjoint(tape, result, g, whole)) return;
      for (Index i = 0; i < node.size(); ++i)
        if (record.slots[i] != 0)
          accumulate(scalars[record.slots[i]], S(1), g.tape->element(g, i % node.rows, i / node.rows));
    }
    give_back(tape, result);
  }
  // Looks at the elements alone where something has arrived: a Jacobian's seeds are in few.
  static void pull_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<PackRecord&>(base);
    Node<S>& node = *record.node;
    if (node.slots != 0) lanes.collect_elements(node);
    if (node.lanes != 0) {
      const LaneView<S> g = lanes.lanes_of(node);
      for_lanes(node.lanes, [&](int l) {
        const S* const lane = g.lane(l).data;
        for (Index i = node.covered_from; i < node.covered_to; ++i) lanes.scalars(record.slots[i])[l] += lane[i];
      });
    }
    lanes.release(node);
  }
  static void push_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<PackRecord&>(base);
    Node<S>& node = *record.node;
    LaneMask given = 0;
    for (Index i = 0; i < node.size(); ++i)
      if (record.slots[i] != 0) given |= lanes.nonzero(record.slots[i]);
    const LaneView<S> to = lanes.place({&node, 0}, Layout::dense(node.rows, node.cols), given);
    for_lanes(given, [&](int l) {
      S* const lane = to.lane(l).data;
      for (Index i = 0; i < node.size(); ++i) lane[i] = record.slots[i] == 0 ? S(0) : lanes.scalars(record.slots[i])[l];
    });
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<PackRecord&>(base);
    return {"stack",
            {},
            {record.slots, static_cast<std::size_t>(record.node->size())},
            {record.node, 0},
            {Dependence::Kind::elementwise, Layout::dense(record.node->rows, record.node->cols)}};
  }
};

}  // namespace detail

/// A rows × cols matrix of the given scalars, in column order; on the tape of the variables among them, or if there are
/// none on the one given.
template <class S>
MatrixHandle<S> pack(Tape<S>& constants, const Var<S>* scalars, Index rows, Index cols) {
  const Index size = rows * cols;
  const Var<S>* const end = scalars + size;
  const Var<S>* const variable = std::find_if(scalars, end, [](const Var<S>& x) { return x.slot() != 0; });
  Tape<S>& tape = variable == end ? constants : *variable->tape();
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  if constexpr (Number<S>) {
    S* block;
    y = new_constant(tape, rows, cols, block);
    for (Index i = 0; i < size; ++i) block[i] = scalars[i].value();
  } else {
    S* values = tape.arena().template allocate_array<S>(size);
    for (Index i = 0; i < size; ++i) new (values + i) S(scalars[i].value());
    y.value = pack(tape.below(), values, rows, cols);
  }
  Slot* slots = tape.arena().template allocate_array<Slot>(size);
  for (Index i = 0; i < size; ++i) {
    slots[i] = scalars[i].slot();
    if (slots[i] != 0) tape.check(scalars[i].tape(), scalars[i].epoch());
  }
  if (variable == end) return y;
  y.node = tape.add_node(rows, cols);
  using R = detail::PackRecord<S>;
  tape.add_record(new (tape.arena()) R{{}, slots, y.node});
  return y;
}

}  // namespace gradus
