// The LU factorization of a square matrix of numbers.
#pragma once

#include <vector>

#include "../layout.hpp"

namespace gradus::kernels {

/// P A = L U with partial pivoting, for float and double.
template <class S>
class LuFactors {
 public:
  using Scalar = S;
  static constexpr bool is_symmetric = false;

  explicit LuFactors(const View<const S>& a);

  Index rows() const { return size_; }
  Index cols() const { return size_; }
  /// The first column without a pivot, from which on the factors are of no use; −1 where there is none.
  Index deficient() const;

  /// X = A⁻¹ B, or A⁻ᵀ B. X is dense, column after column; it and B do not overlap.
  void solve(const View<const S>& b, const View<S>& x, bool transposed) const;

  S determinant() const;
  S log_abs_determinant() const;
  /// −1, 0 or 1
  int determinant_sign() const;

 private:
  Index size_;
  std::vector<S> lu_;      // L below the diagonal, which is 1, and U
  std::vector<int> rows_;  // where each row of A went
};

extern template class LuFactors<float>;
extern template class LuFactors<double>;

}  // namespace gradus::kernels
