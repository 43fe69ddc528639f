// Duals of matrices: gradients at them, constants beside them, and shapes.
#include "../support/check_gradients.hpp"

namespace gradus::test::dual_matrix_test {
namespace {

using Eigen::ArrayXXd, Eigen::MatrixXd, Eigen::VectorXd;
using D = Dual<MatrixXd>;

TEST_CASE("the gradient at a Dual is a Dual") {
  const MatrixXd a = MatrixXd::Random(3, 3), v = MatrixXd::Random(3, 3);
  const auto f = [](const auto& x) { return (x * x).array().sin().sum(); };
  const auto [value, g] = value_and_gradient(f, D(a, v));
  const auto [expected, slope, product] = value_slope_and_hessian_vector_product(f, a, v);
  CHECK(value.value() == doctest::Approx(expected));
  CHECK(value.tangent() == doctest::Approx(slope));
  CHECK((g.primal() - gradient(f, a)).norm() < 1e-13);
  CHECK((g.tangent() - product).norm() < 1e-13);
}

TEST_CASE("constants mix in without a tangent, and elements are Duals") {
  const MatrixXd a = MatrixXd::Random(3, 3), v = MatrixXd::Random(3, 3), c = MatrixXd::Random(3, 3);
  const D x(a, v);
  CHECK((borrow(c) * x).tangent().isApprox(c * v));
  CHECK(((x + 2 * c).tangent() - v).norm() == 0);
  CHECK(x(1, 2) == a(1, 2));
  CHECK(x(1, 2).tangent() == v(1, 2));
  CHECK((x(1, 2) * c).tangent() == v(1, 2) * c);
  CHECK(value_of(x) == a);
  CHECK(tangent_of(x) == v);
  Tape<double> tape;
  const auto r = tape.variable(a);
  const Dual<Var<MatrixXd>> y(r, tape.constant(v));
  const auto w = tape.variable(c);
  tape.backward((y * w).sum().tangent());  // of less depth: a variable of the tape, a constant of the Dual
  CHECK((tape.adjoint(w) - v.transpose() * MatrixXd::Ones(3, 3)).norm() < 1e-14);
  CHECK(value_of(y) == a);
}

TEST_CASE("fixed sizes, rows and row-major matrices") {
  const Eigen::Matrix3d a = Eigen::Matrix3d::Random(), v = Eigen::Matrix3d::Random();
  const Dual<Eigen::Matrix3d> x(a, v);
  static_assert(decltype(x.col(1))::RowsAtCompileTime == 3);
  static_assert(decltype(x * x)::ColsAtCompileTime == 3);
  CHECK(((x * x).tangent() - (a * v + v * a)).norm() < 1e-14);
  const Dual<Eigen::RowVector3d> row = x.row(1);
  CHECK(row.tangent() == v.row(1));
  using RowMajor = Eigen::Matrix<double, 2, 3, Eigen::RowMajor>;
  const RowMajor m{{1, 2, 3}, {4, 5, 6}}, dm{{7, 8, 9}, {1, 0, 2}};
  const Dual<RowMajor> y(m, dm);
  CHECK(y.reshaped(3, 2).primal() == m.reshaped(3, 2));
  CHECK((y * x).tangent().isApprox(dm * a + m * v));
  CHECK((y.row(1) + y.row(0)).tangent() == dm.row(1) + dm.row(0));
  const D dynamic(a, v);
  CHECK_THROWS_AS((Dual<Eigen::Matrix2d>(dynamic)), ShapeError);
}

}  // namespace
}  // namespace gradus::test::dual_matrix_test
