// Derivatives of derivatives against closed forms.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::nesting_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

constexpr double eps = std::numeric_limits<double>::epsilon();

/// The Hessian by the gradient of every element of the gradient, over the elements of x in column order.
template <class F, class X>
MatrixXd nested_hessian(const F& f, const X& x) {
  MatrixXd hessian(x.size(), x.size());
  for (Index j = 0; j < x.cols(); ++j)
    for (Index i = 0; i < x.rows(); ++i) {
      const auto partial = [&](const auto& y) { return gradient(f, y)(i, j); };
      hessian.col(i + j * x.rows()) = gradient(partial, x).reshaped();
    }
  return hessian;
}

TEST_CASE("Hessians of the lecture's examples") {
  Eigen::Matrix2d expected;
  const auto first = [](const auto& v) { return v(0) * v(0) * v(1) * v(1) * v(1); };  // x²y³
  const double x = 1.5, y = -2;
  expected << 2 * y * y * y, 6 * x * y * y, 6 * x * y * y, 6 * x * x * y;
  CHECK(nested_hessian(first, Eigen::Vector2d(x, y)) == expected);

  const auto second = [](const auto& v) { return square(v(0)) + 2 * square(v(1)) + 3 * v(0) * square(v(1)); };
  expected << 2, 6 * y, 6 * y, 4 + 6 * x;
  CHECK(nested_hessian(second, Eigen::Vector2d(x, y)) == expected);
}

TEST_CASE("second and third derivatives of a scalar") {
  const auto d = [](const auto& f) { return [f](const auto& x) { return gradient(f, x); }; };
  const auto fifth = [](const auto& x) { return x * x * x * x * x; };
  CHECK(d(d(fifth))(2.0) == 20 * 8);
  CHECK(d(d(d(fifth)))(2.0) == 60 * 4);
  CHECK(d(d(d(d(fifth))))(2.0) == 120 * 2);
  const auto wave = [](const auto& x) { return exp(2 * x) * sin(x); };
  const double x = 0.75, third = std::exp(2 * x) * (2 * std::sin(x) + 11 * std::cos(x));
  CHECK(std::abs(d(d(d(wave)))(x) - third) <= 30 * eps * third);
}

TEST_CASE("third derivative of a matrix function: D3 tr(X X X) along V is 6 tr(V V V)") {
  const MatrixXd x = MatrixXd::Random(3, 3), v = MatrixXd::Random(3, 3);
  const auto along = [&](const auto& f) {
    return [&v, f](const auto& y) { return gradient(f, y).cwiseProduct(v).sum(); };
  };
  const auto trace = [](const auto& y) { return (y * y * y).trace(); };
  const double expected = 6 * (v * v * v).trace();
  CHECK(std::abs(along(along(along(trace)))(x) - expected) <= 500 * eps);
  CHECK(std::abs(along(along(trace))(x) - 6 * (x * v * v).trace()) <= 500 * eps);
  CHECK(std::abs(along(trace)(x) - 3 * (x * x * v).trace()) <= 500 * eps);
}

TEST_CASE("Hessian of linear regression is 2/N X X^T, of logistic regression 1/N X diag(s(1-s)) X^T") {
  const Index n = 7, d = 3;
  const MatrixXd X = MatrixXd::Random(d, n);  // a point in every column
  const VectorXd y = VectorXd::Random(n), w = VectorXd::Random(d);
  const double tolerance = 20 * static_cast<double>(n) * eps;

  const auto regression = [&](const auto& v) { return (X.transpose() * v - y).squaredNorm() / n; };
  CHECK((nested_hessian(regression, w) - 2.0 / n * X * X.transpose()).cwiseAbs().maxCoeff() <= tolerance);

  const Eigen::ArrayXd labels = (y.array() > 0).cast<double>();
  const auto logistic_loss = [&](const auto& v) {
    const auto z = (X.transpose() * v).array().eval();
    return (log1p(exp(z)) - labels * z).sum() / n;
  };
  const Eigen::ArrayXd s = (X.transpose() * w).array().logistic();
  const MatrixXd expected = X * (s * (1 - s)).matrix().asDiagonal() * X.transpose() / n;
  CHECK((nested_hessian(logistic_loss, w) - expected).cwiseAbs().maxCoeff() <= tolerance);
}

