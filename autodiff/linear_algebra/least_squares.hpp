// Least squares by QR.
#pragma once

#include "../kernels/qr.hpp"
#include "factorization.hpp"

namespace gradus {

namespace detail {

/// A⁺ B, or (A⁺)ᵀ B, of a tall A (m × n) of rank n. With U = (A⁺)ᵀ Ȳ and W = A⁺ U, the derivative of Y = A⁺ B is
///     B̄ += U,    Ā += (B − A Y) Wᵀ − U Yᵀ        (the residual's part and the solution's),
/// and that of Y = (A⁺)ᵀ B, with Z = A⁺ Ȳ and W = A⁺ Y,
///     B̄ += Z,    Ā += (Ȳ − A Z) Wᵀ − Y Zᵀ,
/// so that each is the other's adjoint.
template <class Factors>
struct Pseudoinverse {
  static constexpr std::string_view name = "least_squares";
  std::shared_ptr<const Factors> factors;
  bool transposed = false;

  auto value(const auto& a, const auto& b) const {
    const auto solve = [&](const auto&, const auto& numbers) {
      return solved<Eigen::Dynamic>(*factors, numbers, transposed);
    };
    return on_numbers(*this, solve, a, b);
  }
  void pullback(const auto& g, const auto& y, const auto& a, const auto& b, auto& a_bar, auto& b_bar) const {
    const Pseudoinverse plus{factors, false}, plus_transposed{factors, true};
    const auto u = custom(transposed ? plus : plus_transposed, a, g);
    b_bar += u;
    if (!a_bar.wanted()) return;
    if (transposed) {
      const auto w = custom(plus, a, y);
      a_bar += evaluated(g - evaluated(a * u)) * w.transpose();
      a_bar -= y * u.transpose();
    } else {
      const auto w = custom(plus, a, u);
      a_bar += evaluated(b - evaluated(a * y)) * w.transpose();
      a_bar -= u * y.transpose();
    }
  }
  auto tangent(const auto& y, const auto& a, const auto& b, const auto& a_dot, const auto& b_dot) const {
    const Pseudoinverse plus{factors, false}, plus_transposed{factors, true};
    if (transposed) {  // Y = A W: Ẏ = (1 − A A⁺) Ȧ W + (A⁺)ᵀ (Ḃ − Ȧᵀ Y)
      const auto moved = evaluated(a_dot * custom(plus, a, y));
      return evaluated(moved - a * custom(plus, a, moved) +
                       custom(plus_transposed, a, evaluated(b_dot - a_dot.transpose() * y)));
    }
    // Ẏ = A⁺ (Ḃ − Ȧ Y) + (AᵀA)⁻¹ Ȧᵀ (B − A Y)
    const auto residual = evaluated(b - a * y);
    const auto pushed = custom(plus_transposed, a, evaluated(a_dot.transpose() * residual));
    return custom(plus, a, evaluated(b_dot - a_dot * y + pushed));
  }
};

}  // namespace detail

/// The X that minimizes ‖A X − B‖ for a tall A (m × n, m ≥ n) of rank n: the solution of every column's least squares
/// problem, by Householder QR with column pivoting; B is m × k, X is n × k. For a wide A of rank m it is the X of least
/// norm with A X = B. The derivative contains the term of the residual B − A X. Throws ShapeError if B does not fit,
/// Error if A is not of full rank to rounding: there the solution is not unique, and not continuous in A. (Golub and
/// Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.)
template <AlgebraOperand A, AlgebraOperand B>
auto least_squares(const A& a, const B& b) {
  const Index rows = detail::rows_of(a), cols = detail::cols_of(a), b_rows = detail::rows_of(b);
  if (b_rows != rows) throw_rows_differ("least_squares", rows, cols, b_rows, detail::cols_of(b));
  const auto solve = [&](const auto& tall, bool transposed) {
    auto factors = detail::factors_of<kernels::QrFactors>(tall);
    if (factors->rank() < factors->cols()) throw_rank_deficient("least_squares", rows, cols, factors->rank());
    using Operation = detail::Pseudoinverse<std::remove_cvref_t<decltype(*factors)>>;
    return custom(Operation{std::move(factors), transposed}, tall, b);
  };
  const auto& matrix = detail::in_memory(a);
  return rows >= cols ? solve(matrix, false) : solve(matrix.transpose(), true);
}

}  // namespace gradus
