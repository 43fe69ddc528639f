// Dense Hessians and their products against closed forms.
#include <gradus/autodiff/hessian.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::hessian_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

constexpr double eps = std::numeric_limits<double>::epsilon();

template <class A, class B>
double distance(const A& a, const B& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.cols() == b.cols());
  return a.size() == 0 ? 0 : static_cast<double>((a - b).cwiseAbs().maxCoeff());
}

struct Rosenbrock {
  auto operator()(const auto& x) const {
    const Index n = x.size();
    const auto head = x.head(n - 1).array(), tail = x.tail(n - 1).array();
    return (100 * (tail - head.square()).square() + (1 - head).square()).sum();
  }
};

TEST_CASE("the lecture's Hessians and their determinants") {
  const double x = 1.5, y = -2;
  const auto first = [](const auto& v) { return v(0) * v(0) * v(1) * v(1) * v(1); };  // x²y³
  const auto [value, gradient, h] = value_gradient_and_hessian(first, Eigen::Vector2d(x, y));
  CHECK(value == x * x * y * y * y);
  CHECK(gradient == Eigen::Vector2d(2 * x * y * y * y, 3 * x * x * y * y));
  CHECK(h == MatrixXd{{2 * y * y * y, 6 * x * y * y}, {6 * x * y * y, 6 * x * x * y}});
  const auto det = [](const MatrixXd& m) { return m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0); };
  CHECK(std::abs(det(h) + 24 * x * x * std::pow(y, 4)) <= 1e-12 * std::abs(det(h)));

  const auto second = [](const auto& a, const auto& b) { return a * a + 2 * b * b + 3 * a * b * b; };
  const MatrixXd by_numbers = hessian(second, x, y);
  CHECK(by_numbers == MatrixXd{{2, 6 * y}, {6 * y, 4 + 6 * x}});
  CHECK(std::abs(det(by_numbers) - (8 + 12 * x - 36 * y * y)) <= 1e-12 * 200);
}

TEST_CASE("Rosenbrock's Hessian is tridiagonal, and the quadratic model is of third order") {
  const Index n = 6;
  const VectorXd x = VectorXd::LinSpaced(n, -1, 1.5);
  MatrixXd expected = MatrixXd::Zero(n, n);
  for (Index i = 0; i + 1 < n; ++i) {
    expected(i, i) += 1200 * x(i) * x(i) - 400 * x(i + 1) + 2;
    expected(i + 1, i + 1) += 200;
    expected(i, i + 1) = expected(i + 1, i) = -400 * x(i);
  }
  const auto [value, gradient, h] = value_gradient_and_hessian(Rosenbrock{}, x);
  CHECK(distance(h, expected) <= 1e-12 * expected.cwiseAbs().maxCoeff());
  CHECK(h == h.transpose());
  CHECK(gradient == gradus::gradient(Rosenbrock{}, x));
  CHECK(std::abs(value - Rosenbrock{}(x)) <= 1e-12 * value);

  const VectorXd d = VectorXd::LinSpaced(n, 1, -1);
  const auto remainder = [&, value = value, &gradient = gradient, &h = h](double t) {  // for clang 14
    const VectorXd s = t * d;
    return std::abs(Rosenbrock{}(VectorXd(x + s)) - value - gradient.dot(s) - s.dot(h * s) / 2);
  };
  CHECK(remainder(1e-3) / remainder(5e-4) == doctest::Approx(8).epsilon(0.05));  // t³ and a little t⁴
}

TEST_CASE("linear and logistic regression, softmax cross-entropy") {
  const Index n = 7, d = 3;
  const MatrixXd X = MatrixXd::Random(d, n);
  const VectorXd y = VectorXd::Random(n), w = VectorXd::Random(d);
  const auto regression = [&](const auto& v) { return (X.transpose() * v - y).squaredNorm() / n; };
  CHECK(distance(hessian(regression, w), MatrixXd(2.0 / n * X * X.transpose())) <= 1e-12);

  const auto logistic_loss = [&](const auto& v) {
    const auto z = (X.transpose() * v).array().eval();
    return (log1p(exp(z)) - 0.5 * z).sum() / n;
  };
  const Eigen::ArrayXd s = (X.transpose() * w).array().logistic();
  const MatrixXd expected = X * (s * (1 - s)).matrix().asDiagonal() * X.transpose() / n;
  CHECK(distance(hessian(logistic_loss, w), expected) <= 1e-12);

  const MatrixXd W = MatrixXd::Random(4, d);
  const auto softmax_loss = [&](const auto& m) {
    const auto z = m * X.col(0);
    return log(exp(z.array()).sum()) - z(1);
  };
  const VectorXd e = (W * X.col(0)).array().exp(), p = e / e.sum();
  const MatrixXd outer = MatrixXd(p.asDiagonal()) - p * p.transpose(), h = hessian(softmax_loss, W);
  for (Index i = 0; i < 4 * d; ++i)
    for (Index j = 0; j < 4 * d; ++j)
      CHECK(std::abs(h(i, j) - outer(i % 4, j % 4) * X(i / 4, 0) * X(j / 4, 0)) <= 1e-12);
}

