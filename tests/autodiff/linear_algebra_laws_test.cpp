// Closed forms and conventions of the operations of linear algebra.
#include <Eigen/LU>

#include "../support/linear_algebra.hpp"

namespace gradus::test::linear_algebra_laws_test {
namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
using Eigen::MatrixXd, Eigen::VectorXd;

MatrixXd well_conditioned(Index n) { return shifted(random_matrix(n, n, 1)); }
MatrixXd positive_definite(Index n) { return gram(random_matrix(n, n, 1)); }

TEST_CASE("the Hessian of log det A along V is -tr(A^-1 V A^-1 V), and of log det of an SPD matrix too") {
  const MatrixXd a = well_conditioned(4), s = positive_definite(4), v = random_matrix(4, 4, 2);
  const auto along = [](const auto& f, const MatrixXd& d) {
    return [f, d](const auto& x) { return gradient(f, x).cwiseProduct(d).sum(); };
  };
  const auto log_det = [](const auto& x) { return log_determinant(x); };
  const auto log_det_spd = [](const auto& x) { return log_determinant_spd(x); };
  const auto expected = [](const MatrixXd& x, const MatrixXd& d) {
    const MatrixXd w = inverse(x) * d;
    return -(w * w).trace();
  };
  CHECK(std::abs(along(along(log_det, v), v)(a) - expected(a, v)) < 100 * eps);
  const MatrixXd symmetric = v + v.transpose();
  CHECK(std::abs(along(along(log_det_spd, symmetric), symmetric)(s) - expected(s, symmetric)) < 1000 * eps);
  // and the third derivative is 2 tr((A^-1 V)^3)
  const MatrixXd w = inverse(a) * v;
  CHECK(std::abs(along(along(along(log_det, v), v), v)(a) - 2 * (w * w * w).trace()) < 1000 * eps);
}

TEST_CASE("decompositions put together again give the matrix, and its derivative") {
  const MatrixXd a = well_conditioned(5), s = positive_definite(5), c = random_matrix(5, 5, 3);
  CHECK((a * inverse(a) - MatrixXd::Identity(5, 5)).norm() < 100 * eps);
  const MatrixXd l = cholesky(s);
  CHECK((l * l.transpose() - s).norm() < 100 * eps * s.norm());
  CHECK(l.isLowerTriangular());
  CHECK(std::abs(std::log(determinant(s)) - log_determinant_spd(s)) < 100 * eps);
  CHECK(std::abs(factorize_spd(s).determinant() - determinant(s)) < 100 * eps * determinant(s));
  // ⟨C, L Lᵀ⟩ = ⟨C, A⟩, so its derivative is the symmetric part of C.
  const auto again = [&](const auto& x) {
    const auto factor = cholesky(x);
    return (factor * factor.transpose()).cwiseProduct(c).sum();
  };
  CHECK((gradient(again, s) - (c + c.transpose()) / 2).norm() < 1000 * eps);
  // A (A⁻¹ B) = B whatever A is.
  const auto back = [](const auto& x, const auto& y) { return (x * solve(x, y)).squaredNorm(); };
  const auto [by_a, by_b] = gradient(back, a, c);
  CHECK(by_a.norm() < 1000 * eps);
  CHECK((by_b - 2 * c).norm() < 1000 * eps);
}

TEST_CASE("of a symmetric matrix the lower triangle is read, and the derivative is symmetric") {
  const MatrixXd s = positive_definite(4), b = random_matrix(4, 2, 4);
  MatrixXd lower = s;
  lower.triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<double>::quiet_NaN());
  CHECK(solve_spd(lower, b) == solve_spd(s, b));
  CHECK(cholesky(lower) == cholesky(s));
  CHECK(log_determinant_spd(lower) == log_determinant_spd(s));

  const auto check = [&](const auto& of_spd, const auto& of_any) {
    const MatrixXd g = gradient(of_spd, s), general = gradient(of_any, s);
    CHECK((g - g.transpose()).norm() <= 10 * eps * g.norm());
    CHECK((g - (general + general.transpose()) / 2).norm() < 1000 * eps * g.norm());
  };
  check([&](const auto& x) { return solve_spd(x, b).squaredNorm(); },
        [&](const auto& x) { return solve(x, b).squaredNorm(); });
  check([&](const auto& x) { return log_determinant_spd(x); }, [&](const auto& x) { return log_determinant(x); });
  check([&](const auto& x) { return factorize_spd(x).inverse().cwiseProduct(s).squaredNorm(); },
        [&](const auto& x) { return inverse(x).cwiseProduct(s).squaredNorm(); });
  check([&](const auto& x) { return cholesky(x).squaredNorm(); }, [&](const auto& x) { return x.trace(); });
}

