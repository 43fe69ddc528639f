// Several adjoints, or several tangents, of every variable side by side: what a sweep with many seeds carries.
#pragma once

#include <algorithm>
#include <vector>

#include "adjoints.hpp"
#include "lane_kernels.hpp"

namespace gradus {

namespace detail {

/// A tape's program in its order, for whoever reads it from the beginning.
template <class S>
struct Program {
  std::vector<Record<S>*> records;
  std::vector<typename Statements<S>::Location> statements;

  void read(const auto& tape) {
    records.clear();
    statements.clear();
    for (Record<S>* r = tape.last_record(); r != nullptr; r = r->previous) records.push_back(r);
    auto place = tape.end_of_statements();
    for (typename Statements<S>::Statement statement; tape.statements().step_back(place, 0, statement);)
      statements.push_back({place.position, statement.result, statement.count});
    std::reverse(records.begin(), records.end());
    std::reverse(statements.begin(), statements.end());
  }
};

}  // namespace detail

/// Of scalars, the lanes of a slot lie side by side, so that a statement is read once for all of them; of matrices, one
/// lane lies after the other, so that A·[x₁ … x_k] is one product. Nothing is computed in a lane where nothing has
/// arrived: what a sweep with one seed would skip is skipped here.
template <class S>
class Lanes {
 public:
  using LaneView = detail::LaneView<S>;
  using ConstLaneView = detail::LaneView<const S>;
  using Mask = detail::LaneMask;

  /// Before a sweep with `count` seeds, over a tape of so many slots; `zeroed` if they are to be added to.
  void begin(int count, std::size_t slots, bool zeroed) {
    count_ = count;
    width_ = count <= 4 ? 4 : detail::most_lanes;
    if (is_dirty_ && zeroed) std::fill(scalars_.begin(), scalars_.end(), S(0));
    if (scalars_.size() < slots * width()) scalars_.resize(slots * width(), S(0));
    std::fill_n(scalars(0), width_, S(0));  // of constants
    is_dirty_ = true;                       // until end_clean()
  }
  /// After a sweep that has zeroed the slots as it consumed them.
  void end_clean() { is_dirty_ = false; }
  void release_blocks() { pool_.clear(); }

  detail::Program<S> program;  // of a tape that is swept forward
  /// Memory for operations that do not know of lanes: see one_by_one.hpp.
  struct Scratch {
    std::vector<Node<S>*> nodes;
    std::vector<Slot> slots;
    std::vector<Node<S>> before;
    std::vector<S> numbers;
  } scratch;

  int count() const { return count_; }
  int padded() const { return width_; }  // the distance between two slots
  Mask all() const { return detail::first_lanes(count_); }
  S* scalars(Slot slot) { return scalars_.data() + slot * width(); }
  std::size_t capacity() const { return pool_.capacity() + scalars_.capacity() * sizeof(S); }

  /// Lets a variable's lanes stand in the caller's memory, until unbind().
  void bind(Node<S>& node, S* first, Index stride) {
    node.adjoint = first;
    node.is_bound = true;
    bound_.push_back({&node, stride});
  }
  void unbind() {
    for (const Bound& b : bound_) {
      b.node->is_bound = false;
      b.node->adjoint = nullptr;
      b.node->lanes = 0;
      b.node->covered_from = b.node->covered_to = 0;
    }
    bound_.clear();
  }
  Index stride(const Node<S>& node) const {
    if (node.is_bound)
      for (const Bound& b : bound_)
        if (b.node == &node) return b.stride;
    return node.size();
  }
  LaneView lanes_of(Node<S>& node, const Layout& at) {
    if (node.adjoint == nullptr) node.adjoint = pool_.acquire(node.size() * count_);
    return {View<S>(node.adjoint, at), stride(node)};
  }
  LaneView lanes_of(Node<S>& node) { return lanes_of(node, Layout::dense(node.rows, node.cols)); }
  LaneView lanes_of(Slot slot, const Layout& at) { return {View<S>(scalars(slot), at.rows, at.cols, 0, 0), 1}; }
  Mask nonzero(Slot slot) {
    Mask mask = 0;
    for (int l = 0; l < count_; ++l)
      if (!is_structural_zero(scalars(slot)[l])) mask |= static_cast<Mask>(1u << l);
    return mask;
  }

  // ---- of a reverse sweep: adjoints ---------------------------------------------------------------------------------

  /// The place for contributions to an operand, in the given lanes.
  LaneView target(const MatrixHandle<S>& operand, Mask lanes, Store& how) {
    const Layout& at = operand.layout;
    how = Store::add;
    if (at.size() == 0) return {};
    if (operand.node == nullptr) return lanes_of(operand.slot, at);
    Node<S>& node = *operand.node;
    const LaneView view = lanes_of(node, at);
    zero(node, node.covered_from, node.covered_to, lanes & ~node.lanes);
    node.lanes |= lanes;
    const Positions here = positions(at);
    const bool overwrite = detail::is_first(node, at);
    cover(node, here.from, here.to, overwrite ? lanes : Mask{0});
    if (overwrite) how = Store::assign;
    return view;
  }
  void put(const MatrixHandle<S>& operand, const detail::LaneProduct<S>& product, Mask lanes) {
    Store how;
    const LaneView to = target(operand, lanes, how);
    if (operand.layout.size() > 0) detail::put(to, how, product, lanes);
  }

