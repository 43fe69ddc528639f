// The squared loss: its formula, its derivatives, its errors.
#include <gradus/nn/squared_loss.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::squared_loss_test {
namespace {

using Eigen::MatrixXd, Eigen::MatrixXf, Eigen::RowVectorXd;
using nn::squared_loss;

TEST_CASE("squared loss: the mean over samples of the squared distance") {
  const MatrixXd prediction{{1, 2, 3}, {4, 5, 6}}, target{{1, 0, 3}, {1, 5, 7}};
  CHECK(squared_loss(prediction, target) == (4.0 + 9 + 1) / 3);
  CHECK(squared_loss(prediction.cast<float>(), target.cast<float>()) == 14.0f / 3);
  const auto by_both = gradient([](const auto& p, const auto& t) { return squared_loss(p, t); }, prediction, target);
  const MatrixXd expected = 2 * (prediction - target) / 3;
  CHECK(std::get<0>(by_both).isApprox(expected));
  CHECK(std::get<1>(by_both).isApprox(-expected));
}

TEST_CASE("squared loss: either operand may be constant, borrowed, an expression") {
  const MatrixXd a = MatrixXd::Random(2, 3), b = MatrixXd::Random(2, 3);
  const double loss = squared_loss(a, b);
  Tape tape;
  const auto x = tape.variable(a);
  const auto check = [&](const auto& result) { CHECK(value_of(result) == doctest::Approx(loss)); };
  check(squared_loss(x, b));
  check(squared_loss(x, borrow(b)));
  check(squared_loss(borrow(b), x));
  check(squared_loss(x, 0.5 * b + 0.5 * b));
  check(squared_loss(x.transpose().transpose(), tape.variable(b)));
  CHECK(squared_loss(2 * a, a + a) == 0);
}

TEST_CASE("squared loss: derivatives of first and second order are those of differences") {
  check_gradients<2>([](const auto& p, const auto& t) { return squared_loss(p, t); }, MatrixXd(MatrixXd::Random(3, 4)),
                     MatrixXd(MatrixXd::Random(3, 4)));
}

TEST_CASE("squared loss of linear regression: the Hessian is (2/N) X X'") {
  const MatrixXd X = MatrixXd::Random(4, 7);
  const RowVectorXd y = RowVectorXd::Random(7), w = RowVectorXd::Random(4);
  const auto loss = [&](const auto& v) { return squared_loss(v * X, y); };
  const MatrixXd expected = 2 * X * X.transpose() / 7;
  for (Index i = 0; i < 4; ++i) {
    const auto derivative = [&](const auto& v) { return gradient(loss, v)(i); };
    CHECK(gradient(derivative, w).isApprox(expected.row(i)));
  }
}

TEST_CASE("squared loss: shapes that differ, and no samples, are errors") {
  const MatrixXd prediction = MatrixXd::Zero(2, 3);
  CHECK_THROWS_WITH_AS(squared_loss(prediction, MatrixXd::Zero(3, 2)),
                       "squared_loss: expected operands of one shape, got 2×3 and 3×2", ShapeError);
  CHECK_THROWS_WITH_AS(squared_loss(MatrixXd(2, 0), MatrixXd(2, 0)),
                       "squared_loss: expected at least one sample, got 0", ShapeError);
}

}  // namespace
}  // namespace gradus::test::squared_loss_test
