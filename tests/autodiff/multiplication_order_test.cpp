// In which order the Jacobians of a chain are multiplied decides what its derivative costs: multiplications, counted.
#include <doctest/doctest.h>

#include "../support/counted.hpp"

namespace gradus::test {
namespace {

using Matrix = Eigen::Matrix<Counted, Eigen::Dynamic, Eigen::Dynamic>;
using Vector = Eigen::Matrix<Counted, Eigen::Dynamic, 1>;

std::vector<Matrix> random_matrices(Index count, Index n) {
  std::vector<Matrix> matrices;
  for (Index k = 0; k < count; ++k) matrices.push_back(Eigen::MatrixXd::Random(n, n).cast<Counted>());
  return matrices;
}

struct Size {
  Index n, l;
};
const Size sizes[] = {{8, 5}, {3, 2}, {16, 7}, {5, 1}};

/// M₁(M₂(…(M_L w))): what a network computes forward.
auto chain(const std::vector<Matrix>& matrices, const auto& w) {
  auto y = matrices.back() * w;
  for (auto matrix = matrices.rbegin() + 1; matrix != matrices.rend(); ++matrix) y = *matrix * y;
  return y;
}

TEST_CASE("the reverse sweep of a chain of L maps of N numbers multiplies L N N times") {
  for (const Size& size : sizes) {
    const Index n = size.n, l = size.l;
    CAPTURE(n);
    CAPTURE(l);
    const std::vector<Matrix> matrices = random_matrices(l, n);
    Tape<Counted> tape;
    const auto w = tape.variable(Vector(Eigen::VectorXd::Random(n).cast<Counted>()));
    const auto y = chain(matrices, w);
    const long counted = multiplications_of([&] { tape.backward(y, Vector::Ones(n)); });
    CHECK(counted == l * n * n);

    Eigen::RowVectorXd expected = Eigen::RowVectorXd::Ones(n);
    for (const Matrix& matrix : matrices) expected = (expected * matrix.cast<double>()).eval();
    const Vector gradient = tape.adjoint(w);
    for (Index i = 0; i < n; ++i) CHECK(gradient(i).value == doctest::Approx(expected(i)));
  }
}

TEST_CASE("the product of the Jacobians in forward order takes (L - 1) N N N + N N multiplications") {
  for (const Size& size : sizes) {
    const Index n = size.n, l = size.l;
    const std::vector<Matrix> matrices = random_matrices(l, n);
    Tape<Counted> tape;
    const auto w = tape.variable(Vector(Vector::Ones(n)));
    const long counted = multiplications_of([&] {
      auto jacobian = tape.constant(matrices.back());  // of the first map applied
      for (auto matrix = matrices.rbegin() + 1; matrix != matrices.rend(); ++matrix) jacobian = *matrix * jacobian;
      jacobian* w;
    });
    CHECK(counted == (l - 1) * n * n * n + n * n);
  }
}

TEST_CASE("the lecture's numbers: 2112 forward and 320 in reverse for N = 8 and L = 5") {
  CHECK((5 - 1) * 8 * 8 * 8 + 8 * 8 == 2112);
  CHECK(5 * 8 * 8 == 320);
}

TEST_CASE("of three matrices, (A B) C takes m p (n + q) multiplications and A (B C) n q (m + p)") {
  const Index m = 3, n = 5, p = 7, q = 2;
  Tape<Counted> tape;
  const auto a = tape.variable(Matrix(Matrix::Ones(m, n))), b = tape.variable(Matrix(Matrix::Ones(n, p))),
             c = tape.variable(Matrix(Matrix::Ones(p, q)));
  CHECK(multiplications_of([&] { (a * b) * c; }) == 147);
  CHECK(multiplications_of([&] { a*(b * c); }) == 100);
}

TEST_CASE("scalar statements count as the chain rule says") {
  Tape<Counted> tape;
  const auto x = tape.variable(Counted(3)), y = tape.variable(Counted(4));
  Var<Counted> z;
  CHECK(multiplications_of([&] { z = x * y; }) == 1);         // the value; the partials are the operands
  CHECK(multiplications_of([&] { tape.backward(z); }) == 2);  // one an operand
  CHECK(multiplications_of([&] { z = x + y; }) == 0);
  CHECK(tape.adjoint(x) == Counted(4));
}

}  // namespace
}  // namespace gradus::test
