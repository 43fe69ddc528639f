// What C++ programs do: `auto`, temporaries, branches, loops. Most of it can only fail under the address sanitizer.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>
#include <memory>

namespace gradus::test::safety_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

// A scalar variable goes where numbers go: into Eigen's matrices, onto tapes.
static_assert(std::is_trivially_copyable_v<Var<double>>);
static_assert(std::is_trivially_copyable_v<Var<Var<float>>>);
static_assert(sizeof(Var<double>) <= 24);

// A matrix is a handle that owns nothing, and copying it cannot fail.
template <class V>
constexpr bool is_handle = std::is_trivially_destructible_v<V>&& std::is_nothrow_copy_constructible_v<V>&&
    std::is_nothrow_copy_assignable_v<V>;
static_assert(is_handle<Var<MatrixXd>>);
static_assert(is_handle<Var<Var<Eigen::Array3f>>>);

// A part of a matrix is another handle: assigning to it would change nothing, so it does not compile.
using Element = decltype(std::declval<Var<MatrixXd>&>()(0, 0));
using Row = decltype(std::declval<Var<MatrixXd>&>().row(0));
static_assert(!std::is_assignable_v<Element, Var<double>>);
static_assert(!std::is_assignable_v<Element, double>);
static_assert(!std::is_assignable_v<Row, Row>);
static_assert(!std::is_assignable_v<Row, Var<MatrixXd>>);
static_assert(std::is_assignable_v<Var<double>&, Element>);
static_assert(std::is_assignable_v<Var<MatrixXd>&, Var<MatrixXd>>);

TEST_CASE("an expression kept with auto outlives its operands") {
  Tape tape;
  const auto x = tape.variable(3.0), y = tape.variable(4.0);
  const auto made = [&] {
    const Var<double> product = x * y, angle = 0.5 * x;
    const auto expression = product * angle + sin(angle);
    return expression;  // 3.0 · 4.0 · 1.5 + sin 1.5
  };
  const auto e = made();
  const auto twice = e + e;
  tape.backward(twice);
  CHECK(tape.adjoint(x) == doctest::Approx(2 * (3 * 4 + 0.5 * std::cos(1.5))));  // 2 d/dx (x² y/2 + sin x/2)
  CHECK(tape.adjoint(y) == doctest::Approx(9));
}

TEST_CASE("auto on matrix expressions of temporaries") {
  Tape tape;
  const auto x = tape.variable(MatrixXd::Constant(2, 2, 3.0));
  const auto made = [&] {
    const auto shifted = x + MatrixXd::Identity(2, 2);
    return (shifted * MatrixXd::Constant(2, 2, 2.0)).transpose().row(0) + Eigen::RowVector2d(1, 2);
  };
  const auto e = made();
  CHECK(value_of(e) == Eigen::RowVector2d(15, 16));
  tape.backward(e.sum());
  CHECK(tape.adjoint(x) == MatrixXd::Constant(2, 2, 2));
}

TEST_CASE("constants may change or go before backward") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(3));
  auto local = std::make_unique<MatrixXd>(MatrixXd::Constant(3, 3, 2.0));
  auto weights = std::make_unique<VectorXd>(VectorXd::LinSpaced(3, 1, 3));
  const auto y =
      (*local * x).cwiseProduct(*weights) + x.cwiseProduct(local->col(0)) + local->topRows(2).transpose() * x.head(2);
  const auto z = y.dot(2 * *weights);
  local->setConstant(std::nan(""));
  local.reset();
  weights.reset();
  tape.backward(z);
  // ⟨2w, (A x)∘w + 2 x + 2 (x₀ + x₁) 1⟩ with A = 2: Σ 2w·w·2 in every element, and so on
  CHECK(tape.adjoint(x) == VectorXd(Eigen::Vector3d(56 + 4 + 24, 56 + 8 + 24, 56 + 12)));
}

TEST_CASE("what is borrowed is read in place") {
  Tape tape;
  const MatrixXd data = MatrixXd::Random(100, 100);
  const Eigen::Matrix<double, -1, -1, Eigen::RowMajor> by_rows = data;
  const auto x = tape.variable(VectorXd::Ones(50));
  for (int i = 0; i < 100; ++i) {
    const auto block = data.block(10, 20, 30, 50);
    const auto row_block = by_rows.block(10, 20, 30, 50);
    const auto y = borrow(block) * x - borrow(row_block) * x, z = borrow(block) * x;
    tape.backward(y.sum() + z.sum());
    CHECK(value_of(y).isZero(1e-13));  // sums of 50 products
    CHECK(tape.adjoint(x).isApprox(block.colwise().sum().transpose()));
  }
  CHECK(tape.memory() < 100 * 30 * 50 * sizeof(double));  // a copy each time would take three times that
  CHECK(&borrow(x) == &x);
}

