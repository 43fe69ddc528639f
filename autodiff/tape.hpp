// The tape: what was computed, in order, and the sweep back over it.
#pragma once

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "adjoints.hpp"
#include "arena.hpp"
#include "journal.hpp"
#include "keeper.hpp"
#include "statements.hpp"
#include "tape_parts.hpp"

namespace gradus {

/// Records a computation on scalars and matrices of S as it happens, and sweeps back over it.
///
///     gradus::Tape tape;                        // of double; Tape<float> for float, Tape<Var<double>> for two levels
///     auto x = tape.variable(3.0);
///     auto A = tape.variable(Eigen::MatrixXd::Identity(2, 2));
///     auto y = (x * A).squaredNorm();
///     tape.backward(y);
///     tape.adjoint(x);                          // dy/dx, a double
///     tape.adjoint(A);                          // dy/dA, a 2×2 matrix
///
/// A tape belongs to one thread; any number of threads may each have their own. Variables refer to their tape, which
/// therefore cannot be copied or moved, and must outlive them. Scalars of double take 12 bytes an operand, and 8 a
/// statement whose adjoint does not go straight to the next; matrices their values, and their adjoints only while the
/// sweep needs them.
template <class S = double>
class Tape {
 public:
  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// A variable with the value of x: a number, or any Eigen matrix, vector, array or expression, which is copied.
  /// On a tape of recorded scalars, x is a variable of the level below.
  template <class X>
  auto variable(const X& x);

  /// The same value as a constant of this tape, for programs that need a Var where nothing is to be differentiated.
  template <class X>
  auto constant(const X& x);

  /// Sweeps back from the scalar y: after it, adjoint(v) is ∂y/∂v. May be called again, from the same or another
  /// result; every sweep begins at zero. Throws TapeError if y is of another tape, or was recorded before clear().
  void backward(const Var<S>& y, Retain retain = Retain::variables);

  /// Sweeps back from a matrix y with the given adjoint of y: afterwards adjoint(v) is ∂⟨seed, y⟩/∂v, a
  /// vector-Jacobian product. Throws ShapeError if seed is not of y's shape.
  template <class M, class Seed>
  requires(!Scalar<M> && !std::is_same_v<Seed, Retain>) void backward(const Var<M>& y, const Seed& seed,
                                                                      Retain retain = Retain::variables);
  /// The only element of a 1 × 1 matrix is a scalar too. Throws ShapeError if y is of another shape.
  template <class M>
  requires(!Scalar<M>) void backward(const Var<M>& y, Retain retain = Retain::variables);

  /// Sweeps back from the scalar y and hands ∂y/∂x, of one of this tape's variables, over to the sink while the sweep
  /// is going. The adjoints of other variables are not kept, and the tape is cleared afterwards, for the sink may have
  /// changed x.
  template <class M>
  requires Number<S>
  void backward(const Var<S>& y, const Var<M>& x, GradientSink<S>& sink);

  /// The adjoint of a variable after backward(): a number, an Eigen map of the variable's shape (valid until the next
  /// backward() or clear()), or a variable of the level below. Intermediate results need Retain::everything; asking
  /// for one that was not kept throws TapeError.
  template <class T>
  auto adjoint(const Var<T>& x) const;

  /// Forgets everything and keeps the memory: a computation recorded again on a cleared tape allocates nothing.
  /// Variables recorded before are dead; using them throws TapeError (for scalars' arithmetic in debug builds only).
  void clear();

  /// Bytes of memory this tape has reserved, its inner tapes' included. They are kept, so this is the peak too.
  std::size_t memory() const {
    const std::size_t inner = inner_.tape == nullptr ? 0 : inner_.tape->memory();
    std::size_t side_by_side = 0;
    if constexpr (Number<S>) side_by_side = lanes_.capacity();
    return arena_.capacity() + statements_.capacity() + adjoints_.capacity() + side_by_side + inner;
  }

  /// From now on notes every operation with its values, times and derivatives, for those who look at the computation:
  /// see graph.hpp. Scalar statements become some ten times slower; a tape without a journal pays nothing for it.
  /// Throws TapeError if something is recorded already: call it first, or after clear().
  void keep_journal(const JournalOptions& options = {});
  /// Null if none is kept.
  Journal<S>* journal() const { return journal_.get(); }

  // ---- for operations -----------------------------------------------------------------------------------------------

  std::uint32_t epoch() const { return epoch_; }
  Arena& arena() { return arena_; }
  Adjoints<S>& adjoints() { return adjoints_; }
  /// Of a sweep that has a sink.
  auto& delivery() { return delivery_; }
  /// Whether the sweep under way keeps the adjoints it has consumed.
  bool retains() const { return keeps_; }

