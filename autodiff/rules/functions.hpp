// What rules are written with: elementary functions of numbers and of Eigen's arrays, where the standard library or
// Eigen lacks them. gradus has the same names for variables.
#pragma once

#include <cmath>

#include "../traits.hpp"
#include "gate.hpp"
#include "tanh.hpp"

namespace gradus::rules {

using std::abs, std::acos, std::acosh, std::asin, std::asinh, std::atan, std::atan2, std::atanh, std::cbrt, std::ceil;
using std::cos, std::cosh, std::erf, std::erfc, std::exp, std::exp2, std::expm1, std::floor, std::fmod, std::hypot;
using std::log, std::log10, std::log1p, std::log2, std::pow, std::rint, std::round, std::sin, std::sinh, std::sqrt,
    std::tan;
using std::tanh, std::trunc;

// What the standard library lacks, for numbers.
inline auto square(PlainNumber auto x) { return x * x; }
inline auto cube(PlainNumber auto x) { return x * x * x; }
inline auto inverse(PlainNumber auto x) { return 1 / x; }
template <PlainNumber S>
S sign(S x) {
  return x > 0 ? S(1) : x < 0 ? S(-1) : x;  // NaN stays NaN
}
template <PlainNumber S>
S logistic(S x) {  // never overflows: exp of what is not positive
  const S e = exp(x < 0 ? x : -x);
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}
template <PlainNumber S>
S softplus(S x) {  // never overflows either
  return log1p(exp(-abs(x))) + (x < 0 ? S(0) : x);
}
template <PlainNumber S>
S rsqrt(S x) {
  return 1 / sqrt(x);
}
template <PlainNumber S>
S relu(S x) {
  return x < 0 ? S(0) : x;  // NaN stays NaN, so that a diverging network is seen
}
template <PlainNumber S>
S larger(S a, S b) {
  return a < b || b != b ? b : a;
}
template <PlainNumber S>
S smaller(S a, S b) {
  return b < a || b != b ? b : a;
}
/// g·d as the chain rule has it: 0 where either is 0, infinite or NaN as the other may be. So a branch that is not
/// taken does no harm.
template <PlainNumber S>
S gated(S g, S d) {
  const S y = g * d;
  return y == y || (g != 0 && d != 0) ? y : S(0);
}
/// Whether a product with it is the same with a gate and without, but for the sign of a zero.
template <PlainNumber S>
bool needs_no_gate(S x) {
  return x != 0 && std::isfinite(x);
}
/// x where the weight is positive, otherwise 0 whatever x.
template <PlainNumber S>
S picked(S weight, S x) {
  return weight > 0 ? x : S(0);
}

// The same for Eigen's arrays, where Eigen lacks them.
template <class A>
concept EigenArray = level_of<A>
== 0 && !is_dual<A> && !is_series<A> && requires(const A& a) { a.derived().array(); };
template <EigenArray A>
requires std::is_same_v<typename A::Scalar, double>
auto exp(const A& x) { return x.unaryExpr(VectorExp{}); }
template <EigenArray A>
requires std::is_same_v<typename A::Scalar, double>
auto tanh(const A& x) { return x.unaryExpr(VectorTanh{}); }
template <EigenArray A>
requires std::is_arithmetic_v<typename A::Scalar>  // of others it is gradus::relu
auto relu(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return relu(v); });
}
template <EigenArray A, EigenArray B>
auto larger(const A& a, const B& b) {
  return a.binaryExpr(b, [](typename A::Scalar v, typename A::Scalar w) { return larger(v, w); });
}
template <EigenArray A, EigenArray B>
auto smaller(const A& a, const B& b) {
  return a.binaryExpr(b, [](typename A::Scalar v, typename A::Scalar w) { return smaller(v, w); });
}
template <EigenArray A, EigenArray B>
auto gated(const A& g, const B& d) {
  return g.binaryExpr(d, VectorGate<typename A::Scalar>{});
}
template <EigenArray A>
auto softplus(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return softplus(v); });
}
template <EigenArray A>
auto cbrt(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return cbrt(v); });
}
template <EigenArray A>
auto erf(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return erf(v); });
}
template <EigenArray A>
auto erfc(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return erfc(v); });
}
template <EigenArray A>
auto exp2(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return exp2(v); });
}
template <EigenArray A>
auto trunc(const A& x) {
  return x.unaryExpr([](typename A::Scalar v) { return trunc(v); });
}
template <EigenArray A, EigenArray B>
auto hypot(const A& a, const B& b) {
  return a.binaryExpr(b, [](typename A::Scalar v, typename A::Scalar w) { return hypot(v, w); });
}
template <EigenArray A, EigenArray B>
auto atan2(const A& a, const B& b) {
  return a.binaryExpr(b, [](typename A::Scalar v, typename A::Scalar w) { return atan2(v, w); });
}
template <EigenArray A, EigenArray B>
auto fmod(const A& a, const B& b) {
  return a.binaryExpr(b, [](typename A::Scalar v, typename A::Scalar w) { return fmod(v, w); });
}
template <EigenArray A, EigenArray B>
auto picked(const A& a, const B& b) {
  return a.binaryExpr(b, [](typename A::Scalar v, typename A::Scalar w) { return picked(v, w); });
}

/// c·x in the number type of x.
template <class X>
auto scaled(const X& x, double c) {
  if constexpr (EigenArray<X>)
    return x * static_cast<typename X::Scalar>(c);
  else if constexpr (PlainNumber<X>)
    return static_cast<X>(x * static_cast<X>(c));
  else
    return x * c;
}

}  // namespace gradus::rules
