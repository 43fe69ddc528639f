// Triangular systems.
#pragma once

#include "../kernels/triangular.hpp"
#include "factorization.hpp"

namespace gradus {

/// Which part of a matrix is read; with a diagonal of ones that is not read in the unit_… cases.
enum class Triangle { lower, upper, unit_lower, unit_upper };

namespace detail {

constexpr bool is_lower(Triangle t) { return t == Triangle::lower || t == Triangle::unit_lower; }
constexpr bool is_unit(Triangle t) { return t == Triangle::unit_lower || t == Triangle::unit_upper; }

/// 1 in the triangle and 0 elsewhere, with `diagonal` on the diagonal.
template <class S>
auto triangle_mask(Index n, bool lower, S diagonal) {
  using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
  return Matrix(Matrix::NullaryExpr(n, n, [=](Index i, Index j) {
    return i == j ? diagonal : (i > j) == lower ? S(1) : S(0);
  }));
}

/// T⁻¹ B, or T⁻ᵀ B, with a triangle T of A.
struct SolveTriangular {
  static constexpr std::string_view name = "solve_triangular";
  Triangle triangle;
  bool transposed = false;

  auto value(const auto& a, const auto& b) const {
    const auto solve = [&]<class B>(const auto& matrix, const B& right) {
      using S = typename B::Scalar;
      static_assert(std::is_same_v<S, float> || std::is_same_v<S, double>, "solve_triangular is of float and double");
      Eigen::Matrix<S, B::RowsAtCompileTime, B::ColsAtCompileTime> x = right;
      const View<const S> t = transposed ? view_of(matrix).transpose() : view_of(matrix);
      kernels::solve_triangular(t, is_lower(triangle) != transposed, is_unit(triangle), view_to(x));
      return x;
    };
    return on_numbers(*this, solve, a, b);
  }
  void pullback(const auto& g, const auto& y, const auto& a, const auto&, auto& a_bar, auto& b_bar) const {
    const auto lambda = custom(SolveTriangular{triangle, !transposed}, a, g);
    b_bar += lambda;
    if (!a_bar.wanted()) return;
    const auto full = transposed ? evaluated(y * lambda.transpose()) : evaluated(lambda * y.transpose());
    a_bar -= full.cwiseProduct(mask(a));
  }
  auto tangent(const auto& y, const auto& a, const auto&, const auto& a_dot, const auto& b_dot) const {
    const auto da = evaluated(a_dot.cwiseProduct(mask(a)));
    return transposed ? custom(*this, a, evaluated(b_dot - da.transpose() * y))
                      : custom(*this, a, evaluated(b_dot - da * y));
  }
  template <class A>
  auto mask(const A& a) const {
    using S = typename NumberOf<A>::type;
    return triangle_mask<S>(a.rows(), is_lower(triangle), is_unit(triangle) ? S(0) : S(1));
  }
};

}  // namespace detail

/// X = T⁻¹ B with the lower or upper triangle T of the n × n matrix A; nothing else of A is read, and there its
/// derivative is 0. B̄ += T⁻ᵀ X̄; Ā −= the triangle of B̄ Xᵀ. A zero on the diagonal gives infinite or NaN elements, as in
/// Eigen. Throws ShapeError if A is not square or B does not fit.
template <AlgebraOperand A, AlgebraOperand B>
auto solve_triangular(const A& a, const B& b, Triangle triangle) {
  const Index rows = detail::rows_of(a), cols = detail::cols_of(a), b_rows = detail::rows_of(b);
  if (rows != cols) throw_not_square("solve_triangular", rows, cols);
  if (b_rows != rows) throw_rows_differ("solve_triangular", rows, cols, b_rows, detail::cols_of(b));
  return custom(detail::SolveTriangular{triangle}, a, b);
}

}  // namespace gradus
