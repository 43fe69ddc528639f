// Sums of elementwise operations over all elements.
#pragma once

#include "elementwise.hpp"

namespace gradus {

namespace detail {

/// Σ f(a, b) of whatever lies there.
template <class S>
S total_alone(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
  if constexpr (Number<S>) {
    S value{};
    const View<const S> read[] = {numbers(a), numbers(b)};
    kernels::elementwise(kernel.forward, View<S>(&value, a.layout.rows, a.layout.cols, 0, 0), Store::add, read, 2);
    return value;
  } else {
    return kernel.total(a.value, b.value);
  }
}

/// The sum of operands that stand in memory, which no chain leads to: two runs, one for the value and one for each
/// operand's adjoint. What that takes of the operands, and no more, for it is recorded in the time of a few additions;
/// all else is done by an elementwise record, made when it is needed.
template <Number S>
class LoneTotalRecord : public Record<S> {
 public:
  LoneTotalRecord(Tape<S>& tape, const ElementwiseKernel<S>& kernel, const kernels::TotalRuns<S>& runs,
                  const MatrixHandle<S>& a, const MatrixHandle<S>& b, Slot result)
      : tape_(&tape),
        kernel_(&kernel),
        runs_(&runs),
        rows_(a.layout.rows),
        cols_(a.layout.cols),
        result_(result),
        operands_{a, b} {}

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<LoneTotalRecord&>(base);
    S& adjoint = tape.adjoints().scalars[record.result_];
    const S g = adjoint;
    if (!rules::needs_no_gate(g)) [[unlikely]]
      return Whole::pull_alone(tape, record.whole());
    if (!tape.retains()) adjoint = S(0);
    const Operand &a = record.operands_[0], &b = record.operands_[1];
    const S* const read[] = {&g, nullptr, a.first, b.first};
    if (a.varies() && record.kernel_->active[0]) record.contribute(tape.adjoints(), 0, read);
    if (b.varies() && record.kernel_->active[1]) record.contribute(tape.adjoints(), 1, read);
  }
  static void pull_lanes(Lanes<S>& lanes, Record<S>& base) {
    Whole::pull_lanes(lanes, static_cast<LoneTotalRecord&>(base).whole());
  }
  static void push_lanes(Lanes<S>& lanes, Record<S>& base) {
    Whole::push_lanes(lanes, static_cast<LoneTotalRecord&>(base).whole());
  }
  static RecordView<S> look(Record<S>& base) { return Whole::look(static_cast<LoneTotalRecord&>(base).whole()); }

  /// The runs for a sum of these operands; null if it is not such a one.
  static const kernels::TotalRuns<S>* runs_for(const Tape<S>& tape, const ElementwiseKernel<S>& kernel,
                                               const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
    const bool is_beside_number = b.tape != nullptr && is_number(b);
    const kernels::TotalRuns<S>& runs = is_beside_number ? kernel.total_beside_number : kernel.total;
    if (runs.forward == nullptr || tape.journal() != nullptr || !stands_alone(tape, a)) return nullptr;
    return b.tape == nullptr || is_beside_number || stands_alone(tape, b) ? &runs : nullptr;
  }

 private:
  using Whole = ElementwiseRecord<S>;

  /// A dense part of a node or of a constant; or a number, with a slot if it varies; or none, without elements.
  struct Operand {
    Node<S>* node;
    const S* first;
    Index offset;
    Slot slot;

    Operand(const MatrixHandle<S>& h) : node(h.node), first(first_of(h)), offset(h.layout.offset), slot(h.slot) {}
    bool varies() const { return node != nullptr || slot != 0; }
  };

