// The pull of a run of elementwise records: what is done to every chunk of adjoints.
#pragma once

#include <functional>

#include "chain_steps.hpp"

namespace gradus::detail {

/// The first number of g everywhere.
template <class S>
void spread(Index n, S* y, const S* const* g, kernels::Put) {
  std::fill_n(y, n, *g[0]);
}

/// The pull of a run of records that end in `last`.
template <class S>
class Pull {
  using Record = ElementwiseRecord<S>;

 public:
  /// g: the adjoint of the last record, which is one number if it is a sum.
  Pull(Tape<S>& tape, Buffers<S>& buffers, Record& last, const S* g)
      : size_(last.seen.size()), buffers_(buffers), evaluation_(buffers) {
    const bool is_number = last.result.node == nullptr;
    members_[count_++] = {&last, 0, {g, is_number ? 0 : 1}, nullptr};
    if (is_number) number_ = g;
    gather();
    for (int k = 0; k < count_; ++k)
      for (int i = 0; i < 2; ++i)
        if (members_[k].record->varies(i)) contribute(tape, members_[k], i);
  }
  void run(Index from, Index n) const {
    evaluation_.run(from, n);
    for (int k = 0; k < step_count_; ++k) {
      const Step& step = steps_[k];
      const S* const read[] = {step.g.from(from), step.y.from(from), step.a.from(from), step.b.from(from)};
      step.pull(n, step.to.from(from), read, step.put);
    }
  }

 private:
  static constexpr int most = 8, most_looked_at = 24;
  struct Member {
    Record* record;
    int uses;           // contributions to its adjoint
    Source<const S> g;  // where that is,
    S* buffer;          // and is gathered, if it is
  };
  struct Step {
    kernels::Run<S> pull;
    Source<const S> g, y, a, b;
    Source<S> to;
    kernels::Put put;
  };

  // The records right before the last one that nothing but members contributes to.
  void gather() {
    note_uses(*members_[0].record);
    const Record& last = *members_[0].record;
    int evaluated = last.link.steps;
    const auto* base = last.previous;
    for (int looked_at = 0; base != nullptr && looked_at < most_looked_at; ++looked_at, base = base->previous) {
      if (base->kind != last.kind || base->statements != last.statements || count_ == most) return;
      auto& record = const_cast<Record&>(static_cast<const Record&>(*base));
      const Node<S>* node = record.result.node;
      if (!record.link.is_chained || node == nullptr || node->size() != last.seen.size()) return;
      if (node->has_adjoint() || node->slots != 0) return;
      const int uses = uses_of(*node);
      if (uses < 0) return;
      if (uses == 0) continue;  // nothing arrives at it
      // What leads to a pending value has been counted with the record that uses it.
      if (node->pending == nullptr) evaluated += record.link.steps;
      if (evaluated > most_evaluated) return;
      members_[count_++] = {&record, uses, {nullptr, 0}, nullptr};
      note_uses(record);
    }
  }
  void note_uses(const Record& record) {
    for (int i = 0; i < 2; ++i)
      if (record.varies(i) && operand_of(record, i).node != nullptr) used_[used_count_++] = &operand_of(record, i);
  }
  // What a pull contributes to: past a shift and a scaling, what these are of.
  static const MatrixHandle<S>& operand_of(const Record& record, int i) {
    return i == 0 && record.link.passes() ? *record.link.prefix->x : record.operands[i];
  }
  // How often members use the node; −1 if one of them uses a part of it.
  int uses_of(const Node<S>& node) const {
    int uses = 0;
    for (int k = 0; k < used_count_; ++k) {
      if (used_[k]->node != &node) continue;
      if (!is_whole(*used_[k])) return -1;
      ++uses;
    }
    return uses;
  }
  Member* member_of(const MatrixHandle<S>& operand) {
    for (int k = 1; k < count_; ++k)
      if (operand.node != nullptr && members_[k].record->result.node == operand.node) return &members_[k];
    return nullptr;
  }

