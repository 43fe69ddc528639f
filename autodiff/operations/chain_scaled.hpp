// Pending values, and those of them that are an array shifted and scaled by numbers.
#pragma once

#include "elementwise.hpp"

namespace gradus::detail {

template <class S>
bool is_number(const MatrixHandle<S>& h) {
  return h.node == nullptr && h.layout.row_stride == 0 && h.layout.col_stride == 0;
}
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

/// What an array and a number give, in whichever order if that makes no difference; nothing of two arrays. `kept` are
/// a and b where they stay.
template <class S>
Scaled<S> scaled_by(kernels::WithNumber what, const MatrixHandle<S>& a, const MatrixHandle<S>& b,
                    const MatrixHandle<S> (&kept)[2]) {
  using kernels::WithNumber;
  const bool is_reversed = what != WithNumber::minus && !is_number(b);
  const MatrixHandle<S>&x = is_reversed ? b : a, &number = is_reversed ? a : b;
  if (!is_number(number) || is_number(x)) return {};
  const S by = number.value[number.layout.offset];
  const bool passes = number.is_constant() && !x.is_constant();
  if (what == WithNumber::minus) return {kept + is_reversed, {-by, S(1)}, passes};
  if (what == WithNumber::plus) return {kept + is_reversed, {by, S(1)}, passes};
  const Scaled<S>* const shifted = scaled_of(x);
  if (shifted == nullptr || shifted->numbers[1] != 1) return {kept + is_reversed, {no_shift<S>, by}, passes};
  return {shifted->x, {shifted->numbers[0], by}, shifted->passes && passes};
}

}  // namespace gradus::detail
