// The evaluation of chains of elementwise operations: what is done to every chunk of elements.
#pragma once

#include "elementwise.hpp"

namespace gradus::detail {

inline constexpr Index chunk = 256;  // elements at a time

inline constexpr int most_steps = 8;       // to the value of one record
inline constexpr int most_evaluated = 12;  // for the pull of several

template <class F>
void for_chunks(Index size, const F& f) {
  for (Index from = 0; from < size; from += chunk) f(from, std::min(chunk, size - from));
}

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

/// Where a step finds a chunk: further on in memory, or always in the same buffer.
template <class S>
struct Source {
  S* at;  // null of a matrix that is not read
  bool moves;

  S* from(Index first) const { return moves ? at + first : at; }
};

/// Memory for chunks, near the processor.
template <class S>
class Buffers {
 public:
  explicit Buffers(Index size) : length_(std::min(chunk, size)) {}

  S* take() { return memory_[used_++]; }
  Source<const S> filled(const S& number) {
    S* const all = take();
    std::fill_n(all, length_, number);
    return {all, false};
  }

 private:
  static constexpr int most = 5 * most_evaluated;
  alignas(64) S memory_[most][chunk];
  Index length_;
  int used_ = 0;
};

/// The evaluation of pending values, the operands of an operation before its result.
template <class S>
class Evaluation {
 public:
  explicit Evaluation(Buffers<S>& buffers) : buffers_(buffers) {}

  /// Where an operand's chunks are, once the steps have run on them.
  Source<const S> source(const MatrixHandle<S>& h) {
    if (h.tape == nullptr) return {nullptr, false};
    if (is_pending(h)) return value(record_of(*h.node));
    const S* const data = h.value + h.layout.offset;
    return is_number(h) ? filled(data) : Source<const S>{data, true};
  }
  /// The same of the result of a record.
  Source<const S> result(ElementwiseRecord<S>& record) {
    if (record.y == nullptr) return {nullptr, false};  // of a sum, whose elements are not kept
    if (record.result.node->pending != nullptr) return value(record);
    return {record.y, true};
  }
  /// Puts the result of a record down where its handle says.
  void keep(ElementwiseRecord<S>& record) { add(record, true); }

  void run(Index from, Index n) const {
    for (int k = 0; k < count_; ++k) {
      const Step& step = steps_[k];
      const S* const read[] = {step.a.from(from), step.b.from(from)};
      step.forward(n, step.y.from(from), read, kernels::Put::assign);
    }
  }

 private:
  struct Step {
    kernels::Run<S> forward;
    Source<const S> a, b;
    Source<S> y;
    const ElementwiseRecord<S>* record;
  };

  Source<const S> value(ElementwiseRecord<S>& record) {
    for (int k = 0; k < count_; ++k)
      if (steps_[k].record == &record) return read(steps_[k].y);
    return add(record, !record.kernel->is_light);
  }
  Source<const S> add(ElementwiseRecord<S>& record, bool keep) {
    const Source<const S> a = source(record.operands[0]), b = source(record.operands[1]);
    const Source<S> y = keep ? Source<S>{const_cast<S*>(record.y), true} : Source<S>{buffers_.take(), false};
    if (keep) record.result.node->pending = nullptr;
    steps_[count_++] = {record.kernel->forward, a, b, y, &record};
    return read(y);
  }
  static Source<const S> read(const Source<S>& y) { return {y.at, y.moves}; }
  Source<const S> filled(const S* number) {
    for (int k = 0; k < numbers_; ++k)
      if (number_[k] == number) return filled_[k];
    number_[numbers_] = number;
    return filled_[numbers_++] = buffers_.filled(*number);
  }

  Buffers<S>& buffers_;
  Step steps_[most_evaluated];
  int count_ = 0;
  const S* number_[2 * most_evaluated];
  Source<const S> filled_[2 * most_evaluated];
  int numbers_ = 0;
};

}  // namespace gradus::detail
