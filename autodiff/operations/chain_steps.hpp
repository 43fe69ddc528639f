// The evaluation of chains of elementwise operations: what is done to every chunk of elements.
#pragma once

#include "chain_scaled.hpp"

namespace gradus::detail {

inline constexpr Index chunk = 512;  // elements at a time

inline constexpr int most_steps = 8;       // to the value of one record
inline constexpr int most_evaluated = 12;  // for the pull of several

/// Where a step finds a chunk: further on in memory, or always in the same buffer.
template <class S>
struct Source {
  S* at;       // null of a matrix that is not read
  Index step;  // 1: further on, 0: in the same place

  S* from(Index first) const { return at + step * first; }
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
    return {all, 0};
  }
  /// Calls f(from, n) for all elements: for all of them at once if there are no buffers.
  template <class F>
  void for_chunks(Index size, const F& f) const {
    const Index step = used_ == 0 ? size : chunk;
    for (Index from = 0; from < size; from += step) f(from, std::min(step, size - from));
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

  /// What a kernel runs on to read its operands: on the first one without its prefix, if it knows how.
  struct Reading {
    kernels::Run<S> forward;
    Source<const S> a, b;
  };
  Reading reading(const ElementwiseRecord<S>& record) {
    const auto& kernel = *record.kernel;
    if (const Scaled<S>* const prefix = record.link.prefix; prefix != nullptr)
      return {kernel.prefixed.forward, source(*prefix->x), {prefix->numbers, 0}};
    return {kernel.forward, source(record.operands[0]), source(record.operands[1])};
  }

  /// Where an operand's chunks are, once the steps have run on them.
  Source<const S> source(const MatrixHandle<S>& h) {
    if (h.tape == nullptr) return {};
    if (is_pending(h)) return value(record_of(*h.node));
    const S* const data = h.value + h.layout.offset;
    return is_number(h) ? filled(data) : Source<const S>{data, 1};
  }
  /// The same of the result of a record.
  Source<const S> result(ElementwiseRecord<S>& record) {
    if (record.y == nullptr) return {};  // of a sum, whose elements are not kept
    if (record.result.node->pending != nullptr) return value(record);
    return {record.y, 1};
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
    const Reading read_in = reading(record);
    const Source<S> y = keep ? Source<S>{const_cast<S*>(record.y), 1} : Source<S>{buffers_.take(), 0};
    if (keep) record.result.node->pending = nullptr;
    steps_[count_++] = {read_in.forward, read_in.a, read_in.b, y, &record};
    return read(y);
  }
  static Source<const S> read(const Source<S>& y) { return {y.at, y.step}; }
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
