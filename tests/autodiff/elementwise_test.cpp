// Every elementary function, on scalars and on arrays, against central differences.
#include <cmath>
#include <limits>

#include "../support/elementwise_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("elementary functions have their first and second derivatives") {
  check({
      {"abs",      -2, 2,     [](const auto& x, const auto&) { return abs(x); }},
      {"square",   -2, 2,     [](const auto& x, const auto&) { return square(x); }},
      {"cube",     -2, 2,     [](const auto& x, const auto&) { return cube(x); }},
      {"inverse",  0.5, 2,    [](const auto& x, const auto&) { return inverse(x); }},
      {"sqrt",     0.5, 2,    [](const auto& x, const auto&) { return sqrt(x); }},
      {"exp",      -2, 1,     [](const auto& x, const auto&) { return exp(x); }},
      {"expm1",    -2, 1,     [](const auto& x, const auto&) { return expm1(x); }},
      {"log",      0.5, 2,    [](const auto& x, const auto&) { return log(x); }},
      {"log1p",    -0.5, 1,   [](const auto& x, const auto&) { return log1p(x); }},
  });
}

TEST_CASE("trigonometric functions have their first and second derivatives") {
  check({
      {"sin",      -2, 2,     [](const auto& x, const auto&) { return sin(x); }},
      {"cos",      -2, 2,     [](const auto& x, const auto&) { return cos(x); }},
      {"tan",      -0.8, 0.8, [](const auto& x, const auto&) { return tan(x); }},
      {"asin",     -0.7, 0.7, [](const auto& x, const auto&) { return asin(x); }},
      {"acos",     -0.7, 0.7, [](const auto& x, const auto&) { return acos(x); }},
      {"atan",     -2, 2,     [](const auto& x, const auto&) { return atan(x); }},
      {"sinh",     -1, 1,     [](const auto& x, const auto&) { return sinh(x); }},
      {"cosh",     -1, 1,     [](const auto& x, const auto&) { return cosh(x); }},
      {"tanh",     -2, 2,     [](const auto& x, const auto&) { return tanh(x); }},
      {"logistic", -3, 3,     [](const auto& x, const auto&) { return logistic(x); }},
      {"sigmoid",  -3, 3,     [](const auto& x, const auto&) { return sigmoid(x); }},
      {"relu",     -2, 2,     [](const auto& x, const auto&) { return relu(x); }},
  });
}

TEST_CASE("the other functions of the standard library have their first and second derivatives") {
  check({
      {"log2",     0.5, 2,    [](const auto& x, const auto&) { return log2(x); }},
      {"log10",    0.5, 2,    [](const auto& x, const auto&) { return log10(x); }},
      {"exp2",     -2, 1,     [](const auto& x, const auto&) { return exp2(x); }},
      {"cbrt",     0.5, 2,    [](const auto& x, const auto&) { return cbrt(x); }},
      {"cbrt of negative", -2, -0.5, [](const auto& x, const auto&) { return cbrt(x); }},
      {"rsqrt",    0.5, 2,    [](const auto& x, const auto&) { return rsqrt(x); }},
      {"asinh",    -2, 2,     [](const auto& x, const auto&) { return asinh(x); }},
      {"acosh",    1.5, 3,    [](const auto& x, const auto&) { return acosh(x); }},
      {"atanh",    -0.7, 0.7, [](const auto& x, const auto&) { return atanh(x); }},
      {"erf",      -2, 2,     [](const auto& x, const auto&) { return erf(x); }},
      {"erfc",     -2, 2,     [](const auto& x, const auto&) { return erfc(x); }},
      {"softplus", -3, 3,     [](const auto& x, const auto&) { return softplus(x); }},
      {"fmod",     1.1, 1.9,  [](const auto& x, const auto& y) { return fmod(5 * x, 4 * y) * x; }},
      {"hypot",    -2, 2,     [](const auto& x, const auto& y) { return hypot(x, y); }},
      {"atan2",    0.5, 2,    [](const auto& x, const auto& y) { return atan2(-x, -y); }},
  });
}

TEST_CASE("functions with steps multiply like constants") {
  check({
      {"floor",    0.1, 0.9,  [](const auto& x, const auto&) { return floor(x + 3) * x; }},
      {"ceil",     0.1, 0.9,  [](const auto& x, const auto&) { return ceil(x + 3) * x; }},
      {"round",    0.6, 1.4,  [](const auto& x, const auto&) { return round(x + 3) * x; }},
      {"rint",     0.6, 1.4,  [](const auto& x, const auto&) { return rint(x + 3) * x; }},
      {"trunc",    0.1, 0.9,  [](const auto& x, const auto&) { return trunc(x - 3) * x; }},
  });
}
// clang-format on

TEST_CASE("tanh of arrays of double is right to 2 ulp, for all sizes and special values") {
  Tape<double> tape;
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double size : {1e-310, 1e-200, 1e-9, 1e-3, 0.3, 0.624, 0.626, 1.0, 3.0, 18.0, 20.0, 1e3, 1e300}) {
    const Eigen::ArrayXd x = size * Eigen::ArrayXd::LinSpaced(501, -1, 1);
    const Eigen::ArrayXd y = value_of(tanh(tape.variable(x)));
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      const long double exact = std::tanh(static_cast<long double>(x[i]));
      const long double ulp = std::max<long double>(std::abs(exact) * std::numeric_limits<double>::epsilon(), 5e-324);
      CHECK(std::abs(y[i] - exact) <= 2 * ulp);
    }
  }
  Eigen::ArrayXd special(8);
  special << infinity, -infinity, std::nan(""), 0.0, -0.0, 1e308, -1e308, 5e-324;
  const Eigen::ArrayXd y = value_of(tanh(tape.variable(special)));
  CHECK(y[0] == 1);
  CHECK(y[1] == -1);
  CHECK(std::isnan(y[2]));
  CHECK((y[3] == 0 && !std::signbit(y[3])));
  CHECK((y[4] == 0 && std::signbit(y[4])));
  CHECK(y[5] == 1);
  CHECK(y[6] == -1);
  CHECK(y[7] == 5e-324);
}

}  // namespace
}  // namespace gradus::test