template <class S>
void check_inverses_of_symmetric_matrices() {
  using M = Eigen::MatrixX<S>;
  for (const Index n : {0, 1, 2, 15, 16, 17, 31, 34, 48, 97, 200}) {
    CAPTURE(n);
    const M x = random_matrix(n, n, 1).template cast<S>(), a = x * x.transpose() / S(n + 1) + M::Identity(n, n);
    M lower = a;
    lower.template triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<S>::quiet_NaN());
    const M y = factorize_spd(lower).inverse();
    CHECK(y == y.transpose());
    CHECK((a * y - M::Identity(n, n)).norm() <= S(20 * (n + 1)) * std::numeric_limits<S>::epsilon());
    // ∂ ln det A / ∂A = A⁻¹
    CHECK(gradient([](const auto& m) { return log_determinant_spd(m); }, a) == y);
  }
}
TEST_CASE("inverses of symmetric matrices of any size, symmetric to the last bit") {
  SUBCASE("double") { check_inverses_of_symmetric_matrices<double>(); }
  SUBCASE("float") { check_inverses_of_symmetric_matrices<float>(); }
}

template <class S>
void check_systems_of_any_size() {
  using M = Eigen::MatrixX<S>;
  const S tolerance = S(1000) * std::numeric_limits<S>::epsilon();
  for (const Index n : {1, 2, 7, 8, 9, 16, 18, 33, 95, 97, 128, 150})
    for (const Index columns : {Index{1}, Index{7}, Index{8}, n}) {
      CAPTURE(n);
      CAPTURE(columns);
      const M a = random_matrix(n, n, 1).template cast<S>(), b = random_matrix(n, columns, 2).template cast<S>();
      const auto factorization = factorize(a);
      const M x = factorization.solve(b), y = factorization.solve_transposed(b);
      CHECK((a * x - b).norm() <= tolerance * a.norm() * x.norm());
      CHECK((a.transpose() * y - b).norm() <= tolerance * a.norm() * y.norm());
      const Eigen::FullPivLU<M> other(a);
      const auto diagonal = other.matrixLU().diagonal().array();
      const Index exchanges = other.permutationP().determinant() * other.permutationQ().determinant();
      CHECK(S(factorization.determinant_sign()) == S(exchanges) * diagonal.sign().prod());
      CHECK(std::abs(factorization.log_determinant() - diagonal.abs().log().sum()) <= tolerance * S(n));
      const M triangle = a + S(n) * M::Identity(n, n);
      for (const Triangle which : {Triangle::lower, Triangle::upper, Triangle::unit_lower, Triangle::unit_upper}) {
        M t = triangle;
        if (which == Triangle::lower || which == Triangle::unit_lower)
          t.template triangularView<Eigen::StrictlyUpper>().setZero();
        else
          t.template triangularView<Eigen::StrictlyLower>().setZero();
        if (which == Triangle::unit_lower || which == Triangle::unit_upper) t /= S(n), t.diagonal().setOnes();
        const M z = solve_triangular(t, b, which);
        CHECK((t * z - b).norm() <= tolerance * t.norm() * z.norm());
      }
    }
}
TEST_CASE("systems of any size are solved, and determinants are those of another factorization") {
  SUBCASE("double") { check_systems_of_any_size<double>(); }
  SUBCASE("float") { check_systems_of_any_size<float>(); }
}

TEST_CASE("least squares solve the normal equations, and of a wide matrix give the least norm") {
  const MatrixXd a = random_matrix(7, 3, 5), b = random_matrix(7, 2, 6), few = random_matrix(3, 2, 7);
  const MatrixXd x = least_squares(a, b), normal = solve_spd(a.transpose() * a, a.transpose() * b);
  CHECK((x - normal).norm() < 1000 * eps);
  const MatrixXd y = least_squares(a.transpose(), few);
  CHECK((a.transpose() * y - few).norm() < 1000 * eps);
  CHECK((y - a * least_squares(a, y)).norm() < 1000 * eps);  // in the span of the rows: nothing could be left out
  // The derivative of the smallest residual is that with x held fixed: the envelope theorem.
  const auto residual = [](const auto& m, const auto& r) { return (m * least_squares(m, r) - r).squaredNorm(); };
  const auto [by_a, by_b] = gradient(residual, a, b);
  CHECK((by_a - 2 * (a * x - b) * x.transpose()).norm() < 1e4 * eps);
  CHECK((by_b + 2 * (a * x - b)).norm() < 1e4 * eps);
}

}  // namespace
}  // namespace gradus::test::linear_algebra_laws_test
