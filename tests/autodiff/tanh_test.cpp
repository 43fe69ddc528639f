// The library's own tanh against the standard library's in a longer format.
#include <doctest/doctest.h>

#include <cmath>
#include <gradus/autodiff/autodiff.hpp>
#include <limits>

namespace gradus::test::tanh_test {
namespace {

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
}  // namespace gradus::test::tanh_test
