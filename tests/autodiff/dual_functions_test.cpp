// Functions of arrays and choices between them, of Duals.
#include <gradus/autodiff/profile.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test {
namespace {

TEST_CASE("Duals compare by their numbers") {
  const Eigen::ArrayXd x = Eigen::Array3d(1, std::numeric_limits<double>::quiet_NaN(), 3), v = x.Zero(3);
  const Dual<Eigen::ArrayXd> d(x, v);
  CHECK(((d < 2) == (x < 2)).all());
  CHECK(((x >= d) == (x >= x)).all());
  CHECK(isnan(d).count() == 1);
  CHECK(isfinite(d(0)));
  CHECK(isnan(d(1)));
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
}  // namespace gradus::test
