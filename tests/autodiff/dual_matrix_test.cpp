// Duals of matrices: forward mode and its nestings with reverse mode against reverse mode, over Eigen's vocabulary.
#include "../support/forward_and_reverse.hpp"

namespace gradus::test {
namespace {

using Eigen::ArrayXXd, Eigen::MatrixXd, Eigen::VectorXd;
using D = Dual<MatrixXd>;

// clang-format off
TEST_CASE("element by element, in every nesting") {
  in_every_mode({
      {"sums",       [](const auto& a, const auto& b) { return ((a + b) - (2 * a - b) / 3 + -b).eval(); }},
      {"products",   [](const auto& a, const auto& b) { return a.cwiseProduct(b).cwiseQuotient(a + b).eval(); }},
      {"functions",  [](const auto& a, const auto& b) { return (a.array().exp() * b.array().sin() + b.array().log().tanh() * a.array().sqrt().square()).eval(); }},
      {"powers",     [](const auto& a, const auto& b) { return (a.array().pow(2.5) * b.array().pow(b(1, 2)) + a.array().inverse().cube()).eval(); }},
      {"quotient of integers", [](const auto& a, const auto& b) { return (a / 3 + b * 2).eval(); }},
      {"scalars",    [](const auto& a, const auto& b) { return (a(0, 1) * b + a / b(2, 2) + (constant_like(a) * b(3, 3))).eval(); }},
      {"arrays and scalars", [](const auto& a, const auto& b) { return ((a.array() + b(0, 0)) * (2.0 - a.array()) - b(1, 0) / b.array()).eval(); }},
      {"a number and a constant array", [](const auto& a, const auto& b) { return ((constant_like(a).array() + b(0, 1)) * (b(1, 1) - constant_like(a).array())).eval(); }},
  });
}

TEST_CASE("the larger, the smaller and activations, in every nesting") {
  in_every_mode({
      {"larger",     [](const auto& a, const auto& b) { return (a.cwiseMax(b).cwiseProduct(a.cwiseMin(b)) + a.cwiseMax(constant_like(b)).cwiseProduct(b)).eval(); }},
      {"of a scalar", [](const auto& a, const auto& b) { return (a.array().max(b(1, 1)) * b.array().min(1.0)).eval(); }},
      {"activations", [](const auto& a, const auto& b) { return (relu(a - b).cwiseProduct(b) + sigmoid(a)).eval(); }},
  });
}

TEST_CASE("products, in every nesting") {
  in_every_mode({
      {"product",    [](const auto& a, const auto& b) { return (a * b * a).eval(); }},
      {"transposes", [](const auto& a, const auto& b) { return (a.transpose() * b.row(1).transpose()).eval(); }},
      {"constants",  [](const auto& a, const auto& b) { return ((constant_like(a) * a).eval() + (b * constant_like(b)).eval()).eval(); }},
      {"inner products", [](const auto& a, const auto& b) { return a.col(0).dot(b.col(3)) * a.row(1).dot(b.row(1)) + b.col(1).dot(constant_like(a).col(0)); }},
  });
}

TEST_CASE("views and reductions, in every nesting") {
  in_every_mode({
      {"views",      [](const auto& a, const auto& b) { return (a.block(1, 0, 2, 3).cwiseProduct(b.topRows(2).rightCols(3)) + a.middleCols(1, 3).bottomRows(2)).eval(); }},
      {"reshaped",   [](const auto& a, const auto& b) { return (a.reshaped(2, 8) * b.transpose().reshaped(8, 2)).eval(); }},
      {"diagonal",   [](const auto& a, const auto& b) { return (a.diagonal().cwiseProduct(b.col(1).segment(0, 4)) * b.trace()).eval(); }},
      {"replicate",  [](const auto& a, const auto& b) { return (a.row(0).replicate(4, 1).cwiseProduct(b)).eval(); }},
      {"reductions", [](const auto& a, const auto& b) { return a.sum() * b.mean() + a.squaredNorm() / b.norm(); }},
      {"by columns", [](const auto& a, const auto& b) { return ((a.colwise() + b.col(2)).colwise().sum() + a.colwise().mean().cwiseProduct(b.colwise().norm())).eval(); }},
      {"by rows",    [](const auto& a, const auto& b) { return ((a.rowwise() - b.row(2)).rowwise().sum() + a.rowwise().squaredNorm()).eval(); }},
      {"constant broadcast", [](const auto& a, const auto& b) { const auto c = constant_like(a); return ((c.colwise() + b.col(0)).cwiseProduct((a.rowwise() + c.row(1)).eval())).eval(); }},
      {"softmax",    [](const auto& a, const auto&) { const auto e = a.array().exp().eval(); return (e.rowwise() / e.colwise().sum()).eval(); }},
  });
}
// clang-format on

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
}  // namespace gradus::test
