// Chains of elementwise operations on numbers: one pass over memory for all of them.
//
// The value of an elementwise operation on operands without gaps is not computed when it is recorded. It is pending
// until somebody reads it, sums it or sweeps back over it; then the operations that lead to it are evaluated together,
// a few hundred elements at a time, in buffers that stay in the processor's nearest cache. What a light operation gave
// is not even kept: the sweep evaluates it again in the same way, and carries the adjoints of a run of such records
// from one to the next in buffers, too. A shift and a scaling by numbers cost no pass of their own. Every kernel does
// to every element what it does without chains, so values are the same, bit by bit; only sums are rounded otherwise,
// chunk by chunk, and adjoints where several contributions meet.
//
// On the tape stands a record for every operation, as ever. With a journal, when the adjoints of intermediate results
// are retained, and in sweeps with several seeds, each record is evaluated and pulled by itself.
#pragma once

#include "../tape.hpp"

namespace gradus::detail {

template <class S>
struct ElementwiseRecord;

/// (x + shift)·scale: what a shift and a scaling by numbers, or the one or the other, make of an array. A kernel that
/// can reads x and does both itself, with the same roundings.
template <class S>
struct Scaled {
  const MatrixHandle<S>* x = nullptr;  // null of anything else
  S numbers[2];                        // shift and scale
  bool passes;  // a sweep may go from the result to x at once: x varies, and the numbers are constants
};

/// What an elementwise record is to a chain. Recorded numbers form none.
template <class S>
struct Link {
  bool is_chained = false;
};
template <Number S>
struct Link<S> {
  Link() {}  // sets what has a value here, and no more: see Record

  bool is_chained = false;
  int steps;                          // from the values that are there to its own
  Scaled<S> scaled;                   // what its result is,
  const Scaled<S>* prefix = nullptr;  // and its first operand, if that is pending and the kernel can do it on the way

  bool passes() const { return prefix != nullptr && prefix->passes; }
};

/// Makes a record that is about to be put on the tape a link, if it can be one. A pending operand that cannot take part
/// is evaluated. a and b are what the record's operands were copied from: a copy just made would have to be waited for.
template <Number S>
void link(const Tape<S>& tape, ElementwiseRecord<S>& record, const MatrixHandle<S>& a, const MatrixHandle<S>& b);

/// Σ f(a, b) of a link.
template <Number S>
S total_of_chain(const ElementwiseRecord<S>& record);

/// Pulls a link, together with those records right before it that have adjoints from nowhere else.
template <Number S>
void pull_chain(Tape<S>& tape, ElementwiseRecord<S>& last);

#define GRADUS_CHAINS(instantiate, S)                                                                           \
  instantiate void link(const Tape<S>&, ElementwiseRecord<S>&, const MatrixHandle<S>&, const MatrixHandle<S>&); \
  instantiate S total_of_chain(const ElementwiseRecord<S>&);                                                    \
  instantiate void pull_chain(Tape<S>&, ElementwiseRecord<S>&);
GRADUS_CHAINS(extern template, float)
GRADUS_CHAINS(extern template, double)

}  // namespace gradus::detail