TEST_CASE("of several arguments: one matrix over the elements of all, one after the other") {
  // f = s²/2 · ⟨c, m v⟩: every block in closed form.
  const Eigen::Vector2d c(1, -2), v(0.5, 3);
  const Eigen::Matrix2d m{{1, 2}, {3, 4}};
  const double s = 1.5;
  const auto f = [&](const auto& t, const auto& a, const auto& u) { return t * t / 2 * (a * u).dot(c); };
  const auto [value, by_s, by_m, by_v, h] = value_gradient_and_hessian(f, s, m, v);
  CHECK(std::abs(value - f(s, m, v)) <= 4 * eps * std::abs(value));
  CHECK(std::abs(by_s - s * c.dot(m * v)) <= 50 * eps);
  MatrixXd expected = MatrixXd::Zero(7, 7);
  expected(0, 0) = c.dot(m * v);
  expected.row(0).segment(1, 4) = s * (c * v.transpose()).reshaped().transpose();
  expected.row(0).tail(2) = s * (m.transpose() * c).transpose();
  for (Index i = 0; i < 2; ++i)
    for (Index k = 0; k < 2; ++k) expected(1 + i + 2 * k, 5 + k) = s * s / 2 * c(i);
  const MatrixXd symmetric = expected.selfadjointView<Eigen::Upper>();
  CHECK(distance(h, symmetric) <= 1e-12);

  const Eigen::Matrix2d dm{{1, 0}, {-1, 2}};
  const Eigen::Vector2d dv(2, -1);
  const auto [ps, pm, pv] = hessian_vector_product(f, std::tuple(s, m, v), std::tuple(0.25, dm, dv));
  VectorXd direction(7), product(7);
  direction << 0.25, dm.reshaped(), dv;
  product << ps, pm.reshaped(), pv;
  CHECK(distance(product, VectorXd(h * direction)) <= 1e-12);
}

TEST_CASE(
    "a Hessian-vector product is the Hessian's, comes with value and gradient, and its errors say what is wrong") {
  const VectorXd x = VectorXd::LinSpaced(5, -1, 1), v = VectorXd::LinSpaced(5, 2, 3);
  const auto [value, gradient, product] = value_gradient_and_hessian_vector_product(Rosenbrock{}, x, v);
  const auto [expected_value, expected_gradient, h] = value_gradient_and_hessian(Rosenbrock{}, x);
  CHECK(value == expected_value);
  CHECK(gradient == expected_gradient);
  CHECK((product - h * v).norm() <= 1e-12 * product.norm());
  CHECK(hessian_vector_product([](const auto& s) { return s * s * s; }, 2.0, 0.5) == 6);
  CHECK_THROWS_AS(hessian_vector_product(Rosenbrock{}, x, VectorXd::Ones(4).eval()), ShapeError);
  CHECK_THROWS_AS(hessian([](const auto& y) { return y; }, x), ShapeError);
}

TEST_CASE("a Hessian operator records once, multiplies often, and allocates nothing when used again") {
  VectorXd x = VectorXd::LinSpaced(5, -1, 1);
  const VectorXd v = VectorXd::LinSpaced(5, 2, 3);
  HessianOperator<double> operate;
  const auto check = [&] {
    const auto [value, gradient, h] = value_gradient_and_hessian(Rosenbrock{}, x);
    CHECK(operate.record(Rosenbrock{}, x) == value);
    CHECK(operate.gradient() == gradient);
    for (Index i = 0; i < 5; ++i)
      CHECK((operate.product(VectorXd::Unit(5, i)) - h.col(i)).norm() <= 1e-12 * (1 + h.col(i).norm()));
  };
  check();
  x *= 0.5;
  check();
  const AllocationCounter counter;
  operate.record(Rosenbrock{}, x);
  const double sum = operate.product(v).sum();
  CHECK(counter.count() == 0);
  CHECK(sum == hessian_vector_product(Rosenbrock{}, x, v).sum());
  CHECK_THROWS_AS(operate.product(VectorXd::Ones(4)), ShapeError);
}

