// Checkpoints of every order, of arguments and results of every kind, and in sequence.
#include <gradus/autodiff/checkpoint.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::checkpoint_arguments_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

const auto layer = [](const auto& a, const auto& b) { return (a * b).array().tanh().matrix().eval(); };
const auto parts = [](const auto& a, const auto& b) { return std::tuple((a * b).eval(), a(0, 1) * b.sum(), b * a); };

TEST_CASE("third derivatives, of scalars and of matrices") {
  const auto wave = [](const auto& x, const auto& y) {
    using std::exp, std::sin;
    return sin(x * y) * exp(x);
  };
  check_gradients<3>([&](const auto& x, const auto& y) { return checkpoint(wave, x, y); }, 0.5, 0.75);
  const auto cubic = [](const auto& x) { return (x * x * x).trace(); };
  check_gradients<3>([&](const auto& x) { return checkpoint(cubic, x); }, MatrixXd(MatrixXd::Random(2, 2)));
}

TEST_CASE("a sequence has the derivatives of its loop, at any depth") {
  const MatrixXd x = MatrixXd::Random(2, 3);
  const VectorXd w = VectorXd::Random(20 * 4);
  const auto step = [](Index i, const auto& h, const auto& v) {
    return (v.segment(4 * i, 4).reshaped(2, 2) * h).array().tanh().matrix();
  };
  for (const int levels : {0, 1, 2, 4}) {
    const auto f = [&](const auto& h, const auto& v) {
      return contract(checkpoint_sequential({.length = 20, .levels = levels}, step, h, v));
    };
    check_gradients<2>(f, x, w);
  }
  // The numbers are the same to the bit: everything is computed in the same order.
  const auto [value, by_x, by_w] = value_and_gradient(
      [&](const auto& h, const auto& v) {
        return contract(checkpoint_sequential({.length = 20, .levels = 0}, step, h, v));
      },
      x, w);
  const auto [value_1, by_x_1, by_w_1] = value_and_gradient(
      [&](const auto& h, const auto& v) { return contract(checkpoint_sequential({.length = 20}, step, h, v)); }, x, w);
  CHECK(value_1 == value);
  CHECK(by_x_1 == by_x);
  CHECK(by_w_1 == by_w);

  const auto scalar_step = [](Index i, const auto& h, const auto& a) {
    using std::sin;
    return h + a * sin(h) / (1.0 + static_cast<double>(i));
  };
  check_gradients<2>(
      [&](const auto& a) { return checkpoint_sequential({.length = 30, .levels = 2}, scalar_step, 0.5, a); }, 0.25);
  CHECK(checkpoint_sequential({.length = 0}, step, x, w) == x);
}

TEST_CASE("constants, borrowed matrices, integers and structs reach the function as they are") {
  struct Options {
    double scale;
    bool square;
  };
  const MatrixXd data = MatrixXd::Random(4, 3);
  const Eigen::VectorXi labels = Eigen::Vector3i(2, 0, 1);
  const auto f = [](const auto& x, const auto& c, const auto& b, const auto& which, int power, const auto& options) {
    auto y = (b * x + c.col(0) * x(0)).eval();
    for (int i = 1; i < power; ++i)
      if (options.square) y = y.cwiseProduct(y).eval();
    return options.scale * (y(which(0)) + y(which(1)) * y(which(2)));
  };
  const auto direct = [&](const auto& x) { return f(x, MatrixXd(2 * data), data, labels, 2, Options{0.5, true}); };
  const auto kept = [&](const auto& x) {
    return checkpoint(f, x, 2 * data, borrow(data), labels, 2, Options{0.5, true});
  };
  const VectorXd x = VectorXd::Random(3), v = VectorXd::Random(3);
  CHECK(value_and_gradient(kept, x) == value_and_gradient(direct, x));
  const auto slope = [&](const auto& g) { return [&](const auto& y) { return gradient(g, y).dot(v); }; };
  CHECK(gradient(slope(kept), x).isApprox(gradient(slope(direct), x), 1e-14));
}

