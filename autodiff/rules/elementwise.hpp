// The table of elementwise operations: a name, a value, and the derivative in terms of operands and result.
//
// Every line is generic code. Read with numbers it serves scalar statements, read with Eigen arrays the kernels of
// matrix records, read with Var it records itself, and so gives derivatives of derivatives. At a kink every rule
// answers with the element of least norm of the subdifferential: abs'(0) = 0, relu'(0) = 0, max at a tie gives each of
// two variables one half, and gives 0 to a variable that ties with a constant; hypot has derivative 0 at the origin.
// Where a function jumps its derivative is that of the pieces: floor, ceil, round, rint, trunc and sign have 0, fmod by
// its first operand 1; atan2 has 0 at the origin.
//
// In the chain rule 0·∞ is 0, in every mode: see carried(). For recorded scalars, whose statements are products of
// derivatives, a rule says has_pole where its derivative can be infinite while its value is not.
#pragma once

#include <numbers>
#include <string_view>
#include <tuple>

#include "../scalar.hpp"
#include "functions.hpp"

namespace gradus::rules {

/// A constant weight as a derivative: where it is 0 nothing comes through, not even an adjoint of infinity or NaN.
template <class W>
struct Weight {
  W weight;
};
template <class W>
Weight(W) -> Weight<W>;
template <class G, class W>
auto chain(const G& g, const Weight<W>& w) {
  return gated(w.weight, g);
}

/// What an adjoint or a tangent g becomes by way of the derivative d: 0·∞ is 0 in the chain rule. A zero stays zero,
/// however steep the rule is there, and where the rule is flat not even infinity or NaN comes through: a branch that is
/// not taken does no harm.
template <class G, class D>
GRADUS_INLINE auto carried(const G& g, const D& d) {
  if constexpr (std::is_empty_v<D>)
    return chain(g, d);
  else
    return gated(g, d);
}
template <class G, class W>
auto carried(const G& g, const Weight<W>& w) {
  return chain(g, w);
}

using std::numbers::ln2;
inline constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;

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
struct Multiply { static constexpr std::string_view name = "multiply"; static constexpr bool is_polynomial = true;
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
struct Hypot    { static constexpr std::string_view name = "hypot";
                  static auto value(const auto& a, const auto& b) { return hypot(a, b); }
                  static auto by_first (const auto& a, const auto&, const auto& y) { return gated(sign(y), a / y); }
                  static auto by_second(const auto&, const auto& b, const auto& y) { return gated(sign(y), b / y); } };
struct Atan2    { static constexpr std::string_view name = "atan2"; static constexpr bool has_pole = true;
                  static auto value(const auto& a, const auto& b) { return atan2(a, b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return gated(sign(hypot(a, b)), b / hypot(a, b) / hypot(a, b)); }
                  static auto by_second(const auto& a, const auto& b, const auto&) { return gated(sign(hypot(a, b)), -a / hypot(a, b) / hypot(a, b)); } };
struct Fmod     { static constexpr std::string_view name = "fmod"; static constexpr bool has_pole = true;
                  static auto value(const auto& a, const auto& b) { return fmod(a, b); }
                  static auto by_first (const auto&, const auto&, const auto&) { return One{}; }
                  static auto by_second(const auto& a, const auto& b, const auto&) { return -trunc(a / b); } };
struct SquaredDifference
                { static constexpr std::string_view name = "squared difference"; static constexpr bool is_polynomial = true;
                  static auto value(const auto& a, const auto& b) { return square(a - b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return 2 * (a - b); }
                  static auto by_second(const auto& a, const auto& b, const auto&) { return 2 * (b - a); } };
struct ExpOfDifference  // keeps no result: its sum is all that is wanted
                { static constexpr std::string_view name = "exp of difference";
                  static auto value(const auto& a, const auto& b) { return exp(a - b); }
                  static auto by_first (const auto& a, const auto& b, const auto&) { return exp(a - b); }
                  static auto by_second(const auto& a, const auto& b, const auto&) { return -exp(a - b); } };
struct ExpBeside  // beside x stand constants, its exponentials up to a factor: their sum is all that is wanted
                { static constexpr std::string_view name = "exp";
                  static auto value(const auto&, const auto& e) { return e; }
                  static auto by_first (const auto&, const auto& e, const auto&) { return e; }
                  static auto by_second(const auto&, const auto&, const auto&) { return Zero{}; } };
struct Pick     // x where the weight w > 0, else 0; the derivative is |w|. Weights are constants.
                { static constexpr std::string_view name = "select";
                  static auto value(const auto& w, const auto& x) { return picked(w, x); }
                  static auto by_first (const auto&, const auto&, const auto&) { return Zero{}; }
                  static auto by_second(const auto& w, const auto&, const auto&) { return Weight{abs(w)}; } };

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
struct Square   { static constexpr std::string_view name = "square"; static constexpr bool is_polynomial = true;
                  static auto value(const auto& x) { return square(x); }   static auto derivative(const auto& x, const auto&) { return 2 * x; } };
struct Cube     { static constexpr std::string_view name = "cube"; static constexpr bool is_polynomial = true;
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
                  static auto value(const auto& x) { return asin(x); }     static auto derivative(const auto& x, const auto&) { return inverse(sqrt((1 - x) * (1 + x))); } };
struct Acos     { static constexpr std::string_view name = "acos"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return acos(x); }     static auto derivative(const auto& x, const auto&) { return -inverse(sqrt((1 - x) * (1 + x))); } };
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
struct Log2     { static constexpr std::string_view name = "log2"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return log2(x); }          static auto derivative(const auto& x, const auto&) { return scaled(inverse(x), 1 / ln2); } };
struct Log10    { static constexpr std::string_view name = "log10"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return log10(x); }         static auto derivative(const auto& x, const auto&) { return scaled(inverse(x), 1 / std::numbers::ln10); } };
struct Exp2     { static constexpr std::string_view name = "exp2";
                  static auto value(const auto& x) { return exp2(x); }          static auto derivative(const auto&, const auto& y) { return scaled(y, ln2); } };
struct Rsqrt    { static constexpr std::string_view name = "rsqrt"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return rsqrt(x); }         static auto derivative(const auto&, const auto& y) { return -cube(y) / 2; } };
struct Cbrt     { static constexpr std::string_view name = "cbrt"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return cbrt(x); }          static auto derivative(const auto&, const auto& y) { return inverse(3 * square(y)); } };
struct Asinh    { static constexpr std::string_view name = "asinh";
                  static auto value(const auto& x) { return asinh(x); }         static auto derivative(const auto& x, const auto&) { return inverse(sqrt(1 + square(x))); } };
