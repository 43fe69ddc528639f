// What the operations of linear algebra take and give, and how they refuse the rest.
#include "../support/linear_algebra.hpp"

namespace gradus::test::linear_algebra_operands_test {
namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
using Eigen::MatrixXd;

MatrixXd well_conditioned(Index n) { return shifted(random_matrix(n, n, 1)); }

template <class E, class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "no error";
}

TEST_CASE("fixed sizes, views and constants go in, fixed sizes come out") {
  Tape tape;
  const auto a = tape.variable(Eigen::Matrix3d(well_conditioned(3)));
  const auto b = tape.variable(Eigen::Vector3d(1, 2, 3));
  static_assert(std::is_same_v<decltype(solve(a, b)), Var<Eigen::Vector3d>>);
  static_assert(std::is_same_v<decltype(inverse(a)), Var<Eigen::Matrix3d>>);
  static_assert(std::is_same_v<decltype(cholesky(a)), Var<Eigen::Matrix3d>>);
  static_assert(std::is_same_v<decltype(inverse(Eigen::Matrix2f())), Eigen::Matrix2f>);
  static_assert(std::is_same_v<decltype(determinant(Eigen::Matrix2f())), float>);
  const MatrixXd big = random_matrix(6, 6, 9);
  const auto f = [&](const auto& x) {
    return contract(solve(shifted(x.block(1, 2, 3, 3)).transpose(), x.row(0).head(3).transpose())) +
           contract(solve_triangular(shifted(x.block(0, 0, 4, 4)).transpose(), x.col(1).head(4), Triangle::upper));
  };
  check_gradients<2>(f, big);
  const Eigen::Matrix<double, 3, 3, Eigen::RowMajor> rows = well_conditioned(3);
  CHECK((solve(rows, rows) - MatrixXd::Identity(3, 3)).norm() < 100 * eps);
  CHECK((solve(borrow(rows), borrow(rows)) - MatrixXd::Identity(3, 3)).norm() < 100 * eps);
  CHECK(solve(MatrixXd(0, 0), MatrixXd(0, 2)).cols() == 2);
  CHECK(determinant(MatrixXd(0, 0)) == 1);
  CHECK(log_determinant(MatrixXd(0, 0)) == 0);
}

TEST_CASE("the sign of a determinant, and its logarithm where the determinant overflows") {
  const Eigen::Matrix2d flip{{0, 1}, {1, 0}};
  CHECK(factorize(flip).determinant_sign() == -1);
  CHECK(factorize(well_conditioned(4)).determinant_sign() == (determinant(well_conditioned(4)) > 0 ? 1 : -1));
  const MatrixXd large = 1e200 * MatrixXd::Identity(4, 4);
  CHECK(std::isinf(determinant(large)));
  CHECK(std::abs(log_determinant(large) - 800 * std::log(10)) < 1e4 * eps);
  CHECK(log_determinant_spd(large) == doctest::Approx(log_determinant(large)));
}

TEST_CASE("singular, indefinite and deficient matrices are errors that name the operation") {
  const MatrixXd singular{{1, 2}, {2, 4}}, indefinite{{1, 2}, {2, 1}}, b = MatrixXd::Ones(2, 1);
  Tape tape;
  const auto a = tape.variable(singular);
  CHECK(error_of<Error>([&] { solve(a, b); }) ==
        "solve: expected a nonsingular matrix; pivot 1 (from 0) of its factorization is zero");
  CHECK(error_of<Error>([&] { inverse(singular); }).starts_with("inverse: expected a nonsingular matrix"));
  CHECK(error_of<Error>([&] { solve_spd(indefinite, b); }) ==
        "solve_spd: expected a symmetric positive definite matrix; its leading minor of order 2 is not positive");
  CHECK(error_of<Error>([&] { cholesky(indefinite); }).starts_with("cholesky: expected a symmetric positive definite"));
  CHECK(error_of<Error>([&] { log_determinant_spd(indefinite); }).starts_with("log_determinant_spd: expected"));
  CHECK(error_of<Error>([&] { least_squares(singular, b); }) ==
        "least_squares: expected a matrix of full rank, got a 2×2 matrix of rank 1");
  // A determinant is known all the same; its derivative is not given.
  CHECK(determinant(a).value() == 0);
  CHECK(log_determinant(singular) == -std::numeric_limits<double>::infinity());
  CHECK(factorize(singular).determinant_sign() == 0);
  CHECK(error_of<Error>([&] {
          tape.backward(determinant(a));
        }).starts_with("derivative of determinant: expected a nonsingular matrix"));
  CHECK(error_of<Error>([&] {
          tape.backward(log_determinant(a));
        }).starts_with("derivative of log_determinant: expected"));
  tape.backward(a.sum());  // and all goes on
  CHECK(tape.adjoint(a) == MatrixXd::Ones(2, 2));
}

TEST_CASE("shapes that do not fit are named, with the operation") {
  Tape tape;
  const auto a = tape.variable(MatrixXd(MatrixXd::Ones(3, 4)));
  const MatrixXd square = MatrixXd::Identity(3, 3), b = MatrixXd::Ones(4, 1);
  const auto shape_error = [](const auto& f) { return error_of<ShapeError>(f); };
  CHECK(shape_error([&] { solve(a, b); }) == "solve: expected a square matrix, got 3×4");
  CHECK(shape_error([&] { cholesky(a); }) == "cholesky: expected a square matrix, got 3×4");
  CHECK(shape_error([&] { a.determinant(); }) == "factorize: expected a square matrix, got 3×4");
  CHECK(shape_error([&] { solve(square, b); }) ==
        "solve: expected a right-hand side with as many rows as the matrix, got a 3×3 matrix and 4×1");
  CHECK(shape_error([&] { solve_triangular(square, b, Triangle::lower); }).starts_with("solve_triangular: expected"));
  CHECK(shape_error([&] { least_squares(a, b); }).starts_with("least_squares: expected a right-hand side"));
  const auto dead = tape.variable(square);
  tape.clear();
  CHECK(error_of<TapeError>([&] { inverse(dead); }).find("cleared") != std::string::npos);
  CHECK(error_of<TapeError>([&] { solve(square, dead); }).find("cleared") != std::string::npos);
}

}  // namespace
}  // namespace gradus::test::linear_algebra_operands_test
