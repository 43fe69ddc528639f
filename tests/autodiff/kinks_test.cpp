// Derivatives where there is none: what the table of conventions (conventions_test.cpp) does not say.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <gradus/autodiff/autodiff.hpp>
#include <limits>

namespace gradus::test::kinks_test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("beside a pole the derivative is precise") {
  const double x = 1 - 0x1p-30, expected = 1 / std::sqrt(0x1p-30 * (2 - 0x1p-30));
  CHECK(gradient([](const auto& y) { return asin(y); }, x) == doctest::Approx(expected).epsilon(1e-15));
}

TEST_CASE("elements that tie share the derivative of maxCoeff and minCoeff") {
  Eigen::MatrixXd x(3, 2), shared(3, 2), by_columns(3, 2);
  x << 7, 1,  //
      -2, 7,  //
      7, 7;
  shared << 0.25, 0, 0, 0.25, 0.25, 0.25;
  by_columns << 0.5, 0, 0, 0.5, 0.5, 0.5;
  const auto check_extremum = [&](double value, const Eigen::MatrixXd& at, const auto& f, double sign) {
    const auto [y, derivative] = value_and_gradient(f, Eigen::MatrixXd(sign * x));
    CHECK(y == value);
    CHECK(derivative == at);
  };
  check_extremum(
      7, shared, [](const auto& v) { return v.maxCoeff(); }, 1);
  check_extremum(
      -7, shared, [](const auto& v) { return v.minCoeff(); }, -1);
  check_extremum(
      14, by_columns, [](const auto& v) { return v.colwise().maxCoeff().sum(); }, 1);
  check_extremum(
      -14, by_columns, [](const auto& v) { return v.colwise().minCoeff().sum(); }, -1);
  check_extremum(
      7, shared, [](const auto& v) { return -(-v).minCoeff(); }, 1);
  check_extremum(
      14, by_columns, [](const auto& v) { return v.transpose().rowwise().maxCoeff().sum(); }, 1);
  check_extremum(
      7, shared, [](const auto& v) { return v.template lpNorm<Eigen::Infinity>(); }, 1);
  check_extremum(
      7, -shared, [](const auto& v) { return v.template lpNorm<Eigen::Infinity>(); }, -1);

  // Of three that tie, the value is exact though 1/3 is not; and neither infinity nor NaN of another gets in the way.
  const auto largest = [](const auto& v) { return v.maxCoeff(); };
  const auto [y, thirds] = value_and_gradient(largest, Eigen::VectorXd(Eigen::Vector4d(0.1, -inf, 0.1, 0.1)));
  CHECK(y == 0.1);
  CHECK(thirds == Eigen::VectorXd(Eigen::Vector4d(1.0 / 3, 0, 1.0 / 3, 1.0 / 3)));
  CHECK(std::isnan(std::get<0>(value_and_gradient(largest, Eigen::VectorXd(Eigen::Vector3d(1, nan, 2))))));
}

TEST_CASE("a product with zeros has exact derivatives of first and second order") {
  const auto product = [](const auto& v) { return v.prod(); };
  CHECK(gradient(product, Eigen::VectorXd(Eigen::Vector4d(2, 0, 3, 5))) ==
        Eigen::VectorXd(Eigen::Vector4d(0, 30, 0, 0)));
  CHECK(gradient(product, Eigen::VectorXd(Eigen::Vector3d(2, 0, 0))) == Eigen::VectorXd(Eigen::Vector3d(0, 0, 0)));
  const auto along_ones = [&](const auto& v) { return gradient(product, v).sum(); };
  CHECK(gradient(along_ones, Eigen::VectorXd(Eigen::Vector3d(2, 0, 0))) == Eigen::VectorXd(Eigen::Vector3d(0, 2, 2)));
}

