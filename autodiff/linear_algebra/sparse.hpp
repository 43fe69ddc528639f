// Sparse systems: a fixed pattern, and a vector of its nonzero values that may be recorded.
//
//     Eigen::SparseMatrix<double> E = …;                       // its structure is what counts
//     const gradus::SparsePattern pattern(E);
//     auto f = [&](const auto& values, const auto& b) { return gradus::solve(pattern, values, b).squaredNorm(); };
//     auto [y, by_values, by_b] = gradus::value_and_gradient(f, values, b);
//
// The values are in the order of E.valuePtr(), column after column. The adjoint solves Eᵀ λ = g with the factors of the
// forward solve, and the derivative by the value at (i, j) is −λᵢ vⱼ: nothing of the size of a dense matrix is formed.
#pragma once

#include "../kernels/sparse.hpp"
#include "factorization.hpp"

namespace gradus {

/// Where the nonzeros of a sparse matrix stand. Copying it copies a pointer.
class SparsePattern {
 public:
  /// The structure of an Eigen::SparseMatrix, stored by columns; explicit zeros in it count as nonzeros.
  template <class Sparse>
  requires requires(const Sparse& e) {
    e.outerIndexPtr();
    e.innerIndexPtr();
  }
  SparsePattern(const Sparse& e) {
    static_assert(!Sparse::IsRowMajor, "a SparsePattern is of a matrix stored by columns, Eigen's default");
    kernels::SparseStructure s{e.rows(), e.cols(), {0}, {}};
    for (Index j = 0; j < e.cols(); ++j) {
      const Index from = e.outerIndexPtr()[j];
      const Index to = e.innerNonZeroPtr() == nullptr ? Index{e.outerIndexPtr()[j + 1]} : from + e.innerNonZeroPtr()[j];
      for (Index k = from; k < to; ++k) s.row_indices.push_back(static_cast<int>(e.innerIndexPtr()[k]));
      s.starts.push_back(static_cast<int>(s.row_indices.size()));
    }
    structure_ = std::make_shared<const kernels::SparseStructure>(std::move(s));
  }

  Index rows() const { return structure_->rows; }
  Index cols() const { return structure_->cols; }
  Index nonZeros() const { return static_cast<Index>(structure_->row_indices.size()); }
  const kernels::SparseStructure& structure() const { return *structure_; }
  /// Calls f(k, i, j) for the k-th nonzero, at row i and column j.
  template <class F>
  void for_each(const F& f) const {
    for (Index j = 0; j < cols(); ++j)
      for (int k = structure_->starts[std::size_t(j)]; k < structure_->starts[std::size_t(j) + 1]; ++k)
        f(Index{k}, Index{structure_->row_indices[std::size_t(k)]}, j);
  }

 private:
  std::shared_ptr<const kernels::SparseStructure> structure_;
};

namespace detail {

/// Throw ShapeError: if the values are not a column, one for each nonzero; if (i, j) is a nonzero but (j, i) is not.
void check_values(const char* operation, const SparsePattern& pattern, Index values_rows, Index values_cols);
void check_symmetric(const char* operation, const SparsePattern& pattern);
[[noreturn]] void throw_sparse_singular(const char* operation, bool is_symmetric);

/// y_k = Σ_c U(i, c) V(j, c) for the k-th nonzero (i, j): of the outer product U Vᵀ the elements of the pattern.
struct SampledProduct {
  static constexpr std::string_view name = "sampled product";
  SparsePattern pattern;

  auto value(const auto& u, const auto& v) const {
    const auto sample = [&]<class U>(const U& left, const auto& right) {
      using Y = Eigen::Matrix<typename U::Scalar, Eigen::Dynamic, 1>;
      Y y = Y::Zero(pattern.nonZeros());
      for (Index c = 0; c < left.cols(); ++c)
        pattern.for_each([&](Index k, Index i, Index j) { y(k) += left(i, c) * right(j, c); });
      return y;
    };
    return on_numbers(*this, sample, u, v);
  }
  void pullback(const auto& g, const auto& y, const auto& u, const auto& v, auto& u_bar, auto& v_bar) const;
  auto tangent(const auto&, const auto& u, const auto& v, const auto& u_dot, const auto& v_dot) const {
    return evaluated(custom(*this, u_dot, v) + custom(*this, u, v_dot));
  }
};

/// E X, or Eᵀ X.
struct SparseProduct {
  static constexpr std::string_view name = "sparse_product";
  SparsePattern pattern;
  bool transposed = false;

