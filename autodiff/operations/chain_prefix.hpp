// What comes before an operation and costs no pass of its own: a shift and a scaling by numbers.
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

/// (x + shift)·scale: two pending operations, or the one or the other, of an array and a number each. A kernel that
/// can reads x and does both itself, with the same roundings.
template <class S>
class Prefix {
 public:
  /// What the handle says, if it is that and wanted.
  Prefix(const MatrixHandle<S>& h, bool is_wanted) : x_(&h) {
    using kernels::WithNumber;
    if (!is_wanted || !is_pending(h)) return;
    if (const S* const by = step_back(WithNumber::times)) numbers_[1] = *by;
    if (const S* const by = step_back(WithNumber::plus))
      numbers_[0] = *by;
    else if (const S* const less = step_back(WithNumber::minus))
      numbers_[0] = -*less;
  }

  bool is_there() const { return count_ > 0; }
  const MatrixHandle<S>& x() const { return *x_; }
  /// Shift and scale, for the kernel.
  const S* numbers() const { return numbers_; }
  /// Whether all its records fulfil the condition.
  template <class Condition>
  bool all_of(const Condition& condition) const {
    return std::all_of(records_, records_ + count_, condition);
  }

 private:
  const S* step_back(kernels::WithNumber what) {
    if (!is_pending(*x_) || !is_whole(*x_)) return nullptr;
    const ElementwiseRecord<S>& record = record_of(*x_->node);
    if (record.kernel->with_number != what) return nullptr;
    // A sum or product may have the number first.
    const int i = is_number(record.operands[1]) || what == kernels::WithNumber::minus ? 1 : 0;
    if (!is_number(record.operands[i]) || is_number(record.operands[1 - i])) return nullptr;
    records_[count_++] = &record;
    x_ = &record.operands[1 - i];
    return record.operands[i].value + record.operands[i].layout.offset;
  }

  const MatrixHandle<S>* x_;
  const ElementwiseRecord<S>* records_[2];
  int count_ = 0;
  S numbers_[2] = {S(-0.0), S(1)};  // what changes nothing, not even the sign of a zero
};

}  // namespace gradus::detail
