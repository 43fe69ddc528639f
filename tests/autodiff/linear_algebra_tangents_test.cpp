// Tangents of the operations of linear algebra, against differences and against their pullbacks.
#include "../support/linear_algebra.hpp"

namespace gradus::test {
namespace {

const Matrix<double> a = shifted(random_matrix(4, 4, 1)), s = gram(random_matrix(4, 4, 1)), b = random_matrix(4, 2, 2);
const Matrix<double> a_dot = random_matrix(4, 4, 3), b_dot = random_matrix(4, 2, 4), s_dot = a_dot + a_dot.transpose();

auto lu_of(const auto& x) { return detail::factors_of<kernels::LuFactors>(x); }
auto spd_of(const auto& x) { return detail::factors_of<kernels::CholeskyFactors>(x); }
template <class X>
using Lu = kernels::LuFactors<typename X::Scalar>;
template <class X>
using Spd = kernels::CholeskyFactors<typename X::Scalar>;

TEST_CASE("tangents of systems") {
  const std::tuple general(a_dot, b_dot), symmetric(s_dot, b_dot);
  check_tangent([](const auto& x, const auto& y) { return solve(x, y); },
                []<class X>(const X& x, const auto&) { return detail::Solve<Lu<X>>{lu_of(x)}; }, general, a, b);
  check_tangent([](const auto& x, const auto& y) { return factorize(x).solve_transposed(y); },
                []<class X>(const X& x, const auto&) {
                  return detail::Solve<Lu<X>>{lu_of(x), true};
                },
                general, a, b);
  check_tangent([](const auto& x, const auto& y) { return solve_spd(x, y); },
                []<class X>(const X& x, const auto&) { return detail::Solve<Spd<X>>{spd_of(x)}; }, symmetric, s, b);
  for (const Triangle t : {Triangle::lower, Triangle::upper, Triangle::unit_lower, Triangle::unit_upper})
    check_tangent([t](const auto& x, const auto& y) { return solve_triangular(x, y, t); },
                  [t](const auto&, const auto&) { return detail::SolveTriangular{t}; }, general, a, b);
}

TEST_CASE("tangents of inverses, determinants and factors") {
  const std::tuple general(a_dot), symmetric(s_dot);
  check_tangent([](const auto& x) { return inverse(x); },
                []<class X>(const X& x) { return detail::Inverse<Lu<X>>{lu_of(x)}; }, general, a);
  check_tangent([](const auto& x) { return determinant(x); },
                []<class X>(const X& x) { return detail::Determinant<Lu<X>>{lu_of(x)}; }, general, a);
  check_tangent([](const auto& x) { return log_determinant(x); },
                []<class X>(const X& x) { return detail::LogDeterminant<Lu<X>>{lu_of(x)}; }, general, a);
  check_tangent([](const auto& x) { return log_determinant_spd(x); },
                []<class X>(const X& x) { return detail::LogDeterminant<Spd<X>>{spd_of(x)}; }, symmetric, s);
  check_tangent([](const auto& x) { return factorize_spd(x).inverse(); },
                []<class X>(const X& x) { return detail::Inverse<Spd<X>>{spd_of(x)}; }, symmetric, s);
  check_tangent([](const auto& x) { return cholesky(x); },
                []<class X>(const X& x) { return detail::Cholesky<Spd<X>>{spd_of(x)}; }, symmetric, s);
}

TEST_CASE("tangents of least squares") {
  const Matrix<double> tall = random_matrix(6, 3, 5), right = random_matrix(6, 2, 6), few = random_matrix(3, 2, 7);
  const Matrix<double> tall_dot = random_matrix(6, 3, 8);
  const auto operation = [](bool transposed) {
    return [transposed]<class X>(const X& x, const auto&) {
      using F = kernels::QrFactors<typename X::Scalar>;
      return detail::Pseudoinverse<F>{detail::factors_of<kernels::QrFactors>(x), transposed};
    };
  };
  check_tangent([](const auto& x, const auto& y) { return least_squares(x, y); }, operation(false),
                std::tuple(tall_dot, random_matrix(6, 2, 9)), tall, right);
  check_tangent([](const auto& x, const auto& y) { return least_squares(x.transpose(), y); }, operation(true),
                std::tuple(tall_dot, random_matrix(3, 2, 9)), tall, few);
}

}  // namespace
}  // namespace gradus::test
