#include "cholesky.hpp"

#include <Eigen/Cholesky>

#include "dense.hpp"

namespace gradus::kernels {
namespace {
template <class T, class X>
void solve_triangle(const T& t, bool lower, bool unit, X& x) {
  if (lower && unit)
    t.template triangularView<Eigen::UnitLower>().solveInPlace(x);
  else if (lower)
    t.template triangularView<Eigen::Lower>().solveInPlace(x);
  else if (unit)
    t.template triangularView<Eigen::UnitUpper>().solveInPlace(x);
  else
    t.template triangularView<Eigen::Upper>().solveInPlace(x);
}
}  // namespace

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
  using ByRows = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Stride = Eigen::OuterStride<>;
  if (x.size() == 0) return;
  auto result = dense_map(x.data, x.rows, x.cols);
  if (t.row_stride == 1)
    solve_triangle(Eigen::Map<const Dense<S>, 0, Stride>(t.data, t.rows, t.cols, Stride(t.col_stride)), lower, unit,
                   result);
  else if (t.col_stride == 1)
    solve_triangle(Eigen::Map<const ByRows, 0, Stride>(t.data, t.rows, t.cols, Stride(t.row_stride)), lower, unit,
                   result);
  else
    solve_triangle(Dense<S>(strided_map(t)), lower, unit, result);
}

template class CholeskyFactors<float>;
template class CholeskyFactors<double>;
template void solve_triangular(const View<const float>&, bool, bool, const View<float>&);
template void solve_triangular(const View<const double>&, bool, bool, const View<double>&);

}  // namespace gradus::kernels