  /// Writes the statement that an expression stands for.
  template <int N>
  GRADUS_INLINE Var<S> record(const Expression<S, N>& e) {
    return record(e.value_, e.pairs_);
  }
  /// The same of its value and its pairs; and which of them are done with, if it is known.
  template <int N, class... Done>
  GRADUS_INLINE Var<S> record(const S& value, const Pair<S> (&pairs)[N], Done... done) {
    if constexpr (!Number<S>)
      if (journal_ != nullptr)
        if (const Slot copied = detail::copied_slot(*journal_, pairs, value); copied != 0)
          return {value, copied, this, epoch_};
    if (!statements_.template has_room<N>()) [[unlikely]]
      prepare_statement(value);
    const Slot result = slots_++;
    statements_.push(pairs, done...);
    return {value, result, this, epoch_};
  }

  /// The scalar variable of a slot that no statement writes: the result of a record, say.
  Var<S> scalar(const S& value, Slot slot) {
    if (journal_ != nullptr) [[unlikely]]
      journal_->scalars.insert_or_assign(slot, value);
    return {value, slot, this, epoch_};
  }

  /// Slots for `count` scalars that no statement writes.
  Slot take_slots(Index count) {
    constexpr std::size_t most = Statements<S>::most_slots;
    const auto wanted = static_cast<std::size_t>(count);
    if (wanted >= most || slots_ + wanted + statements_.most_headroom() >= most) [[unlikely]]
      if (wanted >= most || slots_ + wanted + statements_.headroom() >= most) throw_tape_full();
    const Slot first = slots_;
    statements_.skip(first, static_cast<Slot>(count));
    slots_ += static_cast<Slot>(count);
    return first;
  }

  /// Puts an operation on the tape, `new (tape.arena()) R{{}, …}`, which has filled in all but the base of its record.
  /// R has static members pull and look, and may have pull_lanes and push_lanes: see RecordKind.
  template <class R>
  R* add_record(R* record) {
    static_assert(std::is_trivially_destructible_v<R>);
    static constexpr RecordKind<S> kind{R::pull, R::look, detail::pull_lanes_of<R, S>(), detail::push_lanes_of<R, S>()};
    record->previous = last_record_;
    record->kind = &kind;
    record->statements = statements_.position();
    last_record_ = record;
    if (journal_ != nullptr) [[unlikely]]
      note(record);
    return record;
  }

  /// Keeps an object that a record needs until the tape is cleared; its destructor is run then.
  template <class T>
  T& keep(T object) {
    return kept_.keep(arena_, std::move(object));
  }

  /// A tape within this one, on which an operation evaluates something again: see operations/replay.hpp.
  struct Inner {
    std::unique_ptr<Tape> tape;
    bool in_use = false;
  };
  Inner& inner() {
    if (inner_.tape == nullptr) inner_.tape = std::make_unique<Tape>();
    return inner_;
  }

  Node<S>* add_node(Index rows, Index cols) {
    Node<S>* node = new (arena_) Node<S>();
    node->rows = rows;
    node->cols = cols;
    node->previous = last_node_;
    last_node_ = node;
    return node;
  }

  /// The tape of the level below. A template, for a tape of numbers has none and is compiled as a whole.
  template <class Level = S>
  requires(!Number<Level>) auto& below() {
    if (below_.tape == nullptr) {
      using R = std::remove_cvref_t<decltype(*below_.tape)>;
      if (below_.own == nullptr) below_.own = std::make_unique<R>();
      below_.tape = below_.own.get();
    }
    return *below_.tape;
  }
  /// Takes the tape below from a variable of the level below, unless one is known already.
  void lies_above(auto* tape) {
    if (below_.tape == nullptr || below_.tape == below_.own.get()) below_.tape = tape;
  }

  /// A new scalar variable.
  Var<S> scalar_leaf(const S& value) {
    const Slot slot = take_slots(1);
    scalar_leaves_.push_back(slot);
    if (journal_ != nullptr) [[unlikely]]
      journal_->note({.operation = "variable", .result = slot, .first_statement = Journal<S>::npos}, arena_.used());
    return scalar(value, slot);
  }

  /// Makes a node a variable of the user's: what arrives at its elements is gathered at the end of the sweep.
  void make_leaf(Node<S>& node) {
    node.is_leaf = true;
    add_record(new (arena_) detail::LeafRecord<S>{{}, &node});
  }

  /// Lets the adjoint of a matrix variable stand in the caller's memory: `gradient` holds as many numbers, in column
  /// order, and is complete after every backward(). With Store::add the first backward() adds to what stands there.
  template <class M>
  void bind(const Var<M>& variable, S* gradient, Store store = Store::assign) {
    Node<S>& node = *variable.handle().node;
    node.adjoint = gradient;
    node.is_bound = true;
    if (store == Store::add) node.covered_from = 0, node.covered_to = node.size();
  }

  void check(const Tape* tape, std::uint32_t epoch) const {
    if (tape != this) throw_other_tape();
    if (epoch != epoch_) throw_cleared();
  }

