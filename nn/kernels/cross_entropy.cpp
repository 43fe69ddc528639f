#include "cross_entropy.hpp"

#include <Eigen/Core>
#include <algorithm>

#include "../../autodiff/rules/elementwise.hpp"

namespace gradus::nn::kernels {

namespace {

template <class S>
using Elements = Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>>;
template <class S>
using ConstElements = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;

constexpr Index few = 16;  // numbers that a plain loop has done before Eigen's has begun

template <class S>
S largest(Index n, const S* x) {
  if (n >= few) return ConstElements<S>(x, n).maxCoeff();
  S most = x[0];
  for (Index i = 1; i < n; ++i) most = x[i] > most ? x[i] : most;
  return most;
}
template <class S>
S sum(Index n, const S* x) {
  if (n >= few) return ConstElements<S>(x, n).sum();
  S total = 0;
  for (Index i = 0; i < n; ++i) total += x[i];
  return total;
}

/// Divides every column by its sum. Returns the sum of the sums' logarithms, which are taken side by side.
template <class S>
S normalize_columns(const View<S>& p) {
  constexpr Index room = 128;
  S sums[room], logarithms = 0;
  for (Index j = 0; j < p.cols; j += room) {
    const Index cols = std::min(room, p.cols - j);
    for (Index c = 0; c < cols; ++c) {
      S* const column = p.data + (j + c) * p.rows;
      sums[c] = sum(p.rows, column);
      const S share = 1 / sums[c];
      for (Index i = 0; i < p.rows; ++i) column[i] *= share;
    }
    logarithms += ConstElements<S>(sums, cols).log().sum();
  }
  return logarithms;
}

}  // namespace

template <class S>
S softmax_cross_entropy(View<S> p, const S* z, const int* labels) {
  S loss = 0;
  for (Index j = 0; j < p.cols; ++j) {
    const S* const scores = z + j * p.rows;
    S* const shifted = p.data + j * p.rows;
    const S most = largest(p.rows, scores);  // exp of what is not positive: no overflow whatever the scores
    for (Index i = 0; i < p.rows; ++i) shifted[i] = scores[i] - most;
    loss -= scores[labels[j]] - most;
  }
  Elements<S> all(p.data, p.size());
  all = rules::Exp::value(all);  // all columns at once: a column may be shorter than a register
  return loss + normalize_columns(p);
}

template <class S>
void pull_softmax_cross_entropy(View<S> z_bar, Store store, const S* p, const int* labels, S scale) {
  const ConstElements<S> probabilities(p, z_bar.size());
  Elements<S> to(z_bar.data, z_bar.size());
  if (store == Store::assign)
    to = scale * probabilities;
  else
    to += scale * probabilities;
  for (Index j = 0; j < z_bar.cols; ++j) z_bar(labels[j], j) -= scale;
}

template <class S>
S softmax_cross_entropy_slope(View<const S> p, const S* z_dot, const int* labels) {
  const ConstElements<S> tangent(z_dot, p.size());
  S slope = (ConstElements<S>(p.data, p.size()) * tangent).sum();
  for (Index j = 0; j < p.cols; ++j) slope -= tangent[j * p.rows + labels[j]];
  return slope;
}

template <class S>
void pull_softmax_slope(View<S> z_bar, Store store, const S* p, const S* z_dot, S scale) {
  for (Index j = 0; j < z_bar.cols; ++j, p += z_bar.rows, z_dot += z_bar.rows) {
    S* const to = z_bar.data + j * z_bar.rows;
    S mean = 0;
    for (Index i = 0; i < z_bar.rows; ++i) mean += p[i] * z_dot[i];
    if (store == Store::assign)
      for (Index i = 0; i < z_bar.rows; ++i) to[i] = scale * p[i] * (z_dot[i] - mean);
    else
      for (Index i = 0; i < z_bar.rows; ++i) to[i] += scale * p[i] * (z_dot[i] - mean);
  }
}

template float softmax_cross_entropy(View<float>, const float*, const int*);
template double softmax_cross_entropy(View<double>, const double*, const int*);
template void pull_softmax_cross_entropy(View<float>, Store, const float*, const int*, float);
template void pull_softmax_cross_entropy(View<double>, Store, const double*, const int*, double);
template float softmax_cross_entropy_slope(View<const float>, const float*, const int*);
template double softmax_cross_entropy_slope(View<const double>, const double*, const int*);
template void pull_softmax_slope(View<float>, Store, const float*, const float*, float);
template void pull_softmax_slope(View<double>, Store, const double*, const double*, double);

}  // namespace gradus::nn::kernels
