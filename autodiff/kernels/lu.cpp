#include "lu.hpp"

#include <Eigen/LU>

#include "dense.hpp"

namespace gradus::kernels {
namespace {
using Permutation = Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int>;
Permutation permutation_of(const std::vector<int>& rows) {
  return Permutation(Eigen::Map<const Permutation::IndicesType>(rows.data(), static_cast<Index>(rows.size())));
}
}  // namespace

template <class S>
LuFactors<S>::LuFactors(const View<const S>& a)
    : size_(a.rows), lu_(static_cast<std::size_t>(a.size())), rows_(static_cast<std::size_t>(a.rows)) {
  if (size_ == 0) return;
  Eigen::Ref<Dense<S>> in_place(dense_map(lu_.data(), size_, size_));
  in_place = strided_map(a);
  const Eigen::PartialPivLU<Eigen::Ref<Dense<S>>> lu(in_place);
  std::copy_n(lu.permutationP().indices().data(), size_, rows_.data());
}

template <class S>
Index LuFactors<S>::deficient() const {
  for (Index i = 0; i < size_; ++i)
    if (lu_[static_cast<std::size_t>(i * (size_ + 1))] == S(0)) return i;
  return -1;
}

template <class S>
void LuFactors<S>::solve(const View<const S>& b, const View<S>& x, bool transposed) const {
  if (x.size() == 0) return;
  const auto lu = dense_map(lu_.data(), size_, size_);
  auto result = dense_map(x.data, x.rows, x.cols);
  const Permutation permutation = permutation_of(rows_);
  if (transposed) {
    result = strided_map(b);
    lu.template triangularView<Eigen::Upper>().transpose().solveInPlace(result);
    lu.template triangularView<Eigen::UnitLower>().transpose().solveInPlace(result);
    result = permutation.inverse() * result;
  } else {
    result.noalias() = permutation * strided_map(b);
    lu.template triangularView<Eigen::UnitLower>().solveInPlace(result);
    lu.template triangularView<Eigen::Upper>().solveInPlace(result);
  }
}

template <class S>
int LuFactors<S>::determinant_sign() const {
  int sign = size_ == 0 ? 1 : static_cast<int>(permutation_of(rows_).determinant());
  for (Index i = 0; i < size_; ++i) {
    const S pivot = lu_[static_cast<std::size_t>(i * (size_ + 1))];
    sign *= pivot > 0 ? 1 : pivot < 0 ? -1 : 0;
  }
  return sign;
}

template <class S>
S LuFactors<S>::determinant() const {
  S product = size_ == 0 ? S(1) : static_cast<S>(permutation_of(rows_).determinant());
  for (Index i = 0; i < size_; ++i) product *= lu_[static_cast<std::size_t>(i * (size_ + 1))];
  return product;
}

template <class S>
S LuFactors<S>::log_abs_determinant() const {
  return size_ == 0 ? S(0) : dense_map(lu_.data(), size_, size_).diagonal().array().abs().log().sum();
}

template class LuFactors<float>;
template class LuFactors<double>;

}  // namespace gradus::kernels
