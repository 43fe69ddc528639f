// Vector modes: one sweep over a tape for several seeds, backwards with adjoints or forwards with tangents.
#pragma once

#include <cstring>

#include "one_by_one.hpp"

namespace gradus {

/// How derivatives are computed: column by column by forward mode, row by row by reverse mode, or whichever is cheaper.
enum class Mode { automatic, forward, reverse };

namespace detail {

/// The lanes of a scalar, in registers. (Never passed by value: how that is done depends on the compiler's flags.)
template <class S, int Width>
struct Pack {
  S lanes[Width] = {};

  void load(const S* from) {
    for (int l = 0; l < Width; ++l) lanes[l] = from[l];
  }
  void store(S* to) const {
    for (int l = 0; l < Width; ++l) to[l] = lanes[l];
  }
  void add(const S& partial, const Pack& x) {
    for (int l = 0; l < Width; ++l) lanes[l] += partial * x.lanes[l];
  }
  bool is_zero() const {
    bool all = true;
    for (int l = 0; l < Width; ++l) all &= is_structural_zero(lanes[l]);
    return all;
  }
};
#if defined(__GNUC__)
template <class S, int Width>
requires(std::is_same_v<S, float> || std::is_same_v<S, double>) struct Pack<S, Width> {
  typedef S Register __attribute__((vector_size(Width * sizeof(S))));
  Register lanes = {};

  GRADUS_INLINE void load(const S* from) { std::memcpy(&lanes, from, sizeof lanes); }
  GRADUS_INLINE void store(S* to) const { std::memcpy(to, &lanes, sizeof lanes); }
  GRADUS_INLINE void add(S partial, const Pack& x) { lanes += partial * x.lanes; }
  GRADUS_INLINE bool is_zero() const {
    const auto differs = lanes != 0;
    std::int64_t words[sizeof differs / sizeof(std::int64_t)];
    std::memcpy(words, &differs, sizeof words);
    std::int64_t any = 0;
    for (const std::int64_t word : words) any |= word;
    return any == 0;
  }
};
#endif

/// Whether one of a statement's partials is infinite or no number: such a one does nothing to a zero, in any lane, as
/// in a sweep with one seed.
template <class S>
GRADUS_INLINE bool has_pole(const typename Statements<S>::Statement& statement) {
  for (std::uint32_t i = 0; i < statement.count; ++i)
    if (!is_finite(statement.partial(i))) return true;
  return false;
}
template <class S>
GRADUS_COLD void add_gated(S* sum, const S& partial, const S* x, int width) {
  for (int l = 0; l < width; ++l)
    if (!is_structural_zero(x[l])) sum[l] += partial * x[l];
}

template <int Width, class S>
void sweep_statements_back(const Statements<S>& statements, typename Statements<S>::Place& place, std::size_t down_to,
                           Lanes<S>& lanes) {
  for (typename Statements<S>::Statement statement; statements.step_back(place, down_to, statement);) {
    S* const result = lanes.scalars(statement.result);
    Pack<S, Width> adjoint;
    adjoint.load(result);
    if (adjoint.is_zero()) continue;
    Pack<S, Width>().store(result);
    const bool gated = has_pole<S>(statement);
    for (std::uint32_t i = 0; i < statement.count; ++i) {
      S* const operand = lanes.scalars(statement.operand(i));
      if (gated) [[unlikely]] {
        S numbers[Width];
        adjoint.store(numbers);
        add_gated(operand, statement.partial(i), numbers, Width);
        continue;
      }
      Pack<S, Width> sum;
      sum.load(operand);
      sum.add(statement.partial(i), adjoint);
      sum.store(operand);
    }
  }
}

template <int Width, class S>
GRADUS_COLD void push_gated(const typename Statements<S>::Statement& statement, Lanes<S>& lanes) {
  S tangent[Width] = {};
  for (std::uint32_t i = 0; i < statement.count; ++i)
    if (const Slot slot = statement.operand(i); slot != 0)
      add_gated(tangent, statement.partial(i), lanes.scalars(slot), Width);
  std::copy_n(tangent, Width, lanes.scalars(statement.result));
}
template <int Width, class S>
GRADUS_INLINE void push_statement(const typename Statements<S>::Statement& statement, Lanes<S>& lanes) {
  if (has_pole<S>(statement)) [[unlikely]]
    return push_gated<Width, S>(statement, lanes);
  Pack<S, Width> tangent, operand;
  for (std::uint32_t i = 0; i < statement.count; ++i) {
    operand.load(lanes.scalars(statement.operand(i)));  // zeros of a constant
    tangent.add(statement.partial(i), operand);
  }
  tangent.store(lanes.scalars(statement.result));
}

/// Sweeps back over the tape from adjoints in the lanes, and forward from tangents in them.
template <Number S>
void sweep_back(Tape<S>& tape);
template <Number S>
void sweep_forward(Tape<S>& tape);

template <int Width, class S>
void sweep_back_lanes(Tape<S>& tape) {
  Lanes<S>& lanes = tape.lanes();
  auto place = tape.end_of_statements();
  for (Record<S>* record = tape.last_record(); record != nullptr; record = record->previous) {
    sweep_statements_back<Width>(tape.statements(), place, record->statements, lanes);
    if (record->kind->pull_lanes != nullptr)
      record->kind->pull_lanes(lanes, *record);
    else
      OneByOne<S>(tape, *record).pull_lanes();
  }
  sweep_statements_back<Width>(tape.statements(), place, 0, lanes);
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
    for (; next < program.statements.size() && program.statements[next].begin < position; ++next)
      push_statement<Width, S>(tape.statements().look(program.statements[next]), lanes);
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
  VectorSweep(Tape<S>& tape, int count, Mode direction) : tape_(tape), lanes_(tape.lanes()) {
    tape.begin_sweep(Retain::variables);
    lanes_.begin(count, tape.slots(), direction == Mode::reverse);
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
