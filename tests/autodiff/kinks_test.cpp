// Derivatives where there is none: the table of conventions in rules/elementwise.hpp.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <gradus/autodiff/autodiff.hpp>
#include <limits>

namespace gradus::test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Equal, to the 2 ulp that square roots with the processor's vectors are off.
bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 0x1p-51 * std::abs(b);
}

/// The same function as a scalar and as an array, recorded or with tangents, of one type for all.
struct Kink {
  template <class X>
  using Function = std::function<X(const X&)>;
  std::string name;
  double x, value, derivative;
  Function<Var<double>> of_scalar;
  Function<Var<Eigen::ArrayXd>> of_array;
  Function<Dual<double>> of_dual;
  Function<Dual<Eigen::ArrayXd>> of_duals;

  Kink(std::string name_, double x_, double value_, double derivative_, auto f)
      : name(std::move(name_)),
        x(x_),
        value(value_),
        derivative(derivative_),
        of_scalar(f),
        of_array(f),
        of_dual(f),
        of_duals(f) {}
};

// clang-format off
const std::vector<Kink> kinks = {
    {"relu",            0, 0, 0,      [](const auto& x) { return relu(x); }},
    {"abs",             0, 0, 0,      [](const auto& x) { return abs(x); }},
    {"sign",            0, 0, 0,      [](const auto& x) { return sign(x); }},
    {"max(x, 1)",       1, 1, 0,      [](const auto& x) { return max(x, 1.0); }},
    {"max(1, x)",       1, 1, 0,      [](const auto& x) { return max(1.0, x); }},
    {"min(x, 1)",       1, 1, 0,      [](const auto& x) { return min(x, 1.0); }},
    {"min(1, x)",       1, 1, 0,      [](const auto& x) { return min(1.0, x); }},
    {"max(x, x)",       3, 3, 1,      [](const auto& x) { return max(x, x); }},
    {"clamp, low",     -1, -1, 0,     [](const auto& x) { return clamp(x, -1, 1); }},
    {"clamp, high",     1, 1, 0,      [](const auto& x) { return clamp(x, -1, 1); }},
    {"clamp, inside",   0, 0, 1,      [](const auto& x) { return clamp(x, -1, 1); }},
    {"clamp, outside",  2, 1, 0,      [](const auto& x) { return clamp(x, -1, 1); }},
    {"sqrt",            0, 0, inf,    [](const auto& x) { return sqrt(x); }},
    {"0 sqrt",          0, 0, 0,      [](const auto& x) { return 0 * sqrt(x); }},
    {"x sqrt",          0, 0, 0,      [](const auto& x) { return relu(x) * sqrt(x); }},
    {"relu of sqrt",    0, 0, 0,      [](const auto& x) { return relu(sqrt(x)); }},
    {"max of sqrt",     0, 1, 0,      [](const auto& x) { return max(sqrt(x), 1.0); }},
    {"log",             0, -inf, inf, [](const auto& x) { return log(x); }},
    {"relu of log",     0, 0, 0,      [](const auto& x) { return relu(log(x)); }},
    {"1/x",             0, inf, -inf, [](const auto& x) { return 1.0 / x; }},
    {"inverse",         0, inf, -inf, [](const auto& x) { return inverse(x); }},
    {"min of 1/x",      0, 2, 0,      [](const auto& x) { return min(1.0 / x, 2.0); }},
    {"x^0 at 0",        0, 1, 0,      [](const auto& x) { return pow(x, 0.0); }},
    {"x^1 at 0",        0, 0, 1,      [](const auto& x) { return pow(x, 1.0); }},
    {"x^2 at 0",        0, 0, 0,      [](const auto& x) { return pow(x, 2.0); }},
    {"x^2 at -3",      -3, 9, -6,     [](const auto& x) { return pow(x, 2.0); }},
    {"x^(1/2) at 0",    0, 0, inf,    [](const auto& x) { return pow(x, 0.5); }},
    {"0^x at 2",        2, 0, 0,      [](const auto& x) { return pow(0.0, x); }},
    {"asin at 1",       1, std::asin(1.0), inf, [](const auto& x) { return asin(x); }},
    {"logistic far up",  800, 1, 0,   [](const auto& x) { return logistic(x); }},
    {"logistic far down", -800, 0, 0, [](const auto& x) { return logistic(x); }},
    {"tanh far up",     800, 1, 0,    [](const auto& x) { return tanh(x); }},
    {"asin beside 1",   1 - 0x1p-30, std::asin(1 - 0x1p-30), 1 / std::sqrt(0x1p-30 * (2 - 0x1p-30)), [](const auto& x) { return asin(x); }},
    {"acosh at 1",      1, 0, inf,    [](const auto& x) { return acosh(x); }},
    {"atanh at 1",      1, inf, inf,  [](const auto& x) { return atanh(x); }},
    {"0 atanh at 1",    1, 0, 0,      [](const auto& x) { return min(atanh(x), 0.0); }},
    {"cbrt",            0, 0, inf,    [](const auto& x) { return cbrt(x); }},
    {"rsqrt",           0, inf, -inf, [](const auto& x) { return rsqrt(x); }},
    {"min of rsqrt",    0, 1, 0,      [](const auto& x) { return min(rsqrt(x), 1.0); }},
    {"hypot at 0",      0, 0, 0,      [](const auto& x) { return hypot(x, x); }},
    {"hypot far out",   1e200, 1e200, 1, [](const auto& x) { return hypot(x, 0.0); }},
    {"atan2 at 0",      0, 0, 0,      [](const auto& x) { return atan2(x, x); }},
    {"floor at a jump", 2, 2, 0,      [](const auto& x) { return floor(x); }},
    {"rint at a jump",  2.5, 2, 0,    [](const auto& x) { return rint(x); }},
    {"round at a jump", 2.5, 3, 0,    [](const auto& x) { return round(x); }},
    {"softplus far up", 800, 800, 1,  [](const auto& x) { return softplus(x); }},
    {"softplus far down", -800, 0, 0, [](const auto& x) { return softplus(x); }},
    {"select, not taken", 0, 0, 2,    [](const auto& x) { return select(x > 0, sqrt(x), x * 2); }},
    {"select, NaN",     0, 1, 0,      [](const auto& x) { return select(x == 0, 1.0, log(x) / x); }},
    {"relu of NaN",     nan, nan, nan,  [](const auto& x) { return relu(x); }},
    {"max of NaN and 1", nan, nan, nan, [](const auto& x) { return max(x, 1.0); }},
    {"max of 1 and NaN", nan, nan, nan, [](const auto& x) { return max(1.0, x); }},
    {"max with a NaN",   1, nan, nan, [](const auto& x) { return max(x, nan); }},
    {"min with a NaN",   1, nan, nan, [](const auto& x) { return min(nan, x); }},
    {"min of NaN and 1", nan, nan, nan, [](const auto& x) { return min(x, 1.0); }},
    {"min of exp",       800, 1, 0,   [](const auto& x) { return min(exp(x), 1.0); }},
    {"min of x exp",     800, 1, 0,   [](const auto& x) { return min(x * exp(x), 1.0); }},
    {"relu of -sinh",    800, 0, 0,   [](const auto& x) { return relu(-sinh(x)); }},
    {"min of 1/x^2",     0, 5, 0,     [](const auto& x) { return min(square(1 / x), 5.0); }},
    {"1/(1 + 1/x^2)",    0, 0, 0,     [](const auto& x) { return 1 / (1 + square(1 / x)); }},
    {"select, not exp",  800, 800, 1, [](const auto& x) { return select(x < 1, exp(x), x); }},
    {"sqrt of relu",    -1, 0, 0,     [](const auto& x) { return sqrt(relu(x)); }},
    {"sqrt of square",   0, 0, 0,     [](const auto& x) { return sqrt(square(x)); }},
};
// clang-format on

