// A number that counts its operations: against counts that are known.
#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <gradus/autodiff/autodiff.hpp>
#include <thread>

namespace gradus::test::counted_test {
namespace {

using Matrix = Eigen::MatrixX<Counted>;
using Vector = Eigen::VectorX<Counted>;

TEST_CASE("every kind of operation is counted, and gives a double's result") {
  const auto f = [](auto x, auto y) {
    using std::abs, std::pow, std::sin, std::sqrt;
    x += y, x -= 1, x *= y, x /= 3;
    return -pow(x, y) * sin(y) + 2 * abs(x) - sqrt(y) / x;
  };
  Counted result;
  const OperationCounts counts = count_operations([&] { result = f(Counted(1.5), Counted(2.5)); });
  CHECK(result.value == f(1.5, 2.5));
  CHECK(counts == OperationCounts{.multiplications = 3, .divisions = 2, .additions = 4, .functions = 3});
  CHECK(counts.total() == 12);
  CHECK(Counted(2) < Counted(3));
  CHECK(static_cast<int>(Counted(2.5)) == 2);
}

TEST_CASE("a thread counts what it does itself") {
  const OperationCounts before = Counted::counts;
  OperationCounts there;
  std::thread([&] { there = count_operations([] { Counted(2) * Counted(3); }); }).join();
  CHECK(there.multiplications == 1);
  CHECK(Counted::counts == before);
}

TEST_CASE("products and Eigen's decompositions run on counted numbers") {
  const Index m = 3, n = 4, p = 5;
  const Matrix a = Matrix::Ones(m, n), b = Matrix::Ones(n, p);
  Matrix c;
  CHECK(count_operations([&] { c = a.lazyProduct(b); }).multiplications == m * n * p);
  CHECK(count_operations([&] { c = chain_product(a, b); }).multiplications == m * n * p);
  CHECK(count_operations([&] { c = chain_product(a, b); }).additions == m * (n - 1) * p);

  const Index k = 6;
  const Matrix spd = Matrix::Identity(k, k);
  const OperationCounts cholesky = count_operations([&] { Eigen::LLT<Matrix> factor(spd); });
  CHECK(cholesky.functions == k);  // a square root a column
}

TEST_CASE("scalar statements count as the chain rule says") {
  Tape<Counted> tape;
  const auto x = tape.variable(Counted(3)), y = tape.variable(Counted(4));
  Var<Counted> z;
  CHECK(count_operations([&] { z = x * y; }).multiplications == 1);         // the value; the partials are the operands
  CHECK(count_operations([&] { tape.backward(z); }).multiplications == 2);  // one an operand
  CHECK(count_operations([&] { z = x + y; }).multiplications == 0);
  CHECK(tape.adjoint(x) == Counted(4));
}

TEST_CASE("the gradient of a polynomial takes at most five times its operations, for any number of arguments") {
  // W. Baur and V. Strassen, The complexity of partial derivatives, 1983
  const auto f = [](const auto& x) {
    using S = typename std::remove_cvref_t<decltype(x)>::Scalar;
    S product = x(0), sum = x(0) + x(1);
    for (Index i = 1; i + 1 < x.size(); ++i) {
      product = product * (x(i) - 1);
      sum = sum + x(i) * x(i + 1) - product;
    }
    return S(sum * product);
  };
  for (const Index n : {3, 10, 100}) {
    const Vector x = Eigen::VectorXd::LinSpaced(n, 1.5, 2.5).cast<Counted>();
    const auto of_f = count_operations([&] { f(x); }).total();
    const auto of_gradient = count_operations([&] { gradient(f, x); }).total();
    CAPTURE(n);
    CHECK(of_gradient <= 5 * of_f);
    CHECK(of_gradient >= 2 * of_f);
  }
}

TEST_CASE("a gradient on counted numbers equals that on doubles") {
  const auto f = [](const auto& x) {
    return (x.array().exp() * x.array().sin()).sum() / x.squaredNorm() + x.array().tanh().log1p().sum() +
           x(0) * sqrt(x(1));
  };
  const Eigen::VectorXd x{{0.5, 1.25, 2.0}};
  const Eigen::VectorXd expected = gradient(f, x);
  const Vector counted = gradient(f, Vector(x.cast<Counted>()));
  for (Index i = 0; i < x.size(); ++i) CHECK(counted(i).value == doctest::Approx(expected(i)).epsilon(1e-14));
}

}  // namespace
}  // namespace gradus::test::counted_test
