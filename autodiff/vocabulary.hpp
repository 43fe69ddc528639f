// Eigen's vocabulary, written once: the members of recorded matrices and of Duals of matrices.
#pragma once

#include "linear_algebra/refused.hpp"
#include "vocabulary/elementwise.hpp"
#include "vocabulary/parts.hpp"
#include "vocabulary/reductions.hpp"

namespace gradus {

/// The members that Var<M> and Dual<X> of matrices share with the Eigen type at their bottom, in terms of a few of
/// Derived: rows, cols, element(i, j), viewed<Rows, Cols>(change of layout), dense_viewed, retyped<Kind>, total<Rule>
/// and reduced<Rule, Columns>; and of apply<Rule>.
template <class Derived>
class Vocabulary : public Parts<Derived>,
                   public Elementwise<Derived>,
                   public Reductions<Derived>,
                   public detail::NoDecompositions<Derived> {
 public:
  /// Every column by itself: x.colwise().sum() is a row, x.colwise() + v adds v to every column.
  Vectorwise<Derived, true> colwise() const { return Vectorwise<Derived, true>(self()); }
  /// Every row by itself.
  Vectorwise<Derived, false> rowwise() const { return Vectorwise<Derived, false>(self()); }

  Derived& operator+=(const auto& b) & { return self() = self() + b; }
  Derived& operator-=(const auto& b) & { return self() = self() - b; }
  Derived& operator*=(const auto& b) & { return self() = self() * b; }
  Derived& operator/=(const auto& b) & { return self() = self() / b; }

 private:
  const Derived& self() const { return static_cast<const Derived&>(*this); }
  Derived& self() { return static_cast<Derived&>(*this); }
};

}  // namespace gradus
