// Jacobians against closed forms.
#include <gradus/autodiff/jacobian.hpp>
#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::jacobian_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

constexpr double eps = std::numeric_limits<double>::epsilon();

template <class A, class B>
double distance(const A& a, const B& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.cols() == b.cols());
  return a.size() == 0 ? 0 : static_cast<double>((MatrixXd(a.template cast<double>()) - b).cwiseAbs().maxCoeff());
}

TEST_CASE("d(Av)_t/dA_kj is v_j where t = k, and 0 elsewhere, by v it is A") {
  const MatrixXd a = MatrixXd::Random(3, 2);
  const VectorXd v = VectorXd::Random(2);
  const auto [by_a, by_v] = jacobian([](const auto& m, const auto& x) { return m * x; }, a, v);
  MatrixXd expected = MatrixXd::Zero(3, 6);
  for (Index t = 0; t < 3; ++t)
    for (Index j = 0; j < 2; ++j) expected(t, t + 3 * j) = v(j);
  CHECK(by_a == expected);
  CHECK(by_v == a);
}

TEST_CASE("the chain rule: D(f o g) = Df Dg") {
  const MatrixXd a = MatrixXd::Random(4, 3);
  const auto g = [&](const auto& x) { return (a * x).array().sin().matrix(); };
  const auto f = [](const auto& y) { return (y * y.transpose()) * y; };
  const VectorXd x = VectorXd::Random(3);
  const auto [y, by_x] = value_and_jacobian(g, x);
  const MatrixXd composed = jacobian([&](const auto& z) { return f(g(z)); }, x);
  CHECK(distance(composed, MatrixXd(jacobian(f, y) * by_x)) <= 100 * eps);
}

TEST_CASE("the Jacobian of ReLU is diagonal, 1 where x is positive") {
  const Eigen::Vector4d x(1.5, -2, 0, 0.25);
  CHECK(jacobian([](const auto& v) { return relu(v); }, x) == MatrixXd(Eigen::Vector4d(1, 0, 0, 1).asDiagonal()));
}

TEST_CASE("results and arguments of any kind, their elements in column order") {
  const MatrixXd x = MatrixXd::Random(2, 3);
  const MatrixXd transposition = jacobian([](const auto& m) { return m.transpose(); }, x);
  for (Index i = 0; i < 2; ++i)
    for (Index j = 0; j < 3; ++j)
      for (Index k = 0; k < 6; ++k) CHECK(transposition(j + 3 * i, k) == (k == i + 2 * j));
  CHECK(jacobian([](const auto& m) { return m; }, x) == MatrixXd::Identity(6, 6));
  CHECK(jacobian([](const auto& m) { return m.row(0).replicate(2, 1); }, x).colwise().sum() ==
        Eigen::RowVectorXd{{2, 0, 2, 0, 2, 0}});

  const auto [y, by_s, by_v] =
      value_and_jacobian([](const auto& s, const auto& v) { return s * v.sum(); }, 2.0, Eigen::Vector2d(1, 3));
  static_assert(std::is_same_v<decltype(y), const double>);
  CHECK(y == 8);
  CHECK(by_s == MatrixXd::Constant(1, 1, 4));
  CHECK(by_v == MatrixXd::Constant(1, 2, 2));
  CHECK(jacobian([](const auto& t) { return stack(t * t, 3 * t, 1.0); }, 2.0) == Eigen::Vector3d(4, 3, 0));
  CHECK(jacobian([](const auto& v) { return v.array().square(); }, Eigen::ArrayXd::LinSpaced(2, 1, 2)) ==
        MatrixXd{{2, 0}, {0, 4}});
}

TEST_CASE("what does not depend on x has a Jacobian of zero, empty sizes") {
  const VectorXd x = VectorXd::Ones(3), none(0);
  CHECK(jacobian([](const auto&) { return Eigen::Vector2d(1, 2); }, x) == MatrixXd::Zero(2, 3));
  CHECK(distance(jacobian([](const auto& v) { return v.head(0); }, x), MatrixXd(0, 3)) == 0);
  CHECK(distance(jacobian([](const auto& v) { return 2 * v; }, none), MatrixXd(0, 0)) == 0);
  CHECK(distance(jacobian([](const auto& v) { return v.sum(); }, none), MatrixXd(1, 0)) == 0);
}

TEST_CASE("Jacobians agree with central differences, in float too") {
  const auto f = [](const auto& x) { return ((x * x.transpose()).array().exp() / 3).matrix(); };
  const VectorXd x = VectorXd::Random(3);
  const MatrixXd j = jacobian(f, x);
  const double h = std::cbrt(eps);
  for (Index k = 0; k < 3; ++k) {
    const VectorXd step = h * VectorXd::Unit(3, k), up = x + step, down = x - step;
    const MatrixXd slope = (f(up) - f(down)) / (2 * h);
    CHECK((j.col(k) - slope.reshaped()).cwiseAbs().maxCoeff() <= 1e3 * h * h);  // of the order h² and eps/h
  }
  CHECK(distance(jacobian(f, x.cast<float>().eval()), j) <= 100 * std::numeric_limits<float>::epsilon());
}

TEST_CASE("Jacobians inside a differentiated function are recorded") {
  // Of y = x ∘ x: J = 2 diag x, so ‖J‖² + Σ J = 4 ‖x‖² + 2 Σ x.
  const auto f = [](const auto& x) {
    const auto j = jacobian([](const auto& v) { return v.cwiseProduct(v); }, x);
    return j.squaredNorm() + j.sum();
  };
  const VectorXd x = VectorXd::LinSpaced(3, 1, 2);
  CHECK((gradient(f, x) - VectorXd((8 * x).array() + 2)).cwiseAbs().maxCoeff() <= 50 * eps);

  const auto several = [](const auto& s, const auto& m) {
    const auto [by_s, by_m] = jacobian([](const auto& t, const auto& a) { return (t * a) * (a * t); }, s, m);
    return by_s.squaredNorm() + contract(by_m);
  };
  check_gradients<2>(several, 0.75, MatrixXd(MatrixXd::Random(2, 2)));
}

TEST_CASE("in a loop with tape and matrices kept nothing is allocated") {
  const MatrixXd a = MatrixXd::Random(4, 3);
  const auto f = [&](const auto& x) { return (borrow(a) * x).array().tanh().matrix(); };
  VectorXd x = VectorXd::Random(3), y;
  JacobianMatrix<double> j;
  Tape<double> tape;
  value_and_jacobian(tape, f, x, y, j);
  x *= 2;
  const AllocationCounter counter;
  value_and_jacobian(tape, f, x, y, j);
  CHECK(counter.count() == 0);
  const auto [value, expected] = value_and_jacobian(f, x);
  CHECK(y == value);
  CHECK(j == expected);
}

}  // namespace
}  // namespace gradus::test::jacobian_test
