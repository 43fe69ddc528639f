#include "lu.hpp"

#include <Eigen/LU>
#include <cmath>
#include <numeric>
#include <utility>

#include "dense.hpp"
#include "product.hpp"
#include "triangular.hpp"

namespace gradus::kernels {
namespace {
using Permutation = Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int>;
Permutation permutation_of(const std::vector<int>& rows) {
  return Permutation(Eigen::Map<const Permutation::IndicesType>(rows.data(), static_cast<Index>(rows.size())));
}

template <class S>
void exchange_rows(const View<S>& a, const Index* with, Index count) {
  for (Index j = 0; j < a.cols; ++j)
    for (Index k = 0; k < count; ++k) std::swap(a(k, j), a(with[k], j));
}

// Column by column; with[k] is the row that row k was exchanged with.
template <class S>
void factorize_columns(const View<S>& a, Index* with) {
  using Vector = Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>>;
  for (Index k = 0; k < a.cols; ++k) {
    const Index below = a.rows - k - 1;
    with[k] = k;
    for (Index i = k + 1; i < a.rows; ++i)
      if (std::abs(a(i, k)) > std::abs(a(with[k], k))) with[k] = i;
    for (Index j = 0; j < a.cols; ++j) std::swap(a(k, j), a(with[k], j));
    if (a(k, k) == S(0)) continue;  // nothing below it either
    Vector column(&a(k, k) + 1, below);
    column /= a(k, k);
    for (Index j = k + 1; j < a.cols; ++j) Vector(&a(k, j) + 1, below) -= column * a(k, j);
  }
}

// Halves of the columns, so that almost all of the work is matrix products: S. Toledo, "Locality of reference in LU
// decomposition with partial pivoting" (1997). Columns stand one below the other; there are no fewer rows. `room` is
// for a quarter of a square matrix.
constexpr Index few = 8;
template <class S>
void factorize(const View<S>& a, Index* with, S* room) {
  if (a.cols <= few) return factorize_columns(a, with);
  const Index h = half_of(a.cols, few), rest = a.cols - h, below = a.rows - h;
  factorize(part(a, 0, 0, a.rows, h), with, room);
  exchange_rows(part(a, 0, h, a.rows, rest), with, h);
  const View<S> top = part(a, 0, h, h, rest), corner = part(a, h, h, below, rest);
  solve_triangular<S>(part(a, 0, 0, h, h), true, true, top);
  auto negative = dense_map(room, h, rest);
  negative = -strided_map(top);
  product<S>(corner, part(a, h, 0, below, h), View<S>(room, Layout::dense(h, rest)), Store::add);
  factorize(corner, with + h, room);
  exchange_rows(part(a, h, 0, below, h), with + h, rest);
  for (Index k = h; k < a.cols; ++k) with[k] += h;
}
}  // namespace

template <class S>
LuFactors<S>::LuFactors(const View<const S>& a)
    : size_(a.rows), lu_(static_cast<std::size_t>(a.size())), rows_(static_cast<std::size_t>(a.rows)) {
  if (size_ == 0) return;
  dense_map(lu_.data(), size_, size_) = strided_map(a);
  std::vector<Index> with(rows_.size());
  std::vector<S> room(lu_.size() / 4);
  factorize(View<S>(lu_.data(), Layout::dense(size_, size_)), with.data(), room.data());
  std::vector<int> order(rows_.size());  // which row of A stands where
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t k = 0; k < order.size(); ++k) std::swap(order[k], order[static_cast<std::size_t>(with[k])]);
  for (std::size_t k = 0; k < order.size(); ++k) rows_[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
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
  const View<const S> lu(lu_.data(), Layout::dense(size_, size_));
  auto result = dense_map(x.data, x.rows, x.cols);
  const Permutation permutation = permutation_of(rows_);
  if (transposed) {
    result = strided_map(b);
    solve_triangular(lu.transpose(), true, false, x);
    solve_triangular(lu.transpose(), false, true, x);
    result = permutation.inverse() * result;
  } else {
    result.noalias() = permutation * strided_map(b);
    solve_triangular(lu, true, true, x);
    solve_triangular(lu, false, false, x);
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
