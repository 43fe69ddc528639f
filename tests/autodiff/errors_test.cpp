// Misuse gives an error with words, and the tape works on.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::errors_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

/// The text of the error of type E that f throws; a remark if it throws none.
template <class E, class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "no error";
}

bool says(const std::string& text, const std::vector<std::string>& parts) {
  INFO(text);
  bool all = true;
  for (const std::string& part : parts) all = all && text.find(part) != std::string::npos;
  if (!all) MESSAGE(text);
  return all;
}

TEST_CASE("shapes that do not fit are named, with the operation") {
  Tape tape;
  const auto a = tape.variable(MatrixXd::Ones(2, 3)), b = tape.variable(MatrixXd::Ones(3, 2));
  const auto v = tape.variable(VectorXd::Ones(4));
  const auto shape_error = [](const auto& f) { return error_of<ShapeError>(f); };

  CHECK(says(shape_error([&] { a + b; }), {"add", "2×3", "3×2"}));
  CHECK(says(shape_error([&] { a - MatrixXd::Ones(2, 2); }), {"subtract", "2×3", "2×2"}));
  CHECK(says(shape_error([&] { a.cwiseProduct(b); }), {"multiply", "2×3", "3×2"}));
  CHECK(says(shape_error([&] { a.cwiseQuotient(b); }), {"divide", "2×3", "3×2"}));
  CHECK(says(shape_error([&] { a.cwiseMax(b); }), {"max", "2×3", "3×2"}));
  CHECK(says(shape_error([&] { pow(a.array(), b.array()); }), {"pow", "2×3", "3×2"}));
  CHECK(says(shape_error([&] { a* a; }), {"product", "2×3 times 2×3"}));
  CHECK(says(shape_error([&] { MatrixXd::Ones(2, 2) * b; }), {"product", "2×2 times 3×2"}));
  CHECK(says(shape_error([&] { v.dot(VectorXd::Ones(3)); }), {"dot", "4×1", "3×1"}));
  CHECK(says(shape_error([&] { a.colwise() + v; }), {"colwise", "2×3", "4×1"}));
  CHECK(says(shape_error([&] { a.rowwise() + v.transpose(); }), {"rowwise", "2×3", "1×4"}));
  CHECK(says(shape_error([&] { a.reshaped(4, 2); }), {"reshaped", "2×3", "4×2"}));
  CHECK(says(shape_error([&] { a.replicate(2, 2); }), {"replicate", "2×3"}));
  CHECK(says(shape_error([&] { a.value(); }), {"value()", "2×3"}));
  CHECK(says(shape_error([&] { Var<Eigen::Matrix2d>{a}; }), {"fixed size", "2×2", "2×3"}));

  tape.backward((a * b).sum());  // and all goes on
  CHECK(tape.adjoint(a) == MatrixXd::Constant(2, 3, 2));
}

TEST_CASE("parts that reach out of a matrix") {
  Tape tape;
  const auto a = tape.variable(MatrixXd::Ones(2, 3));
  const auto v = tape.variable(VectorXd::Ones(4));
  const auto shape_error = [](const auto& f) { return error_of<ShapeError>(f); };
  CHECK(says(shape_error([&] { a.row(2); }), {"row", "2×3", "row 2"}));
  CHECK(says(shape_error([&] { a.col(-1); }), {"col", "2×3", "column -1"}));
  CHECK(says(shape_error([&] { a.block(1, 1, 2, 2); }), {"block", "2×3", "2×2", "row 1", "column 1"}));
  CHECK(says(shape_error([&] { a.block(0, 0, -1, 2); }), {"block", "2×3"}));
  CHECK(says(shape_error([&] { a.bottomRows(3); }), {"bottomRows", "2×3", "3×3"}));
  CHECK(says(shape_error([&] { a.leftCols(4); }), {"leftCols", "2×3", "2×4"}));
  CHECK(says(shape_error([&] { v.head(5); }), {"head", "4×1", "5×1"}));
  CHECK(says(shape_error([&] { v.tail(5); }), {"tail", "4×1", "5×1"}));
  CHECK(says(shape_error([&] { v.segment(3, 2); }), {"segment", "4×1", "2×1", "row 3"}));
#ifndef NDEBUG
  CHECK(says(shape_error([&] { a(2, 0); }), {"element", "2×3", "row 2"}));
  CHECK(says(shape_error([&] { v(4); }), {"element", "4×1", "row 4"}));
#endif
}

