// Circuits of gates as the lectures draw them: values above the edges, gradients below.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::circuits_test {
namespace {

using Wire = Var<double>;  // what keeps a gradient of its own; `auto` would join the gates into one expression

TEST_CASE("an add gate distributes the gradient") {
  Tape tape;
  const auto x = tape.variable(3.0), y = tape.variable(-4.0);
  const Wire sum = x + y, f = 7 * sum;
  tape.backward(f, Retain::everything);
  CHECK(tape.adjoint(sum) == 7);
  CHECK(tape.adjoint(x) == 7);
  CHECK(tape.adjoint(y) == 7);
}

TEST_CASE("a multiply gate swaps the inputs") {
  Tape tape;
  const auto x = tape.variable(3.0), y = tape.variable(-4.0);
  tape.backward(5 * (x * y));
  CHECK(tape.adjoint(x) == 5 * -4);
  CHECK(tape.adjoint(y) == 5 * 3);
}

TEST_CASE("a copy gate adds the gradients") {
  Tape tape;
  const auto x = tape.variable(3.0);
  const Wire first = x, second = x;
  tape.backward(4 * first + 2 * second);
  CHECK(tape.adjoint(x) == 6);
}

TEST_CASE("a max gate routes the gradient to the larger input") {
  Tape tape;
  const auto x = tape.variable(3.0), y = tape.variable(-4.0);
  tape.backward(9 * max(x, y));
  CHECK(tape.adjoint(x) == 9);
  CHECK(tape.adjoint(y) == 0);
}

TEST_CASE("the circuit (x + y) z of the lecture") {
  Tape tape;
  const auto x = tape.variable(-2.0), y = tape.variable(5.0), z = tape.variable(-4.0);
  const Wire q = x + y, f = q * z;
  tape.backward(f, Retain::everything);
  CHECK(value_of(q) == 3);
  CHECK(value_of(f) == -12);
  CHECK(tape.adjoint(f) == 1);
  CHECK(tape.adjoint(q) == -4);
  CHECK(tape.adjoint(x) == -4);
  CHECK(tape.adjoint(y) == -4);
  CHECK(tape.adjoint(z) == 3);
}

TEST_CASE("the sigmoid neuron of the lecture, gate by gate and as one gate") {
  Tape tape;
  const auto w0 = tape.variable(2.0), x0 = tape.variable(-1.0), w1 = tape.variable(-3.0), x1 = tape.variable(-2.0),
             w2 = tape.variable(-3.0);
  const Wire a = w0 * x0, b = w1 * x1, c = a + b, d = c + w2, e = -d, f = exp(e), g = f + 1, h = 1 / g;

  const double half_digit = 0.005;  // the lecture prints two digits of values and gradients, three of the ends
  const auto printed = [](double x, double expected, double tolerance) { CHECK(std::abs(x - expected) <= tolerance); };
  printed(value_of(d), 1.00, half_digit);
  printed(value_of(f), 0.37, half_digit);
  printed(value_of(g), 1.37, half_digit);
  printed(value_of(h), 0.731, 0.0005);

  const auto ends = [&] {
    printed(tape.adjoint(w0), -0.197, 0.0005);
    printed(tape.adjoint(x0), 0.393, 0.0005);
    printed(tape.adjoint(w1), -0.393, 0.0005);
    printed(tape.adjoint(x1), -0.590, 0.0005);
    printed(tape.adjoint(w2), 0.197, 0.0005);
  };
  tape.backward(h, Retain::everything);
  printed(tape.adjoint(h), 1.00, 0);
  printed(tape.adjoint(g), -0.53, half_digit);
  printed(tape.adjoint(f), -0.53, half_digit);
  printed(tape.adjoint(e), -0.20, half_digit);
  for (const Wire& gate : {d, c, b, a}) printed(tape.adjoint(gate), 0.20, half_digit);
  ends();

  tape.backward(sigmoid(w0 * x0 + w1 * x1 + w2));
  ends();
}

TEST_CASE("a matrix product gate multiplies by the other factor, transposed") {
  Tape tape;
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(4, 3), b = Eigen::MatrixXd::Random(3, 5),
                        g = Eigen::MatrixXd::Random(4, 5);
  const auto A = tape.variable(a), B = tape.variable(b);
  tape.backward((A * B).cwiseProduct(g).sum());
  const double tolerance = 5 * 4 * 1e-16;  // sums of at most 5 products of numbers below 1
  CHECK((tape.adjoint(A) - g * b.transpose()).cwiseAbs().maxCoeff() <= tolerance);
  CHECK((tape.adjoint(B) - a.transpose() * g).cwiseAbs().maxCoeff() <= tolerance);
}

TEST_CASE("a matrix shows the gradients of its intermediate results, of parts and of elements of them") {
  Tape tape;
  const auto A = tape.variable(Eigen::MatrixXd::Constant(2, 2, 3.0));
  const auto squares = A.cwiseAbs2();
  const auto unused = A + A;
  tape.backward(5 * squares.row(0).sum() + 2 * squares(1, 1), Retain::everything);
  CHECK(tape.adjoint(squares) == (Eigen::Matrix2d() << 5, 5, 0, 2).finished());
  CHECK(tape.adjoint(squares.col(1)) == Eigen::Vector2d(5, 2));
  CHECK(tape.adjoint(squares(1, 1)) == 2);
  CHECK(tape.adjoint(squares(0, 1)) == 5);
  CHECK(tape.adjoint(A) == (Eigen::Matrix2d() << 30, 30, 0, 12).finished());
  CHECK(tape.adjoint(A(1, 1)) == 12);
  CHECK(tape.adjoint(unused) == Eigen::Matrix2d::Zero());
}

}  // namespace
}  // namespace gradus::test::circuits_test
