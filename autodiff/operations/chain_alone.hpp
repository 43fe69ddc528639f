// An elementwise record that is a chain by itself and reads only what is there: it takes no steps and no buffers.
#pragma once

#include "chain_scaled.hpp"

namespace gradus::detail {

/// Whether the elements stand in memory, one after the other.
template <class S>
bool is_there(const MatrixHandle<S>& h) {
  return !is_pending(h) && !is_number(h);
}

/// Whether the record may be pulled together with `last`, a later one.
template <class S>
bool may_join(const Record<S>* base, const ElementwiseRecord<S>& last) {
  if (base == nullptr || base->kind != last.kind || base->statements != last.statements) return false;
  const auto& record = static_cast<const ElementwiseRecord<S>&>(*base);
  const Node<S>* const node = record.result.node;
  return record.link.is_chained && node != nullptr && node->size() == last.seen.size() && !node->has_adjoint() &&
         node->slots == 0;
}

/// The forward run of a record and what it reads; null if that is not there.
template <class S>
kernels::Run<S> direct_forward(const ElementwiseRecord<S>& record, const S* (&read)[2]) {
  const auto& [a, b] = record.operands;
  if (const Scaled<S>* const prefix = record.link.prefix; prefix != nullptr) {
    if (!is_there(*prefix->x)) return nullptr;
    read[0] = first_of(*prefix->x), read[1] = prefix->numbers;
    return record.kernel->prefixed.forward;
  }
  const bool is_binary = b.tape != nullptr;
  if (!is_there(a) || (is_binary && !is_there(b))) return nullptr;
  read[0] = first_of(a), read[1] = is_binary ? first_of(b) : nullptr;
  return record.kernel->forward;
}

/// One contribution of a record to an operand, read from what is there.
template <class S>
struct DirectPull {
  kernels::Run<S> run = nullptr;  // null of none
  bool spreads;                   // the adjoint of a sum, which is one number, is all that it is
  const MatrixHandle<S>* to;
  const S* read[kernels::most_operands];

  /// False if it is to be computed otherwise. g: the adjoint of the record, which is one number if it is a sum.
  bool prepare(const ElementwiseRecord<S>& record, int i, const S* g) {
    if (!record.varies(i)) return true;
    const ElementwiseKernel<S>& kernel = *record.kernel;
    const Reads& reads = kernel.reads[i];
    const Scaled<S>* const prefix = i == 0 && record.link.passes() ? record.link.prefix : nullptr;
    to = prefix != nullptr ? prefix->x : &record.operands[i];
    const bool may_lead_on = to->node != nullptr && !to->node->is_leaf;
    if (may_lead_on && (to->node->pending != nullptr || may_join(record.previous, record))) return false;
    const Node<S>* const result = record.result.node;
    if (reads.result && result != nullptr && result->pending != nullptr) return false;
    read[0] = g, read[1] = record.y;
    if (prefix != nullptr) {
      if (!is_there(*prefix->x)) return false;
      read[2] = first_of(*prefix->x), read[3] = prefix->numbers;
    } else {
      for (int k = 0; k < 2; ++k) {
        if (reads.operands[k] && !is_there(record.operands[k])) return false;
        read[2 + k] = first_of(record.operands[k]);
      }
    }
    const auto of_number = prefix != nullptr ? kernel.prefixed.number_pull : kernel.total.pull[i];
    const auto of_matrix = prefix != nullptr ? kernel.prefixed.pull : kernel.pull[i];
    run = result == nullptr ? of_number : of_matrix;
    spreads = result == nullptr && prefix == nullptr && kernel.is_unit[i];
    return result != nullptr || (run != nullptr && rules::needs_no_gate(*g) &&
                                 (prefix == nullptr || rules::needs_no_gate(prefix->numbers[1])));
  }
  void execute(Tape<S>& tape, Index n) const {
    if (run == nullptr) return;
    const Target<S> target = tape.adjoints().target(*to);
    if (to->node == nullptr)
      run(n, target.view.data, read, kernels::Put::sum);
    else if (target.store == Store::add)
      run(n, target.view.data, read, kernels::Put::add);
    else if (spreads)
      std::fill_n(target.view.data, n, *read[0]);
    else
      run(n, target.view.data, read, kernels::Put::assign);
  }
};

/// Pulls a record that no other joins, if all that it reads is there; does nothing and returns false otherwise.
template <class S>
bool pull_directly(Tape<S>& tape, const ElementwiseRecord<S>& record, const S* g) {
  DirectPull<S> pulls[2];
  for (int i = 0; i < 2; ++i)
    if (!pulls[i].prepare(record, i, g)) return false;
  for (const auto& pull : pulls) pull.execute(tape, record.seen.size());
  return true;
}

}  // namespace gradus::detail
