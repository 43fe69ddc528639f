// Pending values, and those of them that are an array shifted and scaled by numbers.
#pragma once

#include "elementwise.hpp"

namespace gradus::detail {

/// Whether it is all of its node, in the same order.
template <class S>
bool is_whole(const MatrixHandle<S>& h) {
  return h.layout.offset == 0 && h.layout.is_dense() && h.layout.size() == h.node->size();
}
template <class S>
bool is_pending(const MatrixHandle<S>& h) {
  return h.node != nullptr && h.node->pending != nullptr;
}
template <class S>
ElementwiseRecord<S>& record_of(const Node<S>& node) {
  return static_cast<ElementwiseRecord<S>&>(*node.pending);
}

/// What the operand is, if it is pending; null if it is not that.
template <class S>
const Scaled<S>* scaled_of(const MatrixHandle<S>& operand) {
  if (!is_pending(operand) || !is_whole(operand)) return nullptr;
  const Scaled<S>& scaled = record_of(*operand.node).link.scaled;
  return scaled.x != nullptr ? &scaled : nullptr;
}

/// Changes nothing, not even the sign of a zero.
template <class S>
inline constexpr S no_shift(-0.0);

/// Fills in what an array and a number give, in whichever order if that makes no difference; nothing of two arrays.
/// `kept` are a and b where they stay. Member by member: a whole one, just written, would have to be waited for.
template <class S>
void scale_by(Scaled<S>& result, kernels::WithNumber what, const MatrixHandle<S>& a, const MatrixHandle<S>& b,
              const MatrixHandle<S> (&kept)[2]) {
  using kernels::WithNumber;
  const bool is_reversed = what != WithNumber::minus && !is_number(b);
  const MatrixHandle<S>&x = is_reversed ? b : a, &number = is_reversed ? a : b;
  if (!is_number(number) || is_number(x)) return;
  const S by = number.value[number.layout.offset];
  result.x = kept + is_reversed;
  result.numbers[0] = what == WithNumber::minus ? -by : by;
  result.numbers[1] = S(1);
  result.passes = number.is_constant() && !x.is_constant();
  if (what != WithNumber::times) return;
  const Scaled<S>* const shifted = scaled_of(x);
  const bool goes_on = shifted != nullptr && shifted->numbers[1] == 1;
  result.numbers[0] = goes_on ? shifted->numbers[0] : no_shift<S>;
  result.numbers[1] = by;
  if (!goes_on) return;
  result.x = shifted->x;
  result.passes = shifted->passes && result.passes;
}

}  // namespace gradus::detail
