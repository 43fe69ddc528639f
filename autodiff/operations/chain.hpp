// Chains of elementwise operations on numbers: one pass over memory for all of them.
//
// The value of an elementwise operation on operands without gaps is not computed when it is recorded. It is pending
// until somebody reads it, sums it or sweeps back over it; then the operations that lead to it are evaluated together,
// a few hundred elements at a time, in buffers that stay in the processor's nearest cache. What a light operation gave
// is not even kept: the sweep evaluates it again in the same way, and carries the adjoints of a run of such records
// from one to the next in buffers, too. Every kernel does to every element what it does without chains, so values and
// adjoints are the same, bit by bit; only sums are rounded otherwise, chunk by chunk.
//
// On the tape stands a record for every operation, as ever. With a journal, when the adjoints of intermediate results
// are retained, and in sweeps with several seeds, each record is evaluated and pulled by itself.
#pragma once

#include "../tape.hpp"

namespace gradus::detail {

template <class S>
struct ElementwiseRecord;

/// What an elementwise record is to a chain.
struct Link {
  bool is_chained = false;
  int steps = 0;  // from the values that are there to its own
};

/// Of f(a, b), about to be recorded; b may be nothing. A pending operand that cannot take part is evaluated.
template <Number S>
Link link_of(const Tape<S>& tape, const MatrixHandle<S>& a, const MatrixHandle<S>& b);

/// Σ f(a, b) where that is a link.
template <Number S>
S total_of_chain(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& a, const MatrixHandle<S>& b);

/// Pulls a link, together with those records right before it that have adjoints from nowhere else.
template <Number S>
void pull_chain(Tape<S>& tape, ElementwiseRecord<S>& last);

#define GRADUS_CHAINS(instantiate, S)                                                                        \
  instantiate Link link_of(const Tape<S>&, const MatrixHandle<S>&, const MatrixHandle<S>&);                  \
  instantiate S total_of_chain(const ElementwiseKernel<S>&, const MatrixHandle<S>&, const MatrixHandle<S>&); \
  instantiate void pull_chain(Tape<S>&, ElementwiseRecord<S>&);
GRADUS_CHAINS(extern template, float)
GRADUS_CHAINS(extern template, double)

}  // namespace gradus::detail