  void contribute(Tape<S>& tape, Member& from, int i) {
    const MatrixHandle<S>& operand = operand_of(*from.record, i);
    const bool passes = &operand != &from.record->operands[i];
    const bool is_unit = from.record->kernel->is_unit[i] && !passes;
    if (Member* const to = member_of(operand)) {
      if (is_unit && to->uses == 1) {
        to->g = from.g;
        return;
      }
      const bool first = to->buffer == nullptr;
      if (first) to->g = {to->buffer = buffers_.take(), 0};
      add_step(from, i, passes, {to->buffer, 0}, first ? kernels::Put::assign : kernels::Put::add);
      return;
    }
    const Target<S> target = tape.adjoints().target(operand);
    if (operand.node == nullptr) return add_step(from, i, passes, {target.view.data, 0}, kernels::Put::sum);
    const Source<S> place{target.view.data, 1};
    share(place);
    const bool assigned = target.store == Store::assign;
    if (is_unit && assigned && from.buffer != nullptr && !from.record->varies(1 - i))
      return redirect(from.buffer, place);
    add_step(from, i, passes, place, assigned ? kernels::Put::assign : kernels::Put::add);
  }
  // What overlaps with this place, but chunk by chunk elsewhere, is added, lest a later chunk overwrite an earlier one.
  void share(const Source<S>& place) {
    const std::less<const S*> before;
    for (int k = 0; k < step_count_; ++k) {
      Step& step = steps_[k];
      const bool overlaps = before(step.to.at, place.at + size_) && before(place.at, step.to.at + size_);
      if (!step.to.step || step.put != kernels::Put::assign || !overlaps || step.to.at == place.at) continue;
      std::fill_n(step.to.at, size_, S(0));
      step.put = kernels::Put::add;
    }
  }
  // What is gathered in a buffer and then only handed on is gathered where it goes.
  void redirect(const S* buffer, const Source<S>& place) {
    for (int k = 0; k < step_count_; ++k)
      if (steps_[k].to.at == buffer) steps_[k].to = place;
  }
  // Whether the adjoint of a member is that of a sum, one number for all.
  bool is_number(const Source<const S>& g) const { return g.at == number_ && g.step == 0; }
  // For kernels that want it as often as there are elements.
  Source<const S> repeated(const Source<const S>& g) {
    if (!is_number(g)) return g;
    if (filled_ == nullptr) filled_ = buffers_.filled(*number_).at;
    return {filled_, 0};
  }
  void add_step(const Member& from, int i, bool passes, const Source<S>& to, kernels::Put put) {
    const auto& [kernel, link] = std::tie(*from.record->kernel, from.record->link);
    const bool is_from_number = is_number(from.g);
    if (is_from_number && kernel.is_unit[i] && put == kernels::Put::assign && !passes) {
      steps_[step_count_++] = {spread<S>, from.g, from.g, from.g, from.g, to, put};
      return;
    }
    kernels::Run<S> pull = passes ? kernel.prefixed.pull : kernel.pull[i];
    const kernels::Run<S> number_pull = passes ? kernel.prefixed.number_pull : kernel.total.pull[i];
    const bool takes_number = is_from_number && number_pull != nullptr && rules::needs_no_gate(*number_) &&
                              (!passes || rules::needs_no_gate(link.prefix->numbers[1]));
    if (takes_number) pull = number_pull;
    const Source<const S> g = takes_number ? from.g : repeated(from.g);
    const Reads& reads = kernel.reads[i];
    const Source<const S> y = reads.result ? evaluation_.result(*from.record) : Source<const S>{nullptr, 0};
    const auto operand = [&](int k) {
      return reads.operands[k] ? evaluation_.source(from.record->operands[k]) : Source<const S>{nullptr, 0};
    };
    const Source<const S> a = passes ? evaluation_.source(*link.prefix->x) : operand(0);
    const Source<const S> b = passes ? Source<const S>{link.prefix->numbers, 0} : operand(1);
    steps_[step_count_++] = {pull, g, y, a, b, to, put};
  }

  Index size_;
  const S* number_ = nullptr;  // the adjoint of the last record, if it is the same everywhere,
  const S* filled_ = nullptr;  // and as often as there are elements, once a kernel wants it so
  Buffers<S>& buffers_;
  Evaluation<S> evaluation_;
  Member members_[most];
  int count_ = 0;
  Step steps_[2 * most];
  int step_count_ = 0;
  const MatrixHandle<S>* used_[2 * most];
  int used_count_ = 0;
};

}  // namespace gradus::detail
