// Functions of arrays and choices between them, of Duals.
#include <gradus/autodiff/profile.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::dual_functions_test {
namespace {

TEST_CASE("Duals compare by their numbers") {
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(3, -1, 1).log();  // NaN, −∞, 0
  const Dual<Eigen::ArrayXd> d(x, Eigen::ArrayXd::Zero(3));
  const Eigen::Array<bool, Eigen::Dynamic, 1> below = d < 2, at_least = x >= d;
  CHECK((below == (x < 2)).all());
  CHECK((at_least == (x >= x)).all());
  CHECK(isnan(d).count() == 1);
  CHECK(isfinite(d(2)));
  CHECK(isnan(d(0)));
  CHECK_THROWS_AS(select(d.head(2) < 1, d, d), ShapeError);
}

TEST_CASE("a choice is one record, and its derivative goes where the value came from") {
  const Eigen::ArrayXd x = Eigen::Array4d(1, -2, 3, -4);
  const auto choice = [](const auto& v, const auto& w) { return select(v > 0, v, w); };
  const auto calls = [&](const auto& f) { return profile(f, x).total.calls; };
  CHECK(calls([&](const auto& v) { return choice(v, 2 * v).sum(); }) ==
        calls([](const auto& v) { return (2 * v).sum(); }) + 1);
  const auto [by_v, by_w] = gradient([&](const auto& v, const auto& w) { return choice(v, w).sum(); }, x, x);
  CHECK((by_v == (x > 0).cast<double>()).all());
  CHECK((by_w == (x <= 0).cast<double>()).all());
}

}  // namespace
}  // namespace gradus::test::dual_functions_test
