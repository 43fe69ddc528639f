// Expressions of Duals of recorded scalars: the same derivatives as by other nestings, in two statements.
#include <doctest/doctest.h>

#include <cmath>
#include <gradus/autodiff/autodiff.hpp>
#include <tuple>

namespace gradus::test::dual_expression_test {
namespace {

template <class S>
using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
using V1 = Var<double>;

/// ∇²f(x)·v by reverse over forward, forward over reverse, and reverse over reverse.
template <class S, class F>
void check_products(const F& f, const Vector<S>& x, const Vector<S>& v) {
  Tape<S> tape;
  Vector<S> product(x.size());
  const auto [value, slope] = hessian_vector_product(tape, f, x, v, product);
  Vector<Dual<S>> along(x.size());
  for (Index i = 0; i < x.size(); ++i) along(i) = {x(i), v(i)};
  Tape<Dual<S>> duals;
  Vector<Dual<S>> gradient(x.size());
  const Dual<S> y = value_and_gradient(duals, f, along, gradient);
  const Vector<S> expected = std::get<2>(value_gradient_and_hessian_vector_product(f, x, v));
  const double tolerance = std::is_same_v<S, float> ? 1e-4 : 1e-12;
  CHECK(value == doctest::Approx(y.value()).epsilon(tolerance));
  CHECK(slope == doctest::Approx(y.tangent()).epsilon(tolerance));
  for (Index i = 0; i < x.size(); ++i) {
    INFO("element ", i);
    CHECK(product(i) == doctest::Approx(gradient(i).tangent()).epsilon(tolerance));
    CHECK(product(i) == doctest::Approx(expected(i)).epsilon(tolerance));
  }
}

const auto functions = std::tuple(
    [](const auto& x) { return 100 * square(x(1) - x(0) * x(0)) + square(1 - x(0)) + x(2) * x(3); },
    [](const auto& x) { return 1 / (1 + exp(-(x(0) * x(1) + x(2)))) - x(3) / x(0) / (x(1) + 2); },
    [](const auto& x) { return pow(x(0), x(1)) * pow(x(2), 3) + pow(2.0, x(3)) + sqrt(x(0) * x(1)) * log(x(2)); },
    [](const auto& x) { return tanh(x(0) * x(1)) * hypot(x(2), x(3)) + atan2(x(0), x(3)) - cbrt(x(1)); },
    [](const auto& x) { return max(x(0) * x(1), x(2)) * min(x(3), x(0) + x(2)) + abs(x(0) - x(3)) * relu(x(1)); },
    [](const auto& x) {  // more operands than an expression holds, some of them several times
      return (x(0) + x(1) * x(2) + x(3) * x(3)) * (x(1) - x(0) * x(3) * exp(x(2))) /
             (1 + x(0) * x(1) * x(2) * x(3) + square(x(0) + x(1) + x(2) + x(3)));
    },
    [](const auto& x) {  // branches with results of several types
      const auto one = x(0) < 3 ? x(0) * x(1) * x(2) : 0.0;
      const auto other = x(0) > 3 ? x(0) * x(1) * x(2) : 2.0;
      return (one + other) * select(x(3) > 0, x(0) * x(3), x(1)) + (x(2) > 0 ? x(2) * x(1) : x(1));
    },
    [](const auto& x) {
      return (stack(x(0) * x(1), x(2), 2.0).array() * stack(x(3), x(0) / x(1), x(2)).array()).sum();
    },
    [](const auto& x) {  // a loop over variables that are assigned
      typename std::remove_cvref_t<decltype(x)>::Scalar product = 1, sum = 0;
      for (Index i = 0; i < x.size(); ++i) product *= x(i) + sum / 2, sum += sin(product);
      return product * sum;
    },
    [](const auto& x) { return x(0) * x.squaredNorm() + (x * (x(1) * x(2))).array().exp().sum(); });

TEST_CASE_TEMPLATE("a function of scalars has one Hessian, however derivatives are nested", S, float, double) {
  const Vector<S> x{{S(0.7), S(1.3), S(0.4), S(1.1)}}, v{{S(0.3), S(-1.2), S(0.8), S(0.5)}};
  std::apply([&](const auto&... f) { (check_products<S>(f, x, v), ...); }, functions);
}

TEST_CASE("what is recorded beside a Dual is differentiated too") {
  Tape<double> tape;
  const auto a = tape.variable(2.0), b = tape.variable(3.0);
  const Dual<V1> x(a, 1);
  const Dual<V1> y = x * (b * x) / (b + x) + b;  // b x² / (b + x) + b
  CHECK(y.value() == 2 * 2 * 3.0 / 5 + 3);
  CHECK(y.tangent().value() == doctest::Approx(3 * (4 * 5 - 4) / 25.0));
  tape.backward(y.tangent());
  CHECK(tape.adjoint(a) == doctest::Approx(2 * 27.0 / 125));               // 2 b³ / (b + x)³
  CHECK(tape.adjoint(b) == doctest::Approx(2 * 2 * (3 * 3.0 + 2) / 125));  // x² (3 b + x) / (b + x)³
}

TEST_CASE("an expression of Duals leaves two statements") {
  Tape<double> tape;
  const auto x = tape.variable(Eigen::Vector3d(1, 2, 3));
  const Dual<V1> a(x(0), 1), b(x(1), x(2));
  const Slot before = tape.slots();
  const Dual<V1> y = 1 / (1 + exp(-(a * b + 3)));
  CHECK(value_of(y) == 1 / (1 + std::exp(-5.0)));
  CHECK(tape.slots() == before + 2);
  const auto product = a * b;
  CHECK(value_of(product) == 2);
  CHECK(tape.slots() == before + 2);
  CHECK(product.value() == 2);
  CHECK(tangent_of(product) == 2 + 3);
  CHECK(tape.slots() > before + 2);
  tape.backward(tangent_of(product));
  CHECK(tape.adjoint(x) == Eigen::Vector3d(3, 1, 1));
}

TEST_CASE("an infinite derivative does no harm where nothing arrives at it") {
  const auto f = [](const auto& x) { return (x(0) > 0 ? 1.0 : 0.0) * sqrt(x(0)) * x(1) + square(x(1)); };
  const Eigen::Vector2d x(0, 3), v(0, 1);
  CHECK(hessian_vector_product(f, x, v) == Eigen::Vector2d(0, 2));
  const auto g = [](const auto& y) { return max(sqrt(y(0)), 1.0) * y(1) + square(y(1)) * y(0); };
  CHECK(hessian_vector_product(g, x, v) == Eigen::Vector2d(6, 0));
}

}  // namespace
}  // namespace gradus::test::dual_expression_test