TEST_CASE("Gauss-Newton products: J^T J v, and J^T H J v with a loss") {
  const MatrixXd a = MatrixXd::Random(4, 3);
  const auto residual = [&](const auto& x) { return (a * x).array().sin().matrix(); };
  const VectorXd x = VectorXd::Random(3), v = VectorXd::Random(3);
  const MatrixXd j = jacobian(residual, x);
  CHECK(distance(gauss_newton_vector_product(residual, x, v), VectorXd(j.transpose() * (j * v))) <= 1e-13);
  const auto loss = [](const auto& z) { return log(exp(z.array()).sum()) - z(1); };
  const MatrixXd h = hessian(loss, VectorXd(residual(x)));
  CHECK(distance(gauss_newton_vector_product(loss, residual, x, v), VectorXd(j.transpose() * (h * (j * v)))) <= 1e-13);

  // Softmax cross-entropy of a linear map: the Gauss-Newton matrix is the Hessian.
  const VectorXd input = VectorXd::Random(2);
  const auto linear = [&](const auto& w) { return w * input; };
  const MatrixXd w = MatrixXd::Random(3, 2), d = MatrixXd::Random(3, 2);
  const auto composed = [&](const auto& m) { return loss((m * input).eval()); };
  CHECK(distance(gauss_newton_vector_product(loss, linear, w, d), hessian_vector_product(composed, w, d)) <= 1e-12);
  CHECK_THROWS_AS(gauss_newton_vector_product(residual, x, VectorXd::Ones(4).eval()), ShapeError);
}

TEST_CASE("in float, of constants, of empty arguments") {
  const Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(3, 1, 2);
  const auto cubes = [](const auto& v) { return v.array().cube().sum(); };
  const Eigen::MatrixXf expected = (6 * x).asDiagonal();
  CHECK((hessian(cubes, x) - expected).cwiseAbs().maxCoeff() <= 20 * std::numeric_limits<float>::epsilon());
  CHECK(hessian([](const auto&) { return 1.0; }, VectorXd::Ones(3).eval()) == MatrixXd::Zero(3, 3));
  CHECK(hessian([](const auto& v) { return v.sum(); }, VectorXd::Ones(3).eval()) == MatrixXd::Zero(3, 3));
  CHECK(hessian([](const auto& v) { return v.squaredNorm(); }, VectorXd(0)).size() == 0);
}

TEST_CASE("a Hessian inside a differentiated function is recorded") {
  // Of Σ x³: H = 6 diag x, ‖H‖² = 36 ‖x‖².
  const auto f = [](const auto& x) {
    return hessian([](const auto& v) { return (v.array().cube()).sum(); }, x).squaredNorm();
  };
  const VectorXd x = VectorXd::LinSpaced(3, 1, 2);
  CHECK(distance(gradient(f, x), VectorXd(72 * x)) <= 1e-12 * 144);
}

TEST_CASE("gradient penalty and third directional derivatives by nesting") {
  const MatrixXd a = MatrixXd::Random(3, 3);
  const VectorXd x = VectorXd::Random(3), d = VectorXd::Random(3);
  const MatrixXd s = a + a.transpose();
  const auto quadratic = [&](const auto& v) { return v.dot(a * v); };
  const auto penalty = [&](const auto& v) { return gradient(quadratic, v).squaredNorm(); };  // ‖s x‖²
  CHECK(distance(gradient(penalty, x), VectorXd(2 * s * (s * x))) <= 1e-12);

  // d³/dt³ Σ exp(xᵢ + t dᵢ) = Σ dᵢ³ exp(xᵢ)
  const auto line = [&](const auto& t) { return (t * d.array() + x.array()).exp().sum(); };
  const auto by_t = [](const auto& f) { return [f](const auto& t) { return gradient(f, t); }; };
  const double third = (d.array().cube() * x.array().exp()).sum();
  CHECK(std::abs(by_t(by_t(by_t(line)))(0.0) - third) <= 1e-12);
}

}  // namespace
}  // namespace gradus::test::hessian_test