TEST_CASE("variables of two tapes do not mix") {
  Tape tape, other;
  const auto x = tape.variable(1.0), y = other.variable(2.0);
  const auto a = tape.variable(MatrixXd::Ones(2, 2)), b = other.variable(MatrixXd::Ones(2, 2));
  const auto tape_error = [](const auto& f) { return error_of<TapeError>(f); };
  CHECK(says(tape_error([&] { x* y; }), {"one tape"}));
  CHECK(says(tape_error([&] { a + b; }), {"one tape"}));
  CHECK(says(tape_error([&] { a* b; }), {"one tape"}));
  CHECK(says(tape_error([&] { x* b; }), {"one tape"}));
  CHECK(says(tape_error([&] { b* x; }), {"one tape"}));
  CHECK(says(tape_error([&] { a.cwiseMax(b); }), {"one tape"}));
  CHECK(says(tape_error([&] { a.colwise() + b.col(0); }), {"one tape"}));
  CHECK(says(tape_error([&] { a.col(0).dot(b.col(0)); }), {"one tape"}));
  CHECK(says(tape_error([&] { stack(x, y); }), {"one tape"}));
  CHECK(says(tape_error([&] { tape.backward(y); }), {"one tape"}));
  CHECK(says(tape_error([&] { tape.backward(b, MatrixXd::Ones(2, 2)); }), {"one tape"}));
  tape.backward(x * a.sum());
  CHECK(says(tape_error([&] { tape.adjoint(b); }), {"one tape"}));
  CHECK(tape.adjoint(x) == 4);

  // The value of another tape's variable is a constant, and constants go with any tape.
  tape.backward(x * value_of(y) * (a + value_of(b)).sum() + (a * other.constant(MatrixXd::Identity(2, 2))).sum());
  CHECK(tape.adjoint(x) == 16);
  CHECK(tape.adjoint(a) == MatrixXd::Constant(2, 2, 3));
}

TEST_CASE("a gradient within a differentiated function says of which type its argument must be") {
  const auto recorded = [](const auto& x) {
    return gradient([&](const auto& t) { return t * t * x; }, std::remove_cvref_t<decltype(x)>(1));
  };
  const auto plain = [](const auto& x) { return gradient([&](const auto& t) { return t * t * x; }, 1.0); };
  CHECK(gradient(recorded, 3.0) == 2);  // ∂/∂x of ∂/∂t t² x at t = 1
  CHECK(says(error_of<TapeError>([&] { gradient(plain, 3.0); }), {"one tape", "gradient(f, Var<double>(1.0))"}));
}

TEST_CASE("variables of a cleared tape are dead") {
  Tape tape;
  const auto x = tape.variable(1.0);
  const auto a = tape.variable(MatrixXd::Ones(2, 2));
  const Var<double> y = x * 2;
  tape.clear();
  const auto tape_error = [](const auto& f) { return error_of<TapeError>(f); };
  const auto b = tape.variable(MatrixXd::Ones(2, 2));
  CHECK(says(tape_error([&] { a + b; }), {"cleared"}));
  CHECK(says(tape_error([&] { b* a; }), {"cleared"}));
  CHECK(says(tape_error([&] { a.sum(); }), {"cleared"}));
  CHECK(says(tape_error([&] { x* b; }), {"cleared"}));
  CHECK(says(tape_error([&] { tape.backward(y); }), {"cleared"}));
  CHECK(says(tape_error([&] { tape.adjoint(x); }), {"cleared"}));
  CHECK(says(tape_error([&] { tape.adjoint(a); }), {"cleared"}));
#ifndef NDEBUG
  CHECK(says(tape_error([&] { x + 1; }), {"cleared"}));
  CHECK(says(tape_error([&] { b(0, 0) * y; }), {"cleared"}));
#endif
  tape.backward(b.sum());
  CHECK(tape.adjoint(b) == MatrixXd::Ones(2, 2));
}

