// Recorded scalars: Var<double> and the expressions made of it.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "statements.hpp"
#include "traits.hpp"

namespace gradus {

namespace rules {
template <PlainNumber S>
S gated(S g, S d);  // see rules/functions.hpp
}

namespace detail {

template <class S, int N>
Expression<S, N> set_aside(const Expression<S, N>& e);

/// The tape of two operands, either of which may be a constant without one.
template <class S>
GRADUS_INLINE Tape<S>* common_tape(Tape<S>* a, Tape<S>* b) {
  if (a == b) [[likely]]
    return a;
  if (a != nullptr && b != nullptr) throw_other_tape();
  return a != nullptr ? a : b;
}
}  // namespace detail

/// The value of a scalar expression and its derivatives with respect to the N variables it was made of, computed as
/// it is built and held by value: `auto e = x * y + sin(z);` is safe, whatever happens to x, y and z. Assigning it to
/// a Var writes one statement on the tape. Made by operators; programs seldom name the type.
template <class S, int N>
class Expression {
 public:
  GRADUS_INLINE Expression(const S& value, Tape<S>* tape) : value_(value), tape_(tape) {}
  /// A shorter expression or a constant, padded: lets both branches of `c ? x * y : 0.0` have one type.
  template <int M>
  requires(M < N) Expression(const Expression<S, M>& e) : value_(e.value_), tape_(e.tape_) {
    GRADUS_UNROLL
    for (int i = 0; i < M; ++i) pairs_[i] = e.pairs_[i];
  }
  template <Constant C>
  Expression(C constant) : value_(static_cast<S>(constant)) {}

  const S& value() const { return value_; }
  Tape<S>* tape() const { return tape_; }

 private:
  S value_;
  Pair<S> pairs_[N]{};  // padding and constants point to slot 0
  Tape<S>* tape_ = nullptr;

  template <class, int>
  friend class Expression;
  template <class>
  friend class Tape;
  template <class>
  friend struct ExpressionBuilder;
  template <class T, int M>
  friend Expression<T, M> detail::set_aside(const Expression<T, M>& e);
};

/// A recorded scalar: a value and the slot of its adjoint. Copying it copies no derivative work. Without a tape it is
/// a constant: `Var<double> sum = 0;` starts a sum.
template <class S>
requires Scalar<S>
class Var<S> {
 public:
  Var() = default;
  template <Constant C>
  Var(C constant) : value_(static_cast<S>(constant)) {}
  /// A variable of a lower level is a constant here.
  Var(const S& constant) requires(!Number<S>) : value_(constant) {}
  template <int N>
  GRADUS_INLINE Var(const Expression<S, N>& e) : Var(e.tape() ? e.tape()->record(e) : Var(e.value(), 0, nullptr, 0)) {}
  Var(const S& value, Slot slot, Tape<S>* tape, std::uint32_t epoch)
      : value_(value), slot_(slot), epoch_(epoch), tape_(tape) {}
  Var(const Var&) = default;
  Var& operator=(const Var&) & = default;  // not of an element: x(0) = y would change nothing

  const S& value() const { return value_; }
  Slot slot() const { return slot_; }
  std::uint32_t epoch() const { return epoch_; }
  Tape<S>* tape() const { return tape_; }

  GRADUS_INLINE Var& operator+=(const auto& other) & { return *this = *this + other; }
  GRADUS_INLINE Var& operator-=(const auto& other) & { return *this = *this - other; }
  GRADUS_INLINE Var& operator*=(const auto& other) & { return *this = *this * other; }
  GRADUS_INLINE Var& operator/=(const auto& other) & { return *this = *this / other; }

