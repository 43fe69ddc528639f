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
Link link_of(const Tape<S>& tape, const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
  const bool is_binary = b.tape != nullptr;
  if (a.layout.size() == 0 || tape.journal() != nullptr || (a.is_constant() && b.is_constant())) return {};
  if (!is_link(a) || (is_binary && !is_link(b))) return {};
  int to_a = steps_to(a), to_b = is_binary ? steps_to(b) : 0;
  if (to_a + to_b >= most_steps) {
    settle(to_a >= to_b ? *a.node : *b.node);
    to_a = steps_to(a), to_b = is_binary ? steps_to(b) : 0;
  }
  return {true, to_a + to_b + 1};
}

template <Number S>
S total_of_chain(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
  Buffers<S> buffers(a.layout.size());
  Evaluation<S> evaluation(buffers);
  const ElementwiseKernel<S>* summed = &kernel;
  const MatrixHandle<S>*first = &a, *second = &b;
  // The sum of what a light operation gives: its value need not be put down first.
  if (kernel.is_unit[0] && b.tape == nullptr && is_pending(a) && record_of(*a.node).kernel->is_light &&
      !Prefix<S>(a, true).is_there()) {
    const auto& record = record_of(*a.node);
    summed = record.kernel;
    first = &record.operands[0], second = &record.operands[1];
  }
  const S* read[2] = {};
  const auto reading = evaluation.reading(*summed, *first, *second);
  S sum{};
  buffers.for_chunks(a.layout.size(), [&](Index from, Index n) {
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