struct Acosh    { static constexpr std::string_view name = "acosh"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return acosh(x); }         static auto derivative(const auto& x, const auto&) { return inverse(sqrt(x - 1) * sqrt(x + 1)); } };
struct Atanh    { static constexpr std::string_view name = "atanh"; static constexpr bool has_pole = true;
                  static auto value(const auto& x) { return atanh(x); }         static auto derivative(const auto& x, const auto&) { return inverse((1 - x) * (1 + x)); } };
struct Erf      { static constexpr std::string_view name = "erf";
                  static auto value(const auto& x) { return erf(x); }           static auto derivative(const auto& x, const auto&) { return scaled(exp(-square(x)), two_over_root_pi); } };
struct Erfc     { static constexpr std::string_view name = "erfc";
                  static auto value(const auto& x) { return erfc(x); }          static auto derivative(const auto& x, const auto&) { return scaled(exp(-square(x)), -two_over_root_pi); } };
struct Softplus { static constexpr std::string_view name = "softplus";
                  static auto value(const auto& x) { return softplus(x); }      static auto derivative(const auto& x, const auto&) { return logistic(x); } };
struct RoundDown { static constexpr std::string_view name = "floor";
                  static auto value(const auto& x) { return floor(x); }         static auto derivative(const auto&, const auto&) { return Zero{}; } };
struct RoundUp  { static constexpr std::string_view name = "ceil";
                  static auto value(const auto& x) { return ceil(x); }          static auto derivative(const auto&, const auto&) { return Zero{}; } };
struct Round    { static constexpr std::string_view name = "round";
                  static auto value(const auto& x) { return round(x); }         static auto derivative(const auto&, const auto&) { return Zero{}; } };
struct RoundEven { static constexpr std::string_view name = "rint";
                  static auto value(const auto& x) { return rint(x); }          static auto derivative(const auto&, const auto&) { return Zero{}; } };
struct Truncate { static constexpr std::string_view name = "trunc";
                  static auto value(const auto& x) { return trunc(x); }         static auto derivative(const auto&, const auto&) { return Zero{}; } };
struct LogOfSum { static constexpr std::string_view name = "log of sum";  // of what is not negative
                  static auto value(const auto& x) { return log(x); }           static auto derivative(const auto& x, const auto&) { return gated(sign(x), inverse(x)); } };
// clang-format on

/// f'(x) t, the tangent of y = f(x) for a tangent t of x, of relu, tanh or sigmoid: their derivative is known from y,
/// as is that of the derivative.
template <class Rule>
struct Tangent {
  static constexpr std::string_view name = "tangent";
  static constexpr bool has_pole = true;
  static auto value(const auto& t, const auto& y) { return gated(t, slope(y)); }
  static auto by_first(const auto&, const auto& y, const auto&) { return slope(y); }
  static auto by_second(const auto& t, const auto& y, const auto&) {
    if constexpr (std::is_same_v<Rule, Relu>)
      return Zero{};
    else if constexpr (std::is_same_v<Rule, Tanh>)
      return -2 * (t * y);
    else if constexpr (std::is_same_v<Rule, Logistic>)
      return t - 2 * (t * y);
  }

 private:
  static auto slope(const auto& y) { return Rule::derivative(y, y); }
};

/// The operations whose kernels are compiled into the library for float and double. Any other struct of the same form
/// works too: its kernels are then made where it is used.
using Compiled =
    std::tuple<Add, Subtract, Multiply, Divide, Power, Maximum, Minimum, Floor, Ceiling, Gate, Copy, Negate, Abs, Sign,
               Relu, Square, Cube, Inverse, Sqrt, Root, Exp, Expm1, Log, Log1p, Sin, Cos, Tan, Asin, Acos, Atan, Sinh,
               Cosh, Tanh, Logistic, Pick, SquaredDifference, ExpOfDifference, ExpBeside, LogOfSum, Erf, Softplus,
               Tangent<Relu>, Tangent<Tanh>, Tangent<Logistic>>;

/// Whether the derivative can be infinite where the value is not.
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
