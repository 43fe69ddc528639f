// Results of operations, and how a record takes their adjoints.
#pragma once

#include "operands.hpp"

namespace gradus {

template <class S>
MatrixHandle<S> gathered(const MatrixHandle<S>& x, const Layout& at);  // see elementwise.hpp

namespace detail {

/// The adjoint of a result as a record of numbers reads it; false if it is zero. Consumed unless the tape retains.
template <Number S>
bool take_adjoint(Tape<S>& tape, const Result<S>& result, S& scalar, View<const S>& g, const Layout& seen) {
  if (result.node != nullptr) {
    if (!tape.adjoints().collect(*result.node)) {
      if (tape.retains()) tape.adjoints().complete(*result.node);
      return false;
    }
    g = View<const S>(result.node->adjoint, seen);
    return true;
  }
  S& adjoint = tape.adjoints().scalars[result.slot];
  if (is_structural_zero(adjoint)) return false;
  scalar = adjoint;
  if (!tape.retains()) adjoint = S(0);
  g = View<const S>(&scalar, seen.rows, seen.cols, 0, 0);
  return true;
}

template <class S>
void give_back(Tape<S>& tape, const Result<S>& result) {
  if (result.node != nullptr && !tape.retains()) tape.adjoints().release(*result.node);
}

/// The same for records of recorded numbers.
template <class R>
bool take_adjoint(Tape<Var<R>>& tape, const Result<Var<R>>& result, MatrixHandle<R>& g, const Layout& seen) {
  if (result.node != nullptr) {
    if (!tape.adjoints().collect(*result.node, tape.below())) return false;
    g = gathered(result.node->adjoint, seen);
    return true;
  }
  Var<R>& adjoint = tape.adjoints().scalars[result.slot];
  if (is_structural_zero(adjoint)) return false;
  g = repeated(tape.below(), adjoint, seen.rows, seen.cols);
  if (!tape.retains()) adjoint = Var<R>{};
  return true;
}

}  // namespace detail

}  // namespace gradus