TEST_CASE("at a kink or a pole, scalars and arrays answer by the table, in both modes") {
  for (const Kink& kink : kinks) {
    INFO(kink.name);
    {
      INFO("scalar");
      const std::tuple<double, double> of_scalar = value_and_gradient(kink.of_scalar, kink.x);
      const double value = std::get<0>(of_scalar), derivative = std::get<1>(of_scalar);
      INFO(value, " with derivative ", derivative);
      CHECK(same(value, kink.value));
      CHECK(same(derivative, kink.derivative));
      const Dual<double> dual = kink.of_dual(Dual<double>(kink.x, 1));
      CHECK(same(dual.value(), kink.value));
      CHECK(same(dual.tangent(), kink.derivative));
    }
    {
      INFO("array");
      const auto f = [&](const auto& x) { return kink.of_array(x).sum(); };
      const Eigen::ArrayXd x = Eigen::ArrayXd::Constant(9, kink.x);
      const auto [value, derivative] = value_and_gradient(f, x);
      for (const double d : derivative) {
        CAPTURE(d);
        CHECK(same(d, kink.derivative));
      }
      CHECK(same(value, 9 * kink.value));
      const Dual<Eigen::ArrayXd> dual = kink.of_duals(Dual<Eigen::ArrayXd>(x, Eigen::ArrayXd::Ones(9)));
      for (const double d : dual.tangent()) CHECK(same(d, kink.derivative));
    }
  }
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

TEST_CASE("norms neither overflow nor underflow where they need not, and are flat at zero") {
  const auto stable = [](const auto& v) { return v.stableNorm(); };
  const auto unit = [](const auto& v) { return v.normalized().sum(); };
  const auto cubic = [](const auto& v) { return v.template lpNorm<3>(); };
  for (const double scale : {1e-200, 1.0, 1e200}) {
    const auto [y, d] = value_and_gradient(stable, Eigen::VectorXd(scale * Eigen::Vector2d(3, 4)));
    CHECK(std::abs(y / scale - 5) < 1e-14);
    CHECK(d.isApprox(Eigen::Vector2d(0.6, 0.8)));
    CHECK(std::get<0>(value_and_gradient(cubic, Eigen::VectorXd(scale * Eigen::Vector2d(3, 0)))) == 3 * scale);
  }
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(3);
  CHECK(gradient(stable, zero) == zero);
  CHECK(gradient(unit, zero) == zero);
  CHECK(gradient(cubic, zero) == zero);
  CHECK(gradient([](const auto& v) { return v.colwise().normalized().sum(); }, zero) == zero);
}

TEST_CASE("two variables that tie share the derivative of max and min") {
  const auto tie = [](const auto& f) {
    const auto [a, b] = gradient(f, 2.0, 2.0);
    CHECK(a == 0.5);
    CHECK(b == 0.5);
    const auto of_arrays = [&](const auto& x, const auto& y) { return f(x, y).sum(); };
    const auto [c, d] = gradient(of_arrays, Eigen::ArrayXd(Eigen::ArrayXd::Constant(3, 2.0)),
                                 Eigen::ArrayXd(Eigen::ArrayXd::Constant(3, 2.0)));
    CHECK((c == 0.5).all());
    CHECK((d == 0.5).all());
  };
  tie([](const auto& x, const auto& y) { return max(x, y); });
  tie([](const auto& x, const auto& y) { return min(x, y); });
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

TEST_CASE("powers with a base of zero") {
  const auto power = [](const auto& x, const auto& y) { return pow(x, y); };
  CHECK(gradient(power, 0.0, 2.0) == std::tuple(0.0, 0.0));
  CHECK(gradient(power, 0.0, 1.0) == std::tuple(1.0, 0.0));
  CHECK(gradient(power, 0.0, 0.0) == std::tuple(0.0, -inf));
}

TEST_CASE("the norm has derivative zero at zero") {
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(3);
  CHECK(gradient([](const auto& x) { return x.norm(); }, zero) == zero);
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
}  // namespace gradus::test
