#include "qr.hpp"

#include <Eigen/QR>

#include "dense.hpp"
#include "triangular.hpp"

namespace gradus::kernels {

template <class S>
QrFactors<S>::QrFactors(const View<const S>& a)
    : rows_(a.rows),
      cols_(a.cols),
      rank_(0),
      qr_(static_cast<std::size_t>(a.size())),
      coefficients_(static_cast<std::size_t>(a.cols)),
      columns_(static_cast<std::size_t>(a.cols)) {
  if (a.size() == 0) return;
  Eigen::Ref<Dense<S>> in_place(dense_map(qr_.data(), rows_, cols_));
  in_place = strided_map(a);
  const Eigen::ColPivHouseholderQR<Eigen::Ref<Dense<S>>> qr(in_place);
  rank_ = qr.rank();
  std::copy_n(qr.hCoeffs().data(), cols_, coefficients_.data());
  std::copy_n(qr.colsPermutation().indices().data(), cols_, columns_.data());
}

template <class S>
void QrFactors<S>::solve(const View<const S>& b, const View<S>& x, bool transposed) const {
  if (x.size() == 0) return;
  using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
  const auto qr = dense_map(qr_.data(), rows_, cols_);
  const View<const S> r(qr_.data(), cols_, cols_, 1, rows_);
  const auto q = Eigen::householderSequence(qr, Eigen::Map<const Vector>(coefficients_.data(), cols_));
  auto result = dense_map(x.data, x.rows, x.cols);
  if (transposed) {
    result.setZero();
    for (Index i = 0; i < cols_; ++i) result.row(i) = strided_map(b).row(columns_[static_cast<std::size_t>(i)]);
    solve_triangular(r.transpose(), true, false, part(x, 0, 0, cols_, x.cols));
    result.applyOnTheLeft(q);
  } else {
    Dense<S> c = strided_map(b);
    c.applyOnTheLeft(q.transpose());
    solve_triangular(r, false, false, View<S>(c.data(), cols_, c.cols(), 1, c.rows()));
    for (Index i = 0; i < cols_; ++i) result.row(columns_[static_cast<std::size_t>(i)]) = c.row(i);
  }
}

template class QrFactors<float>;
template class QrFactors<double>;

}  // namespace gradus::kernels
