// However operands lie in memory, and however large they are, values and gradients are the same. (Kernels take what is
// not contiguous 256 elements at a time.)
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::layouts_test {
namespace {

using Eigen::ArrayXXd, Eigen::MatrixXd;

constexpr double tolerance = 1e-12;  // results below 1e3, sums of up to a thousand numbers below 1

struct Shape {
  Index rows, cols;
};
const Shape shapes[] = {{1, 1}, {1, 700}, {700, 1}, {257, 3}, {3, 513}, {256, 256}, {40, 30}};

template <class X>
void check_equal(const X& a, const auto& b) {
  CHECK((a - b).array().abs().maxCoeff() <= tolerance);
}

TEST_CASE("sums of products of views have the other factor as their gradient") {
  for (const Shape& shape : shapes) {
    const Index rows = shape.rows, cols = shape.cols;
    CAPTURE(rows);
    CAPTURE(cols);
    const MatrixXd w = MatrixXd::Random(rows, cols), x = MatrixXd::Random(rows, cols), xt = x.transpose();
    MatrixXd around = MatrixXd::Random(rows + 3, cols + 2);
    around.block(2, 1, rows, cols) = x;
    const Eigen::Array<double, -1, -1, Eigen::RowMajor> w_by_rows = w;
    const MatrixXd expected = w.array() * x.array().cos();

    const auto f = [&](const auto& v) { return (sin(v.array()) * w.array()).sum(); };
    check_equal(gradient(f, x), expected);
    check_equal(gradient([&](const auto& v) { return f(v.transpose()); }, xt), expected.transpose());
    const MatrixXd by_around = gradient([&](const auto& v) { return f(v.block(2, 1, w.rows(), w.cols())); }, around);
    check_equal(by_around.block(2, 1, rows, cols), expected);
    CHECK(std::abs(by_around.sum() - expected.sum()) <= 1e3 * tolerance);  // zero elsewhere
    check_equal(gradient([&](const auto& v) { return (sin(v.array()) * borrow(w_by_rows)).sum(); }, x), expected);
  }
}

TEST_CASE("broadcasts sum their gradients, reductions repeat theirs") {
  for (const Shape& shape : shapes) {
    const Index rows = shape.rows, cols = shape.cols;
    CAPTURE(rows);
    CAPTURE(cols);
    const MatrixXd w = MatrixXd::Random(rows, cols);
    const Eigen::VectorXd column = Eigen::VectorXd::Random(rows);
    const Eigen::RowVectorXd row = Eigen::RowVectorXd::Random(cols);
    check_equal(gradient([&](const auto& v) { return (w.colwise() + v).squaredNorm() / 2; }, column),
                w.rowwise().sum() + cols * column);
    check_equal(gradient([&](const auto& v) { return (w.rowwise() + v).squaredNorm() / 2; }, row),
                w.colwise().sum() + rows * row);
    check_equal(gradient([&](const auto& v) { return v.rowwise().sum().dot(column); }, w),
                column * Eigen::RowVectorXd::Ones(cols));
    check_equal(gradient([&](const auto& v) { return v.colwise().sum().dot(row); }, w),
                Eigen::VectorXd::Ones(rows) * row);
    check_equal(gradient([&](const auto& v) { return v.transpose().colwise().squaredNorm().sum() / 2; }, w), w);
    const double by_scalar = gradient([&](const auto& s) { return (s * w).cwiseProduct(w).sum(); }, 0.5);
    CHECK(std::abs(by_scalar - w.squaredNorm()) <= 1e3 * tolerance * w.squaredNorm());
  }
}

TEST_CASE("parts of large matrices leave the rest of the gradient zero") {
  const MatrixXd x = MatrixXd::Random(600, 4);
  MatrixXd expected = MatrixXd::Zero(600, 4);
  expected.row(7) = 2 * x.row(7);
  expected.block(100, 1, 400, 2).array() += 3;
  expected.col(2).array() += 5;
  expected.diagonal().array() += 7;
  expected(599, 3) += 11;
  const auto f = [](const auto& v) {
    return v.row(7).squaredNorm() + 3 * v.block(100, 1, 400, 2).sum() + 5 * v.col(2).sum() + 7 * v.diagonal().sum() +
           11 * v(599, 3);
  };
  check_equal(gradient(f, x), expected);
}

}  // namespace
}  // namespace gradus::test::layouts_test