  auto value(const auto& values, const auto& x) const {
    const auto multiply = [&]<class X>(const auto& nonzeros, const X& dense) {
      using Y = Eigen::Matrix<typename X::Scalar, Eigen::Dynamic, X::ColsAtCompileTime>;
      Y y = Y::Zero(transposed ? pattern.cols() : pattern.rows(), dense.cols());
      for (Index c = 0; c < dense.cols(); ++c)
        pattern.for_each([&](Index k, Index i, Index j) {
          if (transposed)
            y(j, c) += nonzeros(k) * dense(i, c);
          else
            y(i, c) += nonzeros(k) * dense(j, c);
        });
      return y;
    };
    return on_numbers(*this, multiply, values, x);
  }
  void pullback(const auto& g, const auto&, const auto& values, const auto& x, auto& values_bar, auto& x_bar) const {
    if (x_bar.wanted()) x_bar += custom(SparseProduct{pattern, !transposed}, values, g);
    if (!values_bar.wanted()) return;
    if (transposed)
      values_bar += custom(SampledProduct{pattern}, x, g);
    else
      values_bar += custom(SampledProduct{pattern}, g, x);
  }
  auto tangent(const auto&, const auto& values, const auto& x, const auto& values_dot, const auto& x_dot) const {
    return evaluated(custom(*this, values_dot, x) + custom(*this, values, x_dot));
  }
};

void SampledProduct::pullback(const auto& g, const auto&, const auto& u, const auto& v, auto& u_bar,
                              auto& v_bar) const {
  u_bar += custom(SparseProduct{pattern, false}, g, v);
  v_bar += custom(SparseProduct{pattern, true}, g, u);
}

/// E⁻¹ B, or E⁻ᵀ B.
template <class Factors>
struct SparseSolve {
  static constexpr std::string_view name = "sparse solve";
  SparsePattern pattern;
  std::shared_ptr<const Factors> factors;
  bool transposed = false;

  auto value(const auto& values, const auto& b) const {
    const auto solve = [&]<class B>(const auto&, const B& numbers) {
      return solved<B::RowsAtCompileTime>(*factors, numbers, transposed);
    };
    return on_numbers(*this, solve, values, b);
  }
  void pullback(const auto& g, const auto& y, const auto& values, const auto&, auto& values_bar, auto& b_bar) const {
    const auto lambda = custom(SparseSolve{pattern, factors, !transposed}, values, g);  // Eᵀ λ = g
    b_bar += lambda;
    if (!values_bar.wanted()) return;
    const SampledProduct sampled{pattern};
    if constexpr (Factors::is_symmetric) {
      values_bar -= (custom(sampled, lambda, y) + custom(sampled, y, lambda)) / 2;
    } else if (transposed) {
      values_bar -= custom(sampled, y, lambda);
    } else {
      values_bar -= custom(sampled, lambda, y);
    }
  }
  auto tangent(const auto& y, const auto& values, const auto&, const auto& values_dot, const auto& b_dot) const {
    const auto moved = custom(SparseProduct{pattern, transposed}, values_dot, y);
    if constexpr (Factors::is_symmetric)
      return custom(*this, values,
                    evaluated(b_dot - (moved + custom(SparseProduct{pattern, !transposed}, values_dot, y)) / 2));
    else
      return custom(*this, values, evaluated(b_dot - moved));
  }
};

}  // namespace detail

/// A sparse matrix E with its factorization, which serves the adjoints too: what factorize(pattern, values) gives.
template <class V, class Factors>
class SparseFactorization {
 public:
  SparseFactorization(const SparsePattern& pattern, const V& values, std::shared_ptr<const Factors> factors)
      : pattern_(pattern), values_(values), factors_(std::move(factors)) {}

  Index rows() const { return pattern_.rows(); }
  Index cols() const { return pattern_.cols(); }
  /// E⁻¹ B of a vector or dense matrix B. Throws ShapeError if B has other rows than E.
  template <AlgebraOperand B>
  auto solve(const B& b) const {
    return solve(b, false);
  }
  /// E⁻ᵀ B
  template <AlgebraOperand B>
  auto solve_transposed(const B& b) const {
    return solve(b, true);
  }