  /// The scalar variable an element of a matrix is. It takes no node and no record of its own.
  GRADUS_INLINE Var<S> element(const MatrixHandle<S>& matrix, Index i, Index j) {
    const Index position = matrix.layout.position(i, j);
    Tape* tape = this;
    Slot slot = matrix.slot;
    if (matrix.node != nullptr) [[likely]] {
      Slot slots = matrix.node->slots;
      if (slots == 0) [[unlikely]]
        slots = take_slots(matrix);
      slot = slots + static_cast<Slot>(position);
    } else if (slot == 0) {
      tape = nullptr;  // a constant goes with any tape
    }
    if constexpr (Number<S>)
      return {matrix.value[position], slot, tape, epoch_};
    else
      return {matrix.value.tape->element(matrix.value, i, j), slot, tape, epoch_};
  }

  /// Forgets the adjoints of the sweep before. None can be read until another is done.
  void begin_sweep(Retain retain);
  /// Prepares a sweep, calls seed() to put the first adjoint down, and sweeps.
  template <class Seed>
  void sweep_from(const Seed& seed, Retain retain);

  /// Whether the slot is that of a scalar variable of the user's.
  bool is_leaf(Slot slot) const { return std::binary_search(scalar_leaves_.begin(), scalar_leaves_.end(), slot); }
  /// Whether the adjoint in this slot is there to be read.
  bool is_kept(Slot slot) const { return sweep_ == Sweep::done && slot < swept_slots_ && (keeps_ || is_leaf(slot)); }
  bool is_kept(const Node<S>& node) const {
    return sweep_ == Sweep::done && (keeps_ || node.is_leaf) && adjoints_.holds(node);
  }
  /// The matrix that the scalar variable of this slot is an element of; null if it is of none.
  const Node<S>* matrix_of(Slot slot) const {
    const Node<S>* node = last_node_;
    while (node != nullptr && (node->slots == 0 || slot < node->slots || slot - node->slots >= node->size()))
      node = node->previous;
    return node;
  }
  const Adjoints<S>& adjoints() const { return adjoints_; }
  /// Makes a note in the node of where the value of a matrix stands, if a journal is kept.
  void note(const MatrixHandle<S>& matrix) {
    if (matrix.node == nullptr || journal_ == nullptr) return;
    // Of numbers, every view of the matrix tells where the whole of it stands.
    const bool is_whole = matrix.layout == Layout::dense(matrix.node->rows, matrix.node->cols);
    if (Number<S> || is_whole) matrix.node->value = matrix.value;
  }

  /// The adjoints or tangents of a sweep with several seeds: see vector_sweep.hpp.
  typename detail::LanesOf<S>::type& lanes() requires Number<S> { return lanes_; }
  const std::vector<Slot>& scalar_leaves() const { return scalar_leaves_; }

  // What stands on the tape, to be looked at.
  const Statements<S>& statements() const { return statements_; }
  /// Where the stream of statements ends.
  typename Statements<S>::Place end_of_statements() const { return {statements_.position(), slots_}; }
  Record<S>* last_record() const { return last_record_; }
  Slot slots() const { return slots_; }  // taken so far

 private:
  void forget_scalar_adjoints();
  void sweep();
  [[gnu::noinline]] void sweep_statements(typename Statements<S>::Place& place, std::size_t down_to);
  void sweep_with_journal();
  GRADUS_COLD void prepare_statement(S value);
  // Not marked cold: GCC 12 then takes what records an operation for cold, too.
  [[gnu::noinline]] void note(Record<S>* record) {
    const RecordView<S> seen = record->kind->look(*record);
    journal_->note({.operation = seen.operation,
                    .record = record,
                    .result = seen.result.slot,
                    .first_statement = record->statements},
                   arena_.used());
  }
  /// The slots of a matrix's elements, when the first one is asked for.
  GRADUS_COLD Slot take_slots(const MatrixHandle<S>& matrix) {
    Node<S>& node = *matrix.node;
    node.slots = take_slots(node.size());
    if constexpr (Number<S>) {
      settle(node);
      node.value = matrix.value;
    }
    return node.slots;
  }
  void deliver(const Var<S>& y, Node<S>& variable, GradientSink<S>& sink) requires Number<S>;

  Arena arena_;
  detail::Keeper kept_;  // in the arena
  Statements<S> statements_;
  Adjoints<S> adjoints_;
  std::vector<Slot> scalar_leaves_;  // ascending
  Record<S>* last_record_ = nullptr;
  Node<S>* last_node_ = nullptr;
  Inner inner_;
  Slot slots_ = 1;
  Slot swept_slots_ = 0;  // of them, those that the last sweep saw
  std::uint32_t epoch_ = 1;
  [[no_unique_address]] detail::Below<S> below_;
  std::unique_ptr<Journal<S>> journal_;
  [[no_unique_address]] typename detail::LanesOf<S>::type lanes_;
  [[no_unique_address]] typename detail::DeliveryOf<S>::type delivery_;
  bool keeps_ = false;  // the last sweep kept the adjoints of intermediate results
  enum class Sweep { none, interrupted, done } sweep_ = Sweep::none;
};

}  // namespace gradus

#include "journal_sweep.hpp"
#include "tape_sweep.hpp"
