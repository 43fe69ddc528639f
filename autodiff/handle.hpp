// Matrix variables without their Eigen type: what the tape and its records work with.
#pragma once

#include <cstdint>
#include <span>

#include "error.hpp"
#include "statements.hpp"
#include "traits.hpp"

namespace gradus {

template <class S>
struct Node;
template <class S>
struct Record;
template <class S>
struct MatrixHandle;

namespace detail {
template <class S>
struct MatrixValue;
template <Number S>
struct MatrixValue<S> {
  using type = const S*;  // the storage that the layout speaks of
};
template <class R>
struct MatrixValue<Var<R>> {
  using type = MatrixHandle<R>;  // a variable of the level below, seen through the same views
};
}  // namespace detail

/// A matrix variable of the tape over S: its value, and the part of a node it stands for. Without a node it is a
/// constant of that tape, unless it broadcasts the scalar variable of a slot. Owns nothing; every view (block,
/// transpose, broadcast…) is another handle on the same node.
template <class S>
struct MatrixHandle {
  Tape<S>* tape = nullptr;
  Node<S>* node = nullptr;
  typename detail::MatrixValue<S>::type value{};
  Layout layout;            // within the node's storage, which is dense
  Slot slot = 0;            // of the scalar variable it repeats, if it does
  std::uint32_t epoch = 0;  // of the tape, when this was recorded
  bool completes = false;   // as an operand: no later contribution of the sweep reaches it (see delivery.hpp)

  bool is_constant() const { return node == nullptr && slot == 0; }

  /// The same variable through another layout, at this and every lower level; `change` maps a layout to a layout.
  template <class Change>
  MatrixHandle viewed(const Change& change) const {
    if constexpr (Number<S>)
      return {tape, node, value, change(layout), slot, epoch, completes};
    else
      return {tape, node, value.viewed(change), change(layout), slot, epoch, completes};
  }
  MatrixHandle broadcast(Index rows, Index cols) const {
    return viewed([=](const Layout& l) { return l.broadcast(rows, cols); });
  }
  MatrixHandle transpose() const {
    return viewed([](const Layout& l) { return l.transpose(); });
  }

  /// Whether the elements lie without gaps, at every level, so that the matrix can be given another shape in place.
  bool is_dense() const {
    if constexpr (Number<S>)
      return layout.is_dense();
    else
      return layout.is_dense() && value.is_dense();
  }
};

namespace detail {
/// Whether it is one number, repeated.
template <class S>
bool is_number(const MatrixHandle<S>& h) {
  return h.node == nullptr && h.layout.row_stride == 0 && h.layout.col_stride == 0;
}
template <Number S>
const S* first_of(const MatrixHandle<S>& h) {
  return h.value + h.layout.offset;
}
}  // namespace detail

/// A copy of a handle that may have been put together just now: see alone().
template <Number S>
MatrixHandle<S> copied(const MatrixHandle<S>& h) {
  return {h.tape, detail::alone(h.node), h.value, h.layout, detail::alone(h.slot), h.epoch, h.completes};
}
template <class S>
const MatrixHandle<S>& copied(const MatrixHandle<S>& h) {
  return h;
}

/// The second operand of operations of one.
template <class S>
inline constexpr MatrixHandle<S> no_operand{};

/// Puts a value down that was left to be computed when it is needed: see operations/chain.hpp.
template <Number S>
void evaluate_pending(Node<S>& node);
extern template void evaluate_pending(Node<float>&);
extern template void evaluate_pending(Node<double>&);

/// Numbers whose elementwise operations the library evaluates in chains.
template <class S>
inline constexpr bool forms_chains = std::is_same_v<S, float> || std::is_same_v<S, double>;

template <Number S>
void settle(Node<S>& node) {
  if constexpr (forms_chains<S>)
    if (node.pending != nullptr) [[unlikely]]
      evaluate_pending(node);
}

/// The numbers of a matrix, to be read. Nothing else may read what a handle of numbers points to.
template <Number S>
GRADUS_INLINE View<const S> numbers(const MatrixHandle<S>& h) {
  if (h.node != nullptr) settle(*h.node);
  return {h.value, h.layout};
}
template <class R>
auto numbers(const MatrixHandle<Var<R>>& h) {
  return numbers(h.value);
}

/// One matrix on the tape: its shape and its adjoint. Of numbers: a dense block, of which the positions
/// [covered_from, covered_to) hold something already; there the next contribution is added, elsewhere it is assigned.
template <class S>
struct Node {
  Node* previous = nullptr;
  Index rows = 0, cols = 0;
  S* adjoint = nullptr;
  const S* value = nullptr;      // where it stands, once that was asked for: nothing but journals reads it
  Record<S>* pending = nullptr;  // the operation whose value is still to be computed
  Index covered_from = 0, covered_to = 0;
  bool is_leaf = false;     // a variable: its adjoint is kept for the user
  bool is_bound = false;    // its adjoint is the caller's memory
  std::uint16_t lanes = 0;  // in a sweep with several seeds: those from which something has arrived
  Slot slots = 0;           // of its elements as scalar variables; taken when the first one is asked for

