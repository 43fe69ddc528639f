// In which order the Jacobians of a chain are multiplied decides what its derivative costs: multiplications, counted.
#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>
#include <random>

namespace gradus::test::multiplication_order_test {
namespace {

using Matrix = Eigen::MatrixX<Counted>;
using Vector = Eigen::VectorX<Counted>;

std::vector<Matrix> random_matrices(Index count, Index n) {
  std::vector<Matrix> matrices;
  for (Index k = 0; k < count; ++k) matrices.push_back(Eigen::MatrixXd::Random(n, n).cast<Counted>());
  return matrices;
}

std::int64_t multiplications_of(const auto& f) { return count_operations(f).multiplications; }

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
    const auto counted = multiplications_of([&] { tape.backward(y, Vector::Ones(n)); });
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
    const auto counted = multiplications_of([&] {
      auto jacobian = tape.constant(matrices.back());  // of the first map applied
      for (auto matrix = matrices.rbegin() + 1; matrix != matrices.rend(); ++matrix) jacobian = *matrix * jacobian;
      jacobian* w;
    });
    CHECK(counted == (l - 1) * n * n * n + n * n);
  }
}

TEST_CASE("a chain times a vector takes (L - 1) N N N + N N multiplications left to right and L N N right to left") {
  for (const Size& size : sizes) {
    const Index n = size.n, l = size.l;
    const std::vector<Matrix> matrices = random_matrices(l, n);
    const Vector w = Vector::Ones(n);
    const auto forward = Bracketing::left_to_right(l + 1), reverse = Bracketing::right_to_left(l + 1);
    const auto shape = chain_sizes(matrices, w);
    CHECK(forward.multiplications(shape) == (l - 1) * n * n * n + n * n);
    CHECK(reverse.multiplications(shape) == l * n * n);
    CHECK(multiplications_of([&] { chain_product(forward, matrices, w); }) == forward.multiplications(shape));
    CHECK(multiplications_of([&] { chain_product(reverse, matrices, w); }) == reverse.multiplications(shape));
    CHECK(multiplications_of([&] { chain_product(matrices, w); }) == l * n * n);
  }
}

TEST_CASE("the lecture's numbers: 2112 forward and 320 in reverse for N = 8 and L = 5") {
  const auto matrices = random_matrices(5, 8);
  const Vector w = Vector::Ones(8);
  CHECK(multiplications_of([&] { chain_product(Bracketing::left_to_right(6), matrices, w); }) == 2112);
  CHECK(multiplications_of([&] { chain_product(Bracketing::right_to_left(6), matrices, w); }) == 320);
}

TEST_CASE("where the output is wide and the input narrow, forward order wins by as much") {
  const Index n = 8, l = 5;
  const auto matrices = random_matrices(l - 1, n);
  const Eigen::RowVectorX<Counted> input = Eigen::RowVectorX<Counted>::Ones(n);
  const Matrix outputs = Matrix::Identity(n, n);
  const auto count = [&](const Bracketing& order) {
    return multiplications_of([&] { chain_product(order, input, matrices, outputs); });
  };
  CHECK(count(Bracketing::left_to_right(l + 1)) == 320);
  CHECK(count(Bracketing::right_to_left(l + 1)) == 2112);
}

TEST_CASE("of three matrices, (A B) C takes m p (n + q) multiplications and A (B C) n q (m + p)") {
  const auto check = [](Index m, Index n, Index p, Index q) {
    Tape<Counted> tape;
    const auto a = tape.variable(Matrix(Matrix::Ones(m, n))), b = tape.variable(Matrix(Matrix::Ones(n, p))),
               c = tape.variable(Matrix(Matrix::Ones(p, q)));
    const std::int64_t left = multiplications_of([&] { (a * b) * c; }), right = multiplications_of([&] { a*(b * c); });
    CHECK(left == m * p * (n + q));
    CHECK(right == n * q * (m + p));
    CHECK(Bracketing::left_to_right(3).multiplications({m, n, p, q}) == left);
    CHECK(Bracketing::right_to_left(3).multiplications({m, n, p, q}) == right);
    CHECK(multiplications_of([&] { chain_product(a, b, c); }) == std::min(left, right));
  };
  check(3, 5, 7, 2);
  check(2, 7, 5, 3);
  check(4, 4, 4, 1);
  CHECK(Bracketing::left_to_right(3).multiplications({3, 5, 7, 2}) == 147);
  CHECK(Bracketing::right_to_left(3).multiplications({3, 5, 7, 2}) == 100);
}

}  // namespace
}  // namespace gradus::test::multiplication_order_test
