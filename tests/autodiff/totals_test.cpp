// Sums over all elements of what stands in memory: variables, parts of them that overlap, constants.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/sparse.hpp>
#include <limits>

namespace gradus::test::totals_test {
namespace {

using Eigen::VectorX;

/// f(v) = Σv · ⟨first part, last part⟩ + ⟨w, v⟩ + 2‖v‖² + |v₇|, and its gradient: the parts share what lies in between.
template <class S>
void check_gradient_of_sums(Index n, Index part, Retain retain, bool with_journal) {
  CAPTURE(n);
  CAPTURE(with_journal);
  const VectorX<S> x = VectorX<S>::LinSpaced(n, S(0.5), S(2)), w = VectorX<S>::LinSpaced(n, S(-1), S(3));
  Tape<S> tape;
  if (with_journal) tape.keep_journal();
  const auto v = tape.variable(x);
  const auto sum = v.sum(), product = v.head(part).dot(v.tail(part));
  const Var<S> y = sum * product + v.dot(w) + 2 * v.squaredNorm() + v.segment(7, 1).array().abs().sum();
  const S total = x.sum(), dot = x.head(part).dot(x.tail(part));
  VectorX<S> expected = (w + 4 * x).array() + dot;
  expected.head(part) += total * x.tail(part);
  expected.tail(part) += total * x.head(part);
  expected(7) += 1;
  const double epsilon = 8 * std::sqrt(double(n)) * std::numeric_limits<S>::epsilon();  // sums of n roundings
  CHECK(y.value() == doctest::Approx(total * dot + x.dot(w) + 2 * x.squaredNorm() + x(7)).epsilon(epsilon));
  for (int again = 0; again < 2; ++again) {
    tape.backward(y, retain);
    CHECK((tape.adjoint(v) - expected).norm() <= epsilon * expected.norm());
  }
  if (retain == Retain::everything) CHECK(tape.adjoint(Var<S>(sum)) == doctest::Approx(dot).epsilon(epsilon));
}

TEST_CASE("sums of a variable and of its parts: closed-form gradients, in every way to sweep") {
  for (const Index n : {8, 33, 600})
    for (const Retain retain : {Retain::variables, Retain::everything})
      for (const bool with_journal : {false, true}) {
        check_gradient_of_sums<double>(n, n / 2 + 3, retain, with_journal);
        check_gradient_of_sums<float>(n, n / 2 + 3, retain, with_journal);
      }
}

TEST_CASE("the sum of a variable that a chain was evaluated from before") {
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(50, 0, 1);
  const auto f = [](const auto& v) {
    const auto squares = v.array().square().eval();
    const auto first = squares.sum();
    return first + squares(3) + squares.sum() * v.sum();  // ∂ = 2x + 2x₃e₃ + 2x Σx + Σx²
  };
  Eigen::VectorXd expected = ((2 + 2 * x.sum()) * x).array() + x.squaredNorm();
  expected(3) += 2 * x(3);
  CHECK(gradient(f, x).isApprox(expected, 1e-14));
}

TEST_CASE("zero times an infinite sum gives no NaN") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Eigen::VectorXd x{{1, infinity, 2}};
  CHECK(gradient([](const auto& v) { return 0.0 * v.squaredNorm() + v(0); }, x) == Eigen::VectorXd{{1, 0, 0}});
  CHECK(gradient([&](const auto& v) { return 0.0 * v.dot(x) + v(2); }, x) == Eigen::VectorXd{{0, 0, 1}});
}

TEST_CASE("sums of parts in sweeps with several seeds, forwards and back, and in a pattern") {
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(10, 0.5, 2), w = Eigen::VectorXd::LinSpaced(4, -1, 3);
  const auto f = [&](const auto& v) {
    const auto beside_number = normal_log_density(v.segment(5, 3), v(0), 2.0);
    return stack(v.segment(1, 4).sum(), v.head(4).dot(v.tail(4)), v.segment(2, 4).dot(w), beside_number,
                 v.squaredNorm());
  };
  Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(5, 10);
  expected.row(0).segment(1, 4).setOnes();
  expected.row(1).head(4) = x.tail(4).transpose();
  expected.row(1).tail(4) = x.head(4).transpose();
  expected.row(2).segment(2, 4) = w.transpose();
  expected.row(3).segment(5, 3) = (x(0) - x.segment(5, 3).array()).transpose() / 4;
  expected(3, 0) = -expected.row(3).segment(5, 3).sum();
  expected.row(4) = 2 * x.transpose();
  CHECK(jacobian<Mode::reverse>(f, x).isApprox(expected, 1e-14));
  CHECK(jacobian<Mode::forward>(f, x).isApprox(expected, 1e-14));
  CHECK(Eigen::MatrixXd(sparse_jacobian(f, x)).isApprox(expected, 1e-14));
}

}  // namespace
}  // namespace gradus::test::totals_test
