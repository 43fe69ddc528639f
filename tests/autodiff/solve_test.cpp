// Systems, inverses and determinants against central differences, at order 1 and 2, in float and double.
#include <Eigen/LU>

#include "../support/linear_algebra.hpp"

namespace gradus::test {
namespace {

const Matrix<double> a = random_matrix(4, 4, 1), b = random_matrix(4, 2, 2);

TEST_CASE("solve: gradients and Hessians") {
  check_gradients<2>([](const auto& x, const auto& y) { return contract(solve(shifted(x), y)); }, a, b);
  check_gradients<2>([](const auto& x, const auto& y) { return contract(factorize(shifted(x)).solve_transposed(y)); },
                     a, b);
}

TEST_CASE("solve with a constant on either side") {
  check_gradients<2>([](const auto& x) { return contract(solve(shifted(x), constant_like(x))); }, a);
  check_gradients<2>(
      [](const auto& y) {
        const auto lu = factorize(shifted(constant_like(y * y.transpose())));  // one factorization, two systems
        return contract(lu.solve(y)) + contract(lu.solve_transposed(y));
      },
      b);
}

TEST_CASE("solve_spd: gradients and Hessians") {
  check_gradients<2>([](const auto& x, const auto& y) { return contract(solve_spd(gram(x), y)); }, a, b);
}

TEST_CASE("inverse and determinants: gradients and Hessians") {
  check_gradients<2>([](const auto& x) { return contract(inverse(shifted(x))); }, a);
  check_gradients<2>([](const auto& x) { return determinant(shifted(x)) / 8; }, a);
  check_gradients<2>([](const auto& x) { return log_determinant(shifted(x)); }, a);
  check_gradients<2>([](const auto& x) { return log_determinant_spd(gram(x)); }, a);
  check_gradients<2>([](const auto& x) { return contract(factorize_spd(gram(x)).inverse()); }, a);
}

TEST_CASE("Eigen's members inverse() and determinant() work on recorded matrices") {
  check_gradients<2>([](const auto& x) { return contract(shifted(x).inverse()) + shifted(x).determinant() / 8; }, a);
}

}  // namespace
}  // namespace gradus::test
