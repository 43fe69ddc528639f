// The sparsity pattern of what a tape has recorded.
#pragma once

#include "../tape.hpp"
#include "pattern.hpp"

namespace gradus::detail {

/// The pattern of ∂y/∂x, both counted in column order: which elements of y were computed from which elements of the
/// variable x. It depends on the operations recorded and not on the values of variables, so it holds wherever the same
/// operations are recorded; constants' zeros in products count as such. One pass back over the tape finds what y needs,
/// one pass forward carries the sets of indices (the propagation of Griewank and Walther, Evaluating Derivatives, 2nd
/// ed., section 7.1).
template <class S>
SparsityPattern dependency_pattern(const Tape<S>& tape, const MatrixHandle<S>& x, const MatrixHandle<S>& y);

extern template SparsityPattern dependency_pattern(const Tape<float>&, const MatrixHandle<float>&,
                                                   const MatrixHandle<float>&);
extern template SparsityPattern dependency_pattern(const Tape<double>&, const MatrixHandle<double>&,
                                                   const MatrixHandle<double>&);

}  // namespace gradus::detail
