// Linear systems, inverses and determinants of square matrices.
//
// Every function takes any mixture of recorded and constant matrices of float or double; of constants alone it gives an
// Eigen object or a number. One factorization serves the value, its adjoint, and all derivatives of higher order.
// Adjoints: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
// (2008).
#pragma once

#include "../kernels/cholesky.hpp"
#include "../kernels/lu.hpp"
#include "factorization.hpp"

namespace gradus {

namespace detail {

template <template <class> class Factors, class A>
auto factorized(const char* operation, const A& a) {
  if (rows_of(a) != cols_of(a)) throw_not_square(operation, rows_of(a), cols_of(a));
  auto factors = factors_of<Factors>(a);
  using F = std::remove_cvref_t<decltype(*factors)>;
  if constexpr (F::is_symmetric)
    if (factors->deficient() >= 0) throw_not_positive_definite(operation, factors->deficient() + 1);
  if constexpr (is_active<A>)
    return Factorization<decltype(held(a)), F>(held(a), std::move(factors));
  else
    return Factorization<ConstantMatrix<PlainOf<A>>, F>({}, std::move(factors));
}

}  // namespace detail

/// P A = L U with partial pivoting of a square matrix A, to solve several systems with: see Factorization. Throws
/// ShapeError if A is not square. A singular A is an error only once a system is to be solved.
template <AlgebraOperand A>
auto factorize(const A& a) {
  return detail::factorized<kernels::LuFactors>("factorize", a);
}

/// A = L Lᵀ of a symmetric positive definite matrix, to solve several systems with, in half the time that factorize()
/// takes. Only the lower triangle of A is read, as by Eigen's llt(). The derivative by A is that of the symmetric
/// matrix: it is symmetric itself, ½(Ā + Āᵀ), so that ⟨Ā, dA⟩ is right for every symmetric dA. Throws ShapeError if A
/// is not square, Error if it is not positive definite.
template <AlgebraOperand A>
auto factorize_spd(const A& a) {
  return detail::factorized<kernels::CholeskyFactors>("factorize_spd", a);
}

/// X = A⁻¹ B by LU with partial pivoting; A is n × n, B and X are n × k. B̄ += A⁻ᵀ X̄, Ā −= B̄ Xᵀ: the adjoint costs
/// another solve with the same factors, not another factorization. Throws ShapeError if A is not square or B does not
/// fit, Error if A is singular, that is, has a pivot of exactly 0.
template <AlgebraOperand A, AlgebraOperand B>
auto solve(const A& a, const B& b) {
  return detail::factorized<kernels::LuFactors>("solve", a).solve(b);
}

/// X = A⁻¹ B with a symmetric positive definite A: see factorize_spd() for what is read and how it is differentiated.
template <AlgebraOperand A, AlgebraOperand B>
auto solve_spd(const A& a, const B& b) {
  return detail::factorized<kernels::CholeskyFactors>("solve_spd", a).solve(b);
}

/// A⁻¹ of a square matrix; Ā −= Yᵀ Ȳ Yᵀ. Throws ShapeError if A is not square, Error if it is singular. (Of arrays and
/// scalars, inverse() is 1/x.)
template <AlgebraOperand A>
auto inverse(const A& a) {
  return detail::factorized<kernels::LuFactors>("inverse", a).inverse();
}

/// det A of a square matrix; Ā += det A · A⁻ᵀ ȳ. Throws ShapeError if A is not square; where det A is 0, asking for the
/// derivative throws Error.
template <AlgebraOperand A>
auto determinant(const A& a) {
  return detail::factorized<kernels::LuFactors>("determinant", a).determinant();
}

/// log |det A| of a square matrix, which neither overflows nor underflows; Ā += A⁻ᵀ ȳ. −∞ where A is singular, and
/// then asking for the derivative throws Error. The sign is factorize(A).determinant_sign(). Throws ShapeError if A is
/// not square.
template <AlgebraOperand A>
auto log_determinant(const A& a) {
  return detail::factorized<kernels::LuFactors>("log_determinant", a).log_determinant();
}

/// log det A of a symmetric positive definite matrix: see factorize_spd().
template <AlgebraOperand A>
auto log_determinant_spd(const A& a) {
  return detail::factorized<kernels::CholeskyFactors>("log_determinant_spd", a).log_determinant();
}

}  // namespace gradus