  void contribute(Adjoints<S>& adjoints, int i, const S* const* read) const {
    using kernels::Put;
    const Operand& operand = operands_[i];
    const Index n = rows_ * cols_;
    if (operand.node == nullptr) return runs_->pull[i](n, &adjoints.scalars[operand.slot], read, Put::sum);
    const auto [block, store] = adjoints.dense_target(*operand.node, operand.offset, n);
    if (store == Store::assign && kernel_->is_unit[i])
      std::fill_n(block, n, *read[0]);
    else
      runs_->pull[i](n, block, read, store == Store::assign ? Put::assign : Put::add);
  }
  // A record that a chain ends in can be pulled together with it, unless the operand is a variable of the user's.
  static bool stands_alone(const Tape<S>& tape, const MatrixHandle<S>& h) {
    if (!h.layout.is_dense() || h.layout.size() == 0) return false;
    if (h.node == nullptr) return !is_number(h);
    if (h.node->is_leaf) return true;
    const Record<S>* const last = tape.last_record();
    return h.node->pending == nullptr && last->kind->pull != Whole::pull;
  }
  MatrixHandle<S> handle(int i) const {
    const Operand& operand = operands_[i];
    if (operand.first == nullptr) return {};
    const bool is_number = operand.node == nullptr && runs_ == &kernel_->total_beside_number && i == 1;
    const Layout layout =
        is_number ? Layout{operand.offset, rows_, cols_, 0, 0} : Layout{operand.offset, rows_, cols_, 1, rows_};
    return {tape_, operand.node, operand.first - operand.offset, layout, operand.slot, tape_->epoch()};
  }
  Whole& whole() {
    if (whole_ == nullptr)
      whole_ = new (tape_->arena())
          Whole{{}, kernel_, {handle(0), handle(1)}, Layout{0, rows_, cols_, 0, 0}, {}, {nullptr, result_}};
    return *whole_;
  }

  Tape<S>* tape_;
  const ElementwiseKernel<S>* kernel_;
  const kernels::TotalRuns<S>* runs_;
  Index rows_, cols_;
  Slot result_;
  Operand operands_[2];
  Whole* whole_ = nullptr;
};

/// Any other sum, or a sum in a chain.
template <class S>
[[gnu::noinline]] Var<S> record_any_total(Tape<S>& tape, const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& a,
                                          const MatrixHandle<S>& b, const S* known) {
  using Record = ElementwiseRecord<S>;
  const Slot slot = tape.take_slots(1);
  const Layout seen{0, a.layout.rows, a.layout.cols, 0, 0};
  auto* const record = new (tape.arena()) Record{{}, &kernel, {a, b}, seen, {}, {nullptr, slot}};
  if constexpr (forms_chains<S>) link(tape, *record, a, b);
  S value{};
  if (known != nullptr)
    value = *known;
  else if constexpr (forms_chains<S>)
    value = record->link.is_chained ? total_of_chain(*record) : total_alone(kernel, a, b);
  else
    value = total_alone(kernel, a, b);
  tape.add_record(record);
  return tape.scalar(value, slot);
}

}  // namespace detail

/// Σ f(a, b) over all elements; of which the caller may know the value.
template <class S>
Var<S> record_total(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& left, const MatrixHandle<S>& right,
                    const S* known = nullptr) {
  const MatrixHandle<S>*a = &left, *b = &right;
  Tape<S>& tape = bring_together(a, b);
  if (a->is_constant() && b->is_constant())
    return Var<S>(known != nullptr ? *known : detail::total_alone(kernel, *a, *b), 0, nullptr, 0);
  if constexpr (forms_chains<S>) {
    using Lone = detail::LoneTotalRecord<S>;
    if (const kernels::TotalRuns<S>* const runs = Lone::runs_for(tape, kernel, *a, *b)) {
      // First the value: reading right after much was written takes longer where addresses end alike.
      S value{};
      const S* const read[] = {detail::first_of(*a), detail::first_of(*b)};
      if (known == nullptr)
        runs->forward(a->layout.size(), &value, read, kernels::Put::sum);
      else
        value = *known;
      const Slot slot = tape.take_slots(1);
      tape.add_record(new (tape.arena()) Lone(tape, kernel, *runs, *a, *b, slot));
      return {value, slot, &tape, tape.epoch()};
    }
  }
  return detail::record_any_total(tape, kernel, *a, *b, known);
}

template <class S>
Var<S> total(const MatrixHandle<S>& x) {
  return record_total(kernel_of<rules::Copy, S>(), x, no_operand<S>);
}

}  // namespace gradus
