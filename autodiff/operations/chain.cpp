// How chains of elementwise operations are evaluated and pulled.
#include "chain.hpp"

#include "chain_pull.hpp"

namespace gradus {

namespace detail {

namespace {

/// Whether the elements stand one after the other, or are one number.
template <class S>
bool is_link(const MatrixHandle<S>& h) {
  return h.layout.is_dense() || is_number(h);
}

/// Steps to the value of an operand. What is pending is evaluated where the operand is only a part of it.
template <class S>
int steps_to(const MatrixHandle<S>& h) {
  if (h.node == nullptr || h.node->pending == nullptr) return 0;
  if (is_whole(h)) return record_of(*h.node).link.steps;
  settle(*h.node);
  return 0;
}

}  // namespace

template <Number S>
void link(const Tape<S>& tape, ElementwiseRecord<S>& record, const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
  const ElementwiseKernel<S>& kernel = *record.kernel;
  const bool is_binary = b.tape != nullptr;
  if (a.layout.size() == 0 || tape.journal() != nullptr) return;
  if (!is_link(a) || (is_binary && !is_link(b))) return;
  int to_a = steps_to(a), to_b = is_binary ? steps_to(b) : 0;
  if (to_a + to_b >= most_steps) {
    settle(to_a >= to_b ? *a.node : *b.node);
    to_a = steps_to(a), to_b = is_binary ? steps_to(b) : 0;
  }
  if (record.result.node != nullptr) record.result.node->pending = &record;
  record.link.is_chained = true;
  record.link.steps = to_a + to_b + 1;
  if (to_a > 0 && kernel.prefixed.forward != nullptr) record.link.prefix = scaled_of(a);
  if (kernel.with_number != kernels::WithNumber::something_else)
    scale_by(record.link.scaled, kernel.with_number, a, b, record.operands);
}

template <Number S>
S total_of_chain(const ElementwiseRecord<S>& record) {
  const auto& [a, b] = record.operands;
  const Index size = record.seen.size();
  Buffers<S> buffers(size);
  Evaluation<S> evaluation(buffers);
  // The sum of what a light operation gives: its value need not be put down first.
  const bool is_plain_sum = record.kernel->is_unit[0] && b.tape == nullptr && record.link.prefix == nullptr;
  const bool is_of_light = is_plain_sum && is_pending(a) && record_of(*a.node).kernel->is_light;
  const auto reading = evaluation.reading(is_of_light ? record_of(*a.node) : record);
  const S* read[2] = {};
  S sum{};
  buffers.for_chunks(size, [&](Index from, Index n) {
    evaluation.run(from, n);
    read[0] = reading.a.from(from), read[1] = reading.b.from(from);
    reading.forward(n, &sum, read, kernels::Put::sum);
  });
  return sum;
}

template <Number S>
void pull_chain(Tape<S>& tape, ElementwiseRecord<S>& last) {
  S scalar;
  View<const S> g;
  if (!take_adjoint(tape, last.result, scalar, g, last.seen)) return;
  const Index size = last.seen.size();
  Buffers<S> buffers(size);
  Pull<S> pull(tape, buffers, last, last.result.node == nullptr ? &scalar : g.data);
  buffers.for_chunks(size, [&](Index from, Index n) { pull.run(from, n); });
  give_back(tape, last.result);
}

GRADUS_CHAINS(template, float)
GRADUS_CHAINS(template, double)

}  // namespace detail

template <Number S>
void evaluate_pending(Node<S>& node) {
  auto& record = detail::record_of(node);
  detail::Buffers<S> buffers(node.size());
  detail::Evaluation<S> evaluation(buffers);
  evaluation.keep(record);
  buffers.for_chunks(node.size(), [&](Index from, Index n) { evaluation.run(from, n); });
}
template void evaluate_pending(Node<float>&);
template void evaluate_pending(Node<double>&);

}  // namespace gradus
