// Vector-Jacobian products against Jacobians written by hand, and their errors.
#include <gradus/autodiff/pullback.hpp>
#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::pullback_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

constexpr double eps = std::numeric_limits<double>::epsilon();

TEST_CASE("a pullback multiplies by the transposed Jacobian, as often as it is called") {
  const MatrixXd a = MatrixXd::Random(3, 4);
  const VectorXd x = VectorXd::Random(4);
  const auto [y, pullback] = vector_jacobian_product([&](const auto& v) { return (a * v).array().sin().matrix(); }, x);
  static_assert(std::is_same_v<decltype(y), const VectorXd>);
  CHECK((y.array() - (a * x).array().sin()).abs().maxCoeff() <= 4 * eps);
  const MatrixXd jacobian = (a * x).array().cos().matrix().asDiagonal() * a;
  for (int k = 0; k < 3; ++k) {
    const VectorXd y_bar = VectorXd::Random(3), x_bar = pullback(y_bar);
    CHECK((x_bar - jacobian.transpose() * y_bar).cwiseAbs().maxCoeff() <= 50 * eps);
  }
}

TEST_CASE("a pullback can be moved, and outlives what it was made from") {
  const auto make = [] {
    const MatrixXd x = MatrixXd::Constant(2, 2, 3);
    auto [y, pullback] = vector_jacobian_product([](const auto& m) { return (m * m).eval(); }, x);
    return std::move(pullback);
  };
  auto first = make();
  const auto second = std::move(first);
  CHECK(second(MatrixXd::Identity(2, 2)) == MatrixXd::Constant(2, 2, 6));
}

TEST_CASE("results are scalars, matrices or tuples of them, arguments numbers and matrices") {
  const auto f = [](const auto& s, const auto& m) { return std::tuple(s * m, m.sum() * s, m.transpose()); };
  const Eigen::Matrix2d m{{1, 2}, {3, 4}};
  const auto [y, pullback] = vector_jacobian_product(f, 0.5, m);
  CHECK(std::get<0>(y) == 0.5 * m);
  CHECK(std::get<1>(y) == 5);
  CHECK(std::get<2>(y) == m.transpose());
  const Eigen::Matrix2d a{{1, -1}, {2, 0}}, b{{0, 3}, {1, 1}};
  const auto [s_bar, m_bar] = pullback(a, 2.0, b);
  static_assert(std::is_same_v<decltype(m_bar), const Eigen::Matrix2d>);
  CHECK(s_bar == a.cwiseProduct(m).sum() + 2 * m.sum());
  CHECK(m_bar == 0.5 * a + Eigen::Matrix2d::Ones() + b.transpose());

  const auto [square, by_square] = vector_jacobian_product([](const auto& x) { return x * x; }, 3);
  CHECK(square == 9);
  CHECK(by_square(2) == 12);
  CHECK(by_square(-1.0) == -6);
}

TEST_CASE("what does not depend on the argument pulls back to zero") {
  const VectorXd x = VectorXd::Ones(3), c = VectorXd::LinSpaced(2, 1, 2);
  CHECK(vector_jacobian_product([&](const auto&) { return c; }, x).second(c) == VectorXd::Zero(3));
  CHECK(vector_jacobian_product([](const auto&) { return 5.0; }, x).second(1.0) == VectorXd::Zero(3));
  const VectorXd none(0);
  const auto [y, pullback] = vector_jacobian_product([](const auto& v) { return 2 * v; }, none);
  CHECK(y.size() == 0);
  CHECK(pullback(none).size() == 0);
}

TEST_CASE("pullbacks inside a differentiated function are recorded, of recorded adjoints too") {
  const VectorXd x = VectorXd::LinSpaced(3, -0.5, 1), v = VectorXd::LinSpaced(3, 1, 2);
  const auto cubes = [](const auto& y) { return y.array().cube().matrix(); };
  const auto f = [&](const auto& y) {
    const auto [value, pullback] = vector_jacobian_product(cubes, y);
    return pullback(v).dot(value) + pullback(y).sum();
  };
  // Σ 3 v y² · y³ + 3 y² · y
  const VectorXd expected = 15 * v.array() * x.array().pow(4) + 9 * x.array().square();
  CHECK((gradient(f, x) - expected).cwiseAbs().maxCoeff() <= 100 * eps);
  check_gradients<2>(
      [&](const auto& y) {
        const auto [value, pullback] = vector_jacobian_product(cubes, y);
        return contract(pullback(constant_like(value))) + contract(pullback(y));
      },
      x);
}

