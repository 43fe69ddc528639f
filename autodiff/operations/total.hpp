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
/// operand's adjoint.
template <Number S>
struct LoneTotalRecord : ElementwiseRecord<S> {
  const kernels::TotalRuns<S>* runs;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<LoneTotalRecord&>(base);
    S& adjoint = tape.adjoints().scalars[record.result.slot];
    const S g = adjoint;
    if (!rules::needs_no_gate(g)) [[unlikely]]
      return ElementwiseRecord<S>::pull_alone(tape, record);
    if (!tape.retains()) adjoint = S(0);
    const S* const read[] = {&g, nullptr, first_of(record.operands[0]), first_of(record.operands[1])};
    if (record.varies(0)) record.contribute(tape.adjoints(), 0, read);
    if (record.varies(1)) record.contribute(tape.adjoints(), 1, read);
  }

  /// The runs for a sum of these operands; null if it is not such a one.
  static const kernels::TotalRuns<S>* runs_for(const Tape<S>& tape, const ElementwiseKernel<S>& kernel,
                                               const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
    const bool is_beside_number = b.tape != nullptr && is_number(b);
    const kernels::TotalRuns<S>& runs = is_beside_number ? kernel.total_beside_number : kernel.total;
    if (runs.forward == nullptr || tape.journal() != nullptr || !stands_alone(tape, a)) return nullptr;
    return b.tape == nullptr || is_beside_number || stands_alone(tape, b) ? &runs : nullptr;
  }

 private:
  void contribute(Adjoints<S>& adjoints, int i, const S* const* read) const {
    using kernels::Put;
    const MatrixHandle<S>& operand = this->operands[i];
    const Index n = this->seen.size();
    if (operand.node == nullptr) return runs->pull[i](n, &adjoints.scalars[operand.slot], read, Put::sum);
    const auto [block, store] = adjoints.dense_target(operand);
    if (store == Store::assign && this->kernel->is_unit[i])
      std::fill_n(block, n, *read[0]);
    else
      runs->pull[i](n, block, read, store == Store::assign ? Put::assign : Put::add);
  }
  // A record that a chain ends in can be pulled together with it, unless the operand is a variable of the user's.
  static bool stands_alone(const Tape<S>& tape, const MatrixHandle<S>& h) {
    if (!h.layout.is_dense() || h.layout.size() == 0) return false;
    if (h.node == nullptr) return !is_number(h);
    if (h.node->is_leaf) return true;
    const Record<S>* const last = tape.last_record();
    return h.node->pending == nullptr && last->kind->pull != ElementwiseRecord<S>::pull;
  }
};

}  // namespace detail

/// Σ f(a, b) over all elements; of which the caller may know the value.
template <class S>
Var<S> record_total(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& left, const MatrixHandle<S>& right,
                    const S* known = nullptr) {
  using Record = detail::ElementwiseRecord<S>;
  const MatrixHandle<S>*a = &left, *b = &right;
  Tape<S>& tape = bring_together(a, b);
  if (a->is_constant() && b->is_constant())
    return Var<S>(known != nullptr ? *known : detail::total_alone(kernel, *a, *b), 0, nullptr, 0);
  const Layout seen{0, a->layout.rows, a->layout.cols, 0, 0};
  const Slot slot = tape.take_slots(1);
  S value{};
  if (known != nullptr) value = *known;
  if constexpr (forms_chains<S>) {
    using Lone = detail::LoneTotalRecord<S>;
    if (const kernels::TotalRuns<S>* const runs = Lone::runs_for(tape, kernel, *a, *b)) {
      const S* const read[] = {detail::first_of(*a), detail::first_of(*b)};
      if (known == nullptr) runs->forward(seen.size(), &value, read, kernels::Put::sum);
      tape.add_record(new (tape.arena()) Lone{{{}, &kernel, {*a, *b}, seen, {}, {nullptr, slot}}, runs});
      return {value, slot, &tape, tape.epoch()};
    }
  }
  auto* const record = new (tape.arena()) Record{{}, &kernel, {*a, *b}, seen, {}, {nullptr, slot}};
  if constexpr (forms_chains<S>) detail::link(tape, *record, *a, *b);
  if (known == nullptr) {
    if constexpr (forms_chains<S>)
      value = record->link.is_chained ? detail::total_of_chain(*record) : detail::total_alone(kernel, *a, *b);
    else
      value = detail::total_alone(kernel, *a, *b);
  }
  tape.add_record(record);
  return tape.scalar(value, slot);
}

template <class S>
Var<S> total(const MatrixHandle<S>& x) {
  return record_total(kernel_of<rules::Copy, S>(), x, no_operand<S>);
}

}  // namespace gradus
