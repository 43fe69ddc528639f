// Taylor coefficients of functions of numbers: polynomials exactly, known series, and that every series converges to
// its function; kinks, poles and misuse.
#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/taylor.hpp>
#include <limits>
#include <string>

namespace gradus::test::taylor_test {
namespace {

using rules::cube, rules::inverse, rules::logistic, rules::rsqrt, rules::softplus, rules::square;
using std::abs, std::acos, std::acosh, std::asin, std::asinh, std::atan, std::atan2, std::atanh, std::cbrt, std::cos;
using std::cosh, std::erf, std::erfc, std::exp, std::exp2, std::expm1, std::floor, std::fmod, std::hypot, std::log;
using std::log10, std::log1p, std::log2, std::max, std::min, std::pow, std::sin, std::sinh, std::sqrt, std::tan;
using std::tanh;
using Numbers = std::vector<double>;

/// Coefficients of f(t) at 0.
template <class F>
Numbers at_zero(const F& f, Index order) {
  return taylor(f, 0.0, 1.0, order);
}
void check_equal(const Numbers& c, const Numbers& expected, double tolerance = 1e-14) {
  REQUIRE(c.size() == expected.size());
  for (std::size_t k = 0; k < c.size(); ++k) {
    INFO("coefficient ", k, ": ", c[k], ", expected ", expected[k]);
    CHECK(std::abs(c[k] - expected[k]) <= tolerance * (1 + std::abs(expected[k])));
  }
}

TEST_CASE("polynomials have their coefficients exactly, and no others") {
  const auto f = [](const auto& x, const auto& y) { return x * x * y * y * y; };
  const auto g = [](const auto& x, const auto& y) { return square(x) + 2 * square(y) + 3 * x * square(y); };
  // (1 + t)²(2 + t)³ and (1 + t)² + 2(2 − t)² + 3(1 + t)(2 − t)², expanded
  CHECK(taylor(f, std::tuple(1.0, 2.0), std::tuple(1.0, 1.0), 7) == Numbers{8, 28, 38, 25, 8, 1, 0, 0});
  CHECK(taylor(g, std::tuple(1.0, 2.0), std::tuple(1.0, -1.0), 5) == Numbers{21, -6, -6, 3, 0, 0});
  CHECK(at_zero([](const auto& t) { return cube(1 + t); }, 4) == Numbers{1, 3, 3, 1, 0});
  CHECK(at_zero([](const auto& t) { return pow(2 - t, 3.0); }, 4) == Numbers{8, -12, 6, -1, 0});
  CHECK(at_zero([](const auto& t) { return pow(t, 3.0) + pow(t, 0.0); }, 5) == Numbers{1, 0, 0, 1, 0, 0});
  CHECK(at_zero([](const auto& t) { return (1 - t * t) / (1 + t); }, 4) == Numbers{1, -1, 0, 0, 0});
}

TEST_CASE("known series") {
  Numbers exponential{1}, sine{0}, tangent{0, 1, 0, 1.0 / 3, 0, 2.0 / 15, 0, 17.0 / 315, 0, 62.0 / 2835}, logarithm{0},
      arctangent{0}, fibonacci{1, 1}, catalan{1}, geometric{1};
  for (int k = 1; k <= 14; ++k) {
    const auto last = static_cast<std::size_t>(k);
    exponential.push_back(exponential.back() / k);
    sine.push_back(k % 2 == 0 ? 0 : exponential[last] * (k % 4 == 1 ? 1 : -1));
    logarithm.push_back((k % 2 == 0 ? -1.0 : 1.0) / k);
    arctangent.push_back(k % 2 == 0 ? 0 : (k % 4 == 1 ? 1.0 : -1.0) / k);
    if (k > 1) fibonacci.push_back(fibonacci[last - 1] + fibonacci[last - 2]);
    catalan.push_back(catalan.back() * 2 * (2 * k - 1) / (k + 1));
    geometric.push_back(1);
  }
  check_equal(at_zero([](const auto& t) { return exp(t); }, 14), exponential);
  check_equal(at_zero([](const auto& t) { return sin(t); }, 14), sine);
  check_equal(at_zero([](const auto& t) { return log1p(t); }, 14), logarithm);
  check_equal(at_zero([](const auto& t) { return atan(t); }, 14), arctangent);
  check_equal(at_zero([](const auto& t) { return tan(t); }, 9), tangent);
  CHECK(at_zero([](const auto& t) { return 1 / (1 - t); }, 14) == geometric);
  CHECK(at_zero([](const auto& t) { return inverse(1 - t - t * t); }, 14) == fibonacci);
  Numbers root = at_zero([](const auto& t) { return (1 - sqrt(1 - 4 * t)) / 2; }, 15);  // t times the Catalan numbers
  root.erase(root.begin());
  check_equal(root, catalan, 1e-12);
}

/// A function of one number, whose series at x converges for |t| < radius.
struct Function {
  std::string name;
  Numbers coefficients;
  double step, value;

