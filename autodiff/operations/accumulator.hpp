// What a pullback adds to: the adjoint of one operand.
#pragma once

#include "evaluate.hpp"

namespace gradus {

/// The adjoint of an operand in the pullback of custom(): contributions are added with += and -=, any number of them;
/// where none is, the derivative is zero. An operand that is a constant ignores them, and then Eigen's expressions are
/// not even computed; a pullback that has work to save besides asks wanted(). P is the operand's plain type.
template <class S, class P>
class Accumulator {
 public:
  Accumulator(const char* operation, Tape<S>& tape, const MatrixHandle<S>& operand)
      : operation_(operation), tape_(tape), operand_(operand) {}

  /// Whether the operand is a variable.
  bool wanted() const { return !operand_.is_constant(); }

  /// Adds a matrix of the operand's shape. Throws ShapeError, with the operation's name, for another.
  template <MatrixOperand X>
  void operator+=(const X& contribution) const {
    add(contribution, false);
  }
  template <MatrixOperand X>
  void operator-=(const X& contribution) const {
    add(contribution, true);
  }

 private:
  template <class X>
  void add(const X& x, bool negative) const {
    if (x.rows() != operand_.layout.rows || x.cols() != operand_.layout.cols)
      throw_contribution_differs(operation_, x.rows(), x.cols(), operand_.layout.rows, operand_.layout.cols);
    if (!wanted()) return;
    if constexpr (Number<S>) {
      static_assert(level_of<X> == 0, "a pullback on numbers gives numbers");
      const Target<S> target = tape_.adjoints().target(operand_);
      if constexpr (ArrayOperand<X>)
        detail::store(target.view, target.store, x.matrix(), negative);
      else
        detail::store(target.view, target.store, x, negative);
    } else {
      auto& below = tape_.below();
      tape_.adjoints().contribute(operand_, negative ? detail::operand(below, -x) : detail::operand(below, x));
    }
  }

  const char* operation_;
  Tape<S>& tape_;
  const MatrixHandle<S>& operand_;
};

/// Of an operand that is a scalar.
template <class S>
class Accumulator<S, S> {
 public:
  Accumulator(Tape<S>& tape, Slot slot) : tape_(tape), slot_(slot) {}

  bool wanted() const { return slot_ != 0; }

  template <class X>
  void operator+=(const X& contribution) const {
    if (!wanted()) return;
    detail::accumulate(tape_.adjoints().scalars[slot_], S(1), S(contribution));
  }
  template <class X>
  void operator-=(const X& contribution) const {
    *this += -contribution;
  }

 private:
  Tape<S>& tape_;
  Slot slot_;
};

}  // namespace gradus
