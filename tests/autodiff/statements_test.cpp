// Scalar expressions and the statements that they leave on the tape.
#include <array>
#include <limits>
#include <vector>

#include "../support/check_gradients.hpp"

namespace gradus::test::statements_test {
namespace {

TEST_CASE("long expressions are cut into statements without loss") {
  const auto terms = [](const auto& x, const auto& y) {
    return x * y + x / y + y / x + x * sin(y) + y * cos(x) + (x + y) * (x - y) + exp(x) * y + x * log(y) + sqrt(x * y) +
           (x * y) * (x * y * y) + tanh(x) * y;
  };
  const auto nested = [](const auto& x, const auto& y) {
    return sin(x * cos(y * exp(x * y) + x) + y) * sqrt(x + y * y) / (1 + x * y);
  };
  for (const double x : {0.6, 0.9, 1.3}) {
    check_gradients<2>(terms, x, 1.9 - x);
    check_gradients<2>(nested, x, 1.9 - x);
  }
}

TEST_CASE("operands that are the same variable share a derivative, whichever they are") {
  const std::array<double, 4> values{2, 3, 5, 7};
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    const std::array<unsigned, 4> at{pattern & 3, pattern >> 2 & 3, pattern >> 4 & 3, pattern >> 6};
    Tape tape;
    std::vector<Var<double>> x;
    for (const double value : values) x.push_back(tape.variable(value));
    const Var<double> y = x[at[0]] * x[at[1]] + x[at[2]] / x[at[3]];
    tape.backward(y);
    std::array<double, 4> expected{};
    expected[at[0]] += values[at[1]];
    expected[at[1]] += values[at[0]];
    expected[at[2]] += 1 / values[at[3]];
    expected[at[3]] -= values[at[2]] / (values[at[3]] * values[at[3]]);
    CAPTURE(pattern);
    for (std::size_t i = 0; i < 4; ++i) CHECK(tape.adjoint(x[i]) == doctest::Approx(expected[i]).epsilon(1e-14));
  }
}

// The result before, an older one, a variable recorded in between, the element of a matrix, a matrix operation's
// result.
TEST_CASE("a statement's operands may stand anywhere on the tape") {
  Tape tape;
  const auto v = tape.variable(Eigen::Vector2d(2, 3));
  const Var<double> a = 2 * v(0);
  const Var<double> b = a * v(1);
  const auto late = tape.variable(5.0);
  const Var<double> c = b * late;
  const Var<double> total = v.sum();
  const Var<double> d = total * a;
  const Var<double> e = c + d * b;
  const Var<double> y = e * e + a;
  for (const Retain retain : {Retain::variables, Retain::everything}) {
    for (int time = 0; time < 2; ++time) {  // the sweep before leaves nothing behind
      tape.backward(y, retain);
      // e = 2 v₀ v₁ (late + 2 v₀ (v₀ + v₁)) = 300
      CHECK(tape.adjoint(late) == 600 * 12);
      CHECK(tape.adjoint(v)(0) == 600 * (6 * 25 + 12 * (2 * 5 + 4)) + 2);
      CHECK(tape.adjoint(v)(1) == 600 * (4 * 25 + 12 * 4));
    }
  }
  CHECK(tape.adjoint(e) == 600);
  CHECK(tape.adjoint(d) == 600 * 12);
  CHECK(tape.adjoint(c) == 600);
  CHECK(tape.adjoint(total) == 600 * 12 * 4);
  CHECK(tape.adjoint(b) == 600 * (5 + 20));
  CHECK(tape.adjoint(a) == 600 * (12 * 5 + 3 * 25) + 1);
}

TEST_CASE("an infinite adjoint reaches the result before, and stops at a partial of zero") {
  const double infinity = std::numeric_limits<double>::infinity();
  Tape tape;
  const auto x = tape.variable(0.0);
  const auto z = tape.variable(3.0);
  const Var<double> before = x * 2;
  const Var<double> zero = before * 0 + z * 0;
  const Var<double> pole = sqrt(before);
  const Var<double> y = pole + zero;
  tape.backward(y, Retain::everything);
  CHECK(tape.adjoint(before) == infinity);
  CHECK(tape.adjoint(x) == infinity);
  CHECK(tape.adjoint(z) == 0);

  const auto w = tape.variable(0.0);
  const Var<double> product = w * z;
  const Var<double> root = sqrt(product);
  tape.backward(root);
  CHECK(tape.adjoint(w) == infinity);
  CHECK(tape.adjoint(z) == 0);
}

}  // namespace
}  // namespace gradus::test::statements_test
