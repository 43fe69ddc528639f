// What a tape does differently when it keeps a journal.
#pragma once

#include <optional>

#include "tape.hpp"

namespace gradus {

namespace detail {

/// An element of a node's adjoint as far as it has arrived.
template <class S>
double arrived(const Node<S>& node, Index position) {
  if constexpr (Number<S>) {
    const bool is_covered = node.covered_from <= position && position < node.covered_to;
    return is_covered ? reported(node.adjoint[position]) : 0.0;
  } else {
    if (!node.adjoint_present) return 0.0;
    return reported(numbers(node.adjoint)(position % node.rows, position / node.rows));
  }
}

/// The adjoint of an operand as far as it has arrived, elements that it repeats once.
template <class S>
std::vector<double> arrived(const Tape<S>& tape, const MatrixHandle<S>& operand) {
  std::vector<double> elements;
  if (operand.is_constant()) return elements;
  if (operand.node == nullptr) return {reported(tape.adjoints().scalars[operand.slot])};
  const Layout& l = operand.layout;
  const Index rows = l.row_stride == 0 ? std::min(l.rows, Index{1}) : l.rows;
  const Index cols = l.col_stride == 0 ? std::min(l.cols, Index{1}) : l.cols;
  for (Index j = 0; j < cols; ++j)
    for (Index i = 0; i < rows; ++i) elements.push_back(arrived(*operand.node, l.position(i, j)));
  return elements;
}

/// What a record adds to the adjoints of its operands: the difference between after and before.
template <class S>
class ContributionMeter {
 public:
  ContributionMeter(const Tape<S>& tape, const RecordView<S>& record) : tape_(tape), record_(record) {
    for (const MatrixHandle<S>& operand : record.operands) matrices_.push_back(arrived(tape, operand));
    for (const Slot slot : record.scalars) scalars_.push_back(reported(tape.adjoints().scalars[slot]));
  }
  void read(std::vector<double>& contributions) {
    for (std::size_t k = 0; k < matrices_.size(); ++k) {
      std::vector<double> now = arrived(tape_, record_.operands[k]);
      for (std::size_t i = 0; i < now.size(); ++i) now[i] -= matrices_[k][i];
      const bool is_scalar = record_.operands[k].slot != 0;
      contributions.push_back(is_scalar ? now[0] : frobenius_norm(now));
    }
    for (std::size_t k = 0; k < scalars_.size(); ++k)
      contributions.push_back(reported(tape_.adjoints().scalars[record_.scalars[k]]) - scalars_[k]);
  }

 private:
  const Tape<S>& tape_;
  RecordView<S> record_;
  std::vector<std::vector<double>> matrices_;
  std::vector<double> scalars_;
};

}  // namespace detail

template <class S>
void Tape<S>::keep_journal(const JournalOptions& options) {
  if (last_record_ != nullptr || slots_ != 1)
    throw TapeError("keep_journal: expected an empty tape, got one with records; call it first, or after clear()");
  journal_ = std::make_unique<Journal<S>>(options);
  journal_->clear(arena_.used());
  statements_.slow_down();
}

/// The next statement will be that of `value`, with the next slot.
template <class S>
void Tape<S>::prepare_statement(S value) {
  statements_.reserve(slots_);
  if (journal_ == nullptr) return;
  const char* const name = std::exchange(journal_->next_operation, nullptr);
  journal_->note({.operation = name != nullptr ? name : "expression",
                  .result = slots_,
                  .constant = std::exchange(journal_->next_constant, {}),
                  .first_statement = statements_.position()},
                 arena_.used());
  journal_->scalars.insert_or_assign(slots_, value);
}

template <class S>
void Tape<S>::sweep_with_journal() {
  const auto accumulate = [](S& sum, const S& partial, const S& adjoint) { detail::accumulate(sum, partial, adjoint); };
  Journal<S>& journal = *journal_;
  journal.contributions.clear();
  typename Statements<S>::Place place = end_of_statements();
  for (auto entry = journal.entries.rbegin(); entry != journal.entries.rend(); ++entry) {
    if (entry->first_statement == Journal<S>::npos) continue;
    entry->first_contribution = journal.contributions.size();
    if (entry->record != nullptr) {
      std::optional<detail::ContributionMeter<S>> meter;
      if (journal.options.contributions) meter.emplace(*this, entry->record->kind->look(*entry->record));
      journal.start();
      entry->record->kind->pull(*this, *entry->record);
      journal.lap(*entry);
      if (meter) meter->read(journal.contributions);
      if constexpr (Number<S>)
        if (delivery_.is_watching()) delivery_.after(*entry->record);
    } else {
      if (journal.options.contributions) {
        const double adjoint = detail::reported(adjoints_.scalars[entry->result]);
        typename Statements<S>::Statement statement;
        auto before = place;
        statements_.step_back(before, entry->first_statement, statement);
        for (std::uint32_t i = 0; i < statement.count; ++i)
          journal.contributions.push_back(adjoint == 0 ? 0 : adjoint * detail::reported(statement.partial(i)));
      }
      journal.start();
      statements_.sweep(place, entry->first_statement, adjoints_.scalars.data(), keeps_, accumulate);
      journal.lap(*entry);
    }
    entry->contributions = journal.contributions.size() - entry->first_contribution;
  }
  journal.start();  // what is recorded next is not charged with the sweep
}

}  // namespace gradus
