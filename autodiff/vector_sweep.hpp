// Vector modes: one sweep over a tape for several seeds, backwards with adjoints or forwards with tangents.
#pragma once

#include "one_by_one.hpp"

namespace gradus {

namespace detail {

/// sum += partial·x in every lane. An infinite partial does nothing to a zero, as in a sweep with one seed.
template <int Width, class S>
GRADUS_INLINE void accumulate_lanes(S* sum, const S& partial, const S* x) {
  if (is_finite(partial)) [[likely]] {
    for (int l = 0; l < Width; ++l) sum[l] += partial * x[l];
  } else {
    for (int l = 0; l < Width; ++l)
      if (!is_structural_zero(x[l])) sum[l] += partial * x[l];
  }
}
template <int Width, class S>
GRADUS_INLINE bool are_zero(const S* x) {
  bool all = true;
  for (int l = 0; l < Width; ++l) all &= is_structural_zero(x[l]);
  return all;
}

template <int Width, class S>
void sweep_statements_back(const Statements<S>& statements, std::size_t from, std::size_t down_to, Lanes<S>& lanes) {
  while (from != down_to) {
    const auto statement = statements.look(from);
    from = statement.begin;
    S* const result = lanes.scalars(statement.result);
    if (are_zero<Width>(result)) continue;
    S adjoint[Width];
    for (int l = 0; l < Width; ++l) adjoint[l] = result[l], result[l] = S(0);
    for (std::uint32_t i = 0; i < statement.count; ++i)
      accumulate_lanes<Width>(lanes.scalars(statement.operand(i)), statement.partial(i), adjoint);
  }
}

template <int Width, class S>
void sweep_statement_forward(const typename Statements<S>::Statement& statement, Lanes<S>& lanes) {
  S tangent[Width] = {};
  for (std::uint32_t i = 0; i < statement.count; ++i)
    if (const Slot slot = statement.operand(i); slot != 0)
      accumulate_lanes<Width>(tangent, statement.partial(i), lanes.scalars(slot));
  std::copy_n(tangent, Width, lanes.scalars(statement.result));
}

/// Sweeps back over the tape from adjoints in the lanes, and forward from tangents in them.
template <Number S>
void sweep_back(Tape<S>& tape);
template <Number S>
void sweep_forward(Tape<S>& tape);

template <int Width, class S>
void sweep_back_lanes(Tape<S>& tape) {
  Lanes<S>& lanes = tape.lanes();
  std::size_t position = tape.statements().position();
  for (Record<S>* record = tape.last_record(); record != nullptr; record = record->previous) {
    sweep_statements_back<Width>(tape.statements(), position, record->statements, lanes);
    position = record->statements;
    if (record->kind->pull_lanes != nullptr)
      record->kind->pull_lanes(lanes, *record);
    else
      OneByOne<S>(tape, *record).pull_lanes();
  }
  sweep_statements_back<Width>(tape.statements(), position, 0, lanes);
}
template <Number S>
void sweep_back(Tape<S>& tape) {
  tape.lanes().padded() == 4 ? sweep_back_lanes<4>(tape) : sweep_back_lanes<most_lanes>(tape);
}

template <int Width, class S>
void sweep_forward_lanes(Tape<S>& tape) {
  Lanes<S>& lanes = tape.lanes();
  const auto& program = lanes.program;
  std::size_t next = 0;
  const auto sweep_statements_up_to = [&](std::size_t position) {
    for (; next < program.ends.size() && program.ends[next] <= position; ++next)
      sweep_statement_forward<Width>(tape.statements().look(program.ends[next]), lanes);
  };
  for (Record<S>* record : program.records) {
    sweep_statements_up_to(record->statements);
    if (record->kind->push_lanes != nullptr)
      record->kind->push_lanes(lanes, *record);
    else
      OneByOne<S>(tape, *record).push_lanes();
    if (Node<S>* const result = record->kind->look(*record).result.node) lanes.spread(*result);
  }
  sweep_statements_up_to(tape.statements().position());
}
template <Number S>
void sweep_forward(Tape<S>& tape) {
  tape.lanes().padded() == 4 ? sweep_forward_lanes<4>(tape) : sweep_forward_lanes<most_lanes>(tape);
}

extern template void sweep_back(Tape<float>&);
extern template void sweep_back(Tape<double>&);
extern template void sweep_forward(Tape<float>&);
extern template void sweep_forward(Tape<double>&);

}  // namespace detail

/// Whether all of a tape's operations know how tangents are pushed, and not only how adjoints are pulled.
template <Number S>
bool pushes_tangents(const Tape<S>& tape) {
  const Record<S>* record = tape.last_record();
  while (record != nullptr && record->kind->push_lanes != nullptr) record = record->previous;
  return record == nullptr;
}

/// One sweep over a tape with up to detail::most_lanes seeds. Either bind the variables, put seeds at results, pull and
/// read; or put seeds at variables, push and read. Afterwards the tape has no adjoints to be read.
template <Number S>
class VectorSweep {
 public:
  VectorSweep(Tape<S>& tape, int count) : tape_(tape), lanes_(tape.lanes()) {
    tape.begin_sweep(Retain::variables);
    lanes_.begin(count, tape.slots());
  }
  VectorSweep(const VectorSweep&) = delete;
  VectorSweep& operator=(const VectorSweep&) = delete;
  ~VectorSweep() {
    lanes_.unbind();
    lanes_.release_blocks();
    if (!pulled_) return;
    for (const Slot slot : tape_.scalar_leaves()) std::fill_n(lanes_.scalars(slot), lanes_.padded(), S(0));
    std::fill_n(lanes_.scalars(0), lanes_.padded(), S(0));
    lanes_.end_clean();
  }

