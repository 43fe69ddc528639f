// During a sweep: which parts of a variable's adjoint are complete, and handing them over.
#pragma once

#include <algorithm>
#include <vector>

#include "gradient_sink.hpp"
#include "handle.hpp"

namespace gradus {

/// Positions [from, to).
struct Interval {
  Index from = 0, to = 0;
  Index size() const { return to - from; }
};

/// Disjoint intervals in ascending order.
class IntervalSet {
 public:
  /// False if any of the positions was there before.
  bool insert(const Interval& added) {
    const auto first =
        std::partition_point(all_.begin(), all_.end(), [&](const Interval& i) { return i.to < added.from; });
    auto last = first;
    Interval merged = added;
    bool is_new = true;
    for (; last != all_.end() && last->from <= added.to; ++last) {
      is_new = is_new && (last->to == added.from || last->from == added.to);
      merged = {std::min(merged.from, last->from), std::max(merged.to, last->to)};
    }
    if (first == last)
      all_.insert(first, merged);
    else
      *first = merged, all_.erase(first + 1, last);
    return is_new;
  }
  /// Calls f for the gaps in [0, size).
  template <class F>
  void for_each_gap(Index size, F&& f) const {
    Index from = 0;
    for (const Interval& i : all_) {
      if (from < i.from) f(Interval{from, i.from});
      from = i.to;
    }
    if (from < size) f(Interval{from, size});
  }
  void clear() { all_.clear(); }

 private:
  std::vector<Interval> all_;
};

/// One sweep's delivery of the adjoint of one variable to a sink. What an operand contributes is the last that reaches
/// its positions if no record before it in the program, which the sweep comes to later, uses any of them.
template <Number S>
class Delivery {
 public:
  /// Whether a part of the variable may be complete before the sweep has ended.
  bool is_watching() const { return is_watching_; }
  GradientSink<S>& sink() { return *sink_; }

  /// Marks the operands that complete a part of the variable. `last` is the last record of the tape.
  void begin(Record<S>* last, Node<S>& variable, GradientSink<S>& sink) {
    sink_ = &sink;
    variable_ = &variable;
    done_.clear();
    pending_ = {};
    // What arrives at single elements is gathered at the end of the sweep, and little waits for it as well.
    is_watching_ = variable.slots == 0 && variable.size() >= worth_a_look;
    if (!is_watching_) return;
    uses_.clear();
    for (Record<S>* record = last; record != nullptr; record = record->previous) {
      const RecordView<S> seen = record->kind->look(*record);
      for (std::size_t i = seen.operands.size(); i-- > 0;)
        if (seen.operands[i].node == &variable && seen.operands[i].layout.size() > 0)
          uses_.push_back(&seen.operands[i]);
    }
    used_.clear();
    for (std::size_t i = uses_.size(); i-- > 0;) {
      const Layout& at = uses_[i]->layout;
      const bool first = used_.insert(positions(at));
      uses_[i]->completes = first && (at.is_dense() || at.transpose().is_dense());
    }
  }

  /// After a record was pulled: what it completed, unless that is streamed already or the record had nothing to give.
  void after(Record<S>& record) {
    for (MatrixHandle<S>& operand : record.kind->look(record).operands) {
      if (!operand.completes) continue;
      operand.completes = false;
      const Interval part = positions(operand.layout);
      if (variable_->covered_from <= part.from && part.to <= variable_->covered_to) add(part);
    }
  }

  /// The operand's part has gone to the sink without being stored.
  void streamed(MatrixHandle<S>& operand) {
    operand.completes = false;
    done_.insert(positions(operand.layout));
  }

  /// After the sweep: what is left.
  void end() {
    flush();
    done_.for_each_gap(variable_->size(), [&](const Interval& gap) { take(gap); });
    abandon();
  }
  /// After a sweep that was broken off.
  void abandon() { sink_ = nullptr, is_watching_ = false; }

 private:
  static constexpr Index worth_a_look = 8192;
  static constexpr Index worth_a_call = 2048;  // smaller parts wait for their neighbours

  static Interval positions(const Layout& at) { return {at.offset, at.position(at.rows - 1, at.cols - 1) + 1}; }

  void add(const Interval& part) {
    if (part.to == pending_.from)
      pending_.from = part.from;
    else if (part.from == pending_.to)
      pending_.to = part.to;
    else
      flush(), pending_ = part;
    if (pending_.size() >= worth_a_call) flush();
  }
  void flush() {
    if (pending_.size() > 0) take(pending_), done_.insert(pending_);
    pending_ = {};
  }
  void take(const Interval& part) { sink_->take(part.from, part.size(), variable_->adjoint + part.from); }

  GradientSink<S>* sink_ = nullptr;
  Node<S>* variable_ = nullptr;
  bool is_watching_ = false;
  std::vector<MatrixHandle<S>*> uses_;  // in the order of the sweep
  IntervalSet used_, done_;
  Interval pending_;
};

}  // namespace gradus