TEST_CASE("constants may change or go before the sweep") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(2));
  auto local = std::make_unique<MatrixXd>(MatrixXd::Constant(2, 2, 3));
  const auto y = checkpoint([](const auto& v, const auto& m) { return (m * v).squaredNorm(); }, x, *local);
  local->setConstant(std::nan(""));
  local.reset();
  tape.backward(y);
  CHECK(tape.adjoint(x) == VectorXd::Constant(2, 72));  // 2 MᵀM x = 2 · 18 · 2
}

TEST_CASE("plain arguments give plain results, and types are kept") {
  const MatrixXd a = MatrixXd::Random(2, 3), b = MatrixXd::Random(3, 2);
  const auto [product, scalar, square] = checkpoint(parts, a, b);
  CHECK(product == a * b);
  CHECK(scalar == a(0, 1) * b.sum());
  CHECK(square == b * a);
  static_assert(std::is_same_v<decltype(checkpoint(layer, a, b)), MatrixXd>);
  static_assert(std::is_same_v<decltype(checkpoint([](double x) { return 2 * x; }, 1.0)), double>);

  Tape<float> tape;
  const auto v = tape.variable(Eigen::Vector3f(1, 2, 3));
  const auto f = [](const auto& x) { return std::tuple(2 * x, x.transpose(), x(0) * x(1), x.array().exp()); };
  static_assert(
      std::is_same_v<decltype(checkpoint(f, v)),
                     std::tuple<Var<Eigen::Vector3f>, Var<Eigen::RowVector3f>, Var<float>, Var<Eigen::Array3f>>>);
  tape.backward(std::get<0>(checkpoint(f, v)).squaredNorm());
  CHECK(tape.adjoint(v) == Eigen::Vector3f(8, 16, 24));
}

TEST_CASE("arguments and results without elements, results that are constant, arguments that are constants") {
  const auto sums = [](const auto& x) { return std::tuple(x.sum(), x * x.transpose(), x.leftCols(0)); };
  for (const auto& [rows, cols] : {std::pair(0, 3), std::pair(3, 0)}) {
    const auto f = [&](const auto& x) {
      const auto [sum, square, empty] = checkpoint(sums, x);
      return sum + square.sum() + empty.squaredNorm();
    };
    CHECK(gradient(f, MatrixXd(rows, cols)).size() == 0);
  }
  const MatrixXd x = MatrixXd::Ones(2, 2);
  const auto constant = [](const auto&) { return std::tuple(3.0, MatrixXd(MatrixXd::Identity(2, 2))); };
  const auto f = [&](const auto& y) {
    const auto [three, identity] = checkpoint(constant, y);
    return three * (identity * y).sum();
  };
  CHECK(gradient(f, x) == 3 * x);
  CHECK(gradient([&](const auto& y) { return gradient(f, y).squaredNorm(); }, x) == 0 * x);

  Tape tape;
  const auto c = tape.constant(x), v = tape.variable(x);
  const auto square = [](const auto& y) { return (y * y).sum(); };
  CHECK(value_of(checkpoint(square, c)) == 8);
  tape.backward(checkpoint(square, c) * v.sum() + checkpoint(layer, c, v).sum());
  const double slope = 1 - std::tanh(2.0) * std::tanh(2.0);
  CHECK(tape.adjoint(v).isApprox(MatrixXd::Constant(2, 2, 8 + 2 * slope)));
}

TEST_CASE("sweeps again, from matrices, and with every adjoint retained") {
  Tape tape;
  const MatrixXd a = MatrixXd::Random(3, 3), seed = MatrixXd::Random(3, 3);
  const auto x = tape.variable(a), y = 2 * x, h = checkpoint(layer, y, x), z = layer(y, x);
  for (const Retain retain : {Retain::variables, Retain::everything, Retain::variables}) {
    tape.backward(z, seed, retain);
    const MatrixXd expected = tape.adjoint(x);
    tape.backward(h, seed, retain);
    CHECK(tape.adjoint(x).isApprox(expected, 1e-14));
    if (retain == Retain::everything) CHECK(tape.adjoint(h) == seed);
  }
}

}  // namespace
}  // namespace gradus::test::checkpoint_arguments_test
