// Cholesky factors, triangular systems and least squares against central differences, at order 1 and 2.
#include "../support/linear_algebra.hpp"

namespace gradus::test {
namespace {

const Matrix<double> a = random_matrix(4, 4, 1), b = random_matrix(4, 2, 2);

TEST_CASE("cholesky: gradients and Hessians") {
  check_gradients<2>([](const auto& x) { return contract(cholesky(gram(x))); }, a);
}

TEST_CASE("solve_triangular: gradients and Hessians, for every triangle") {
  for (const Triangle t : {Triangle::lower, Triangle::upper, Triangle::unit_lower, Triangle::unit_upper}) {
    CAPTURE(static_cast<int>(t));
    check_gradients<2>([t](const auto& x, const auto& y) { return contract(solve_triangular(shifted(x), y, t)); }, a,
                       b);
  }
}

TEST_CASE("least_squares: gradients and Hessians with a residual, of tall and of wide matrices") {
  const Matrix<double> tall = random_matrix(6, 3, 3), right = random_matrix(6, 2, 4), few = random_matrix(3, 2, 5);
  const auto solution = [](const auto& x, const auto& y) { return contract(least_squares(x, y)); };
  check_gradients<2>(solution, tall, right);
  check_gradients<2>([&](const auto& x, const auto& y) { return contract(least_squares(x.transpose(), y)); }, tall,
                     few);
}

}  // namespace
}  // namespace gradus::test