TEST_CASE("adjoints that are not there") {
  Tape tape;
  const auto x = tape.variable(1.0);
  const auto a = tape.variable(MatrixXd::Ones(2, 2));
  const Var<double> y = x * 2, constant = 1;
  const auto b = a * 2, c = tape.constant(MatrixXd::Ones(2, 2));
  const auto missing = [&](const auto& v) { return error_of<TapeError>([&] { tape.adjoint(v); }); };
  CHECK(says(missing(x), {"backward()"}));
  CHECK(says(missing(a), {"backward()"}));
  tape.backward(y + b.sum());
  CHECK(says(missing(y), {"Retain::everything"}));
  CHECK(says(missing(b), {"Retain::everything"}));
  CHECK(says(missing(b(0, 0)), {"Retain::everything"}));
  CHECK(says(missing(constant), {"constant"}));
  CHECK(says(missing(c), {"constant"}));
  CHECK(says(missing(c(0, 0)), {"constant"}));
  CHECK(tape.adjoint(a(1, 0)) == 2);

  tape.backward(y + b.sum(), Retain::everything);
  const auto late = tape.variable(1.0);
  const auto late_matrix = tape.variable(MatrixXd::Ones(2, 2));
  const Var<double> late_result = late * 2;
  CHECK(says(missing(late), {"backward()"}));
  CHECK(says(missing(late_result), {"backward()"}));
  CHECK(says(missing(late_matrix), {"backward()"}));
  CHECK(says(missing(late_matrix + a), {"backward()"}));
  CHECK(tape.adjoint(y) == 1);
}

TEST_CASE("gradients are of scalars, seeds and buffers of the right shape") {
  const MatrixXd x = MatrixXd::Ones(2, 3);
  CHECK(says(error_of<ShapeError>([&] { gradient([](const auto& m) { return 2 * m; }, x); }), {"scalar", "2×3"}));
  CHECK(gradient([](const auto& m) { return m.block(0, 0, 1, 1); }, x)(0, 0) == 1);  // one element is a scalar

  Tape tape;
  const auto a = tape.variable(x);
  const auto b = 2 * a;
  CHECK(says(error_of<ShapeError>([&] { tape.backward(b); }), {"backward", "scalar", "2×3", "seed"}));
  CHECK(says(error_of<ShapeError>([&] { tape.backward(b, Retain::everything); }), {"backward", "2×3"}));
  tape.backward(b.block(1, 1, 1, 1), Retain::everything);
  CHECK(tape.adjoint(a)(1, 1) == 2);
  CHECK(tape.adjoint(b)(1, 1) == 1);
  CHECK(says(error_of<ShapeError>([&] { tape.backward(b, MatrixXd::Ones(3, 2)); }), {"seed", "2×3", "3×2"}));
  tape.backward(b, x);
  CHECK(tape.adjoint(a) == 2 * x);

  MatrixXd wrong = MatrixXd::Constant(3, 2, 7);
  const auto sum = [](const auto& m) { return m.sum(); };
  CHECK(says(error_of<ShapeError>([&] { value_and_gradient(tape, sum, x, wrong); }), {"gradient", "2×3", "3×2"}));
  CHECK(wrong == MatrixXd::Constant(3, 2, 7));
  Eigen::Matrix<double, 2, 3, Eigen::RowMajor> by_rows;
  MatrixXd large = MatrixXd::Constant(4, 4, 7);
  CHECK(says(error_of<ShapeError>([&] { value_and_gradient(tape, sum, x, by_rows); }), {"contiguous"}));
  CHECK(says(error_of<ShapeError>([&] { value_and_gradient(tape, sum, x, large.block(1, 1, 2, 3)); }), {"contiguous"}));
  CHECK(large == MatrixXd::Constant(4, 4, 7));
  MatrixXd right(2, 3);
  CHECK(value_and_gradient(tape, sum, x, right) == 6);
  CHECK(right == x);
}

TEST_CASE("an error within the function leaves the tape and the caller's gradient usable") {
  Tape tape;
  const VectorXd x = VectorXd::Ones(3);
  VectorXd g = VectorXd::Constant(3, 7);
  const auto fails = [](const auto& v) { return (v * 2).dot(v.head(2)); };
  CHECK_THROWS_AS(value_and_gradient(tape, fails, x, g), ShapeError);
  CHECK(g == VectorXd::Constant(3, 7));
  CHECK(value_and_gradient(
            tape, [](const auto& v) { return v.squaredNorm(); }, x, g) == 3);
  CHECK(g == 2 * x);
}

TEST_CASE("constants alone belong to no tape") {
  const Var<double> two = 2;
  const MatrixXd m = MatrixXd::Ones(2, 2);
  CHECK(says(error_of<TapeError>([&] { two* m; }), {"no tape"}));
  CHECK(says(error_of<TapeError>([&] { stack(two, 1.0); }), {"stack"}));
  Tape tape;
  CHECK(value_of(tape.constant(2.0) * m) == 2 * m);
  CHECK(value_of(stack(tape.constant(2.0), 1.0)) == Eigen::Vector2d(2, 1));
}

}  // namespace
}  // namespace gradus::test::errors_test