template <class S>
void check_products_of_others() {
  for (const Index n : {1, 2, 7, 8, 9, 31, 32, 33, 64, 67, 100, 150}) {
    CAPTURE(n);
    const Eigen::VectorX<S> x = Eigen::VectorX<S>::LinSpaced(n, S(0.9), S(1.15));
    const auto twice = [](const auto& v) { return v.prod() + 2 * v.prod(); };  // assigned, then added
    for (const Index zero : {Index(-1), Index(0), n / 2, n - 1}) {
      CAPTURE(zero);
      Eigen::VectorX<S> at = x, others(n);
      if (zero >= 0) at(zero) = 0;
      for (Index i = 0; i < n; ++i) {
        others(i) = 3;
        for (Index j = 0; j < n; ++j)
          if (j != i) others(i) *= at(j);
      }
      const auto [value, slope] = value_and_gradient(twice, at);
      CHECK(std::abs(value - 3 * at.prod()) <= 100 * std::numeric_limits<S>::epsilon() * std::abs(value));
      CHECK(slope.isApprox(others, 100 * std::numeric_limits<S>::epsilon()));
    }
  }
}

TEST_CASE("the product of any number of elements") {
  SUBCASE("double") { check_products_of_others<double>(); }
  SUBCASE("float") { check_products_of_others<float>(); }
  const auto product = [](const auto& v) { return v.prod(); };
  CHECK(gradient(product, Eigen::VectorXd(0)).size() == 0);
  // 0·∞ is 0 in the chain rule.
  CHECK(gradient(product, Eigen::VectorXd(Eigen::Vector3d(0, inf, 2))) == Eigen::VectorXd(Eigen::Vector3d(inf, 0, 0)));
  const auto of_part = [](const auto& m) { return m.transpose().topRows(2).prod() * m.array().square().sum(); };
  const Eigen::MatrixXd m = Eigen::MatrixXd::Random(5, 4);
  const double p = m.leftCols(2).prod(), q = m.squaredNorm();
  Eigen::MatrixXd expected = 2 * p * m;
  expected.leftCols(2).array() += p * q / m.leftCols(2).array();
  CHECK(gradient(of_part, m).isApprox(expected, 1e-13));
}

TEST_CASE("logsumexp and softmax do not overflow") {
  const auto lse = [](const auto& v) { return logsumexp(v); };
  for (const double far : {-1e4, 0.0, 1e4}) {
    const auto [y, p] = value_and_gradient(lse, Eigen::VectorXd(Eigen::Vector3d(far, far, -inf)));
    CHECK(std::abs(y - (far + std::log(2.0))) < 1e-11);
    CHECK(p == Eigen::VectorXd(Eigen::Vector3d(0.5, 0.5, 0)));
  }
  const auto [y, nothing] = value_and_gradient(lse, Eigen::VectorXd(Eigen::Vector2d(-inf, -inf)));
  CHECK(y == -inf);
  CHECK(nothing == Eigen::VectorXd(Eigen::Vector2d(0, 0)));
  const auto each = [](const auto& v) { return logsumexp(v.rowwise()).sum(); };
  Eigen::MatrixXd rows(2, 2);
  rows << 1e4, -1e4, -inf, -inf;
  CHECK(gradient(each, rows) == Eigen::MatrixXd(Eigen::Matrix2d{{1, 0}, {0, 0}}));

  const auto first = [](const auto& v) { return softmax(v)(0); };
  const auto log_first = [](const auto& v) { return log_softmax(v)(0); };
  const Eigen::VectorXd far(Eigen::Vector2d(-1e4, 1e4));
  CHECK(std::get<0>(value_and_gradient(first, far)) == 0);
  CHECK(std::get<0>(value_and_gradient(log_first, far)) == -2e4);
  CHECK(gradient(log_first, far) == Eigen::VectorXd(Eigen::Vector2d(1, -1)));
}

TEST_CASE("norms neither overflow nor underflow where they need not") {
  const auto stable = [](const auto& v) { return v.stableNorm(); };
  const auto cubic = [](const auto& v) { return v.template lpNorm<3>(); };
  for (const double scale : {1e-200, 1.0, 1e200}) {
    const auto [y, d] = value_and_gradient(stable, Eigen::VectorXd(scale * Eigen::Vector2d(3, 4)));
    CHECK(std::abs(y / scale - 5) < 1e-14);
    CHECK(d.isApprox(Eigen::Vector2d(0.6, 0.8)));
    CHECK(std::get<0>(value_and_gradient(cubic, Eigen::VectorXd(scale * Eigen::Vector2d(3, 0)))) == 3 * scale);
  }
}

