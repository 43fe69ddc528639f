// logsumexp of numbers, in one record, beside the operations that it consists of.
#include <limits>

#include "../support/vector_modes.hpp"

namespace gradus::test::logsumexp_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

/// Two sums of exponentials beside other uses of x, so that contributions meet.
const auto f = [](const auto& x) {
  return logsumexp(x) * logsumexp((x.array() * 0.5 - 1).matrix()) + 3 * logsumexp(x.transpose()) + 0.25 * x.sum();
};

template <class S, class F>
S value_and_gradient_of(Tape<S>& tape, const F& function, const Eigen::MatrixX<S>& x, Eigen::MatrixX<S>& gradient) {
  gradient.resizeLike(x);
  return value_and_gradient(tape, function, x, gradient);
}

template <class S>
void check_against_composition(Index rows, Index cols) {
  CAPTURE(rows);
  CAPTURE(cols);
  const Eigen::MatrixX<S> x = 4 * Eigen::MatrixX<S>::Random(rows, cols);
  Eigen::MatrixX<S> gradient, expected;
  Tape<S> tape, with_journal;
  with_journal.keep_journal();  // every operation has a record there
  const S value = value_and_gradient_of(tape, f, x, gradient);
  const S expected_value = value_and_gradient_of(with_journal, f, x, expected);
  const double epsilon = 16 * std::numeric_limits<S>::epsilon();
  CHECK(value == doctest::Approx(expected_value).epsilon(epsilon));
  CHECK((gradient - expected).norm() <= epsilon * expected.norm());
}

TEST_CASE("logsumexp: one record gives what its operations give") {
  for (const Index n : {1, 2, 7, 64, 255, 256, 257, 511, 513, 1300}) {
    check_against_composition<double>(n, 1);
    check_against_composition<float>(n, 1);
    check_against_composition<double>(5, n);
  }
}

TEST_CASE("logsumexp of parts, with gaps and without") {
  const MatrixXd x = MatrixXd::Random(6, 5);
  const auto parts = [](const auto& v) {
    return logsumexp(v.row(2)) + logsumexp(v.col(3)) + logsumexp(v.middleCols(1, 2)) + logsumexp(v.block(1, 1, 3, 2));
  };
  Tape tape;
  MatrixXd gradient;
  value_and_gradient_of(tape, parts, x, gradient);
  MatrixXd expected = MatrixXd::Zero(6, 5);
  expected.row(2) += softmax(x.row(2));
  expected.col(3) += softmax(x.col(3));
  expected.middleCols(1, 2) += softmax(x.middleCols(1, 2));
  expected.block(1, 1, 3, 2) += softmax(x.block(1, 1, 3, 2));
  CHECK((gradient - expected).norm() < 1e-14);
}

TEST_CASE("logsumexp of infinite elements and of NaN: as its operations have it") {
  for (const VectorXd& x : {VectorXd{{1, -inf, 2}}, VectorXd{{-inf, -inf}}, VectorXd{{1, inf, 2}}, VectorXd{{inf, inf}},
                            VectorXd{{1, nan, 2}}, VectorXd{{-inf}}, VectorXd{{1e300, -1e300, 1e300}}}) {
    CAPTURE(x.transpose());
    const auto g = [](const auto& v) { return 2 * logsumexp(v); };
    Tape tape, with_journal;
    with_journal.keep_journal();
    MatrixXd gradient, expected;
    const double value = value_and_gradient_of(tape, g, MatrixXd(x), gradient);
    const double expected_value = value_and_gradient_of(with_journal, g, MatrixXd(x), expected);
    CHECK((value == expected_value || (value != value && expected_value != expected_value)));
    for (Index i = 0; i < x.size(); ++i)
      CHECK((gradient(i) == expected(i) || (gradient(i) != gradient(i) && expected(i) != expected(i))));
  }
}

TEST_CASE("logsumexp in vector modes, with retained adjoints and at higher orders") {
  const VectorXd x = VectorXd::Random(9);
  check_vector_modes(
      [](const auto& v) {
        const auto square = v.array().square().matrix().eval();
        return stack(logsumexp(v), logsumexp(v.head(4)), 2 * logsumexp(square), v.sum());
      },
      x);

  Tape tape;
  const auto v = tape.variable(x);
  const auto scaled = (2 * v).eval();
  tape.backward(logsumexp(scaled), Retain::everything);
  CHECK((tape.adjoint(scaled) - softmax(2 * x)).norm() < 1e-15);
  CHECK((tape.adjoint(v) - 2 * softmax(2 * x)).norm() < 1e-15);

  const VectorXd p = softmax(x);
  const MatrixXd curvature = hessian([](const auto& y) { return logsumexp(y); }, x);
  CHECK((curvature - (MatrixXd(p.asDiagonal()) - p * p.transpose())).norm() < 1e-15);
}

TEST_CASE("logsumexp with an adjoint of zero, of infinity and of NaN") {
  const VectorXd x{{1, -inf, 2}};
  for (const double adjoint : {0.0, inf, nan}) {
    Tape tape;
    const auto v = tape.variable(x);
    const auto number = tape.variable(0.0);
    tape.backward(logsumexp(v) * adjoint + number);
    CAPTURE(adjoint);
    CHECK(tape.adjoint(v)(1) == 0);  // the second element adds nothing, however much that matters
    if (adjoint == 0)
      CHECK(tape.adjoint(v) == VectorXd::Zero(3));
    else
      CHECK(!tape.adjoint(v).allFinite());
  }
}

}  // namespace
}  // namespace gradus::test::logsumexp_test
