#include "cholesky.hpp"

#include <Eigen/Cholesky>

#include "dense.hpp"
#include "product.hpp"
#include "triangular.hpp"

namespace gradus::kernels {
namespace {
// W := W⁻¹ of a small lower triangle, column by column from the last: LAPACK's trti2.
template <class S>
void invert_columns(const View<S>& w) {
  for (Index j = w.rows; j-- > 0;) {
    const S d = w(j, j) = 1 / w(j, j);
    Eigen::Map<Eigen::Matrix<S, Eigen::Dynamic, 1>> x(&w(j, j) + 1, w.rows - j - 1);
    for (Index k = x.size(); k-- > 0;) {
      const Index behind = x.size() - k - 1;
      const S* const column = &w(j + 1 + k, j + 1 + k);
      x.tail(behind) += x(k) * Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, 1>>(column + 1, behind);
      x(k) *= *column;
    }
    x *= -d;
  }
}

// The same of any size: [P 0; Q R]⁻¹ = [P⁻¹ 0; −R⁻¹ Q P⁻¹ R⁻¹]. Columns stand one below the other; what is above the
// diagonal is zero. `room` is for a quarter of the matrix.
constexpr Index small = 16;
template <class S>
void invert_lower(const View<S>& w, S* room) {
  if (w.rows <= small) return invert_columns(w);
  const Index h = half_of(w.rows, small), r = w.rows - h;
  const View<S> p = part(w, 0, 0, h, h), q = part(w, h, 0, r, h), last = part(w, h, h, r, r);
  invert_lower(p, room);
  invert_lower(last, room);
  const View<S> product_qp(room, r, h, 1, r);
  product<S>(product_qp, q, p, Store::assign);
  dense_map(product_qp.data, r, h) *= S(-1);
  product<S>(q, last, product_qp, Store::assign);
}

// X = Wᵀ W of a lower triangle W, by rows of blocks: the triangle's zeros are left out, and X is symmetric exactly.
template <class S>
void squared_triangle(const View<S>& w, const View<S>& x) {
  constexpr Index block = 32;
  for (Index i = 0; i < w.rows; i += block) {
    const Index b = std::min(block, w.rows - i), below = w.rows - i;
    product<S>(part(x, i, 0, b, i + b), part(w, i, i, below, b).transpose(), part(w, i, 0, below, i + b),
               Store::assign);
    for (Index k = i; k < i + b; ++k)
      for (Index j = 0; j < i; ++j) x(j, k) = x(k, j);
  }
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
  dense_map(x.data, x.rows, x.cols) = strided_map(b);
  solve_triangular(factor(), true, false, x);
  solve_triangular(factor().transpose(), false, false, x);
}

template <class S>
void CholeskyFactors<S>::inverse(const View<S>& x) const {
  std::vector<S> w = l_;
  const View<S> triangle(w.data(), Layout::dense(size_, size_));
  std::vector<S> room(w.size() / 4);
  invert_lower(triangle, room.data());
  squared_triangle(triangle, x);
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

template class CholeskyFactors<float>;
template class CholeskyFactors<double>;

}  // namespace gradus::kernels
