// What a tape notes of every operation when it is asked to keep a journal: for drawing, profiling, finding mistakes.
#pragma once

#include <unordered_map>
#include <vector>

#include "handle.hpp"

namespace gradus {

/// How much a journal notes.
struct JournalOptions {
  bool contributions = true;  // what each operation adds to the adjoint of each operand: the sweep takes longer
};

/// A constant beside the variable of a scalar operation, as the 1 in `1 / x`.
struct ConstantOperand {
  enum class Side { none, left, right } side = Side::none;
  double value = 0;
};

/// A record, a scalar statement, or a scalar variable.
template <class S>
struct JournalEntry {
  const char* operation;
  Record<S>* record = nullptr;  // null: a scalar statement, or with first_statement == npos a scalar variable
  Slot result = 0;              // of a scalar
  ConstantOperand constant{};
  std::size_t first_statement = 0;  // where the statements of this entry and the later ones begin
  std::size_t bytes = 0;            // of the arena
  double forward_seconds = 0, reverse_seconds = 0;
  std::size_t first_contribution = 0, contributions = 0;  // in Journal::contributions, one an operand
};

/// √Σ x², NaN if an element is NaN, infinity if one is infinite; never overflows by squaring.
double frobenius_norm(const std::vector<double>& elements);

namespace detail {
/// Of a clock that never goes back.
double seconds();
/// What reading it takes, at least.
double clock_cost();
}  // namespace detail

/// The operations of a tape in the order of the program. Only the tape writes it.
template <class S>
class Journal {
 public:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  explicit Journal(const JournalOptions& how) : options(how), clock_cost_(detail::clock_cost()) {}

  JournalOptions options;
  std::vector<JournalEntry<S>> entries;
  std::vector<double> contributions;  // of scalars with sign, of matrices the Frobenius norm
  std::unordered_map<Slot, S> scalars;
  const char* next_operation = nullptr;  // what the next statement is, if it is known
  ConstantOperand next_constant;

  /// The time since the last note goes to this one.
  void note(JournalEntry<S> entry, std::size_t arena_bytes) {
    entry.forward_seconds = since(mark_);
    entry.bytes = arena_bytes - arena_bytes_;
    arena_bytes_ = arena_bytes;
    entries.push_back(entry);
    mark_ = detail::seconds();
  }
  /// Before the first note and before each sweep.
  void start() { mark_ = detail::seconds(); }
  void lap(JournalEntry<S>& entry) { entry.reverse_seconds = since(mark_); }

  void clear(std::size_t arena_bytes) {
    entries.clear();
    contributions.clear();
    scalars.clear();
    arena_bytes_ = arena_bytes;
    start();
  }

 private:
  double since(double begin) const {
    const double time = detail::seconds() - begin - clock_cost_;
    return time > 0 ? time : 0;
  }

  double clock_cost_;
  std::size_t arena_bytes_ = 0;
  double mark_ = 0;
};

namespace detail {

/// The slot of x where an expression is nothing but x, as far as the journal knows; 0 elsewhere.
template <class S, int N>
Slot copied_slot(const Journal<S>& journal, const Pair<S> (&pairs)[N], const S& value) {
  Slot copied = 0;
  for (const Pair<S>& pair : pairs) {
    if (pair.slot == 0) continue;
    if (copied != 0 || !(value_of(pair.partial) == 1)) return 0;
    copied = pair.slot;
  }
  const auto noted = journal.scalars.find(copied);
  if (noted == journal.scalars.end()) return 0;
  const auto a = value_of(noted->second), b = value_of(value);
  return a == b || (a != a && b != b) ? copied : 0;
}

}  // namespace detail
}  // namespace gradus