  /// Gathers what has arrived at a node, by its elements too. The lanes in which something has.
  Mask collect(Node<S>& node) {
    if (node.slots != 0 && node.size() > 0) collect_elements(node);
    if (node.lanes != 0) cover(node, 0, node.size(), 0);
    return node.lanes;
  }
  void collect_elements(Node<S>& node) {
    Mask arrived = 0;
    for (Index i = 0; i < node.size(); ++i) arrived |= nonzero(node.slots + static_cast<Slot>(i));
    if (arrived == 0) return;
    Store how;
    const LaneView to = target({.node = &node, .layout = Layout::dense(node.rows, node.cols)}, arrived, how);
    detail::for_lanes(arrived, [&](int l) {
      S* const lane = to.lane(l).data;
      for (Index i = 0; i < node.size(); ++i) {
        const S& element = scalars(node.slots + static_cast<Slot>(i))[l];
        lane[i] = how == Store::assign ? element : lane[i] + element;
      }
    });
    std::fill_n(scalars(node.slots), node.size() * width_, S(0));
  }

  /// The adjoint of a result as a record reads it, which is consumed; the lanes where it is not zero.
  Mask take(const Result<S>& result, const Layout& seen, ConstLaneView& g) {
    if (result.node != nullptr) {
      const Mask arrived = collect(*result.node);
      if (arrived != 0) g = lanes_of(*result.node, seen);
      return arrived;
    }
    const Mask arrived = nonzero(result.slot);
    std::copy_n(scalars(result.slot), count_, taken_);
    std::fill_n(scalars(result.slot), count_, S(0));
    g = {View<const S>(taken_, seen.rows, seen.cols, 0, 0), 1};
    return arrived;
  }
  void give_back(const Result<S>& result) {
    if (result.node != nullptr) release(*result.node);
  }
  void release(Node<S>& node) {
    if (node.adjoint != nullptr && !node.is_bound) {
      pool_.release(node.adjoint, node.size() * count_);
      node.adjoint = nullptr;
    }
    node.covered_from = node.covered_to = 0;
    node.lanes = 0;
  }
  /// Gathers what has arrived at a variable, zeros where nothing has.
  void complete(Node<S>& node) {
    if (node.size() == 0) return;
    collect(node);
    lanes_of(node);
    zero(node, 0, node.size(), static_cast<Mask>(all() & ~node.lanes));
    node.lanes = all();
    node.covered_from = 0;
    node.covered_to = node.size();
  }

  // ---- of a forward sweep: tangents ---------------------------------------------------------------------------------

  /// The tangents of an operand; the lanes where they are not zero.
  Mask tangents(const MatrixHandle<S>& operand, ConstLaneView& view) {
    if (operand.layout.size() == 0 || operand.is_constant()) return 0;
    if (operand.node == nullptr) {
      view = lanes_of(operand.slot, operand.layout);
      return nonzero(operand.slot);
    }
    if (operand.node->lanes != 0) view = lanes_of(*operand.node, operand.layout);
    return operand.node->lanes;
  }
  /// The place for the tangents of a result, which are not zero in the given lanes.
  LaneView place(const Result<S>& result, const Layout& seen, Mask lanes) {
    if (result.node == nullptr) {
      std::fill_n(scalars(result.slot), width_, S(0));
      return lanes_of(result.slot, seen);
    }
    result.node->lanes = lanes;
    return lanes == 0 ? LaneView{} : lanes_of(*result.node, seen);
  }
  /// Tangents complete: to those who read a result's elements as scalars.
  void spread(Node<S>& node) {
    if (node.slots == 0) return;
    std::fill_n(scalars(node.slots), node.size() * width_, S(0));
    detail::for_lanes(node.lanes, [&](int l) {
      const S* const lane = lanes_of(node).lane(l).data;
      for (Index i = 0; i < node.size(); ++i) scalars(node.slots + static_cast<Slot>(i))[l] = lane[i];
    });
  }
  /// Calls put(how, lanes) so that what is there in some lanes is added to and the others are assigned.
  template <class Put>
  static void add_up(Mask& there, Mask lanes, const Put& put) {
    if ((lanes & ~there) != 0) put(Store::assign, static_cast<Mask>(lanes & ~there));
    if ((lanes & there) != 0) put(Store::add, static_cast<Mask>(lanes & there));
    there |= lanes;
  }

  void zero(Node<S>& node, Index from, Index to, int lanes) {
    if (from >= to) return;
    detail::for_lanes(static_cast<Mask>(lanes), [&](int l) {
      S* const lane = node.adjoint + l * stride(node);
      std::fill(lane + from, lane + to, S(0));
    });
  }

 private:
  struct Bound {
    Node<S>* node;
    Index stride;
  };
  struct Positions {
    Index from, to;
  };
  static Positions positions(const Layout& at) { return {at.offset, at.position(at.rows - 1, at.cols - 1) + 1}; }
  std::size_t width() const { return static_cast<std::size_t>(width_); }

  // As for one adjoint: extends the covered positions to hold [from, to). In the lanes that overwrite [from, to) next
  // it is not zeroed.
  void cover(Node<S>& node, Index from, Index to, Mask overwriting) {
    const int others = node.lanes & ~overwriting;
    if (!node.has_adjoint()) {
      zero(node, from, to, others);
      node.covered_from = from;
      node.covered_to = to;
      return;
    }
    zero(node, from, node.covered_from, others);
    zero(node, to, node.covered_from, overwriting);
    zero(node, node.covered_to, to, others);
    zero(node, node.covered_to, from, overwriting);
    node.covered_from = std::min(from, node.covered_from);
    node.covered_to = std::max(to, node.covered_to);
  }

  int count_ = 0, width_ = detail::most_lanes;
  bool is_dirty_ = false;
  std::vector<S> scalars_;  // of all slots, `width_` numbers each
  std::vector<Bound> bound_;
  detail::BlockPool<S> pool_;
  S taken_[detail::most_lanes] = {};
};

}  // namespace gradus
