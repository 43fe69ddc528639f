// The Cholesky factor as a matrix.
#pragma once

#include "../kernels/cholesky.hpp"
#include "triangular.hpp"

namespace gradus {

namespace detail {

/// L of A = L Lᵀ.
template <class Factors>
struct Cholesky {
  static constexpr std::string_view name = "cholesky";
  std::shared_ptr<const Factors> factors;

  static constexpr SolveTriangular solve{Triangle::lower, false}, solve_transposed{Triangle::lower, true};

  auto value(const auto& a) const {
    const auto factor = [&]<class A>(const A&) {
      using P = PlainOf<A>;
      return mapped<const Reshaped<P, P::RowsAtCompileTime, P::ColsAtCompileTime>>(factors->factor());
    };
    return on_numbers(*this, factor, a);
  }
  // Φ takes the lower triangle and halves the diagonal: Ā = ½(S + Sᵀ) with S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹.
  void pullback(const auto& g, const auto& l, const auto&, auto& a_bar) const {
    const auto phi = evaluated(evaluated(l.transpose() * g).cwiseProduct(mask(l)));
    const auto half = custom(solve_transposed, l, phi);                      // L⁻ᵀ Φ
    contribute<true>(a_bar, custom(solve_transposed, l, half.transpose()));  // (L⁻ᵀ Φ L⁻¹)ᵀ
  }
  // L̇ = L Φ(L⁻¹ Ȧ L⁻ᵀ)
  auto tangent(const auto& l, const auto&, const auto& a_dot) const {
    const auto half = custom(solve, l, symmetrized<true>(a_dot));
    const auto whole = custom(solve, l, half.transpose());
    return evaluated(l * evaluated(whole.cwiseProduct(mask(l))));
  }
  template <class L>
  static auto mask(const L& l) {
    using S = typename NumberOf<L>::type;
    return triangle_mask<S>(l.rows(), true, S(1) / 2);
  }
};

}  // namespace detail

/// The lower triangular factor L of A = L Lᵀ, with a positive diagonal, of a symmetric positive definite A. Only the
/// lower triangle of A is read, as by Eigen's llt(); the derivative is that of the symmetric matrix: see
/// factorize_spd(). Throws ShapeError if A is not square, Error if it is not positive definite. Adjoint: I. Murray,
/// "Differentiation of the Cholesky decomposition" (2016), equation 10.
template <AlgebraOperand A>
auto cholesky(const A& a) {
  if (detail::rows_of(a) != detail::cols_of(a)) throw_not_square("cholesky", detail::rows_of(a), detail::cols_of(a));
  auto factors = detail::factors_of<kernels::CholeskyFactors>(a);
  if (factors->deficient() >= 0) throw_not_positive_definite("cholesky", factors->deficient() + 1);
  return custom(detail::Cholesky<std::remove_cvref_t<decltype(*factors)>>{std::move(factors)}, a);
}

}  // namespace gradus
