// Softmax cross-entropy of recorded numbers, and its slope along a tangent: one record each.
#pragma once

#include "../autodiff/autodiff.hpp"
#include "kernels/cross_entropy.hpp"

namespace gradus::nn::detail {

using gradus::detail::take_adjoint;

template <class S>
struct CrossEntropyRecord : Record<S> {
  MatrixHandle<S> logits;  // dense
  const S* probabilities;
  const int* labels;
  Slot result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& r = static_cast<CrossEntropyRecord&>(base);
    S g;
    View<const S> unused;
    if (!take_adjoint(tape, {nullptr, r.result}, g, unused, Layout{})) return;
    const Target<S> target = tape.adjoints().target(r.logits);
    kernels::pull_softmax_cross_entropy(target.view, target.store, r.probabilities, r.labels,
                                        g / static_cast<S>(r.logits.layout.cols));
  }
  static RecordView<S> look(Record<S>& base) {
    auto& r = static_cast<CrossEntropyRecord&>(base);
    return {"softmax_cross_entropy", {&r.logits, 1}, {}, {nullptr, r.result}};
  }
};

template <class S>
struct CrossEntropySlopeRecord : Record<S> {
  MatrixHandle<S> operands[2];  // logits and their tangent, both dense
  const S* probabilities;
  const int* labels;
  Slot result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& r = static_cast<CrossEntropySlopeRecord&>(base);
    const auto& [z, z_dot] = r.operands;
    S g;
    View<const S> unused;
    if (!take_adjoint(tape, {nullptr, r.result}, g, unused, Layout{})) return;
    const S share = g / static_cast<S>(z.layout.cols);
    if (!z_dot.is_constant()) {
      const Target<S> target = tape.adjoints().target(z_dot);
      kernels::pull_softmax_cross_entropy(target.view, target.store, r.probabilities, r.labels, share);
    }
    if (!z.is_constant()) {
      const Target<S> target = tape.adjoints().target(z);
      kernels::pull_softmax_slope(target.view, target.store, r.probabilities, numbers(z_dot).data, share);
    }
  }
  static RecordView<S> look(Record<S>& base) {
    auto& r = static_cast<CrossEntropySlopeRecord&>(base);
    return {"softmax_cross_entropy_slope", r.operands, {}, {nullptr, r.result}};
  }
};

/// A loss, and what its derivatives want to know.
template <class S>
struct RecordedCrossEntropy {
  Var<S> loss;
  const S* probabilities;  // on the tape
  const int* labels;       // the same
};

/// The loss of the logits, with checked labels that stay where they are as long as the tape needs them.
template <class S>
RecordedCrossEntropy<S> record_cross_entropy(const MatrixHandle<S>& logits, const int* labels) {
  Tape<S>& tape = *logits.tape;
  const MatrixHandle<S>& z = dense(logits);
  S* const p = tape.arena().template allocate_array<S>(z.layout.size());
  const View<S> probabilities(p, Layout::dense(z.layout.rows, z.layout.cols));
  const S sum = kernels::softmax_cross_entropy(probabilities, numbers(z).data, labels);
  const S loss = sum / static_cast<S>(z.layout.cols);
  if (z.is_constant()) return {Var<S>(loss, 0, nullptr, 0), p, labels};
  const Slot slot = tape.take_slots(1);
  tape.add_record(new (tape.arena()) CrossEntropyRecord<S>{{}, z, p, labels, slot});
  return {tape.scalar(loss, slot), p, labels};
}
// Compiled once, in the library.
extern template RecordedCrossEntropy<float> record_cross_entropy(const MatrixHandle<float>&, const int*);
extern template RecordedCrossEntropy<double> record_cross_entropy(const MatrixHandle<double>&, const int*);

/// The same with a copy of the labels.
template <class S, class Labels>
requires EigenDense<Labels> RecordedCrossEntropy<S> record_cross_entropy(const MatrixHandle<S>& logits,
                                                                         const Labels& labels) {
  int* const kept = logits.tape->arena().template allocate_array<int>(labels.size());
  for (Index j = 0; j < labels.size(); ++j) kept[j] = static_cast<int>(labels[j]);
  return record_cross_entropy(logits, static_cast<const int*>(kept));
}

/// ⟨∇loss(z), ż⟩ with ∇loss = (softmax(z) − one-hot)/samples.
template <class S, class Tangent>
Var<S> record_cross_entropy_slope(const RecordedCrossEntropy<S>& loss, const MatrixHandle<S>& logits,
                                  const Tangent& tangent) {
  Tape<S>& tape = *logits.tape;
  const MatrixHandle<S>&z = dense(logits), &z_dot = dense(gradus::detail::operand(tape, tangent));
  const View<const S> probabilities(loss.probabilities, Layout::dense(z.layout.rows, z.layout.cols));
  const S sum = kernels::softmax_cross_entropy_slope(probabilities, numbers(z_dot).data, loss.labels);
  const S slope = sum / static_cast<S>(z.layout.cols);
  if (z.is_constant() && z_dot.is_constant()) return Var<S>(slope, 0, nullptr, 0);
  const Slot slot = tape.take_slots(1);
  using R = CrossEntropySlopeRecord<S>;
  tape.add_record(new (tape.arena()) R{{}, {z, z_dot}, loss.probabilities, loss.labels, slot});
  return tape.scalar(slope, slot);
}

}  // namespace gradus::nn::detail
