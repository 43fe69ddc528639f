// Many short columns are computed several at a time: the same numbers as column by column.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::short_columns_test {
namespace {

/// Operations on all columns of a part of x, with a vector beside each, a number for each and sums of each.
template <class X, class V, class R>
auto together(const X& x, const V& v, const R& r) {
  const auto shifted = ((x.colwise() - v).array().rowwise() * r.transpose().array()).matrix().eval();
  return (shifted.colwise().squaredNorm() * r)(0) + ((x + shifted).rowwise().sum().transpose() * v)(0) +
         shifted.cwiseProduct(x).sum();
}
template <class X, class V, class R>
auto one_by_one(const X& x, const V& v, const R& r) {
  typename X::Scalar sum = 0;
  for (Index j = 0; j < x.cols(); ++j) {
    const auto shifted = ((x.col(j) - v) * r(j)).eval();
    sum += shifted.squaredNorm() * r(j) + (x.col(j) + shifted).dot(v) + shifted.dot(x.col(j));
  }
  return sum;
}

TEST_CASE_TEMPLATE("operations on short columns are those on each column", S, float, double) {
  using Matrix = Eigen::MatrixX<S>;
  using Vector = Eigen::VectorX<S>;
  const auto close = [](const auto& a, const auto& b) {
    const S rounding = 300 * std::numeric_limits<S>::epsilon();  // of sums of some hundred terms
    return (a - b).cwiseAbs().maxCoeff() <= rounding * (1 + b.cwiseAbs().maxCoeff());
  };
  std::srand(1);
  for (const Index rows : {2, 3, 7, 8, 10, 16, 33, 64, 65})
    for (const Index cols : {3, 4, 5, 29, 131}) {
      CAPTURE(rows);
      CAPTURE(cols);
      const Matrix x = Matrix::Random(rows, cols), wide = Matrix::Random(rows + 3, cols), tall = x.transpose();
      const Vector v = Vector::Random(rows), r = Vector::Random(cols);
      const auto check = [&](const Matrix& argument, const auto& part) {
        const auto [value, by_x, by_v, by_r] = value_and_gradient(
            [&](const auto& a, const auto& b, const auto& c) { return together(part(a), b, c); }, argument, v, r);
        const auto [expected, expected_x, expected_v, expected_r] = value_and_gradient(
            [&](const auto& a, const auto& b, const auto& c) { return one_by_one(part(a), b, c); }, argument, v, r);
        CHECK(value == doctest::Approx(expected).epsilon(300 * std::numeric_limits<S>::epsilon()));
        CHECK(close(by_x, expected_x));
        CHECK(close(by_v, expected_v));
        CHECK(close(by_r, expected_r));
      };
      check(x, [](const auto& a) { return a; });
      check(wide, [&](const auto& a) { return a.middleRows(1, rows); });
      check(tall, [](const auto& a) { return a.transpose(); });
    }
}

TEST_CASE("an operand that is repeated in both directions, and an infinity, stay in their places") {
  Eigen::MatrixXd x = Eigen::MatrixXd::Constant(10, 50, 2);
  x(3, 17) = std::numeric_limits<double>::infinity();
  const auto sums = [](const auto& a, const auto& s) { return ((a.colwise() - a.col(0)) * s).colwise().sum().eval(); };
  Tape tape;
  const auto y = sums(tape.variable(x), tape.variable(3.0));
  for (Index j = 0; j < 50; ++j) CHECK(value_of(y)(j) == (j == 17 ? x(3, 17) : 0.0));
}

}  // namespace
}  // namespace gradus::test::short_columns_test
