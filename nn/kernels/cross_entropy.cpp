#include "cross_entropy.hpp"

#include <Eigen/Core>
#include <cmath>

namespace gradus::nn::kernels {

template <class S>
S softmax_cross_entropy(View<S> p, const S* z, const int* labels) {
  using Elements = Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>>;
  using ConstElements = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;
  S loss = 0;
  for (Index j = 0; j < p.cols; ++j) {
    const ConstElements scores(z + j * p.rows, p.rows);
    const S largest = scores.maxCoeff();  // exp of what is not positive: no overflow whatever the scores
    Elements(p.data + j * p.rows, p.rows) = scores - largest;
    loss -= p(labels[j], j);
  }
  Elements all(p.data, p.size());
  all = all.exp();  // all columns at once: a column may be shorter than a register
  for (Index j = 0; j < p.cols; ++j) {
    Elements exponentials(p.data + j * p.rows, p.rows);
    const S sum = exponentials.sum();
    exponentials *= 1 / sum;
    loss += std::log(sum);
  }
  return loss;
}

template <class S>
void pull_softmax_cross_entropy(View<S> z_bar, Store store, const S* p, const int* labels, S scale) {
  const Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>> probabilities(p, z_bar.size());
  Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>> to(z_bar.data, z_bar.size());
  if (store == Store::assign)
    to = scale * probabilities;
  else
    to += scale * probabilities;
  for (Index j = 0; j < z_bar.cols; ++j) z_bar(labels[j], j) -= scale;
}

template float softmax_cross_entropy(View<float>, const float*, const int*);
template double softmax_cross_entropy(View<double>, const double*, const int*);
template void pull_softmax_cross_entropy(View<float>, Store, const float*, const int*, float);
template void pull_softmax_cross_entropy(View<double>, Store, const double*, const int*, double);

}  // namespace gradus::nn::kernels
