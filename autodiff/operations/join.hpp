// Matrices side by side, or one above the other: one record for any number of them.
#pragma once

#include <span>
#include <vector>

#include "elementwise.hpp"

namespace gradus {

namespace detail {

template <class S>
void copy_part(const View<S>& to, Store how, const View<const S>& from) {
  for (Index j = 0; j < to.cols; ++j)
    for (Index i = 0; i < to.rows; ++i)
      if (how == Store::assign)
        to(i, j) = from(i, j);
      else
        to(i, j) += from(i, j);
}

/// Calls f(k, layout in the whole) for every part, in order.
template <class S, class F>
void for_parts(std::span<const MatrixHandle<S>> parts, bool beside, const Layout& whole, const F& f) {
  Index at = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const Index rows = parts[k].layout.rows, cols = parts[k].layout.cols;
    if (rows * cols > 0) f(k, beside ? whole.block(0, at, rows, cols) : whole.block(at, 0, rows, cols));
    at += beside ? cols : rows;
  }
}

template <class S>
struct JoinRecord : Record<S> {
  std::span<MatrixHandle<S>> operands;
  bool beside;
  Node<S>* node;

  Layout whole() const { return Layout::dense(node->rows, node->cols); }
  template <class F>
  void for_operands(const F& f) const {
    for_parts<S>(operands, beside, whole(), [&](std::size_t k, const Layout& at) {
      if (!operands[k].is_constant()) f(operands[k], at);
    });
  }

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<JoinRecord&>(base);
    const Result<S> result{record.node, 0};
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, result, unused, g, record.whole())) return;
      record.for_operands([&](const MatrixHandle<S>& operand, const Layout& at) {
        const Target<S> target = tape.adjoints().target(operand);
        copy_part(target.view, target.store, View<const S>(g.data, at));
      });
    } else {
      decltype(MatrixHandle<S>::value) g;
      if (!take_adjoint(tape, result, g, record.whole())) return;
      record.for_operands([&](const MatrixHandle<S>& operand, const Layout& at) {
        tape.adjoints().contribute(operand, gathered(g, at));
      });
    }
    give_back(tape, result);
  }
  static void pull_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<JoinRecord&>(base);
    LaneView<const S> g;
    const LaneMask arrived = lanes.take({record.node, 0}, record.whole(), g);
    if (arrived == 0) return;
    record.for_operands([&](const MatrixHandle<S>& operand, const Layout& at) {
      Store how;
      const LaneView<S> target = lanes.target(operand, arrived, how);
      for_lanes(arrived, [&](int l) { copy_part(target.lane(l), how, View<const S>(g.lane(l).data, at)); });
    });
    lanes.give_back({record.node, 0});
  }
  static void push_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<JoinRecord&>(base);
    LaneMask given = 0;
    LaneView<const S> tangents;
    for (const auto& operand : record.operands) given |= lanes.tangents(operand, tangents);
    const LaneView<S> target = lanes.place({record.node, 0}, record.whole(), given);
    lanes.zero(*record.node, 0, record.node->size(), given);
    record.for_operands([&](const MatrixHandle<S>& operand, const Layout& at) {
      const LaneMask here = lanes.tangents(operand, tangents);
      for_lanes(here, [&](int l) {
        copy_part(View<S>(target.lane(l).data, at), Store::assign, View<const S>(tangents.lane(l)));
      });
    });
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<JoinRecord&>(base);
    using Kind = Dependence::Kind;
    const Dependence dependence{record.beside ? Kind::beside : Kind::below, record.whole()};
    if (record.beside) return {"hcat", record.operands, {}, {record.node, 0}, dependence};
    return {"vcat", record.operands, {}, {record.node, 0}, dependence};
  }
};

}  // namespace detail

/// Matrices of one tape side by side, or one below the other. The caller has checked the shapes.
template <class S>
MatrixHandle<S> record_join(Tape<S>& tape, std::span<const MatrixHandle<S>> parts, bool beside) {
  Index rows = beside ? parts[0].layout.rows : 0, cols = beside ? 0 : parts[0].layout.cols;
  bool are_constant = true;
  for (const auto& part : parts) {
    (beside ? cols : rows) += beside ? part.layout.cols : part.layout.rows;
    are_constant = are_constant && part.is_constant();
  }
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  if constexpr (Number<S>) {
    S* block;
    y = new_constant(tape, rows, cols, block);
    detail::for_parts<S>(parts, beside, y.layout, [&](std::size_t k, const Layout& at) {
      detail::copy_part(View<S>(block, at), Store::assign, numbers(parts[k]));
    });
  } else {
    std::vector<decltype(y.value)> values;
    for (const auto& part : parts) {
      auto value = part.value;
      if (value.tape != &tape.below()) value = adopted(tape.below(), value);
      values.push_back(value);
    }
    y.value = record_join(tape.below(), std::span<const decltype(y.value)>(values), beside);
  }
  if (are_constant) return y;
  y.node = tape.add_node(rows, cols);
  auto* const kept = tape.arena().template allocate_array<MatrixHandle<S>>(static_cast<Index>(parts.size()));
  std::uninitialized_copy(parts.begin(), parts.end(), kept);
  tape.add_record(new (tape.arena()) detail::JoinRecord<S>{{}, {kept, parts.size()}, beside, y.node});
  return y;
}

}  // namespace gradus
