// The tape: what it keeps, what it costs, and that it can be used again.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <fstream>
#include <gradus/autodiff/autodiff.hpp>

#include "../support/allocation_counter.hpp"

namespace gradus::test::tape_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

TEST_CASE("shared subexpressions cost linear time and memory: sixty doublings") {
  Tape tape;
  const auto x = tape.variable(1.0);
  Var<double> y = x;
  for (int i = 0; i < 60; ++i) y = y + y;
  tape.backward(y);
  CHECK(value_of(y) == 0x1p60);
  CHECK(tape.adjoint(x) == 0x1p60);
  CHECK(tape.memory() < 100'000);

  const auto a = tape.variable(MatrixXd::Identity(2, 2));
  auto b = a + a;
  for (int i = 1; i < 60; ++i) b = b + b;
  tape.backward(b.sum());
  CHECK(tape.adjoint(a) == MatrixXd::Constant(2, 2, 0x1p60));
  CHECK(tape.memory() < 300'000);
}

TEST_CASE("a chain of a million and one of ten million scalar statements") {
  Tape tape;
  const auto x = tape.variable(0.75);
  Var<double> y = x;
  for (int i = 0; i < 1'000'000; ++i) y = 0.5 * y + x;  // to 2 x
  tape.backward(y);
  CHECK(value_of(y) == 1.5);
  CHECK(tape.adjoint(x) == 2);
  CHECK(tape.memory() < 100'000'000);  // 32 bytes a statement of two operands, 8 an adjoint, rounded to powers of 2

  tape.clear();
  const auto z = tape.variable(0.25);
  y = z;
  for (int i = 0; i < 10'000'001; ++i) y = 1 - y;
  tape.backward(y);
  CHECK(value_of(y) == 0.75);
  CHECK(tape.adjoint(z) == -1);
}

/// Of this process; 0 where the system does not say.
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;  // in pages
  file >> size >> resident;
  return resident * 4096;
}

TEST_CASE("adjoints that go from statement to statement take no memory") {
  constexpr int n = 5'000'000;  // so much comes from the system and not from a heap
  const double before = resident_bytes();
  Tape tape;
  const auto x = tape.variable(0.75);
  Var<double> y = x;
  for (int i = 0; i < n; ++i) y = 1 - y;
  tape.backward(y);
  CHECK(tape.adjoint(x) == 1);
  const double taken = resident_bytes() - before;
  tape.backward(y);  // they were zero, and are again
  CHECK(tape.adjoint(x) == 1);
  if (AllocationCounter::available()) CHECK(taken < 16.0 * n);  // a sanitizer's memory comes on top
}

TEST_CASE("a chain of ten thousand matrix records reuses its adjoints") {
  Tape tape;
  const auto x = tape.variable(MatrixXd::Constant(4, 4, 0.75));
  auto y = 0.5 * x;
  for (int i = 0; i < 10'000; ++i) y = 0.5 * y + x;
  const std::size_t recorded = tape.memory();
  tape.backward(y.sum());
  CHECK(value_of(y) == MatrixXd::Constant(4, 4, 1.5));
  CHECK(tape.adjoint(x) == MatrixXd::Constant(4, 4, 2));
  CHECK(tape.memory() - recorded < 300'000);  // for 20,000 adjoints of 128 bytes
}

TEST_CASE("backward again gives the same, from another result that one's, after more recording all") {
  Tape tape;
  const auto x = tape.variable(3.0);
  const auto m = tape.variable(MatrixXd::Constant(2, 2, 2.0));
  const Var<double> square = x * x, total = (m * x).sum();
  for (int i = 0; i < 2; ++i) {
    tape.backward(square);
    CHECK(tape.adjoint(x) == 6);
    CHECK(tape.adjoint(m) == MatrixXd::Zero(2, 2));
    tape.backward(total);
    CHECK(tape.adjoint(x) == 8);
    CHECK(tape.adjoint(m) == MatrixXd::Constant(2, 2, 3));
  }
  const auto late = tape.variable(5.0);
  tape.backward(square * late + m(0, 1) * total, Retain::everything);
  CHECK(tape.adjoint(late) == 9);
  CHECK(tape.adjoint(square) == 5);
  CHECK(tape.adjoint(x) == 5 * 6 + 2 * 8);
  CHECK(tape.adjoint(m) == (Eigen::Matrix2d() << 6, 6 + 24, 6, 6).finished());
  tape.backward(square);
  CHECK(tape.adjoint(x) == 6);
  CHECK(tape.adjoint(late) == 0);
}

TEST_CASE("a seed makes a vector-Jacobian product") {
  Tape tape;
  const MatrixXd a = MatrixXd::Random(3, 2), seed = MatrixXd::Random(3, 4);
  const auto x = tape.variable(MatrixXd::Random(2, 4));
  const auto y = a * x;
  tape.backward(y, seed);
  CHECK(tape.adjoint(x).isApprox(a.transpose() * seed));
  tape.backward(y, 2 * seed);
  CHECK(tape.adjoint(x).isApprox(2 * a.transpose() * seed));
  tape.backward(y.row(1), seed.row(0));
  CHECK(tape.adjoint(x).isApprox(a.row(1).transpose() * seed.row(0)));
  tape.backward(x, MatrixXd::Ones(2, 4));
  CHECK(tape.adjoint(x) == MatrixXd::Ones(2, 4));

  const auto s = tape.variable(2.0);
  tape.backward(s * MatrixXd::Ones(2, 2), Eigen::Matrix2d::Constant(3));
  CHECK(tape.adjoint(s) == 12);
}

TEST_CASE("a cleared tape repeats itself to the bit and allocates nothing") {
  const MatrixXd inputs = MatrixXd::Random(5, 3), targets = MatrixXd::Random(5, 2);
  // A training step in small: matrices, broadcasts, views, reductions, scalars, and constants of every kind.
  const auto loss = [&](const auto& w) {
    const auto first = w.head(12).reshaped(3, 4), second = w.segment(12, 8).reshaped(4, 2);
    const auto hidden = relu((inputs * first).rowwise() + w.tail(4).transpose());
    const auto error = hidden * second - targets;
    Var<double> penalty = 0;
    for (Index i = 1; i < w.size(); ++i) penalty += exp(w(i)) * w(i - 1) / 100;
    const auto scaled = w(0) * inputs;
    return error.squaredNorm() + error.norm() + penalty + (scaled.array() * inputs.array()).colwise().mean().sum();
  };
  const VectorXd w = VectorXd::Random(24);
  VectorXd expected(24), gradient(24);
  Tape tape;
  const double value = value_and_gradient(tape, loss, w, expected);
  value_and_gradient(tape, loss, w, gradient);
  const std::size_t memory = tape.memory();
  const AllocationCounter counter;
  for (int i = 0; i < 3; ++i) {
    gradient.setConstant(std::nan(""));
    const double again = value_and_gradient(tape, loss, w, gradient);
    const std::size_t allocations = counter.count();
    REQUIRE(again == value);
    REQUIRE(gradient == expected);
    REQUIRE(allocations == 0);
  }
  CHECK(tape.memory() == memory);
}

TEST_CASE("a gradient goes where the caller wants it, from wherever x is") {
  Tape tape;
  const auto f = [](const auto& x) { return (x.cwiseAbs2() * VectorXd::LinSpaced(x.cols(), 1, 3)).sum(); };
  const MatrixXd x = MatrixXd::Random(4, 3), expected = 2 * x * Eigen::Vector3d(1, 2, 3).asDiagonal();
  MatrixXd gradient(4, 3);

  value_and_gradient(tape, f, x, gradient);
  CHECK(gradient.isApprox(expected));

  const Eigen::Matrix<double, -1, -1, Eigen::RowMajor> by_rows = x;
  value_and_gradient(tape, f, by_rows, gradient);
  CHECK(gradient.isApprox(expected));

  const MatrixXd large = MatrixXd::Random(6, 5);
  value_and_gradient(tape, f, large.block(1, 1, 4, 3), gradient);
  CHECK(gradient.isApprox(2 * large.block(1, 1, 4, 3) * Eigen::Vector3d(1, 2, 3).asDiagonal()));

  VectorXd flat = VectorXd::Zero(20);
  value_and_gradient(tape, f, Eigen::Map<const MatrixXd>(x.data(), 4, 3), Eigen::Map<MatrixXd>(flat.data() + 5, 4, 3));
  CHECK(flat.segment(5, 12).isApprox(expected.reshaped()));
  CHECK(flat.head(5).isZero(0));
  CHECK(flat.tail(3).isZero(0));
}

}  // namespace
}  // namespace gradus::test::tape_test