TEST_CASE("two Duals that tie share the derivative too, and `using std::max` does not get in the way") {
  using std::max, std::min;
  const Dual<double> x(2, 1), y(2, 5);
  CHECK(max(x, y).tangent() == 3);
  CHECK(min(x, y).tangent() == 3);
  const Eigen::ArrayXd twos = Eigen::ArrayXd::Constant(3, 2.0);
  const Dual<Eigen::ArrayXd> v(twos, twos), w(twos, 3 * twos);
  CHECK((max(v, w).tangent() == 4).all());
  CHECK((v.min(w).tangent() == 4).all());
  const auto of_variables = [](const auto& a, const auto& b) { return max(a, b) + max(2 * a, 2 * b) - min(a, b); };
  CHECK(gradient(of_variables, 2.0, 2.0) == std::tuple(1.0, 1.0));
}

TEST_CASE("norms of differences, of rows and of columns have derivative zero at zero") {
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(3);
  CHECK(gradient([](const auto& x) { return x.colwise().normalized().sum(); }, zero) == zero);
  CHECK(gradient([](const auto& x) { return (x - x).norm(); }, zero) == zero);

  Eigen::MatrixXd rows(2, 2);
  rows << 3, 4, 0, 0;
  const Eigen::MatrixXd by_rows = gradient([](const auto& x) { return x.rowwise().norm().sum(); }, rows);
  CHECK(by_rows.row(0).isApprox(Eigen::RowVector2d(0.6, 0.8)));
  CHECK(by_rows.row(1) == Eigen::RowVector2d(0, 0));
}

TEST_CASE("a branch that is not taken contributes nothing") {
  const auto selected = [](const auto& x) {
    const auto root = sqrt(x);
    return x > 0 ? root : x * 2;
  };
  CHECK(gradient(selected, 0.0) == 2);
  CHECK(gradient(selected, 4.0) == 0.25);

  // The same in arrays: a mask of zeros and ones.
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(3, 0, 4), mask = (x > 0).cast<double>();
  const auto masked = [&](const auto& v) { return (mask * sqrt(v) + (1 - mask) * 2 * v).sum(); };
  CHECK(gradient(masked, x).isApprox(Eigen::Array3d(2, 0.5 / std::sqrt(2.0), 0.25)));
}

TEST_CASE("second derivatives do not turn a branch not taken into NaN") {
  const auto second = [](const auto& f, double x) {
    return gradient([&](const auto& y) { return gradient(f, y); }, x);
  };
  CHECK(second([](const auto& x) { return relu(x) + abs(x) + max(x, 0.0) + x * x; }, 0) == 2);
  CHECK(second([](const auto& x) { return 0 * sqrt(x) + x * x; }, 0) == 2);
  CHECK(second([](const auto& x) { return min(1 / x, 5.0) + x * x; }, 0) == 2);

  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(3, 0, 4), mask = (x > 0).cast<double>();
  const auto masked = [&](const auto& v) { return (mask * sqrt(v) + (1 - mask) * v * v).sum(); };
  const auto along_ones = [&](const auto& v) { return gradient(masked, v).sum(); };
  const Eigen::ArrayXd expected = Eigen::Array3d(2, -0.25 / std::pow(2.0, 1.5), -0.25 / std::pow(4.0, 1.5));
  CHECK(gradient(along_ones, x).isApprox(expected));
}

TEST_CASE("at zero the norm's second derivative is not NaN either") {
  const auto norms = [](const auto& x) { return x.norm() + x.colwise().norm().sum() + x.squaredNorm(); };
  const auto along_ones = [&](const auto& x) { return gradient(norms, x).sum(); };
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(2, 2);
  CHECK(gradient(along_ones, zero) == Eigen::MatrixXd::Constant(2, 2, 2));
}

TEST_CASE("a division by zero reaches its own operands only") {
  const auto f = [](const auto& x, const auto& y) {
    Var<double> unused = x / y;
    return x * y + (y > 0 ? unused : unused * 0);
  };
  CHECK(gradient(f, 3.0, 0.0) == std::tuple(0.0, 3.0));
}

}  // namespace
}  // namespace gradus::test::kinks_test
