// Duals of scalars: what is a constant beside what, comparisons, and matrices of them.
#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>
#include <limits>
#include <string>
#include <vector>

namespace gradus::test::dual_scalar_test {
namespace {

using D1 = Dual<double>;
using D2 = Dual<D1>;
using V1 = Var<double>;

TEST_CASE("forward mode of the larger and the smaller is that of reverse mode") {
  const auto derivative = [](const auto& f, double x) { return f(D1(x, 1)).tangent(); };
  const auto same = [&](const auto& f, double x, double expected) {
    CHECK(gradient(f, x) == expected);
    CHECK(derivative(f, x) == expected);
  };
  same([](const auto& x) { return max(x, x * x); }, 1, 1.5);
  same([](const auto& x) { return max(x, x * x); }, 3, 6);
  same([](const auto& x) { return min(x, x * x); }, 3, 1);
  same([](const auto& x) { return clamp(x, 0.0, 1.0) * x; }, 0.5, 1);
  CHECK(sqrt(D1(0, 0)).tangent() == 0);  // a zero against an infinite slope
}

TEST_CASE("what is less deep is a constant") {
  const double a = 3, b = 4;
  CHECK((D2(D1(a, 1), D1(1, 0)) * D1(b, 1)).tangent().value() == b);
  CHECK((D2(D1(a, 1), D1(1, 0)) * D1(b, 1)).value().tangent() == a + b);
  Tape<double> tape;
  const auto x = tape.variable(a), y = tape.variable(b);
  const Dual<V1> product = Dual<V1>(x, 1) * (y * y);  // an expression beside a Dual
  CHECK(product.tangent() == b * b);
  tape.backward(product.tangent());
  CHECK(tape.adjoint(y) == 2 * b);
  Tape<D1> duals;
  const auto z = duals.variable(D1(a, 1));
  duals.backward(z * D1(b, 1) * z);
  CHECK(duals.adjoint(z).value() == 2 * a * b);
  CHECK(duals.adjoint(z).tangent() == 2 * (a + b));
}

TEST_CASE("an adjoint whose number is zero is not lost if its tangent is not") {
  // f(x, y) = x y at x = 0: ∂f/∂y = x is zero, its derivative along (1, 0) is not.
  const auto f = [](const auto& x, const auto& y) { return x * exp(y); };
  const auto [by_x, by_y] = gradient(f, D1(0, 1), D1(0, 0));
  CHECK(by_y.value() == 0);
  CHECK(by_y.tangent() == 1);
}

TEST_CASE("a derivative inside a function sees the outer Dual as a constant") {
  // d/dx [x · d/dy (x + y)] = 1 (the example of perturbation confusion, Siskind and Pearlmutter 2005)
  const auto outer = [](const auto& x) {
    using X = std::remove_cvref_t<decltype(x)>;
    const Dual<X> y(X(1), X(1));
    return X(x * (x + y).tangent());
  };
  CHECK(outer(D1(1, 1)).tangent() == 1);
  CHECK(gradient(outer, 1.0) == 1);
}

TEST_CASE("Duals compare by their numbers, and assign") {
  D1 x(2, 5);
  CHECK(x == 2);
  CHECK(x < D1(3, 0));
  CHECK(2 <= x);
  x *= x;
  x += 1, x -= 2, x /= 3;
  CHECK(x == 1);
  CHECK(tangent_of(x) == doctest::Approx(20.0 / 3));
  CHECK(value_of(D2(x)) == 1);
  CHECK(+x == -(-x));
}

TEST_CASE("matrices of Duals run on a tape: forward over reverse") {
  const Eigen::MatrixXd a{{1, 2}, {3, 4}}, b{{0.5, -1}, {2, 1}};
  const auto f = [](const auto& x) { return ((x * x).array().exp() * x.array().sin()).sum() / (1 + x.squaredNorm()); };
  Eigen::MatrixX<D1> x(2, 2);
  for (Index i = 0; i < 4; ++i) x(i) = D1(a(i) / 4, b(i));
  const Eigen::MatrixX<D1> g = gradient(f, x);
  const auto slope = [&](const auto& z) { return gradient(f, z).cwiseProduct(b).sum(); };
  const Eigen::MatrixXd expected = gradient(slope, Eigen::MatrixXd(a / 4));
  for (Index i = 0; i < 4; ++i) CHECK(g(i).tangent() == doctest::Approx(expected(i)));
}

}  // namespace
}  // namespace gradus::test::dual_scalar_test
