// Functions of arrays and choices between them, of Duals.
#include <gradus/autodiff/profile.hpp>

#include "../support/forward_and_reverse.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("logarithms of sums of exponentials, in every mode") {
  in_every_mode({
      {"logsumexp",   [](const auto& a, const auto& b) { return (logsumexp(a) * logsumexp(b.colwise()) * logsumexp(a.rowwise())).eval(); }},
      {"softmax",     [](const auto& a, const auto& b) { return (softmax(a) * softmax(b.colwise()) + softmax(b.rowwise())).eval(); }},
      {"log_softmax", [](const auto& a, const auto& b) { return (log_softmax(b) * log_softmax(a.colwise()) + log_softmax(b.rowwise())).eval(); }},
  });
}
TEST_CASE("functions of two arrays and choices, in every mode") {
  in_every_mode({
      {"hypot, atan2", [](const auto& a, const auto& b) { return (hypot(a.array(), b.array()) * atan2(a.array(), constant_like(b).array()) + atan2(constant_like(a).array(), b.array())).eval(); }},
      {"select",       [](const auto& a, const auto& b) { return select(a.array() < b.array() && !(b.array() > 1.25), a.array() * b.array(), exp(a.array())); }},
      {"select of scalars", [](const auto& a, const auto& b) { return (select(a.array() > constant_like(b).array(), b(1, 1), 2) * a.array() + select(a(0, 0) < b(0, 0), a(1, 1), b(1, 1))).eval(); }},
  });
}
// clang-format on

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
