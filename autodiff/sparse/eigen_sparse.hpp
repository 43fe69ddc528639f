// Sparsity patterns and Eigen's sparse matrices.
#pragma once

#include <Eigen/SparseCore>

#include "recovery.hpp"

namespace gradus {

/// The pattern of a sparse Eigen matrix, whatever its values: what it stores counts.
template <class Derived>
SparsityPattern sparsity_pattern(const Eigen::SparseMatrixBase<Derived>& matrix) {
  const Eigen::SparseMatrix<typename Derived::Scalar, Eigen::RowMajor> by_row = matrix;
  SparsityPattern pattern{by_row.rows(), by_row.cols(), {0}, {}};
  for (Index i = 0; i < by_row.rows(); ++i) {
    for (typename decltype(by_row)::InnerIterator entry(by_row, i); entry; ++entry)
      pattern.columns.push_back(static_cast<int>(entry.col()));
    pattern.starts.push_back(pattern.nonzeros());
  }
  return pattern;
}

namespace detail {

/// Gives a matrix the places of a pattern, unless it has them.
template <class S>
void shape(const SparsityPattern& pattern, const CompressedColumns& layout, Eigen::SparseMatrix<S>& matrix) {
  const auto nonzeros = static_cast<Index>(layout.inner.size());
  const bool fits = matrix.isCompressed() && matrix.rows() == pattern.rows && matrix.cols() == pattern.cols &&
                    matrix.nonZeros() == nonzeros &&
                    std::equal(layout.outer.begin(), layout.outer.end(), matrix.outerIndexPtr()) &&
                    std::equal(layout.inner.begin(), layout.inner.end(), matrix.innerIndexPtr());
  if (fits) return;
  matrix.resize(pattern.rows, pattern.cols);
  matrix.resizeNonZeros(nonzeros);
  std::copy(layout.outer.begin(), layout.outer.end(), matrix.outerIndexPtr());
  std::copy(layout.inner.begin(), layout.inner.end(), matrix.innerIndexPtr());
}

}  // namespace detail
}  // namespace gradus