TEST_CASE("Hessian of softmax cross-entropy is (diag p - p p^T) times x x^T") {
  const Index k = 3, d = 2;
  const MatrixXd W = MatrixXd::Random(k, d);
  const VectorXd x = VectorXd::Random(d);
  const auto loss = [&](const auto& w) {
    const auto z = (w * x).eval();
    return log(z.array().exp().sum()) - z(1);
  };
  const VectorXd e = (W * x).array().exp(), p = e / e.sum();
  const MatrixXd outer = MatrixXd(p.asDiagonal()) - p * p.transpose(), hessian = nested_hessian(loss, W);
  for (Index i = 0; i < k * d; ++i)
    for (Index j = 0; j < k * d; ++j)
      CHECK(std::abs(hessian(i, j) - outer(i % k, j % k) * x(i / k) * x(j / k)) <= 50 * eps);
}

TEST_CASE("a gradient that is constant has a derivative of zero") {
  const VectorXd c = VectorXd::LinSpaced(3, 1, 2), x = VectorXd::Ones(3);
  const auto linear = [&](const auto& v) { return v.dot(c) + 2 * v.sum() - v(1); };
  CHECK(nested_hessian(linear, x) == MatrixXd::Zero(3, 3));
  const auto d = [](const auto& f) { return [f](const auto& y) { return gradient(f, y); }; };
  CHECK(d(d([](const auto& y) { return 3 * y - 1; }))(2.0) == 0);
}

TEST_CASE("what does not depend on x has derivatives of zero, of x's shape") {
  const MatrixXd x = MatrixXd::Ones(2, 3);
  const auto none = [](const auto&) { return 5.0; };
  CHECK(gradient(none, 1.0) == 0);
  CHECK(gradient(none, x) == MatrixXd::Zero(2, 3));
  CHECK(nested_hessian(none, x) == MatrixXd::Zero(6, 6));
  const auto cancelled = [](const auto& y) { return (y - y).sum() + 0 * y(0, 0); };
  CHECK(nested_hessian(cancelled, x) == MatrixXd::Zero(6, 6));
}

// The derivative inside must not be taken for the one outside (Siskind and Pearlmutter, "Perturbation confusion").
TEST_CASE("perturbations of two levels are not confused") {
  const auto f = [](const auto& x) {
    using X = std::remove_cvref_t<decltype(x)>;
    const auto inside = [&](const auto& y) { return x + y; };
    return x * gradient(inside, X(1.0));  // x · d/dy (x + y) at y = 1
  };
  CHECK(gradient(f, 5.0) == 1);

  const auto product = [](const auto& x) {
    const auto inside = [&](const auto& y) { return x * y * y; };
    return gradient(inside, x);  // 2 x · x, of which the inner derivative saw y alone
  };
  CHECK(gradient(product, 3.0) == 12);

  const MatrixXd a = MatrixXd::Random(3, 3);
  const auto matrices = [](const auto& x) {
    const auto inside = [&](const auto& y) { return (x.transpose() * y).trace(); };
    return x.cwiseProduct(gradient(inside, x)).sum();  // ⟨x, x⟩
  };
  CHECK((gradient(matrices, a) - 2 * a).cwiseAbs().maxCoeff() <= 4 * eps);
}

