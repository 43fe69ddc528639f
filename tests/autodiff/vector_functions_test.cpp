// The library's own exp and tanh of arrays of double against the standard library's in a longer format.
#include <doctest/doctest.h>

#include <cmath>
#include <gradus/autodiff/autodiff.hpp>
#include <limits>

namespace gradus::test::vector_functions_test {
namespace {

using Eigen::ArrayXd, Eigen::Index;

const double infinity = std::numeric_limits<double>::infinity();

/// f of a recorded array, and so with the processor's vectors, and directly with those of this compilation.
template <class F>
void for_both(const ArrayXd& x, const F& f, const auto& check) {
  Tape<double> tape;
  check(ArrayXd(value_of(f(tape.variable(x)))));
  check(ArrayXd(f(x)));
}

/// f is exact to so many ulp, for 501 numbers from −size to size each.
template <class F, class Exact>
void check_precision(const F& f, const Exact& exact, double ulps, std::initializer_list<double> sizes) {
  for (const double size : sizes) {
    const ArrayXd x = size * ArrayXd::LinSpaced(501, -1, 1);
    for_both(x, f, [&](const ArrayXd& y) {
      for (Index i = 0; i < x.size(); ++i) {
        CAPTURE(x[i]);
        const long double expected = exact(static_cast<long double>(x[i]));
        const double rounded = static_cast<double>(expected);
        const long double ulp = std::nextafter(std::abs(rounded), infinity) - std::abs(rounded);
        CHECK((rounded == y[i] || std::abs(y[i] - expected) <= ulps * ulp));
      }
    });
  }
}

/// Recorded arrays have tanh, exp… of their own; plain ones the rules'.
const auto exp_of = [](const auto& x) {
  using rules::exp;
  return exp(x);
};
const auto tanh_of = [](const auto& x) {
  using rules::tanh;
  return tanh(x);
};

TEST_CASE("exp of arrays of double is right to 1 ulp, for all sizes and special values") {
  check_precision(exp_of, [](long double x) { return std::exp(x); }, 1,
                  {1e-310, 1e-200, 1e-17, 1e-9, 1e-3, 0.34, 0.35, 1.0, 30.0, 700.0, 709.7, 745.1, 2e3, 1e9, 1e300});
  for_both(ArrayXd{{infinity, -infinity, std::nan(""), 0.0, -0.0, 709.78, 709.79, -746, 5e-324, 1e308, -1e308}}, exp_of,
           [](const ArrayXd& y) {
             CHECK(y[0] == infinity);
             CHECK(y[1] == 0);
             CHECK(std::isnan(y[2]));
             CHECK(y[3] == 1);
             CHECK(y[4] == 1);
             CHECK(std::isfinite(y[5]));
             CHECK(y[6] == infinity);
             CHECK(y[7] == 0);
             CHECK(y[8] == 1);
             CHECK(y[9] == infinity);
             CHECK(y[10] == 0);
           });
}

TEST_CASE("tanh of arrays of double is right to 2 ulp, for all sizes and special values") {
  check_precision(tanh_of, [](long double x) { return std::tanh(x); }, 2,
                  {1e-310, 1e-200, 1e-9, 1e-3, 0.3, 0.624, 0.626, 1.0, 3.0, 18.0, 20.0, 1e3, 1e300});
  for_both(ArrayXd{{infinity, -infinity, std::nan(""), 0.0, -0.0, 1e308, -1e308, 5e-324}}, tanh_of,
           [](const ArrayXd& y) {
             CHECK(y[0] == 1);
             CHECK(y[1] == -1);
             CHECK(std::isnan(y[2]));
             CHECK((y[3] == 0 && !std::signbit(y[3])));
             CHECK((y[4] == 0 && std::signbit(y[4])));
             CHECK(y[5] == 1);
             CHECK(y[6] == -1);
             CHECK(y[7] == 5e-324);
           });
}

}  // namespace
}  // namespace gradus::test::vector_functions_test
