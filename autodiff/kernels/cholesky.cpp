#include "cholesky.hpp"

#include <Eigen/Cholesky>

#include "dense.hpp"

namespace gradus::kernels {

template <class S>
CholeskyFactors<S>::CholeskyFactors(const View<const S>& a)
    : size_(a.rows), l_(static_cast<std::size_t>(a.size()), S(0)) {
  if (size_ == 0) return;
  auto l = dense_map(l_.data(), size_, size_);
  l.template triangularView<Eigen::Lower>() = strided_map(a);
  deficient_ = Eigen::internal::llt_inplace<S, Eigen::Lower>::blocked(l);  // LLT does not tell where it failed
}

template <class S>
void CholeskyFactors<S>::solve(const View<const S>& b, const View<S>& x, bool) const {
  if (x.size() == 0) return;
  const auto l = dense_map(l_.data(), size_, size_);
  auto result = dense_map(x.data, x.rows, x.cols);
  result = strided_map(b);
  l.template triangularView<Eigen::Lower>().solveInPlace(result);
  l.template triangularView<Eigen::Lower>().transpose().solveInPlace(result);
}

template <class S>
S CholeskyFactors<S>::determinant() const {
  const S root = size_ == 0 ? S(1) : dense_map(l_.data(), size_, size_).diagonal().prod();
  return root * root;
}

template <class S>
S CholeskyFactors<S>::log_abs_determinant() const {
  return size_ == 0 ? S(0) : 2 * dense_map(l_.data(), size_, size_).diagonal().array().log().sum();
}

template <class S>
void solve_triangular(const View<const S>& t, bool lower, bool unit, const View<S>& x) {
  if (x.size() == 0) return;
  if (t.row_stride != 1 && t.col_stride == 1) {  // by rows: the transpose of one by columns
    const Eigen::Map<const Dense<S>, 0, Eigen::OuterStride<>> by_rows(t.data, t.cols, t.rows, {t.row_stride});
    auto result = dense_map(x.data, x.rows, x.cols);
    if (lower)
      unit ? by_rows.template triangularView<Eigen::UnitUpper>().transpose().solveInPlace(result)
           : by_rows.template triangularView<Eigen::Upper>().transpose().solveInPlace(result);
    else
      unit ? by_rows.template triangularView<Eigen::UnitLower>().transpose().solveInPlace(result)
           : by_rows.template triangularView<Eigen::Lower>().transpose().solveInPlace(result);
  } else {
    const Dense<S> copy = t.row_stride == 1 ? Dense<S>() : Dense<S>(strided_map(t));
    const Eigen::Map<const Dense<S>, 0, Eigen::OuterStride<>> by_columns(
        t.row_stride == 1 ? t.data : copy.data(), t.rows, t.cols, {t.row_stride == 1 ? t.col_stride : t.rows});
    auto result = dense_map(x.data, x.rows, x.cols);
    if (lower)
      unit ? by_columns.template triangularView<Eigen::UnitLower>().solveInPlace(result)
           : by_columns.template triangularView<Eigen::Lower>().solveInPlace(result);
    else
      unit ? by_columns.template triangularView<Eigen::UnitUpper>().solveInPlace(result)
           : by_columns.template triangularView<Eigen::Upper>().solveInPlace(result);
  }
}

template class CholeskyFactors<float>;
template class CholeskyFactors<double>;
template void solve_triangular(const View<const float>&, bool, bool, const View<float>&);
template void solve_triangular(const View<const double>&, bool, bool, const View<double>&);

}  // namespace gradus::kernels