 private:
  S value_{};
  Slot slot_ = 0;
  std::uint32_t epoch_ = 0;  // of the tape, when this was recorded
  Tape<S>* tape_ = nullptr;
};

namespace detail {

template <class T>
struct Pairs;  // how many (partial, slot) pairs an operand brings
template <class S>
struct Pairs<Var<S>> {
  static constexpr int count = 1;
};
template <class S, int N>
struct Pairs<Expression<S, N>> {
  static constexpr int count = N;
};
template <class T>
inline constexpr int pairs_of = Pairs<std::remove_cvref_t<T>>::count;

}  // namespace detail

template <class S>
bool is_structural_zero(const Var<S>& x) {
  return x.tape() == nullptr && is_structural_zero(x.value());
}

/// The number itself of a variable of any level; a number is its own value. See matrix.hpp for matrices.
template <PlainNumber C>
C value_of(const C& x) {
  return x;
}
template <class X>
requires(ScalarVar<X> || ScalarDual<X> || ScalarSeries<X>) auto value_of(const X& x) { return value_of(x.value()); }

// ---------------------------------------------------------------------------------------------------------------------

/// Derivatives known without looking at the operands: they cost nothing, on numbers and on records.
struct One {};
struct MinusOne {};
struct Zero {};

/// Chains derivatives: a pullback's adjoint, or an expression's outer partial, times the local derivative.
template <class G>
GRADUS_INLINE const G& chain(const G& g, One) {
  return g;
}
template <class G>
GRADUS_INLINE auto chain(const G& g, MinusOne) {
  return -g;
}
template <class G, class D>
GRADUS_INLINE auto chain(const G& g, const D& d) {
  return g * d;
}

/// Makes the expressions of a rule's results by the chain rule.
template <class Rule>
struct ExpressionBuilder {
  /// value, with derivative d with respect to the operand.
  template <class S, class X, class D>
  GRADUS_INLINE static auto unary(const S& value, const X& x, const D& d) {
    Expression<S, detail::pairs_of<X>> e(value, x.tape());
    append<0>(e, x, d);
    return e;
  }

  /// The same with two operands; one that brings too many pairs is written to the tape first.
  template <class S, class A, class B, class DA, class DB>
  GRADUS_INLINE static auto binary(const S& value, const A& a, const B& b, const DA& da, const DB& db) {
    constexpr int n = detail::pairs_of<A>, m = detail::pairs_of<B>;
    if constexpr (n + m > detail::most_pairs && n >= m) {
      return binary(value, Var<S>(a), b, da, db);
    } else if constexpr (n + m > detail::most_pairs) {
      return binary(value, a, Var<S>(b), da, db);
    } else {
      Expression<S, n + m> e(value, detail::common_tape(a.tape(), b.tape()));
      append<0>(e, a, da);
      append<n>(e, b, db);
      return e;
    }
  }

  /// The derivative d by an operand that is an expression, times the operand's own: 0·∞ is 0, as in a sweep. A
  /// polynomial needs no such test: where its derivative is 0, an infinite operand makes the value NaN anyway, and a
  /// pole of the operand's was set aside.
  template <class S, class D>
  GRADUS_INLINE static S through(const D& d, const S& partial) {
    using rules::gated;
    if constexpr (std::is_empty_v<D>)
      return chain(partial, d);
    else if constexpr (requires { Rule::is_polynomial; })
      return partial * d;
    else
      return gated(S(d), partial);
  }

 private:
  template <int At, class S, int N, class D>
  GRADUS_INLINE static void append(Expression<S, N>& e, const Var<S>& x, const D& d) {
#ifndef NDEBUG
    if (x.slot() != 0) e.tape()->check(x.tape(), x.epoch());
#endif
    if constexpr (std::is_same_v<D, Zero>)
      return;  // not even a pair of zero: an infinite adjoint shall not meet it
    else if constexpr (std::is_same_v<D, One>)
      e.pairs_[At].partial = S(1);
    else if constexpr (std::is_same_v<D, MinusOne>)
      e.pairs_[At].partial = S(-1);
    else
      e.pairs_[At].partial = d;
    e.pairs_[At].slot = x.slot();
  }
  template <int At, class S, int N, int M, class D>
  GRADUS_INLINE static void append(Expression<S, N>& e, const Expression<S, M>& x, const D& d) {
    if constexpr (!std::is_same_v<D, Zero>) {
      GRADUS_UNROLL
      for (int i = 0; i < M; ++i) e.pairs_[At + i] = {through(d, x.pairs_[i].partial), x.pairs_[i].slot};
    }
  }
};

namespace detail {

/// An expression of the same type whose derivatives are behind one statement: an infinite partial must not meet a
/// zero before the sweep, which knows what to do.
template <class S, int N>
GRADUS_COLD Expression<S, N> set_aside(const Expression<S, N>& e) {
  const Var<S> written(e);
  Expression<S, N> result(written.value(), written.tape());
  result.pairs_[0] = {S(1), written.slot()};
  return result;
}

}  // namespace detail

}  // namespace gradus