  template <class F>
  Function(std::string name_, double x, double radius, const F& f) : name(std::move(name_)) {
    coefficients = taylor(f, x, 1.0, 48);
    step = std::min(radius / 2, 1.0);  // the terms that are left out are some 2⁻⁴⁹
    value = f(x + step);
  }
};
void check_converge(const std::vector<Function>& table) {
  for (const Function& f : table) {
    const double sum = taylor_polynomial(f.coefficients, f.step);
    INFO(f.name, ": ", sum, ", expected ", f.value);
    CHECK(std::abs(sum - f.value) <= 1e-11 * (1 + std::abs(f.value)));
  }
}

// clang-format off
TEST_CASE("the series of every function converges to it: powers and exponentials") {
  check_converge({
      {"square, cube", 0.3, 9,   [](const auto& x) { return square(x) + cube(x); }},
      {"inverse",      0.8, 0.8, [](const auto& x) { return inverse(x) + 1 / (1 + x) + x / (2 + x); }},
      {"sqrt",         0.8, 0.8, [](const auto& x) { return sqrt(x) + x / sqrt(x); }},
      {"cbrt, rsqrt",  0.8, 0.8, [](const auto& x) { return cbrt(x) * rsqrt(x); }},
      {"pow",          0.8, 0.8, [](const auto& x) { return pow(x, 2.5) + pow(x, -1.5) + pow(1.7, x) + pow(x, x); }},
      {"exp",          0.3, 9,   [](const auto& x) { return exp(x) + exp2(-x) + expm1(2 * x); }},
      {"log",          0.8, 0.8, [](const auto& x) { return log(x) + log2(1 + x) * log10(x + 2) + log1p(x); }},
      {"logistic",     0.3, 3,   [](const auto& x) { return logistic(x) + softplus(2 * x) / 2; }},
      {"erf",          0.3, 1.5, [](const auto& x) { return erf(x) - 2 * erfc(x / 2); }},
  });
}

TEST_CASE("the series of every function converges to it: circles and hyperbolas") {
  check_converge({
      {"sin, cos",     0.3, 9,   [](const auto& x) { return sin(x) * cos(2 * x); }},
      {"tan",          0.3, 1.2, [](const auto& x) { return tan(x); }},
      {"asin, acos",   0.3, 0.7, [](const auto& x) { return asin(x) - 2 * acos(x); }},
      {"atan",         0.3, 1,   [](const auto& x) { return atan(x); }},
      {"sinh, cosh",   0.3, 9,   [](const auto& x) { return sinh(x) + 2 * cosh(x / 2); }},
      {"tanh",         0.3, 1.5, [](const auto& x) { return tanh(x); }},
      {"asinh, acosh", 2.5, 1.5, [](const auto& x) { return asinh(x) + acosh(x); }},
      {"atanh",        0.3, 0.7, [](const auto& x) { return atanh(x); }},
      {"hypot, atan2", 1.3, 1.2, [](const auto& x) { return hypot(x, 1 - x) + atan2(x, 2 - x) + atan2(1.0, x); }},
      {"piecewise",    1.3, 0.2, [](const auto& x) { return abs(-x) * max(x, x * x) + min(x, 3.0) - floor(x) + fmod(2.5 * x, x) + relu(x - 1); }},
  });
}

TEST_CASE("identities of power series") {
  const auto u = [](const auto& t) { return 0.4 + 0.7 * t - 0.3 * t * t + sin(t) * t; };
  const auto zero = [&](const auto& f) { check_equal(at_zero([&](const auto& t) { return f(u(t)); }, 12), Numbers(13, 0.0)); };
  zero([](const auto& x) { return square(sin(x)) + square(cos(x)) - 1; });
  zero([](const auto& x) { return exp(log(x)) - x; });
  zero([](const auto& x) { return square(sqrt(x)) - x; });
  zero([](const auto& x) { return tanh(x) * cosh(x) - sinh(x); });
  zero([](const auto& x) { return pow(x, x) - exp(x * log(x)); });
  zero([](const auto& x) { return hypot(x, 2 * x) - sqrt(5.0) * x; });
  zero([](const auto& x) { return atan2(sin(x), cos(x)) - x; });
  zero([](const auto& x) { return log(softplus(x) / softplus(x)) + logistic(x) + logistic(-x) - 1; });
}
// clang-format on

TEST_CASE("k! times the coefficients are what nested derivatives give, in float too") {
  const auto f = [](const auto& x) { return exp(sin(x) * x) / (1 + x * x) + sqrt(x) * tanh(x) + pow(x, 1.5); };
  const auto first = [&](const auto& t) { return derivative(f, t); };
  const auto second = [&](const auto& t) { return derivative(first, t); };
  const auto third = [&](const auto& t) { return derivative(second, t); };
  const auto fourth = [&](const auto& t) { return derivative(third, t); };
  check_equal(directional_derivatives(f, 0.7, 1.0, 4), {f(0.7), first(0.7), second(0.7), third(0.7), fourth(0.7)},
              1e-13);
  const std::vector<float> single = taylor(f, 0.7f, 1.0f, 8);
  const Numbers twice = taylor(f, 0.7, 1.0, 8);
  for (std::size_t k = 0; k < 9; ++k) CHECK(single[k] == doctest::Approx(twice[k]).epsilon(1e-4));
}

TEST_CASE("along a curve: what one function gives is the curve of the next") {
  const auto inner = [](const auto& t) { return sin(t) + t * t; };
  const auto outer = [](const auto& x) { return exp(x) * x; };
  const auto composed = [&](const auto& t) { return outer(inner(t)); };
  check_equal(taylor(outer, taylor(inner, 0.3, 1.0, 9), 9), taylor(composed, 0.3, 1.0, 9), 1e-13);
  CHECK(taylor([](const auto& x) { return x * x; }, Numbers{1, 2, 3}, 5) == Numbers{1, 4, 10, 12, 9, 0});
  CHECK(taylor([](const auto& x) { return x * x; }, Numbers{1, 2, 3}, 1) == Numbers{1, 4});  // the rest is beyond
  const auto product = [](const auto& x, const auto& y) { return x * y; };
  CHECK(taylor(product, std::tuple(Numbers{1, 2}, Numbers{3, 0, 1}), 3) == Numbers{3, 6, 1, 2});
  CHECK(taylor([](const auto&) { return 3; }, 0.5, 1.0, 2) == Numbers{3, 0, 0});
  CHECK(taylor([](const auto& x) { return x; }, 2, 5, 2) == Numbers{2, 5, 0});
  CHECK(taylor([](const auto& x) { return exp(x); }, 0.0, 1.0, 0) == Numbers{1});
}

TEST_CASE("kinks have the branch of the rules, and poles do no harm where nothing moves") {
  CHECK(at_zero([](const auto& t) { return abs(t); }, 2) == Numbers{0, 0, 0});
  CHECK(at_zero([](const auto& t) { return relu(t) + max(t, 0.0); }, 2) == Numbers{0, 0, 0});
  CHECK(at_zero([](const auto& t) { return max(t, 3 * t + t * t); }, 3) == Numbers{0, 2, 0.5, 0});
  CHECK(at_zero([](const auto& t) { return min(1 + t, 2.0) * t; }, 3) == Numbers{0, 1, 1, 0});
  CHECK(at_zero([](const auto& t) { return sqrt(0 * t) + t; }, 3) == Numbers{0, 1, 0, 0});
  CHECK(at_zero([](const auto& t) { return hypot(t - t, 0 * t) + t; }, 2) == Numbers{0, 1, 0});
  CHECK(at_zero([](const auto& t) { return t > 0 ? log(t) : 1 - t; }, 2) == Numbers{1, -1, 0});
  CHECK(at_zero([](const auto& t) { return select(t > 0, log(t), 1 - t); }, 2) == Numbers{1, -1, 0});
  CHECK(std::isinf(at_zero([](const auto& t) { return sqrt(t); }, 2)[1]));
  CHECK(std::isinf(at_zero([](const auto& t) { return pow(t, 1.5); }, 2)[2]));
}

TEST_CASE("the cost grows with the square of the order") {
  const auto cost = [](const auto& f, Index order) {
    const auto composed = [&](const auto& t) { return f(exp(t)); };  // of a series without zeros
    return static_cast<double>(count_operations([&] { taylor(composed, Counted(0.3), Counted(1), order); }).total());
  };
  const auto growth = [&](const auto& f) { return cost(f, 80) / cost(f, 40); };
  CHECK(growth([](const auto& x) { return sin(x); }) < 4.1);
  CHECK(growth([](const auto& x) { return tanh(x) + atan(x); }) < 4.1);
  CHECK(growth([](const auto& x) { return x * x / (1 + x); }) < 4.1);
  CHECK(growth([](const auto& x) { return sqrt(x) * log(x); }) < 4.1);
  CHECK(growth([](const auto& x) { return pow(x, 2.5); }) < 8.1);  // leads to as many powers
  CHECK(cost([](const auto& x) { return x; }, 10) < 200);
}

TEST_CASE("bad input is told") {
  const auto f = [](const auto& t) { return t * t; };
  CHECK_THROWS_WITH_AS(taylor(f, 1.0, 1.0, -1), doctest::Contains("taylor: expected an order of at least 0, got -1"),
                       Error);
  CHECK_THROWS_AS(directional_derivatives(f, 1.0, 1.0, -2), Error);
  CHECK_THROWS_WITH_AS(taylor(f, Numbers{}, 3), doctest::Contains("expected at least one coefficient"), Error);
  CHECK_THROWS_AS(taylor_polynomial(Numbers{}, 0.1), Error);
  const Series<double> t({0, 1}, 3);
  CHECK(t.coefficient(3) == 0);
  CHECK_THROWS_WITH_AS((void)t.coefficient(4), doctest::Contains("from 0 to the order 3, got 4"), Error);
  CHECK_THROWS_AS(Series<double>({1, 2}, -1), Error);
}

TEST_CASE("Series compare by their numbers, assign, and keep the lesser order") {
  Series<double> x({2, 5}, 3);
  CHECK(x == 2);
  CHECK(x < Series<double>(3));
  CHECK(2 <= x);
  x *= x;
  x += 1, x -= 2, x /= 3;
  CHECK(x == 1);
  CHECK(x.coefficient(2) == doctest::Approx(25.0 / 3));
  CHECK((x * Series<double>({1, 1}, 2)).order() == 2);
  CHECK((x + 1).order() == 3);
  CHECK(Series<double>(4).order() == Series<double>::unlimited);
  CHECK(value_of(-x) == -1);
  const Eigen::Matrix2<Series<double>> m{{x, 1}, {0, x}};  // a number like any other
  CHECK((m * m)(0, 1).coefficient(1) == doctest::Approx(2 * x.coefficient(1)));
}

}  // namespace
}  // namespace gradus::test::taylor_test
