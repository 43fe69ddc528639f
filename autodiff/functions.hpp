// Elementary functions of recorded scalars and arrays, and of plain numbers where the standard library or Eigen lacks
// them, so that one lambda serves all.
//
// Of Eigen's vocabulary there is deliberately no
//   cast<T>()                      a tape records one number type: cast the constants, or the data before variable()
//   setZero, fill, <<, x(i) = y    variables are values: put matrices together with hcat, vcat and stack
//   unaryExpr, redux, visit        Eigen's functors see numbers only: write a rule (a struct with value and derivative)
//   reverse, index lists           views are strides that do not run backwards; a product with a permutation does it
//   triangularView                 select(mask, A, 0) with a constant mask is the same matrix
//   arg, imag, bit operations      not for real numbers
#pragma once

#include "comparisons.hpp"
#include "logsumexp.hpp"
#include "stack.hpp"

namespace gradus {

// The same names for numbers and for Eigen's arrays: `using gradus::erf;` serves every kind of argument.
using rules::abs, rules::acos, rules::acosh, rules::asin, rules::asinh, rules::atan, rules::atan2, rules::atanh;
using rules::cbrt, rules::ceil, rules::cos, rules::cosh, rules::cube, rules::erf, rules::erfc, rules::exp, rules::exp2;
using rules::expm1, rules::floor, rules::fmod, rules::hypot, rules::inverse, rules::log, rules::log10, rules::log1p;
using rules::log2, rules::logistic, rules::pow, rules::rint, rules::round, rules::rsqrt, rules::sign, rules::sin;
using rules::sinh, rules::softplus, rules::sqrt, rules::square, rules::tan, rules::tanh, rules::trunc;

/// What the functions below take: a recorded scalar or expression, a recorded array, or a Dual of either kind.
template <class T>
concept Recorded = ActiveScalar<T> ||(ActiveMatrix<T>&& ArrayOperand<T>);

// clang-format off
GRADUS_INLINE auto abs(const Recorded auto& x) { return apply<rules::Abs>(x); }          ///< |x|; derivative 0 at 0
GRADUS_INLINE auto fabs(const Recorded auto& x) { return apply<rules::Abs>(x); }         ///< |x|
GRADUS_INLINE auto sign(const Recorded auto& x) { return apply<rules::Sign>(x); }        ///< −1, 0 or 1; derivative 0
GRADUS_INLINE auto square(const Recorded auto& x) { return apply<rules::Square>(x); }    ///< x²
GRADUS_INLINE auto abs2(const Recorded auto& x) { return apply<rules::Square>(x); }      ///< x²
GRADUS_INLINE auto cube(const Recorded auto& x) { return apply<rules::Cube>(x); }        ///< x³
GRADUS_INLINE auto inverse(const Recorded auto& x) { return apply<rules::Inverse>(x); }  ///< 1/x
GRADUS_INLINE auto sqrt(const Recorded auto& x) { return apply<rules::Sqrt>(x); }        ///< √x; derivative +∞ at 0
GRADUS_INLINE auto exp(const Recorded auto& x) { return apply<rules::Exp>(x); }          ///< eˣ
GRADUS_INLINE auto expm1(const Recorded auto& x) { return apply<rules::Expm1>(x); }      ///< eˣ − 1, precise near 0
GRADUS_INLINE auto log(const Recorded auto& x) { return apply<rules::Log>(x); }          ///< natural logarithm
GRADUS_INLINE auto log1p(const Recorded auto& x) { return apply<rules::Log1p>(x); }      ///< ln(1 + x), precise near 0
GRADUS_INLINE auto sin(const Recorded auto& x) { return apply<rules::Sin>(x); }          ///< of radians
GRADUS_INLINE auto cos(const Recorded auto& x) { return apply<rules::Cos>(x); }          ///< of radians
GRADUS_INLINE auto tan(const Recorded auto& x) { return apply<rules::Tan>(x); }          ///< of radians
GRADUS_INLINE auto asin(const Recorded auto& x) { return apply<rules::Asin>(x); }        ///< in radians
GRADUS_INLINE auto acos(const Recorded auto& x) { return apply<rules::Acos>(x); }        ///< in radians
GRADUS_INLINE auto atan(const Recorded auto& x) { return apply<rules::Atan>(x); }        ///< in radians
GRADUS_INLINE auto sinh(const Recorded auto& x) { return apply<rules::Sinh>(x); }
GRADUS_INLINE auto cosh(const Recorded auto& x) { return apply<rules::Cosh>(x); }
GRADUS_INLINE auto tanh(const Recorded auto& x) { return apply<rules::Tanh>(x); }
GRADUS_INLINE auto logistic(const Recorded auto& x) { return apply<rules::Logistic>(x); }  ///< 1/(1 + e⁻ˣ)
GRADUS_INLINE auto log2(const Recorded auto& x) { return apply<rules::Log2>(x); }        ///< logarithm to base 2
GRADUS_INLINE auto log10(const Recorded auto& x) { return apply<rules::Log10>(x); }      ///< logarithm to base 10
GRADUS_INLINE auto exp2(const Recorded auto& x) { return apply<rules::Exp2>(x); }        ///< 2ˣ
GRADUS_INLINE auto rsqrt(const Recorded auto& x) { return apply<rules::Rsqrt>(x); }      ///< 1/√x; derivative −∞ at 0
GRADUS_INLINE auto cbrt(const Recorded auto& x) { return apply<rules::Cbrt>(x); }        ///< ∛x; derivative +∞ at 0
GRADUS_INLINE auto asinh(const Recorded auto& x) { return apply<rules::Asinh>(x); }
GRADUS_INLINE auto acosh(const Recorded auto& x) { return apply<rules::Acosh>(x); }      ///< of x ≥ 1
GRADUS_INLINE auto atanh(const Recorded auto& x) { return apply<rules::Atanh>(x); }      ///< of |x| ≤ 1
GRADUS_INLINE auto erf(const Recorded auto& x) { return apply<rules::Erf>(x); }          ///< 2/√π ∫₀ˣ exp(−t²) dt
GRADUS_INLINE auto erfc(const Recorded auto& x) { return apply<rules::Erfc>(x); }        ///< 1 − erf x, precise for large x
GRADUS_INLINE auto softplus(const Recorded auto& x) { return apply<rules::Softplus>(x); }  ///< ln(1 + eˣ); never overflows
GRADUS_INLINE auto floor(const Recorded auto& x) { return apply<rules::RoundDown>(x); }  ///< derivative 0, as below
GRADUS_INLINE auto ceil(const Recorded auto& x) { return apply<rules::RoundUp>(x); }
GRADUS_INLINE auto round(const Recorded auto& x) { return apply<rules::Round>(x); }      ///< halves away from 0
GRADUS_INLINE auto rint(const Recorded auto& x) { return apply<rules::RoundEven>(x); }   ///< halves to even
GRADUS_INLINE auto trunc(const Recorded auto& x) { return apply<rules::Truncate>(x); }   ///< towards 0
// clang-format on

/// Two operands of which one or both are recorded scalars or arrays; the other may be a number or an Eigen array.
template <class A, class B>
concept RecordedPair = ScalarOperands<A, B> ||(MatrixOperands<A, B> && !AlgebraOperand<A> && !AlgebraOperand<B>);

/// √(a² + b²) without overflow; derivative 0 at the origin.
template <class A, class B>
requires RecordedPair<A, B>
auto hypot(const A& a, const B& b) { return apply<rules::Hypot>(a, b); }
/// The angle of the point (b, a), from −π to π; derivative 0 at the origin.
template <class A, class B>
requires RecordedPair<A, B>
auto atan2(const A& a, const B& b) { return apply<rules::Atan2>(a, b); }
/// a − b·trunc(a/b), exactly. By b the derivative is −trunc(a/b).
template <class A, class B>
requires RecordedPair<A, B>
auto fmod(const A& a, const B& b) { return apply<rules::Fmod>(a, b); }
/// x where the constant weight w > 0, otherwise 0; what select and maxCoeff are made of.
template <class A, class B>
requires(ScalarOperands<A, B> || MatrixOperands<A, B>) auto picked(const A& weight, const B& x) {
  return apply<rules::Pick>(weight, x);
}

/// aᵇ. Either may be a constant; by the exponent the derivative is aᵇ ln a, which needs a > 0 (and is 0 where aᵇ is).
template <class A, class B>
requires ScalarOperands<A, B>
auto pow(const A& a, const B& b) { return apply<rules::Power>(a, b); }
template <class A, class B>
requires(MatrixOperands<A, B> && !AlgebraOperand<A> && !AlgebraOperand<B>) auto pow(const A& a, const B& b) {
  return apply<rules::Power>(a, b);
}

/// The larger of two. The derivative goes to the larger; at a tie one half to each of two variables, and 0 to a
/// variable that ties with a constant.
template <class A, class B>
requires ScalarOperands<A, B>
auto max(const A& a, const B& b) {
  if constexpr (depth_of<A> == depth_of<B>)
    return apply<rules::Maximum>(a, b);
  else if constexpr ((depth_of<A> > depth_of<B>))
    return apply<rules::Floor>(a, b);
  else
    return apply<rules::Floor>(b, a);
}
/// The smaller of two, with the derivative of max.
template <class A, class B>
requires ScalarOperands<A, B>
auto min(const A& a, const B& b) {
  if constexpr (depth_of<A> == depth_of<B>)
    return apply<rules::Minimum>(a, b);
  else if constexpr ((depth_of<A> > depth_of<B>))
    return apply<rules::Ceiling>(a, b);
  else
    return apply<rules::Ceiling>(b, a);
}
template <class A, class B>
requires(MatrixOperands<A, B> && !AlgebraOperand<A> && !AlgebraOperand<B>) auto max(const A& a, const B& b) {
  return larger(a, b);
}
template <class A, class B>
requires(MatrixOperands<A, B> && !AlgebraOperand<A> && !AlgebraOperand<B>) auto min(const A& a, const B& b) {
  return smaller(a, b);
}
// Closer than the standard library's max and min, where `using std::max` brings those in. (Those of equal variables,
// named with std::, give the first one's derivative.)
template <class T>
concept HasExtrema = Scalar<T> || ArrayOperand<T>;
// clang-format off
template <class X> requires HasExtrema<Dual<X>> auto max(const Dual<X>& a, const Dual<X>& b) { return max<Dual<X>, Dual<X>>(a, b); }
template <class X> requires HasExtrema<Dual<X>> auto min(const Dual<X>& a, const Dual<X>& b) { return min<Dual<X>, Dual<X>>(a, b); }
template <class X> requires HasExtrema<Series<X>> auto max(const Series<X>& a, const Series<X>& b) { return max<Series<X>, Series<X>>(a, b); }
template <class X> requires HasExtrema<Series<X>> auto min(const Series<X>& a, const Series<X>& b) { return min<Series<X>, Series<X>>(a, b); }
template <class X> requires HasExtrema<Var<X>> auto max(const Var<X>& a, const Var<X>& b) { return max<Var<X>, Var<X>>(a, b); }
template <class X> requires HasExtrema<Var<X>> auto min(const Var<X>& a, const Var<X>& b) { return min<Var<X>, Var<X>>(a, b); }
template <class S, int N> auto max(const Expression<S, N>& a, const Expression<S, N>& b) { return max<Expression<S, N>, Expression<S, N>>(a, b); }
template <class S, int N> auto min(const Expression<S, N>& a, const Expression<S, N>& b) { return min<Expression<S, N>, Expression<S, N>>(a, b); }
// clang-format on
template <class A, class B>
requires ScalarOperands<A, B>
auto larger(const A& a, const B& b) { return max(a, b); }
template <class A, class B>
requires ScalarOperands<A, B>
auto smaller(const A& a, const B& b) { return min(a, b); }

/// g·d, but 0 where either is 0, whatever the other.
template <class A, class B>
requires(ScalarOperands<A, B> || MatrixOperands<A, B>) auto gated(const A& g, const B& d) {
  return apply<rules::Gate>(g, d);
}

/// x between low and high; at a bound the derivative is 0.
GRADUS_INLINE auto clamp(const Recorded auto& x, const Constant auto& low, const Constant auto& high) {
  return min(max(x, low), high);
}

// ---- activations, for everything that has elements ------------------------------------------------------------------

/// max(x, 0), element by element, of scalars, matrices and arrays, recorded or not; derivative 0 at 0. NaN stays NaN.
template <class X>
requires(ActiveScalar<X> || ActiveMatrix<X>) auto relu(const X& x) { return apply<rules::Relu>(x); }
template <PlainNumber X>
X relu(X x) {
  return rules::relu(x);
}
template <EigenDense X>
typename X::PlainObject relu(const X& x) {
  using rules::relu;
  return x.unaryExpr([](const typename X::Scalar& v) { return relu(v); });
}

/// 1/(1 + e⁻ˣ), element by element, of scalars, matrices and arrays, recorded or not; never overflows.
template <class X>
requires(ActiveScalar<X> || ActiveMatrix<X>) auto sigmoid(const X& x) { return apply<rules::Logistic>(x); }
template <PlainNumber X>
X sigmoid(X x) {
  return rules::logistic(x);
}
template <EigenDense X>
typename X::PlainObject sigmoid(const X& x) {
  return x.array().logistic().matrix();
}

}  // namespace gradus
