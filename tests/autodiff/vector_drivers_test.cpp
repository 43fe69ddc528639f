// Drivers on vector modes: recorded arguments, loops without allocation, products with Hessians.
#include <gradus/autodiff/hessian.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/vector_modes.hpp"

namespace gradus::test::vector_drivers_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

TEST_CASE("the Jacobian of recorded arguments, by columns as by rows") {
  const auto inner = [](const auto& s, const auto& m) { return (s * m) * (m * s) * m.col(0); };
  const auto by_columns = [&](const auto& s, const auto& m) {
    const auto [by_s, by_m] = jacobian<Mode::forward>(inner, s, m);
    return contract(by_s) * by_m.squaredNorm();
  };
  const auto by_rows = [&](const auto& s, const auto& m) {
    const auto [by_s, by_m] = jacobian<Mode::reverse>(inner, s, m);
    return contract(by_s) * by_m.squaredNorm();
  };
  const MatrixXd m = MatrixXd::Random(2, 2);
  check_gradients<1>(by_columns, 0.75, m);
  const auto [s_bar, m_bar] = gradient(by_columns, 0.75, m);
  const auto [s_rows, m_rows] = gradient(by_rows, 0.75, m);
  CHECK(s_bar == doctest::Approx(s_rows));
  CHECK(same(m_bar, m_rows));

  const auto value = [](const auto& x) {  // of a scalar, and of what does not depend on x
    const auto [y, j] = value_and_jacobian<Mode::forward>([](const auto& z) { return z.dot(z); }, x);
    const auto none = jacobian<Mode::forward>([](const auto&) { return Eigen::Vector2d(1, 2); }, x);
    return y * j.sum() + none.squaredNorm();
  };
  const VectorXd x{{1, 2, 3}};  // ‖x‖² · 2 Σx
  CHECK(same(gradient(value, x), VectorXd((4 * 6 * x).array() + 28)));
}

TEST_CASE("many directions at a recorded argument") {
  const MatrixXd v = MatrixXd::Random(4, 3);
  const auto f = [](const auto& m) { return m * m; };
  const auto of_products = [&](const auto& m) { return contract(jacobian_matrix_product(f, m, v).second); };
  const MatrixXd m = MatrixXd::Random(2, 2);
  check_gradients<1>(of_products, m);
  CHECK(of_products(m) == doctest::Approx(contract(MatrixXd(jacobian(f, m) * v))));
  const auto of_number = [](const auto& t) {
    return jacobian_matrix_product([](const auto& s) { return s * s; }, t, MatrixXd{{1, 3}}).second.sum();
  };
  CHECK(of_number(2.0) == 16);
  CHECK(gradient(of_number, 2.0) == 8);
}

TEST_CASE("in loops nothing is allocated, by rows or columns, in several sweeps") {
  const MatrixXd a = MatrixXd::Random(19, 18);
  const auto f = [&](const auto& x) {
    const auto y = (borrow(a) * x).array().tanh().matrix();
    return y * (x(0) * x(1) + y(2));
  };
  VectorXd x = VectorXd::Random(18), y, product;
  const VectorXd v = VectorXd::Random(18);
  JacobianMatrix<double> by_rows, by_columns;
  Tape<double> tape;
  const auto step = [&] {
    value_and_jacobian<Mode::reverse>(tape, f, x, y, by_rows);
    value_and_jacobian<Mode::forward>(tape, f, x, y, by_columns);
    jacobian_vector_product(tape, f, x, v, y, product);
  };
  step();
  x *= 2;
  const AllocationCounter counter;
  step();
  CHECK(counter.count() == 0);
  CHECK(same(by_rows, jacobian(f, x)));
  CHECK(same(by_columns, by_rows));
  CHECK(same(product, VectorXd(by_rows * v)));
  CHECK(same(y, std::get<0>(value_and_jacobian(f, x))));

  CHECK_THROWS_AS(jacobian_vector_product(tape, f, x, VectorXd(VectorXd::Ones(3)), y, product), ShapeError);
  CHECK_THROWS_AS(jacobian_vector_product(tape, f, x, MatrixXd(MatrixXd::Ones(2, 18)).row(0).transpose(), y, product),
                  ShapeError);
}

TEST_CASE("after a sweep with many seeds the tape has no adjoints, and sweeps as before") {
  const auto f = [](const auto& x) { return (x * x(0)).eval(); };
  const VectorXd x{{1, 2, 3}};
  Tape<double> tape;
  const auto recording = detail::record(tape, f, x);
  const auto variable = detail::matrix_of(recording.arguments[0]);
  MatrixXd products(3, 2);
  detail::pull_columns(
      recording, 2, [](Index c, Index i) { return static_cast<double>(c == i); }, products);
  CHECK(products == MatrixXd{{2, 2}, {0, 1}, {0, 0}});
  CHECK_THROWS_AS((void)tape.adjoint(variable), TapeError);
  recording.sweep(VectorXd::Unit(3, 1));
  CHECK(tape.adjoint(variable) == VectorXd(products.col(1)));
}

TEST_CASE("many products with a Hessian, as one after the other") {
  const auto f = [](const auto& x) { return exp(x.squaredNorm() / 8) + x.array().sin().sum() * x(0) * x(2); };
  const VectorXd x = spread_numbers(11);
  HessianOperator<double> hessian;
  hessian.record(f, x);
  const MatrixXd directions = MatrixXd::Random(11, 19);
  MatrixXd expected(11, 19);
  for (Index c = 0; c < 19; ++c) expected.col(c) = hessian.product(VectorXd(directions.col(c)));
  CHECK(same(hessian.products(directions), expected));
  CHECK(same(MatrixXd(gradus::hessian(f, x) * directions), expected));
  CHECK_THROWS_AS((void)hessian.products(MatrixXd::Ones(3, 2)), ShapeError);
  hessian.products(directions);
  const AllocationCounter counter;
  hessian.products(directions);
  CHECK(counter.count() == 0);
}

TEST_CASE("Gauss-Newton products of matrix-valued functions, and their errors") {
  const auto f = [](const auto& x) { return (x * x.transpose()).array().sin().matrix(); };
  const VectorXd x = spread_numbers(4), v = VectorXd::Random(4);
  const MatrixXd j = jacobian(f, x);
  CHECK(same(gauss_newton_vector_product(f, x, v), VectorXd(j.transpose() * (j * v))));
  CHECK_THROWS_AS((void)gauss_newton_vector_product(f, x, VectorXd(VectorXd::Ones(3))), ShapeError);
}

}  // namespace
}  // namespace gradus::test::vector_drivers_test
