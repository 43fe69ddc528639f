// Operations that do not know of several seeds, in a sweep with several seeds.
#pragma once

#include "tape.hpp"

namespace gradus::detail {

/// An operation that knows one adjoint only, or no tangents: its pull is shown an ordinary tape, on which an adjoint of
/// its result and those of its operands stand.
template <Number S>
class OneByOne {
 public:
  OneByOne(Tape<S>& tape, Record<S>& record)
      : tape_(tape),
        lanes_(tape.lanes()),
        record_(record),
        result_(record.kind->look(record).result),
        nodes_(lanes_.scratch.nodes),
        slots_(lanes_.scratch.slots) {
    nodes_.clear();
    slots_.clear();
    const RecordView<S> seen = record.kind->look(record);
    for (const MatrixHandle<S>& operand : seen.operands) {
      if (operand.layout.size() == 0) continue;
      if (operand.node != nullptr)
        add(nodes_, operand.node);
      else if (operand.slot != 0)
        add(slots_, operand.slot);
    }
    for (const Slot slot : seen.scalars)
      if (slot != 0) add(slots_, slot);
  }

  /// A pull for each lane.
  void pull_lanes() {
    const LaneMask arrived = result_.node != nullptr ? lanes_.collect(*result_.node) : lanes_.nonzero(result_.slot);
    if (arrived == 0) return;
    for (Node<S>* node : nodes_) {  // whole, whatever the operation adds to
      Store how;
      lanes_.target({.node = node, .layout = Layout::dense(node->rows, node->cols)}, arrived, how);
      if (how == Store::assign) lanes_.zero(*node, 0, node->size(), arrived);
    }
    for_lanes(arrived, [&](int l) { pull_lane(l); });
    if (result_.node != nullptr)
      lanes_.release(*result_.node);
    else
      std::fill_n(lanes_.scalars(result_.slot), lanes_.padded(), S(0));
  }

  /// By the rows of the operation's own Jacobian: a pull for each element of the result.
  void push_lanes() {
    LaneMask given = 0;
    for (const Node<S>* node : nodes_) given |= node->lanes;
    for (const Slot slot : slots_) given |= lanes_.nonzero(slot);
    const Index rows = result_.node == nullptr ? 1 : result_.node->rows;
    const Index cols = result_.node == nullptr ? 1 : result_.node->cols;
    const LaneView<S> to = lanes_.place(result_, Layout::dense(rows, cols), given);
    for (Index i = 0; i < rows * cols && given != 0; ++i) push_row(i, to, given);
  }

 private:
  template <class T>
  static void add(std::vector<T>& to, const T& x) {
    if (std::find(to.begin(), to.end(), x) == to.end()) to.push_back(x);
  }

  /// While it lives, nodes may be shown as those of a tape with one adjoint.
  class Showing {
   public:
    explicit Showing(OneByOne& owner) : owner_(owner) {
      auto& before = owner.lanes_.scratch.before;
      before.clear();
      for (const Node<S>* node : owner.nodes_) before.push_back(*node);
      if (owner.result_.node != nullptr) before.push_back(*owner.result_.node);
    }
    Showing(const Showing&) = delete;
    ~Showing() {
      const auto& before = owner_.lanes_.scratch.before;
      for (std::size_t k = 0; k < owner_.nodes_.size(); ++k) *owner_.nodes_[k] = before[k];
      if (owner_.result_.node != nullptr) *owner_.result_.node = before.back();
    }
    void show(Node<S>& node, S* adjoint) const {
      node.adjoint = adjoint;
      node.is_bound = true;
      node.covered_from = 0;
      node.covered_to = node.size();
    }

   private:
    OneByOne& owner_;
  };

  void pull_lane(int l) {
    auto& scalars = tape_.adjoints().scalars;
    {
      const Showing showing(*this);
      const auto show = [&](Node<S>& node) {
        const Index stride = lanes_.stride(node);
        showing.show(node, node.adjoint + l * stride);
      };
      for (Node<S>* node : nodes_) show(*node);
      if (result_.node != nullptr)
        show(*result_.node);
      else
        scalars[result_.slot] = lanes_.scalars(result_.slot)[l];
      record_.kind->pull(tape_, record_);
    }
    for (const Slot slot : slots_) lanes_.scalars(slot)[l] += std::exchange(scalars[slot], S(0));
  }

  void push_row(Index row, const LaneView<S>& to, LaneMask given) {
    auto& scalars = tape_.adjoints().scalars;
    auto& numbers = lanes_.scratch.numbers;
    Index size = result_.node == nullptr ? 0 : result_.node->size();
    for (const Node<S>* node : nodes_) size += node->size();
    numbers.assign(static_cast<std::size_t>(size), S(0));
    S sums[most_lanes] = {};
    {
      S* next = numbers.data();
      auto& before = lanes_.scratch.before;
      const Showing showing(*this);
      for (Node<S>* node : nodes_) showing.show(*node, std::exchange(next, next + node->size()));
      if (result_.node != nullptr) {
        showing.show(*result_.node, next);
        next[row] = S(1);
      } else {
        scalars[result_.slot] = S(1);
      }
      record_.kind->pull(tape_, record_);
      for (std::size_t k = 0; k < nodes_.size(); ++k) {
        const S* const adjoint = nodes_[k]->adjoint;
        const Index n = nodes_[k]->size(), stride = lanes_.stride(before[k]);
        for_lanes(static_cast<LaneMask>(before[k].lanes & given), [&](int l) {
          const S* const tangent = before[k].adjoint + l * stride;
          for (Index i = 0; i < n; ++i)
            if (!is_structural_zero(tangent[i])) sums[l] += adjoint[i] * tangent[i];
        });
      }
    }
    for (const Slot slot : slots_) {
      const S adjoint = std::exchange(scalars[slot], S(0));
      for_lanes(lanes_.nonzero(slot), [&](int l) { sums[l] += adjoint * lanes_.scalars(slot)[l]; });
    }
    for_lanes(given, [&](int l) { to.lane(l).data[row] = sums[l]; });
  }

  Tape<S>& tape_;
  Lanes<S>& lanes_;
  Record<S>& record_;
  const Result<S> result_;
  std::vector<Node<S>*>& nodes_;  // of the operands, each once
  std::vector<Slot>& slots_;      // of operands that are scalars, each once
};

}  // namespace gradus::detail
