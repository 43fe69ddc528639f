// The first term of a sum gets the result's adjoint without a copy: nobody else must see it change.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <functional>
#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::handed_adjoints_test {
namespace {

using Matrix = Var<Eigen::MatrixXd>;

/// Sums and differences whose terms are used again, before or after, as they are or in part.
const std::vector<std::function<Var<double>(const Matrix&, const Matrix&)>> programs = {
    [](const Matrix& a, const Matrix& b) { return Var<double>((a - b).sum()); },
    [](const Matrix& a, const Matrix& b) { return Var<double>((a - a).squaredNorm() + (a + a + b).squaredNorm()); },
    [](const Matrix& a, const Matrix& b) { return Var<double>((a * b - b * a).squaredNorm()); },
    [](const Matrix& a, const Matrix& b) { return Var<double>((a * b + (a * b).transpose()).squaredNorm()); },
    [](const Matrix& a, const Matrix& b) {
      const Matrix p = a * b, difference = p.colwise() - p.col(1), again = difference.rowwise() + difference.row(0);
      return Var<double>(again.squaredNorm() + difference.cwiseProduct(p).sum() + p(2, 1));
    },
    [](const Matrix& a, const Matrix& b) {
      const Matrix p = a * b, q = p - a, r = q + p, s = r - q;
      return Var<double>(s.cwiseProduct(q).sum() + r.topRows(2).squaredNorm());
    },
    [](const Matrix& a, const Matrix& b) {
      Matrix p = a * b;
      for (int i = 0; i < 5; ++i) p = p + (p - b) - Matrix(p * b) / 10.0;
      return Var<double>(p.squaredNorm());
    },
};

TEST_CASE("sums give the gradients that they give when every adjoint is kept") {
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(4, 4), b = Eigen::MatrixXd::Random(4, 4);
  for (std::size_t i = 0; i < programs.size(); ++i) {
    CAPTURE(i);
    Tape tape;
    const Matrix x = tape.variable(a), y = tape.variable(b);
    const Var<double> result = programs[i](x, y);
    tape.backward(result, Retain::everything);
    const Eigen::MatrixXd by_x = tape.adjoint(x), by_y = tape.adjoint(y);
    for (int again = 0; again < 2; ++again) {
      tape.backward(result);
      CHECK(tape.adjoint(x) == by_x);
      CHECK(tape.adjoint(y) == by_y);
    }
    const auto f = [&](const Matrix& u) { return programs[i](u, u.tape()->constant(b)); };
    Eigen::MatrixXd in_place(4, 4);
    Tape own;
    value_and_gradient(own, f, a, in_place);
    CHECK((in_place - by_x).norm() <= 1e-14 * (1 + by_x.norm()));
  }
}

}  // namespace
}  // namespace gradus::test::handed_adjoints_test
