// The QR factorization of a tall matrix of numbers.
#pragma once

#include <vector>

#include "../layout.hpp"

namespace gradus::kernels {

/// A P = Q R with column pivoting, A m × n with m ≥ n, for float and double. With A⁺ = (AᵀA)⁻¹Aᵀ, its pseudoinverse
/// where its rank is n:
template <class S>
class QrFactors {
 public:
  using Scalar = S;

  explicit QrFactors(const View<const S>& a);

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  /// How many columns are independent, to rounding.
  Index rank() const { return rank_; }

  /// X = A⁺ B, or (A⁺)ᵀ B. X is dense, column after column; it and B do not overlap.
  void solve(const View<const S>& b, const View<S>& x, bool transposed) const;

 private:
  Index rows_, cols_, rank_;
  std::vector<S> qr_, coefficients_;
  std::vector<int> columns_;  // of A, in the order of R
};

extern template class QrFactors<float>;
extern template class QrFactors<double>;

}  // namespace gradus::kernels
