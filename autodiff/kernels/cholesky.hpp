// The Cholesky factorization of a symmetric positive definite matrix of numbers.
#pragma once

#include <vector>

#include "../layout.hpp"

namespace gradus::kernels {

/// A = L Lᵀ, for float and double. Of A the lower triangle alone is read.
template <class S>
class CholeskyFactors {
 public:
  using Scalar = S;
  static constexpr bool is_symmetric = true;

  explicit CholeskyFactors(const View<const S>& a);

  Index rows() const { return size_; }
  Index cols() const { return size_; }
  /// The first leading minor that is not positive is that of order deficient() + 1; −1: all are.
  Index deficient() const { return deficient_; }

  /// X = A⁻¹ B. X is dense, column after column; it and B do not overlap.
  void solve(const View<const S>& b, const View<S>& x, bool transposed) const;

  /// X = A⁻¹ = L⁻ᵀ L⁻¹, symmetric exactly (LAPACK's potri). X is dense, column after column.
  void inverse(const View<S>& x) const;

  S determinant() const;
  S log_abs_determinant() const;
  int determinant_sign() const { return 1; }
  /// L, with zeros above the diagonal.
  View<const S> factor() const { return {l_.data(), Layout::dense(size_, size_)}; }

 private:
  Index size_, deficient_ = -1;
  std::vector<S> l_;
};

extern template class CholeskyFactors<float>;
extern template class CholeskyFactors<double>;

}  // namespace gradus::kernels