 private:
  template <class B>
  auto solve(const B& b, bool transposed) const {
    if (detail::rows_of(b) != rows())
      throw_rows_differ("solve", rows(), cols(), detail::rows_of(b), detail::cols_of(b));
    if constexpr (detail::is_constant_matrix<V>)
      return custom(detail::SolveWithConstant<Factors>{factors_, transposed}, b);
    else
      return custom(detail::SparseSolve<Factors>{pattern_, factors_, transposed}, values_, b);
  }

  SparsePattern pattern_;
  V values_;
  std::shared_ptr<const Factors> factors_;
};

namespace detail {

template <template <class> class Factors, class V>
auto factorized(const char* operation, const SparsePattern& pattern, const V& values) {
  using S = GroundOf<typename NumberOf<V>::type>;
  using F = const Factors<S>;
  if (pattern.rows() != pattern.cols()) throw_not_square(operation, pattern.rows(), pattern.cols());
  check_values(operation, pattern, rows_of(values), cols_of(values));
  check_current(values);
  const Eigen::Matrix<S, Eigen::Dynamic, 1> numbers = ground_numbers(values);
  auto factors = std::make_shared<F>(pattern.structure(), numbers.data());
  if (!factors->succeeded()) throw_sparse_singular(operation, F::is_symmetric);
  if constexpr (is_active<V>)
    return SparseFactorization<decltype(held(values)), std::remove_const_t<F>>(pattern, held(values),
                                                                               std::move(factors));
  else
    return SparseFactorization<ConstantMatrix<PlainOf<V>>, std::remove_const_t<F>>(pattern, {}, std::move(factors));
}

}  // namespace detail

/// The sparse LU factorization of the square matrix with these nonzero values, to solve several systems with. Throws
/// ShapeError if the matrix is not square or the values are not a column of pattern.nonZeros(), Error if it is
/// singular.
template <AlgebraOperand V>
auto factorize(const SparsePattern& pattern, const V& values) {
  return detail::factorized<kernels::SparseLuFactors>("factorize", pattern, values);
}

/// The sparse Cholesky factorization (L D Lᵀ) of a symmetric positive definite matrix. The pattern holds both
/// triangles; the lower one is read. As with the dense factorize_spd(), the derivative is that of the symmetric matrix:
/// the values at (i, j) and (j, i) share it equally. Throws ShapeError if the pattern is not symmetric, Error if the
/// matrix is not positive definite.
template <AlgebraOperand V>
auto factorize_spd(const SparsePattern& pattern, const V& values) {
  detail::check_symmetric("factorize_spd", pattern);
  return detail::factorized<kernels::SparseCholeskyFactors>("factorize_spd", pattern, values);
}

/// X = E⁻¹ B with a sparse E and a dense vector or matrix B; throws as factorize() does, and ShapeError if B does not
/// fit.
template <AlgebraOperand V, AlgebraOperand B>
auto solve(const SparsePattern& pattern, const V& values, const B& b) {
  return detail::factorized<kernels::SparseLuFactors>("solve", pattern, values).solve(b);
}

/// The same for a symmetric positive definite E: see factorize_spd().
template <AlgebraOperand V, AlgebraOperand B>
auto solve_spd(const SparsePattern& pattern, const V& values, const B& b) {
  detail::check_symmetric("solve_spd", pattern);
  return detail::factorized<kernels::SparseCholeskyFactors>("solve_spd", pattern, values).solve(b);
}

/// E X with a dense vector or matrix X. The derivative by the value at (i, j) is Σ_c Ȳ(i, c) X(j, c). Throws ShapeError
/// if the shapes do not fit.
template <AlgebraOperand V, AlgebraOperand X>
auto sparse_product(const SparsePattern& pattern, const V& values, const X& x) {
  detail::check_values("sparse_product", pattern, detail::rows_of(values), detail::cols_of(values));
  const Index rows = detail::rows_of(x), cols = detail::cols_of(x);
  if (rows != pattern.cols()) throw_inner_sizes_differ(pattern.rows(), pattern.cols(), rows, cols);
  return custom(detail::SparseProduct{pattern}, values, x);
}

}  // namespace gradus