TEST_CASE("variables of an outer function are constants to the inner, scalars and matrices") {
  const MatrixXd a = MatrixXd::Random(3, 3);
  const auto scalar_inside = [&](const auto& s) {
    using S = std::remove_cvref_t<decltype(s)>;
    // A matrix constant first, a matrix of the outer level after it.
    const auto inside = [&](const auto& y) { return ((y * a) * (s * a)).sum() * y; };
    return gradient(inside, S(2.0));  // 2 y s Σ(a a) at y = 2
  };
  const double sum = (a * a).sum();
  CHECK(std::abs(gradient(scalar_inside, 3.0) - 4 * sum) <= 50 * eps);

  const auto matrix_outside = [&](const auto& m) {
    using S = std::remove_cvref_t<decltype(m(0, 0))>;
    const auto inside = [&](const auto& y) { return ((y * a) * m).sum() * y; };
    return gradient(inside, S(2.0));  // 4 Σ(a m)
  };
  const MatrixXd expected = 4 * a.transpose() * MatrixXd::Ones(3, 3);
  CHECK((gradient(matrix_outside, a) - expected).cwiseAbs().maxCoeff() <= 50 * eps);

  const auto matrix_inside = [&](const auto& s) {
    const auto inside = [&](const auto& y) { return (s * y).squaredNorm() + (y * s).sum(); };
    using R = std::remove_cvref_t<decltype(s * a)>;
    return gradient(inside, R(s * a)).sum();  // Σ 2 s² (s a) + 9 s
  };
  CHECK(std::abs(gradient(matrix_inside, 2.0) - (6 * 4 * a.sum() + 9)) <= 200 * eps);
}

TEST_CASE("second derivatives of a loop over small parts are right, and take linear memory") {
  const auto energy = [](const auto& x) {  // Σ ‖xᵢ‖² · xᵢ,₁ over segments xᵢ of 4, and a row seen several times
    typename std::remove_cvref_t<decltype(x)>::Scalar sum = 0;
    for (Index i = 0; i < x.size(); i += 4) sum += x.segment(i, 4).squaredNorm() * x(i + 1);
    for (Index i = 0; i < 12; ++i) sum += x.head(2).sum() * x.segment(i, 3).replicate(1, 2).squaredNorm();
    return sum;
  };
  for (const Index n : {16, 40, 80}) {
    const VectorXd x = VectorXd::LinSpaced(n, -1, 1), v = VectorXd::LinSpaced(n, 1, 3);
    const auto along = [&](double t) { return gradient(energy, VectorXd(x + t * v)); };
    const auto slope = [&](const auto& y) { return gradient(energy, y).dot(v); };
    // The gradient is quadratic: its central difference is exact.
    CHECK((gradient(slope, x) - (along(1) - along(-1)) / 2).norm() <= 1e4 * eps * v.squaredNorm());
    const auto third = [&](const auto& y) { return gradient(slope, y).dot(v); };
    CHECK((gradient(third, x) - (along(1) - 2 * along(0) + along(-1))).norm() <= 1e4 * eps * v.squaredNorm());
  }
  const Index n = 100000;
  Tape<double> below;
  Tape<Var<double>> above;
  const auto x = above.variable(below.variable(VectorXd(VectorXd::Ones(n))));
  above.backward(energy(x));
  below.backward(above.adjoint(x).sum());
  CHECK(below.memory() + above.memory() < 5000 * static_cast<std::size_t>(n));
}

TEST_CASE("one tape of recorded numbers serves several tapes below it, one after the other") {
  Tape<Var<double>> above;
  Tape<double> first, second;
  for (Tape<double>* below : {&first, &second, &first}) {
    const double x0 = below == &first ? 1 : 2;
    const auto x = below->variable(x0);
    above.clear();
    const auto y = above.variable(x);
    const Var<Var<double>> one = 1;  // collects an adjoint that nobody reads
    above.backward(y * y * y * one + one * 0.5);
    below->backward(above.adjoint(y));
    CHECK(below->adjoint(x) == 6 * x0);

    const auto m = below->variable(MatrixXd::Constant(2, 2, x0));
    above.clear();
    const auto n = above.variable(m);
    above.backward((n * n).trace() * one);
    below->backward(above.adjoint(n).sum());
    CHECK(below->adjoint(m) == MatrixXd::Constant(2, 2, 2));
  }
}

}  // namespace
}  // namespace gradus::test::nesting_test