TEST_CASE("branches of the ternary operator") {
  const auto f = [](bool yes) {
    return [yes](const auto& x, const auto& y) {
      auto product = yes ? x * y : x;
      auto or_number = yes ? x : 0.0;
      auto expression_or_number = yes ? sin(x) : 0.0;
      auto of_two_lengths = yes ? x * y : x * y * y + x;
      return product + 10 * or_number + 0 * expression_or_number + 100 * of_two_lengths;
    };
  };
  CHECK(gradient(f(true), 2.0, 3.0) == std::tuple(3 + 10 + 300.0, 2 + 200.0));
  CHECK(gradient(f(false), 2.0, 3.0) == std::tuple(1 + 900 + 100.0, 1200.0));
}

TEST_CASE("sums that start from a number, and compound assignment") {
  const auto f = [](const auto& x) {
    std::remove_cvref_t<decltype(x(0))> sum = 0, product = 1;
    for (Index i = 0; i < x.size(); ++i) {
      sum += x(i) * x(i);
      product *= x(i);
    }
    sum -= product;
    sum /= 2;
    sum += 1;
    return sum;
  };
  CHECK(gradient(f, Eigen::Vector3d(1, 2, 3)) == Eigen::Vector3d(1 - 3, 2 - 1.5, 3 - 1));
}

TEST_CASE("fixed sizes, row vectors, arrays and float are kept in types") {
  Tape<float> tape;
  const auto v = tape.variable(Eigen::Vector2f(1, 2));
  const auto m = tape.variable(Eigen::Matrix<float, 3, 2>::Ones());
  static_assert(std::is_same_v<decltype(m * v), Var<Eigen::Vector3f>>);
  static_assert(std::is_same_v<decltype((m * v).transpose().eval()), const Var<Eigen::RowVector3f>&>);
  static_assert(std::is_same_v<decltype(m.array() * 2), Var<Eigen::Array<float, 3, 2>>>);
  static_assert(std::is_same_v<decltype(m.colwise().sum().eval()), const Var<Eigen::RowVector2f>&>);
  const Var<float> scalar = v.transpose() * v;  // a 1×1 product is a scalar
  tape.backward(scalar);
  CHECK(tape.adjoint(v) == Eigen::Vector2f(2, 4));

  const auto f = [](const auto& x) { return (x * x.transpose()).trace() + x(0) * 2; };
  const Eigen::Vector3d by_x = gradient(f, Eigen::Vector3d(1, 2, 3));
  CHECK(by_x == Eigen::Vector3d(4, 4, 6));
  const Eigen::RowVector3d by_row = gradient([](const auto& x) { return x.dot(x); }, Eigen::RowVector3d(1, 2, 3));
  CHECK(by_row == Eigen::RowVector3d(2, 4, 6));
}

TEST_CASE("empty matrices have empty gradients") {
  const auto f = [](const auto& x) {
    return x.sum() + x.squaredNorm() + (x * x.transpose()).sum() + (x.transpose() * x).sum() + relu(x + x).sum() +
           x.colwise().sum().sum() + x.rowwise().sum().sum() + x.reshaped().squaredNorm() + x.norm();
  };
  for (const auto& [rows, cols] : {std::pair(0, 3), std::pair(3, 0), std::pair(0, 0)}) {
    const auto [value, g] = value_and_gradient(f, MatrixXd(rows, cols));
    CHECK(value == 0);
    CHECK(g.rows() == rows);
    CHECK(g.cols() == cols);
  }
  // Empty parts of a matrix that is not.
  const auto parts = [](const auto& x) {
    return x.block(0, 0, 2, 0).sum() + x.block(1, 1, 0, 2).squaredNorm() + x.topRows(0).sum() + x.rightCols(0).sum() +
           (x.leftCols(0) * x.topRows(0)).sum() + (x.topRows(0) * x).sum() + x.col(1).tail(0).sum() + x(0, 0);
  };
  const auto [value, g] = value_and_gradient(parts, MatrixXd(MatrixXd::Ones(3, 3)));
  CHECK(value == 1);
  CHECK(g == MatrixXd(Eigen::Vector3d::UnitX() * Eigen::RowVector3d::UnitX()));
  const auto twice = [&](const auto& x) { return gradient(parts, x).squaredNorm() + gradient(f, x.topRows(0)).sum(); };
  CHECK(gradient(twice, MatrixXd(MatrixXd::Ones(3, 3))) == MatrixXd::Zero(3, 3));
}

}  // namespace
}  // namespace gradus::test::safety_test
