// Constants and scalars as operands of matrix operations.
#pragma once

#include "../tape.hpp"

namespace gradus {

/// A scalar, repeated over a rows × cols matrix; a variable on its own tape, a constant on the one given.
template <class S>
MatrixHandle<S> repeated(Tape<S>& constants, const Var<S>& scalar, Index rows, Index cols) {
  Tape<S>& tape = scalar.slot() != 0 ? *scalar.tape() : constants;
  MatrixHandle<S> h{.tape = &tape, .layout = {0, rows, cols, 0, 0}, .slot = scalar.slot(), .epoch = tape.epoch()};
  if constexpr (Number<S>)
    h.value = new (tape.arena().template allocate_array<S>(1)) S(scalar.value());
  else
    h.value = repeated(tape.below(), scalar.value(), rows, cols);
  return h;
}

/// A constant with a block of memory to be filled in.
template <Number S>
MatrixHandle<S> new_constant(Tape<S>& tape, Index rows, Index cols, S*& block) {
  block = tape.arena().template allocate_array<S>(rows * cols);
  return {.tape = &tape, .value = block, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
}

/// A constant of another tape, copied to this one.
template <class S>
MatrixHandle<S> adopted(Tape<S>& tape, const MatrixHandle<S>& constant) {
  const Index rows = constant.layout.rows, cols = constant.layout.cols;
  if constexpr (Number<S>) {
    S* block;
    const MatrixHandle<S> copy = new_constant(tape, rows, cols, block);
    const View<const S> from = numbers(constant);
    for (Index j = 0; j < cols; ++j)
      for (Index i = 0; i < rows; ++i) block[i + j * rows] = from(i, j);
    return copy;
  } else {
    auto value = constant.value;
    if (value.is_constant()) value = adopted(tape.below(), value);
    return {.tape = &tape, .value = value, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  }
}

namespace detail {
template <class S>
GRADUS_COLD Tape<S>& bring_from_tapes(const MatrixHandle<S>*& a, const MatrixHandle<S>*& b) {
  if (a->is_constant()) {
    a = new (b->tape->arena()) MatrixHandle<S>(adopted(*b->tape, *a));
  } else if (b->is_constant()) {
    b = new (a->tape->arena()) MatrixHandle<S>(adopted(*a->tape, *b));
  } else {
    throw_other_tape();
  }
  return *a->tape;
}
}  // namespace detail

/// Both operands on the tape of the first that is a variable. A tape of recorded scalars may meet constants before it
/// can know which tape lies below it; those are then on one of its own.
template <class S>
GRADUS_INLINE Tape<S>& bring_together(const MatrixHandle<S>*& a, const MatrixHandle<S>*& b) {
  if (a->tape == b->tape || b->tape == nullptr) [[likely]]
    return *a->tape;
  return detail::bring_from_tapes(a, b);
}

}  // namespace gradus
