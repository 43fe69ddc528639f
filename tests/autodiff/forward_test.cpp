// The drivers of forward mode, against reverse mode and closed forms; and what they refuse.
#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::forward_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

double rosenbrock_slope(const VectorXd& x, const VectorXd& v) {
  double slope = 0;
  for (Index i = 0; i + 1 < x.size(); ++i) {
    const double d = x(i + 1) - x(i) * x(i);
    slope += 200 * d * (v(i + 1) - 2 * x(i) * v(i)) - 2 * (1 - x(i)) * v(i);
  }
  return slope;
}
/// Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²
const auto rosenbrock = [](const auto& x) {
  const Index n = x.size() - 1;
  const auto head = x.head(n).array().eval();
  const auto d = (x.tail(n).array() - head.square()).eval();
  return 100 * d.square().sum() + (1 - head).square().sum();
};

TEST_CASE("jacobian_vector_product of a scalar, a vector and several arguments") {
  const VectorXd x{{1.2, -0.5, 0.7, 2}}, v{{0.3, 1, -2, 0.25}};
  const auto [y, slope] = jacobian_vector_product(rosenbrock, x, v);
  CHECK(y == doctest::Approx(rosenbrock(x)));
  CHECK(slope == doctest::Approx(rosenbrock_slope(x, v)));

  const MatrixXd a{{1, 2, 3, 4}, {0, -1, 1, 2}};
  const auto [ax, av] = jacobian_vector_product([&](const auto& z) { return a * z; }, x, v);
  CHECK((ax - a * x).norm() < 1e-14);
  CHECK((av - a * v).norm() < 1e-14);

  const auto both = [](const auto& m, const auto& z) { return m * z; };
  const MatrixXd b = MatrixXd::Constant(2, 4, 0.5);
  const auto [value, tangent] = jacobian_vector_product(both, std::tuple(a, x), std::tuple(b, v));
  CHECK((value - a * x).norm() < 1e-14);
  CHECK((tangent - (b * x + a * v)).norm() < 1e-14);

  const auto constant = jacobian_vector_product([&](const auto&) { return a; }, x, v);
  CHECK(constant.first == a);
  CHECK(constant.second == MatrixXd::Zero(2, 4));
  CHECK(jacobian_vector_product([](const auto&) { return 3.0; }, x, v).second == 0);
}

TEST_CASE("derivatives of any order of a function of one number") {
  const auto f = [](const auto& t) {
    using std::exp;
    return exp(2 * t);
  };
  const auto first = [&](const auto& t) { return derivative(f, t); };
  const auto second = [&](const auto& t) { return derivative(first, t); };
  const auto third = [&](const auto& t) { return derivative(second, t); };
  CHECK(first(0.5) == doctest::Approx(2 * std::exp(1)));
  CHECK(second(0.5) == doctest::Approx(4 * std::exp(1)));
  CHECK(third(0.5) == doctest::Approx(8 * std::exp(1)));
  CHECK(gradient(second, 0.5) == doctest::Approx(8 * std::exp(1)));
  CHECK(derivative([&](const auto& t) { return gradient(f, t); }, 0.5) == doctest::Approx(4 * std::exp(1)));
  CHECK(derivative(f, 0.5f) == doctest::Approx(2 * std::exp(1)));
  // The tangent of a curve.
  const auto curve = [](const auto& t) {
    using std::cos, std::sin;
    return stack(cos(t), sin(t));
  };
  const auto tangent = derivative(curve, 0.3);
  CHECK(tangent(0) == doctest::Approx(-std::sin(0.3)));
  CHECK(tangent(1) == doctest::Approx(std::cos(0.3)));
}

TEST_CASE("hessian_vector_product is the Hessian times the vector") {
  const Index n = 6;
  const VectorXd x = VectorXd::LinSpaced(n, -0.7, 1.3), v = VectorXd::LinSpaced(n, 1, -0.4);
  MatrixXd hessian = MatrixXd::Zero(n, n);
  for (Index i = 0; i + 1 < n; ++i) {
    hessian(i, i) += 1200 * x(i) * x(i) - 400 * x(i + 1) + 2;
    hessian(i + 1, i + 1) += 200;
    hessian(i, i + 1) = hessian(i + 1, i) = -400 * x(i);
  }
  const auto [value, slope, product] = value_slope_and_hessian_vector_product(rosenbrock, x, v);
  CHECK(value == doctest::Approx(rosenbrock(x)));
  CHECK(slope == doctest::Approx(rosenbrock_slope(x, v)));
  CHECK((product - hessian * v).norm() < 1e-12 * hessian.norm());

  Tape<double> tape;
  VectorXd again(n);
  for (int i = 0; i < 3; ++i) {
    again.setConstant(7);
    const auto [f, s] = hessian_vector_product(tape, rosenbrock, x, v, again);
    CHECK(f == value);
    CHECK(s == slope);
    CHECK(again == product);
  }
  CHECK((value_slope_and_hessian_vector_product(rosenbrock, Eigen::VectorXf(x.cast<float>()),
                                                Eigen::VectorXf(v.cast<float>()))
             .product -
         product.cast<float>())
            .norm() < 1e-4 * hessian.norm());
  CHECK(value_slope_and_hessian_vector_product([](const auto& t) { return t * t * t; }, 2.0, 3.0).product == 36);
}

