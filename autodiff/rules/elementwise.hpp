// The table of elementwise operations: a name, a value, and the derivative in terms of operands and result.
//
// Every line is generic code. Read with numbers it serves scalar statements, read with Eigen arrays the kernels of
// matrix records, read with Var it records itself, and so gives derivatives of derivatives. At a kink every rule
// answers with the element of least norm of the subdifferential: abs'(0) = 0, relu'(0) = 0, max at a tie gives each of
// two variables one half, and gives 0 to a variable that ties with a constant.
#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

#include "../scalar.hpp"
#include "tanh.hpp"

namespace gradus::rules {

using std::abs, std::acos, std::asin, std::atan, std::cos, std::cosh, std::exp, std::expm1, std::log, std::log1p;
using std::pow, std::sin, std::sinh, std::sqrt, std::tan, std::tanh;

// What the standard library lacks, for numbers; gradus has them for variables.
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
/// g·d, and 0 where g is 0 whatever d: an infinite derivative of a branch not taken does no harm.
template <PlainNumber S>
S gated(S g, S d) {
  return g == 0 ? S(0) : g * d;
}

// The same for Eigen's arrays, where Eigen lacks them.
template <class A>
concept EigenArray = level_of<A>
== 0 && !is_dual<A> && requires(const A& a) { a.derived().array(); };
template <EigenArray A>
requires std::is_same_v<typename A::Scalar, double>
auto tanh(const A& x) { return x.unaryExpr(VectorTanh{}); }
template <EigenArray A>
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
  return g.binaryExpr(d, [](typename A::Scalar v, typename A::Scalar w) { return gated(v, w); });
}

// clang-format off

// ---- two operands ---------------------------------------------------------------------------------------------------
struct Add      { static constexpr std::string_view name = "add";
                  static auto value(const auto& a, const auto& b) { return a + b; }
                  static auto by_first (const auto&, const auto&, const auto&) { return One{}; }
                  static auto by_second(const auto&, const auto&, const auto&) { return One{}; } };
struct Subtract { static constexpr std::string_view name = "subtract";
                  static auto value(const auto& a, const auto& b) { return a - b; }
                  static auto by_first (const auto&, const auto&, const auto&) { return One{}; }
                  static auto by_second(const auto&, const auto&, const auto&) { return MinusOne{}; } };
struct Multiply { static constexpr std::string_view name = "multiply";
                  static auto value(const auto& a, const auto& b) { return a * b; }
                  static auto by_first (const auto&, const auto& b, const auto&) { return b; }
                  static auto by_second(const auto& a, const auto&, const auto&) { return a; } };
struct Divide   { static constexpr std::string_view name = "divide"; static constexpr bool has_pole = true;
                  static auto value(const auto& a, const auto& b) { return a / b; }
                  static auto by_first (const auto&, const auto& b, const auto&) { return inverse(b); }
                  static auto by_second(const auto&, const auto& b, const auto& y) { return -y / b; } };