  Index size() const { return rows * cols; }
  bool has_adjoint() const { return covered_from < covered_to; }
  /// Whether all that arrived stands in the adjoint, and fills it.
  bool is_complete() const { return slots == 0 && covered_from == 0 && covered_to == size(); }
};

/// Of recorded numbers: a variable of the level below.
template <class R>
struct Node<Var<R>> {
  Node* previous = nullptr;
  Index rows = 0, cols = 0;
  MatrixHandle<R> adjoint;
  MatrixHandle<R> value;  // the same
  bool adjoint_present = false;
  bool is_leaf = false;
  int parts = 0;  // how many contributions to small parts of it have arrived
  Slot slots = 0;

  Index size() const { return rows * cols; }
  bool has_adjoint() const { return adjoint_present; }
};

/// The result of an operation and where its adjoint is found.
template <class S>
struct Result {
  Node<S>* node = nullptr;  // a matrix…
  Slot slot = 0;            // …or a scalar
};

/// Which elements of an operation's result depend on which elements of its operands, whatever their values.
struct Dependence {
  enum class Kind {
    every,        // every element of the result on every element of every operand: safe for any operation
    elementwise,  // element (i, j) of `seen` on element (i, j) of the operands; and on scalar number i + j·rows
    beside,       // on the elements of the operand that stands there, the operands lying side by side
    below,        // the same, one below the other
    product  // element (i, j) on row i of the first operand, column j of the second, and like elementwise on others
  };
  Kind kind = Kind::every;
  Layout seen;                    // of elementwise: how the operands' shape lies in the result
  bool active[2] = {true, true};  // of elementwise: whether there is a derivative by the operand at all
};

/// What can be seen of a record from outside.
template <class S>
struct RecordView {
  const char* operation;
  std::span<MatrixHandle<S>> operands;
  std::span<const Slot> scalars;  // operands that are scalars
  Result<S> result;
  Dependence dependence{};
};

template <class S>
class Lanes;

/// What all records of one kind have in common.
template <class S>
struct RecordKind {
  void (*pull)(Tape<S>&, Record<S>&);  // takes the adjoint of the result to the operands
  RecordView<S> (*look)(Record<S>&);
  // The same pull for several adjoints side by side, and the push of several tangents; null where pull serves instead.
  using OnLanes = void (*)(Lanes<S>&, Record<S>&);
  OnLanes pull_lanes = nullptr, push_lanes = nullptr;
};

/// One operation on the tape.
template <class S>
struct Record {
  Record() {}  // sets nothing: add_record() does. Without it, compilers set all of a record to zero before they fill it

  Record* previous;
  const RecordKind<S>* kind;
  std::size_t statements;  // how far the scalar statements had come
};

}  // namespace gradus