TEST_CASE("a derivative inside a function is differentiated with it") {
  // g(x) = ⟨∇f(x), v⟩ with f = Σ x⁴/12: g′(x)·u = Σ x² v u.
  const auto f = [](const auto& x) { return x.array().square().square().sum() / 12; };
  const VectorXd x{{1, -2, 3}}, u{{1, 2, 3}}, v{{0.5, -1, 2}};
  const double expected = (x.array().square() * v.array() * u.array()).sum();
  const auto slope = [&](const auto& z) { return jacobian_vector_product(f, z, v).second; };
  CHECK(jacobian_vector_product(slope, x, u).second == doctest::Approx(expected));
  CHECK(gradient(slope, x).dot(u) == doctest::Approx(expected));
  CHECK(value_slope_and_hessian_vector_product(f, x, u).product.dot(v) == doctest::Approx(expected));
  // Third order: the derivative along w of the Hessian-vector product.
  const auto bilinear = [&](const auto& z) { return jacobian_vector_product(slope, z, u).second; };
  CHECK(value_slope_and_hessian_vector_product(slope, x, u).product.dot(v) ==
        doctest::Approx((2 * x.array() * v.array().square() * u.array()).sum()));
  CHECK(gradient(bilinear, x).dot(v) == doctest::Approx((2 * x.array() * v.array().square() * u.array()).sum()));

  // What a function captures is a constant to the derivative inside: d/dx [x · d/dy (x + y)] = 1.
  const auto outer = [](const auto& z) { return z * derivative([&](const auto& y) { return z + y; }, z); };
  CHECK(derivative(outer, 2.0) == 1);
}

TEST_CASE("the gradient at Duals, of matrices and scalars together, is a Dual of the gradient") {
  // f(x, s) = s Σ x³: ∂f/∂x = 3 s x², ∂f/∂s = Σ x³.
  const auto f = [](const auto& x, const auto& s) { return s * x.array().cube().sum(); };
  const VectorXd x{{1, 2}}, v{{0.5, -1}};
  const auto [by_x, by_s] = gradient(f, Dual<VectorXd>(x, v), Dual<double>(3, 2));
  CHECK(by_x.primal() == VectorXd{{9, 36}});
  CHECK(by_x.tangent() == VectorXd{{6 + 9, 24 - 36}});
  CHECK(by_s.value() == 9);
  CHECK(by_s.tangent() == 1.5 - 12);
  CHECK(std::get<1>(gradient(f, Dual<VectorXd>(x, v), 3.0)).tangent() == 1.5 - 12);
}

TEST_CASE("wrong shapes are told") {
  const VectorXd x = VectorXd::Ones(3), v = VectorXd::Ones(2);
  VectorXd out(2);
  Tape<double> tape;
  CHECK_THROWS_AS(jacobian_vector_product(rosenbrock, x, v), ShapeError);
  CHECK_THROWS_AS(value_slope_and_hessian_vector_product(rosenbrock, x, v), ShapeError);
  CHECK_THROWS_AS(hessian_vector_product(tape, rosenbrock, x, x, out), ShapeError);
  CHECK_THROWS_AS(value_slope_and_hessian_vector_product([](const auto& z) { return z; }, x, x), ShapeError);
  CHECK_THROWS_WITH((Dual<VectorXd>(x, v)), doctest::Contains("3×1"));
  const Dual<VectorXd> d(x, x);
  CHECK_THROWS_AS(d + v, ShapeError);
  CHECK_THROWS_AS(v.transpose() * d, ShapeError);
  CHECK_THROWS_AS(d.segment(1, 3), ShapeError);
  CHECK_THROWS_AS(d.dot(v), ShapeError);
}

}  // namespace
}  // namespace gradus::test::forward_test