struct Power    { static constexpr std::string_view name = "pow"; static constexpr bool has_pole = true;
                  static auto value(const auto& a, const auto& b) { return pow(a, b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return gated(b, pow(a, b - 1)); }
                  static auto by_second(const auto& a, const auto&, const auto& y) { return gated(y, log(a)); } };
struct Maximum  { static constexpr std::string_view name = "max";
                  static auto value(const auto& a, const auto& b) { return larger(a, b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return (sign(a - b) + 1) / 2; }
                  static auto by_second(const auto& a, const auto& b, const auto&) { return (sign(b - a) + 1) / 2; } };
struct Minimum  { static constexpr std::string_view name = "min";
                  static auto value(const auto& a, const auto& b) { return smaller(a, b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return (sign(b - a) + 1) / 2; }
                  static auto by_second(const auto& a, const auto& b, const auto&) { return (sign(a - b) + 1) / 2; } };
struct Floor    { static constexpr std::string_view name = "max with a constant";
                  static auto value(const auto& a, const auto& b) { return larger(a, b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return relu(sign(a - b)); }
                  static auto by_second(const auto&, const auto&, const auto&) { return Zero{}; } };
struct Ceiling  { static constexpr std::string_view name = "min with a constant";
                  static auto value(const auto& a, const auto& b) { return smaller(a, b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return relu(sign(b - a)); }
                  static auto by_second(const auto&, const auto&, const auto&) { return Zero{}; } };
struct Gate     { static constexpr std::string_view name = "gate"; static constexpr bool has_pole = true;
                  static auto value(const auto& a, const auto& b) { return gated(a, b); }
                  static auto by_first (const auto&, const auto& b, const auto&) { return b; }
                  static auto by_second(const auto& a, const auto&, const auto&) { return a; } };

// ---- one operand: y = f(x), f'(x) in terms of x and y ---------------------------------------------------------------
struct Copy     { static constexpr std::string_view name = "copy";
                  static auto value(const auto& x) { return x; }           static auto derivative(const auto&, const auto&) { return One{}; } };
struct Negate   { static constexpr std::string_view name = "negate";
                  static auto value(const auto& x) { return -x; }          static auto derivative(const auto&, const auto&) { return MinusOne{}; } };
struct Abs      { static constexpr std::string_view name = "abs";
                  static auto value(const auto& x) { return abs(x); }      static auto derivative(const auto& x, const auto&) { return sign(x); } };
struct Sign     { static constexpr std::string_view name = "sign";
                  static auto value(const auto& x) { return sign(x); }     static auto derivative(const auto&, const auto&) { return Zero{}; } };
struct Relu     { static constexpr std::string_view name = "relu";
                  static auto value(const auto& x) { return relu(x); }     static auto derivative(const auto&, const auto& y) { return sign(y); } };
struct Square   { static constexpr std::string_view name = "square";
                  static auto value(const auto& x) { return square(x); }   static auto derivative(const auto& x, const auto&) { return 2 * x; } };
struct Cube     { static constexpr std::string_view name = "cube";
                  static auto value(const auto& x) { return cube(x); }     static auto derivative(const auto& x, const auto&) { return 3 * square(x); } };
struct Inverse  { static constexpr std::string_view name = "inverse"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return inverse(x); }  static auto derivative(const auto&, const auto& y) { return -square(y); } };
struct Sqrt     { static constexpr std::string_view name = "sqrt"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return sqrt(x); }     static auto derivative(const auto&, const auto& y) { return inverse(2 * y); } };
struct Root     { static constexpr std::string_view name = "norm";  // sqrt of a sum of squares
                  static auto value(const auto& x) { return sqrt(x); }     static auto derivative(const auto&, const auto& y) { return gated(sign(y), inverse(2 * y)); } };
struct Exp      { static constexpr std::string_view name = "exp";
                  static auto value(const auto& x) { return exp(x); }      static auto derivative(const auto&, const auto& y) { return y; } };
struct Expm1    { static constexpr std::string_view name = "expm1";
                  static auto value(const auto& x) { return expm1(x); }    static auto derivative(const auto&, const auto& y) { return y + 1; } };
struct Log      { static constexpr std::string_view name = "log"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return log(x); }      static auto derivative(const auto& x, const auto&) { return inverse(x); } };
struct Log1p    { static constexpr std::string_view name = "log1p"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return log1p(x); }    static auto derivative(const auto& x, const auto&) { return inverse(x + 1); } };
struct Sin      { static constexpr std::string_view name = "sin";
                  static auto value(const auto& x) { return sin(x); }      static auto derivative(const auto& x, const auto&) { return cos(x); } };
struct Cos      { static constexpr std::string_view name = "cos";
                  static auto value(const auto& x) { return cos(x); }      static auto derivative(const auto& x, const auto&) { return -sin(x); } };
struct Tan      { static constexpr std::string_view name = "tan";
                  static auto value(const auto& x) { return tan(x); }      static auto derivative(const auto&, const auto& y) { return 1 + square(y); } };
struct Asin     { static constexpr std::string_view name = "asin"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return asin(x); }     static auto derivative(const auto& x, const auto&) { return inverse(sqrt(1 - square(x))); } };
struct Acos     { static constexpr std::string_view name = "acos"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return acos(x); }     static auto derivative(const auto& x, const auto&) { return -inverse(sqrt(1 - square(x))); } };
struct Atan     { static constexpr std::string_view name = "atan";
                  static auto value(const auto& x) { return atan(x); }     static auto derivative(const auto& x, const auto&) { return inverse(1 + square(x)); } };
struct Sinh     { static constexpr std::string_view name = "sinh";
                  static auto value(const auto& x) { return sinh(x); }     static auto derivative(const auto& x, const auto&) { return cosh(x); } };
struct Cosh     { static constexpr std::string_view name = "cosh";
                  static auto value(const auto& x) { return cosh(x); }     static auto derivative(const auto& x, const auto&) { return sinh(x); } };
struct Tanh     { static constexpr std::string_view name = "tanh";
                  static auto value(const auto& x) { return tanh(x); }     static auto derivative(const auto&, const auto& y) { return 1 - square(y); } };
struct Logistic { static constexpr std::string_view name = "sigmoid";
                  static auto value(const auto& x) { return logistic(x); } static auto derivative(const auto&, const auto& y) { return y * (1 - y); } };
// clang-format on

/// The operations whose kernels are compiled into the library for float and double. Any other struct of the same form
/// works too: its kernels are then made where it is used.
using Compiled = std::tuple<Add, Subtract, Multiply, Divide, Power, Maximum, Minimum, Floor, Ceiling, Gate, Copy,
                            Negate, Abs, Sign, Relu, Square, Cube, Inverse, Sqrt, Root, Exp, Expm1, Log, Log1p, Sin,
                            Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Logistic>;

template <class Rule>
inline constexpr bool has_pole = requires {
  Rule::has_pole;
};

/// An elementwise operation of one operand.
template <class Rule>
concept Unary = requires(double x) {
  Rule::derivative(x, Rule::value(x));
};

}  // namespace gradus::rules
