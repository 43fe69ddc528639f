// Comparisons of arrays, and choices by them.
#include "../support/check_gradients.hpp"

namespace gradus::test::comparisons_test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

TEST_CASE("a mask chooses by a member too") {
  const auto members = [](const auto& x) { return contract((x > 0.2 && !(x > 1)).select(x * x, 3 * x)); };
  Tape<double> tape;
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(9, -1, 2);
  const Eigen::ArrayXd slopes = (x > 0.2 && !(x > 1)).select(2 * x, 3);
  const auto sum = [](const auto& v) { return (v > 0.2 && !(v > 1)).select(v * v, 3 * v).sum(); };
  CHECK(gradient(sum, x).isApprox(slopes));
  CHECK(std::isfinite(std::get<0>(value_and_gradient(members, x))));
}
TEST_CASE("comparisons give what Eigen's give, for every kind of operand") {
  Tape<double> tape;
  const Eigen::ArrayXd a = Eigen::Array4d(1, 2, nan, 4), b = Eigen::Array4d(2, 2, 2, 2);
  const auto x = tape.variable(a), y = tape.variable(b);
  const auto s = tape.variable(2.0);
  const auto agree = [&](const auto& compare) {
    const Eigen::Array<bool, Eigen::Dynamic, 1> expected = compare(a, b);
    CHECK((compare(x, y) == expected).all());
    CHECK((compare(x, b) == expected).all());
    CHECK((compare(a, y) == expected).all());
    CHECK((compare(x, 2) == expected).all());
    CHECK((compare(x, s) == expected).all());
    CHECK((compare(a, s) == expected).all());
    CHECK((compare(s, x) == compare(b, a)).all());
  };
  agree([](const auto& l, const auto& r) { return (l < r); });
  agree([](const auto& l, const auto& r) { return (l <= r); });
  agree([](const auto& l, const auto& r) { return (l > r); });
  agree([](const auto& l, const auto& r) { return (l >= r); });
  agree([](const auto& l, const auto& r) { return (l == r); });
  agree([](const auto& l, const auto& r) { return (l != r); });
  CHECK(y.matrix() == b.matrix());
  CHECK(y.matrix() != a.matrix());
  CHECK((isnan(x) || isinf(x)).count() == 1);
  CHECK(isfinite(x).count() == 3);
  CHECK(isnan(x(2)));
  CHECK(isfinite(s));
  CHECK_FALSE(isinf(s));
  CHECK(x.hasNaN());
  CHECK_FALSE(x.allFinite());
  CHECK(y.allFinite());
  CHECK_THROWS_AS((void)(x < y.head(3)), ShapeError);
  CHECK_THROWS_AS(select(x.head(3) < y.head(3), x, y), ShapeError);
}

TEST_CASE("an infinite adjoint does not reach the branch not taken") {
  const auto f = [](const auto& v) { return sqrt(select(v > 0, v * v, v)).sum(); };
  const Eigen::ArrayXd slopes = gradient(f, Eigen::ArrayXd(Eigen::Array2d(0, 3)));
  CHECK(slopes(0) == inf);
  CHECK(slopes(1) == doctest::Approx(1));
  const auto g = [](const auto& v) { return sqrt(select(v > 0, v, v * 0 + 1.0)).sum(); };
  CHECK(gradient(g, Eigen::ArrayXd(Eigen::Array2d(0, 4))).isApprox(Eigen::ArrayXd(Eigen::Array2d(0, 0.25))));
}

TEST_CASE("an extremum says where it is") {
  Tape<double> tape;
  Eigen::MatrixXd numbers(2, 3);
  numbers << 1, 5, -3, 5, 0, -3;
  const auto x = tape.variable(numbers);
  int row = -1, col = -1;
  CHECK(x.maxCoeff(&row, &col) == 5);
  CHECK(row == 1);
  CHECK(col == 0);
  CHECK(x.minCoeff(&row, &col) == -3);
  CHECK(row == 0);
  CHECK(col == 2);
  Eigen::Index at = -1;
  CHECK(x.row(0).maxCoeff(&at) == 5);
  CHECK(at == 1);
  CHECK(x.col(0).minCoeff(&at) == 1);
  CHECK(at == 0);
  CHECK_THROWS_AS(x.topRows(0).maxCoeff(), ShapeError);
  CHECK_THROWS_AS(x.topRows(0).colwise().minCoeff(), ShapeError);
  CHECK(x.topRows(0).prod() == 1);
  CHECK(value_of(logsumexp(x.topRows(0))) == -inf);
}

}  // namespace
}  // namespace gradus::test::comparisons_test
