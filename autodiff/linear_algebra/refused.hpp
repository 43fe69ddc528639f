// Eigen's decompositions of recorded matrices are refused at compile time, with the name of the operation to use: they
// would record n³ scalar statements, and differentiate through pivoting, thresholds and iterations, which is wrong
// where those decide.
#pragma once

#include <Eigen/Core>

#include "../traits.hpp"

namespace gradus::detail {

template <class>
inline constexpr bool works = false;

/// What Eigen might be asked to decompose: a matrix of recorded scalars, or a recorded matrix.
template <class M>
inline constexpr bool is_recorded = requires(const M& m) {
  m.tape();
};
template <class M>
requires requires { typename M::Scalar; }
inline constexpr bool is_recorded<M> = ScalarVar<typename M::Scalar>;

/// The members of Eigen's matrices that decompose them, as members of recorded matrices.
template <class V>
class NoDecompositions {
 public:
  // clang-format off
  template <class T = V> auto lu() const { static_assert(works<T>, "lu() of a recorded matrix: use gradus::solve(A, B), or gradus::factorize(A), which is reused"); }
  template <class T = V> auto partialPivLu() const { static_assert(works<T>, "partialPivLu() of a recorded matrix: use gradus::solve(A, B), or gradus::factorize(A), which is reused"); }
  template <class T = V> auto fullPivLu() const { static_assert(works<T>, "fullPivLu() of a recorded matrix: use gradus::solve(A, B), or gradus::factorize(A), which is reused"); }
  template <class T = V> auto llt() const { static_assert(works<T>, "llt() of a recorded matrix: use gradus::solve_spd(A, B), gradus::factorize_spd(A), or gradus::cholesky(A) for the factor L"); }
  template <class T = V> auto ldlt() const { static_assert(works<T>, "ldlt() of a recorded matrix: use gradus::solve_spd(A, B), gradus::factorize_spd(A), or gradus::cholesky(A) for the factor L"); }
  template <class T = V> auto householderQr() const { static_assert(works<T>, "householderQr() of a recorded matrix: use gradus::least_squares(A, B)"); }
  template <class T = V> auto colPivHouseholderQr() const { static_assert(works<T>, "colPivHouseholderQr() of a recorded matrix: use gradus::least_squares(A, B)"); }
  template <class T = V> auto fullPivHouseholderQr() const { static_assert(works<T>, "fullPivHouseholderQr() of a recorded matrix: use gradus::least_squares(A, B)"); }
  template <class T = V> auto completeOrthogonalDecomposition() const { static_assert(works<T>, "completeOrthogonalDecomposition() of a recorded matrix: use gradus::least_squares(A, B)"); }
  template <class T = V> auto jacobiSvd(unsigned = 0) const { static_assert(works<T>, "jacobiSvd() of a recorded matrix: for systems use gradus::least_squares(A, B); for another function of A, gradus::custom()"); }
  template <class T = V> auto bdcSvd(unsigned = 0) const { static_assert(works<T>, "bdcSvd() of a recorded matrix: for systems use gradus::least_squares(A, B); for another function of A, gradus::custom()"); }
  template <class T = V> auto eigenvalues() const { static_assert(works<T>, "eigenvalues() of a recorded matrix: define the function of A that you need with gradus::custom()"); }
  template <unsigned, class T = V> auto triangularView() const { static_assert(works<T>, "triangularView() of a recorded matrix: use gradus::solve_triangular(A, B, gradus::Triangle::lower)"); }
  template <unsigned, class T = V> auto selfadjointView() const { static_assert(works<T>, "selfadjointView() of a recorded matrix: use gradus::solve_spd(A, B) or gradus::factorize_spd(A)"); }
  // clang-format on
};

}  // namespace gradus::detail

namespace Eigen {

template <typename M>
class EigenSolver;
template <typename M>
class SelfAdjointEigenSolver;

// clang-format off
template <class M> requires gradus::detail::is_recorded<M> class PartialPivLU<M> { static_assert(gradus::detail::works<M>, "Eigen::PartialPivLU of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::solve(A, B) or gradus::factorize(A)"); };
template <class M> requires gradus::detail::is_recorded<M> class FullPivLU<M> { static_assert(gradus::detail::works<M>, "Eigen::FullPivLU of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::solve(A, B) or gradus::factorize(A)"); };
template <class M, int Triangle> requires gradus::detail::is_recorded<M> class LLT<M, Triangle> { static_assert(gradus::detail::works<M>, "Eigen::LLT of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::solve_spd(A, B), gradus::factorize_spd(A) or gradus::cholesky(A)"); };
template <class M, int Triangle> requires gradus::detail::is_recorded<M> class LDLT<M, Triangle> { static_assert(gradus::detail::works<M>, "Eigen::LDLT of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::solve_spd(A, B), gradus::factorize_spd(A) or gradus::cholesky(A)"); };
template <class M> requires gradus::detail::is_recorded<M> class HouseholderQR<M> { static_assert(gradus::detail::works<M>, "Eigen::HouseholderQR of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::least_squares(A, B)"); };
template <class M> requires gradus::detail::is_recorded<M> class ColPivHouseholderQR<M> { static_assert(gradus::detail::works<M>, "Eigen::ColPivHouseholderQR of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::least_squares(A, B)"); };
template <class M> requires gradus::detail::is_recorded<M> class FullPivHouseholderQR<M> { static_assert(gradus::detail::works<M>, "Eigen::FullPivHouseholderQR of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::least_squares(A, B)"); };
template <class M> requires gradus::detail::is_recorded<M> class CompleteOrthogonalDecomposition<M> { static_assert(gradus::detail::works<M>, "Eigen::CompleteOrthogonalDecomposition of recorded scalars: record the matrix as a whole, as Var<Eigen::MatrixXd>, and use gradus::least_squares(A, B)"); };
template <class M, int Options> requires gradus::detail::is_recorded<M> class JacobiSVD<M, Options> { static_assert(gradus::detail::works<M>, "Eigen::JacobiSVD of recorded scalars: for systems use gradus::least_squares(A, B) of Var<Eigen::MatrixXd>; for another function of A, gradus::custom()"); };
template <class M> requires gradus::detail::is_recorded<M> class BDCSVD<M> { static_assert(gradus::detail::works<M>, "Eigen::BDCSVD of recorded scalars: for systems use gradus::least_squares(A, B) of Var<Eigen::MatrixXd>; for another function of A, gradus::custom()"); };
template <class M> requires gradus::detail::is_recorded<M> class EigenSolver<M> { static_assert(gradus::detail::works<M>, "Eigen::EigenSolver of recorded scalars: define the function of A that you need with gradus::custom()"); };
template <class M> requires gradus::detail::is_recorded<M> class SelfAdjointEigenSolver<M> { static_assert(gradus::detail::works<M>, "Eigen::SelfAdjointEigenSolver of recorded scalars: define the function of A that you need with gradus::custom()"); };
// clang-format on

}  // namespace Eigen
