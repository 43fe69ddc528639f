// Every elementwise operation, on scalars and on arrays, against central differences.
#include <gradus/autodiff/autodiff.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test {
namespace {

// Where the standard library has a function, numbers find it here; variables and arrays find theirs by their types.
using rules::cube, rules::inverse, rules::logistic, rules::square;
using std::abs, std::acos, std::asin, std::atan, std::cos, std::cosh, std::exp, std::expm1, std::log, std::log1p;
using std::pow, std::sin, std::sinh, std::sqrt, std::tan, std::tanh;

constexpr int order = 2;  // third derivatives take as long to compile as the others together: see nesting_test.cpp
using OfScalars = Function<2, order, double, float>;
using OfArrays = Function<2, order, Eigen::ArrayXXd, Eigen::ArrayXXf>;

// Eigen's arrays have members where numbers have functions: one spelling for both.
template <class X>
auto largest(const X& x, const auto& y) {
  using std::max;
  if constexpr (Constant<X>)
    return max(x, static_cast<X>(y));
  else if constexpr (MatrixOperand<X>)
    return x.max(y);
  else
    return max(x, y);
}
template <class X>
auto smallest(const X& x, const auto& y) {
  using std::min;
  if constexpr (Constant<X>)
    return min(x, static_cast<X>(y));
  else if constexpr (MatrixOperand<X>)
    return x.min(y);
  else
    return min(x, y);
}

/// An operation of two operands (one may go unused) and an interval where it is smooth.
struct Operation {
  std::string name;
  double low, high;
  OfScalars of_scalars;
  OfArrays of_arrays;

  Operation(std::string name_, double low_, double high_, const auto& f)
      : name(std::move(name_)), low(low_), high(high_), of_scalars(contracted(f)), of_arrays(contracted(f)) {}
  static auto contracted(const auto& f) {
    return [f](const auto& x, const auto& y) { return contract(f(x, y)); };
  }
};

void check(const std::vector<Operation>& table) {
  std::mt19937 random(1);
  for (const Operation& operation : table) {
    INFO(operation.name);
    const std::vector<double> numbers = distinct_numbers(40, operation.low, operation.high, random);
    {
      INFO("scalars");
      for (std::size_t i = 0; i < 6; i += 2) check_gradients<order>(operation.of_scalars, numbers[i], numbers[i + 1]);
    }
    {
      INFO("arrays");
      const Eigen::ArrayXXd x = Eigen::Map<const Eigen::ArrayXXd>(numbers.data(), 4, 5);
      const Eigen::ArrayXXd y = Eigen::Map<const Eigen::ArrayXXd>(numbers.data() + 20, 4, 5);
      check_gradients<order>(operation.of_arrays, x, y);
    }
  }
}

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

TEST_CASE("arithmetic of two variables") {
  check({
      {"add",      -2, 2,     [](const auto& x, const auto& y) { return x + y; }},
      {"subtract", -2, 2,     [](const auto& x, const auto& y) { return x - y; }},
      {"multiply", -2, 2,     [](const auto& x, const auto& y) { return x * y; }},
      {"divide",   0.5, 2,    [](const auto& x, const auto& y) { return x / y; }},
      {"negate",   -2, 2,     [](const auto& x, const auto& y) { return -x * y; }},
      {"pow",      0.5, 1.5,  [](const auto& x, const auto& y) { return pow(x, y); }},
      {"max",      -2, 2,     [](const auto& x, const auto& y) { return largest(x, y) * x; }},
      {"min",      -2, 2,     [](const auto& x, const auto& y) { return smallest(x, y) * x; }},
      {"x with x", -2, 2,     [](const auto& x, const auto&) { return x * x * x - x / (x * x + 1) + (x - x); }},
      {"shared",   0.5, 1.5,  [](const auto& x, const auto& y) { const auto s = x * y; return s * sin(s) + exp(s) / y; }},
  });
}

TEST_CASE("arithmetic of a variable and a literal") {
  check({
      {"add",      -2, 2,     [](const auto& x, const auto& y) { return (x + 2) * (0.5 + y); }},
      {"subtract", -2, 2,     [](const auto& x, const auto& y) { return (x - 2) * (0.5 - y); }},
      {"multiply", -2, 2,     [](const auto& x, const auto& y) { return (x * 2) + (y * 0.25) * x; }},
      {"divide",   0.5, 2,    [](const auto& x, const auto& y) { return x / 2 + 3 / y; }},
      {"power",    0.5, 1.5,  [](const auto& x, const auto&) { return pow(x, 3) + pow(x, -0.5); }},
      {"base",     0.5, 1.5,  [](const auto& x, const auto& y) { return pow(2.0 + 0 * x, y); }},
      {"max",      -2, 2,     [](const auto& x, const auto&) { return largest(x, 0.51) * x; }},
      {"min",      -2, 2,     [](const auto& x, const auto&) { return smallest(x, 0.51) * x; }},
      {"clamp",    -2, 2,     [](const auto& x, const auto&) { return smallest(largest(x, -1.01), 0.51) * x; }},
  });
}

TEST_CASE("long expressions are cut into statements without loss") {
  check({
      {"21 terms", 0.5, 1.5,  [](const auto& x, const auto& y) {
         return x * y + x / y + y / x + x * sin(y) + y * cos(x) + (x + y) * (x - y) + exp(x) * y + x * log(y) + sqrt(x * y)
             + (x * y) * (x * y * y) + tanh(x) * y; }},
      {"nested",   0.5, 1.5,  [](const auto& x, const auto& y) {
         return sin(x * cos(y * exp(x * y) + x) + y) * sqrt(x + y * y) / (1 + x * y); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
