// What an operation makes of an element does not depend on where the element stands, nor on how many others there are.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <string>
#include <utility>

#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::positions_test {

namespace {

using namespace gradus;

/// Value and derivative of every element, of x as a whole and of its parts, bit for bit.
template <class S, class F>
void check_positions(const std::string& name, const F& f) {
  using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
  constexpr Index n = 300;
  const Vector x = Vector::LinSpaced(n, S(0.05), S(0.95));
  const auto value_and_slopes = [&](const Vector& part) -> std::pair<Vector, Vector> {
    return value_and_vector_jacobian_product([&](const auto& v) { return f(v.array()).matrix().eval(); }, part,
                                             Vector(Vector::Constant(part.size(), S(2))));
  };
  const auto [values, slopes] = value_and_slopes(x);
  CAPTURE(name);
  for (const Index size : {1, 3, 7, 16, 31, 130})
    for (const Index first : {0, 1, 5, 16}) {
      CAPTURE(size);
      CAPTURE(first);
      const auto [value, slope] = value_and_slopes(x.segment(first, size));
      CHECK(value == values.segment(first, size));
      CHECK(slope == slopes.segment(first, size));
    }
}

TEST_CASE_TEMPLATE("an element's value and derivative do not depend on its position", S, float, double) {
  const auto check = [](const char* name, const auto& f) { check_positions<S>(name, f); };
  check("exp", [](const auto& x) { return x.exp(); });
  check("log", [](const auto& x) { return x.log(); });
  check("sqrt", [](const auto& x) { return x.sqrt(); });
  check("sin", [](const auto& x) { return x.sin(); });
  check("tanh", [](const auto& x) { return x.tanh(); });
  check("logistic", [](const auto& x) { return logistic(x); });
  check("log1p", [](const auto& x) { return x.log1p(); });
  check("pow", [](const auto& x) { return x.pow(S(1.3)); });
  check("quotient", [](const auto& x) { return 1 / (x + S(0.3)); });
  check("max", [](const auto& x) { return x.max(S(0.5)); });
  check("chain", [](const auto& x) { return (x * S(3) - S(1)).square().exp() * x; });
}

}  // namespace

}  // namespace gradus::test::positions_test
