// Factorizations of sparse matrices of numbers.
#pragma once

#include <memory>
#include <vector>

#include "../layout.hpp"

namespace gradus::kernels {

/// Where the nonzeros of a matrix stand, column after column: those of column j have the rows
/// row_indices[starts[j]]…row_indices[starts[j + 1] − 1], ascending.
struct SparseStructure {
  Index rows = 0, cols = 0;
  std::vector<int> starts, row_indices;
};

/// P A Q = L U of a square sparse matrix (supernodal, columns ordered by COLAMD), for float and double.
template <class S>
class SparseLuFactors {
 public:
  using Scalar = S;
  static constexpr bool is_symmetric = false;

  SparseLuFactors(const SparseStructure& structure, const S* values);
  ~SparseLuFactors();

  Index rows() const;
  Index cols() const { return rows(); }
  /// Whether no pivot was zero.
  bool succeeded() const;
  /// X = A⁻¹ B, or A⁻ᵀ B. X is dense, column after column; it and B do not overlap.
  void solve(const View<const S>& b, const View<S>& x, bool transposed) const;

 private:
  struct Solver;
  std::unique_ptr<Solver> solver_;
};

/// P A Pᵀ = L D Lᵀ of a symmetric positive definite sparse matrix (ordered by AMD), for float and double. Of A the
/// lower triangle alone is read.
template <class S>
class SparseCholeskyFactors {
 public:
  using Scalar = S;
  static constexpr bool is_symmetric = true;

  SparseCholeskyFactors(const SparseStructure& structure, const S* values);
  ~SparseCholeskyFactors();

  Index rows() const;
  Index cols() const { return rows(); }
  /// Whether all of D is positive.
  bool succeeded() const;
  /// X = A⁻¹ B. X is dense, column after column; it and B do not overlap.
  void solve(const View<const S>& b, const View<S>& x, bool transposed) const;

 private:
  struct Solver;
  std::unique_ptr<Solver> solver_;
};

extern template class SparseLuFactors<float>;
extern template class SparseLuFactors<double>;
extern template class SparseCholeskyFactors<float>;
extern template class SparseCholeskyFactors<double>;

}  // namespace gradus::kernels
