// The drivers: arguments and functions of every kind.
#include <sstream>

#include "../support/check_gradients.hpp"

namespace gradus::test::gradient_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

TEST_CASE("gradients by several arguments, numbers and matrices, have the shapes of the arguments") {
  const auto f = [](const auto& s, const auto& a, const auto& v) { return contract(s * (a * v)) / (1 + s * s); };
  const MatrixXd a = MatrixXd::Random(3, 2);
  const Eigen::Vector2d v(0.5, -0.25);
  check_gradients<2>(f, 0.75, a, v);

  const auto [value, by_s, by_a, by_v] = value_and_gradient(f, 0.75, a, v);
  static_assert(std::is_same_v<decltype(by_s), const double>);
  static_assert(std::is_same_v<decltype(by_a), const MatrixXd>);
  static_assert(std::is_same_v<decltype(by_v), const Eigen::Vector2d>);
  CHECK(value == doctest::Approx(f(0.75, a, v)).epsilon(1e-14));  // a few roundings
  CHECK(gradient(f, 0.75, a, v) == std::tuple(by_s, by_a, by_v));
}

TEST_CASE("arguments may be of fixed size, arrays, stored by rows, Eigen expressions, maps, integers") {
  const auto f = [](const auto& x) { return contract(x) * x.sum(); };
  check_gradients<2>(f, Eigen::Matrix2d(Eigen::Matrix2d::Random()));
  check_gradients<2>(f, Eigen::RowVector3d(1, -0.5, 0.25));
  check_gradients<2>(f, Eigen::ArrayXd(Eigen::ArrayXd::LinSpaced(5, -1, 1)));
  check_gradients<2>([](const auto& x) { return contract(x * x.transpose() + x.row(0).sum() * x.leftCols(2)); },
                     Eigen::Matrix<double, -1, -1, Eigen::RowMajor>(MatrixXd::Random(2, 3)));

  const auto squares = [](const auto& x) { return x.squaredNorm(); };
  const MatrixXd a = MatrixXd::Random(4, 4);
  CHECK(gradient(squares, a.block(1, 1, 2, 2)) == 2 * a.block(1, 1, 2, 2));
  CHECK(gradient(squares, a + a) == 4 * a);
  CHECK(gradient(squares, Eigen::Map<const VectorXd>(a.data(), 7)) == 2 * a.reshaped().head(7));
  CHECK(gradient([](const auto& x) { return x * x; }, 3) == 6.0);
  CHECK(gradient([](const auto& x) { return x * x; }, 3.0f) == 6.0f);
  CHECK(Tape<float>().variable(3) * 2 == 6);
}

TEST_CASE("functions may return variables, expressions, numbers and 1 by 1 matrices") {
  const VectorXd x = VectorXd::LinSpaced(3, 1, 3);
  CHECK(gradient([](const auto& v) { return v(1); }, x) == VectorXd(Eigen::Vector3d(0, 1, 0)));
  CHECK(gradient([](const auto& v) { return v(1) * v(2); }, x) == VectorXd(Eigen::Vector3d(0, 3, 2)));
  CHECK(gradient([](const auto&) { return 1; }, x) == VectorXd(VectorXd::Zero(3)));
  CHECK(gradient([](const auto& v) { return v.transpose() * v; }, x) == 2 * x);
  CHECK(gradient([](const auto& v) { return (v.transpose() * v).array(); }, x) == 2 * x);
  CHECK(gradient([](const auto&) { return MatrixXd::Ones(1, 1).eval(); }, x) == VectorXd(VectorXd::Zero(3)));
}

TEST_CASE("variables of different static shapes convert, and are checked") {
  Tape tape;
  const auto a = tape.variable(MatrixXd::Random(3, 2));
  const Var<VectorXd> column = a * tape.variable(Eigen::Vector2d(1, 2));
  const Var<MatrixXd> matrix = column;
  const Var<Eigen::Vector3d> fixed = matrix;
  tape.backward(fixed.sum());
  CHECK(tape.adjoint(a) == MatrixXd(Eigen::Vector3d::Ones() * Eigen::RowVector2d(1, 2)));
  static_assert(!std::is_convertible_v<Var<Eigen::ArrayXd>, Var<VectorXd>>);
  static_assert(!std::is_convertible_v<Var<VectorXd>, Var<Eigen::VectorXf>>);
}

TEST_CASE("variables compare and print as their values do") {
  Tape tape;
  const auto x = tape.variable(2.0), y = tape.variable(3.0);
  CHECK(x < y);
  CHECK(x * y == 6);
  CHECK(y >= 3);
  CHECK(x != y);
  CHECK_FALSE(x > std::nan(""));
  CHECK(Tape<float>().variable(0.1f) == 0.1);  // compared as float
  std::ostringstream text, expected;
  const Eigen::Matrix2d m = Eigen::Matrix2d::Random();
  text << x << ' ' << x * y << '\n' << tape.variable(m).transpose();
  expected << 2.0 << ' ' << 6.0 << '\n' << m.transpose();
  CHECK(text.str() == expected.str());
}

}  // namespace
}  // namespace gradus::test::gradient_test