  /// Adds to the adjoint of a result's element, in one lane.
  void seed_adjoint(const MatrixHandle<S>& result, int lane, Index i, Index j, const S& value) {
    if (result.is_constant()) return;
    Store how;
    const auto element = result.viewed([&](const Layout& l) { return l.block(i, j, 1, 1); });
    S& adjoint = *lanes_.target(element, static_cast<detail::LaneMask>(1u << lane), how).lane(lane).data;
    adjoint = how == Store::assign ? value : adjoint + value;
  }
  /// Adds to the adjoint of a whole result, in one lane: value(i) to its element i, in column order.
  template <class Value>
  void seed_adjoints(const MatrixHandle<S>& result, int lane, const Value& value) {
    if (result.is_constant() || result.layout.size() == 0) return;
    Store how;
    const View<S> to = lanes_.target(result, static_cast<detail::LaneMask>(1u << lane), how).lane(lane);
    Index k = 0;
    for (Index j = 0; j < to.cols; ++j)
      for (Index i = 0; i < to.rows; ++i, ++k) to(i, j) = how == Store::assign ? value(k) : to(i, j) + value(k);
  }
  /// Lets the adjoints of a matrix variable be written to the caller's memory, lane l to first + l·stride.
  void bind(const MatrixHandle<S>& variable, S* first, Index stride) { lanes_.bind(*variable.node, first, stride); }
  void pull() {
    detail::sweep_back(tape_);
    pulled_ = true;
  }
  /// After pull(), of a scalar variable.
  const S& adjoint(Slot slot, int lane) const { return lanes_.scalars(slot)[lane]; }

  /// Before push(): the program as it is to be read, once for any number of sweeps over the same tape.
  static void read_program(Tape<S>& tape) { tape.lanes().program.read(tape); }
  /// The tangents of a variable: value(lane, i) of its element i, in column order, in the given lanes; zero in others.
  template <class Value>
  void seed_tangents(const MatrixHandle<S>& variable, detail::LaneMask lanes, const Value& value) {
    Node<S>* const node = variable.node;
    const Index size = variable.layout.size();
    if (node != nullptr)
      node->lanes = size == 0 ? detail::LaneMask{0} : lanes;
    else
      std::fill_n(lanes_.scalars(variable.slot), lanes_.padded(), S(0));
    if (size == 0) return;
    detail::for_lanes(lanes, [&](int l) {
      S* const to = node == nullptr ? lanes_.scalars(variable.slot) + l : lanes_.lanes_of(*node).lane(l).data;
      for (Index i = 0; i < size; ++i) to[i] = value(l, i);
    });
  }
  /// The tangents of a matrix variable stand in the caller's memory: lane l at first + l·stride.
  void bind_tangents(const MatrixHandle<S>& variable, const S* first, Index stride) {
    lanes_.bind(*variable.node, const_cast<S*>(first), stride);  // a forward sweep only reads them
    variable.node->lanes = variable.layout.size() == 0 ? detail::LaneMask{0} : lanes_.all();
  }
  void push() { detail::sweep_forward(tape_); }
  /// After push(): take(lane, i, tangent) for every lane and element of a result, in column order.
  template <class Take>
  void read_tangents(const MatrixHandle<S>& result, const Take& take) {
    detail::LaneView<const S> tangents;
    const detail::LaneMask given = lanes_.tangents(result, tangents);
    for (int l = 0; l < lanes_.count(); ++l) {
      const bool is_zero = (given >> l & 1) == 0;
      const View<const S> lane = tangents.lane(l);
      Index k = 0;
      for (Index j = 0; j < result.layout.cols; ++j)
        for (Index i = 0; i < result.layout.rows; ++i, ++k) take(l, k, is_zero ? S(0) : lane(i, j));
    }
  }

 private:
  Tape<S>& tape_;
  Lanes<S>& lanes_;
  bool pulled_ = false;
};

}  // namespace gradus