TEST_CASE("arguments of fixed size, arrays, stored by rows") {
  using RowMajor = Eigen::Matrix<double, -1, -1, Eigen::RowMajor>;
  const Eigen::RowVector3d r(1, 2, 3);
  const Eigen::ArrayXd a = Eigen::ArrayXd::LinSpaced(3, 1, 2);
  const RowMajor m = MatrixXd::Random(2, 3);
  const auto f = [](const auto& row, const auto& array, const auto& matrix) {
    return std::tuple(matrix * row.transpose(), array * array, 3 * matrix.transpose());
  };
  const auto [y, pullback] = vector_jacobian_product(f, r, a, m);
  const Eigen::Vector2d u(1, -1);
  const MatrixXd w = MatrixXd::Random(3, 2);
  const auto [r_bar, a_bar, m_bar] = pullback(u, a, w);
  static_assert(std::is_same_v<decltype(r_bar), const Eigen::RowVector3d>);
  static_assert(std::is_same_v<decltype(m_bar), const RowMajor>);
  CHECK((r_bar - u.transpose() * m).norm() <= 10 * eps);
  CHECK((a_bar == 2 * a * a).all());
  CHECK((m_bar - u * r - 3 * w.transpose()).norm() <= 10 * eps);
}

TEST_CASE("a product with one adjoint, and in a loop without allocations") {
  const auto product = [](const auto& a, const auto& b) { return a * b; };
  const MatrixXd a = MatrixXd::Random(2, 3), b = MatrixXd::Random(3, 2), c = MatrixXd::Random(2, 2);
  const auto [y, bars] = value_and_vector_jacobian_product(product, std::tuple(a, b), c);
  CHECK((y - a * b).norm() <= 10 * eps);
  CHECK((std::get<0>(bars) - c * b.transpose()).norm() <= 10 * eps);
  CHECK((std::get<1>(bars) - a.transpose() * c).norm() <= 10 * eps);
  CHECK(value_and_vector_jacobian_product([](const auto& s) { return s * s; }, 3.0, 2.0) == std::pair(9.0, 12.0));

  const auto square = [](const auto& m) { return m * m; };
  MatrixXd x = MatrixXd::Random(2, 2), x_bar(2, 2);
  Tape<double> tape;
  vector_jacobian_product(tape, square, x, c, x_bar);
  x *= 2;
  const AllocationCounter counter;
  vector_jacobian_product(tape, square, x, c, x_bar);
  CHECK(counter.count() == 0);
  CHECK((x_bar - c * x.transpose() - x.transpose() * c).norm() <= 100 * eps);
  CHECK_THROWS_AS(vector_jacobian_product(tape, square, x, VectorXd::Ones(2), x_bar), ShapeError);
  MatrixXd other(2, 3);
  CHECK_THROWS_AS(vector_jacobian_product(tape, square, x, c, other), ShapeError);
  CHECK_THROWS_AS(vector_jacobian_product(tape, square, x, c, MatrixXd(4, 4).block(0, 0, 2, 2)), ShapeError);
}

TEST_CASE("in float") {
  const Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(3, 1, 3);
  const auto [y, pullback] = vector_jacobian_product([](const auto& v) { return v.cwiseProduct(v); }, x);
  CHECK(pullback(y) == Eigen::VectorXf(2 * x.cwiseProduct(y)));
}

TEST_CASE("an adjoint that is not of the result's shape is an error that says both, and the pullback lives on") {
  const VectorXd x = VectorXd::Ones(3);
  const auto [y, pullback] = vector_jacobian_product([](const auto& v) { return 2 * v; }, x);
  CHECK_THROWS_WITH_AS(pullback(VectorXd::Ones(2)), doctest::Contains("3×1"), ShapeError);
  CHECK_THROWS_WITH_AS(pullback(VectorXd::Ones(2)), doctest::Contains("2×1"), ShapeError);
  CHECK_THROWS_AS(pullback(1.0), ShapeError);
  CHECK(pullback(VectorXd::Ones(3)) == VectorXd::Constant(3, 2));
}

}  // namespace
}  // namespace gradus::test::pullback_test
