// Softmax cross-entropy: the loss of classification.
#pragma once

#include <string>

#include "cross_entropy_records.hpp"

namespace gradus::nn {

namespace detail {

/// The composition that the fused kernel stands for, for recorded numbers of any level.
template <class Z>
auto composed_cross_entropy(const Z& logits, const Eigen::VectorXi& labels) {
  using N = typename Z::Plain::Scalar;
  Eigen::Array<N, Eigen::Dynamic, Eigen::Dynamic> one_hot =
      Eigen::Array<N, Eigen::Dynamic, Eigen::Dynamic>::Zero(logits.rows(), logits.cols());
  for (Index j = 0; j < labels.size(); ++j) one_hot(labels[j], j) = 1;
  // Shifting a column's scores changes nothing but the size of what is exponentiated.
  const Eigen::Array<N, 1, Eigen::Dynamic> largest = value_of(logits).colwise().maxCoeff().array();
  const auto z = logits.array().rowwise() - largest;
  const auto log_sums = z.exp().colwise().sum().log();
  return (log_sums.sum() - (z * one_hot).sum()) / static_cast<double>(labels.size());
}

/// ⟨∇loss, ż⟩ with ∇loss = (softmax(z) − one-hot)/samples, for recorded numbers of any level.
template <class Z, class T>
auto composed_cross_entropy_slope(const Z& z, const T& z_dot, const Eigen::VectorXi& labels) {
  using N = typename PlainOf<Z>::Scalar;
  Eigen::Matrix<N, Eigen::Dynamic, Eigen::Dynamic> one_hot =
      Eigen::Matrix<N, Eigen::Dynamic, Eigen::Dynamic>::Zero(z.rows(), z.cols());
  for (Index j = 0; j < labels.size(); ++j) one_hot(labels[j], j) = 1;
  return sum_of<rules::Multiply>(softmax(z.colwise()) - one_hot, z_dot) / static_cast<N>(labels.size());
}

/// On numbers, with the kernels.
template <class P>
Dual<typename P::Scalar> cross_entropy_of_duals(const Dual<P>& logits, const Eigen::VectorXi& labels) {
  using S = typename P::Scalar;
  using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
  const Matrix z = logits.primal();
  Matrix p(z.rows(), z.cols());
  const View<S> probabilities(p.data(), Layout::dense(z.rows(), z.cols()));
  const S samples = static_cast<S>(z.cols());
  const S sum = kernels::softmax_cross_entropy(probabilities, z.data(), labels.data());
  Matrix gradient(z.rows(), z.cols());
  const View<S> target(gradient.data(), Layout::dense(z.rows(), z.cols()));
  kernels::pull_softmax_cross_entropy(target, Store::assign, p.data(), labels.data(), 1 / samples);
  return {sum / samples, gradient.cwiseProduct(logits.tangent()).sum()};
}

/// On recorded numbers: the loss and its slope, one record each.
template <class M>
auto recorded_cross_entropy_of_duals(const Dual<M>& logits, const Eigen::VectorXi& labels) {
  const auto of_primal = record_cross_entropy(logits.primal().current(), labels);
  return gradus::detail::dual_of(of_primal.loss,
                                 record_cross_entropy_slope(of_primal, logits.primal().current(), logits.tangent()));
}

inline void check_labels(const char* loss, const auto& labels, Index classes, Index samples) {
  if (labels.size() != samples)
    throw ShapeError(std::string(loss) + ": expected a label for each of " + std::to_string(samples) +
                     " samples, got " + std::to_string(labels.size()));
  if (samples == 0) throw ShapeError(std::string(loss) + ": expected at least one sample, got 0");
  for (Index j = 0; j < samples; ++j) {
    const auto label = static_cast<Index>(labels[j]);
    if (label < 0 || label >= classes)
      throw Error(std::string(loss) + ": expected labels of 0 to " + std::to_string(classes - 1) + ", got " +
                  std::to_string(label) + " for sample " + std::to_string(j));
  }
}

}  // namespace detail

/// Mean over the samples of −log softmax(z)_label = log Σᵢ exp zᵢ − z_label (the lecture's formula lacks the minus
/// sign; PyTorch's cross_entropy). logits: classes × samples, of any size: nothing overflows. labels: a vector of ints
/// in [0, classes), one for each sample. Recorded if the logits are, with the gradient (softmax(z) − one-hot)/samples.
/// Throws ShapeError if there are not as many labels as samples, Error if a label is no class.
template <class Z, class Labels>
requires((ActiveMatrix<Z> || EigenDense<Z>)&&EigenDense<Labels>) auto softmax_cross_entropy(const Z& logits,
                                                                                            const Labels& labels) {
  static_assert(Labels::IsVectorAtCompileTime && std::is_integral_v<typename Labels::Scalar>,
                "labels: a vector of class numbers");
  const Index classes = logits.rows(), samples = logits.cols();
  detail::check_labels("softmax_cross_entropy", labels, classes, samples);
  using S = typename PlainOf<Z>::Scalar;
  if constexpr (is_dual<Z>) {
    const Eigen::VectorXi numbers = labels.template cast<int>();
    if constexpr (EigenDense<typename Z::Value>)
      return detail::cross_entropy_of_duals(logits, numbers);
    else if constexpr (MatrixVar<typename Z::Value> && level_of<typename Z::Value> == 1 && forms_chains<S>)
      return detail::recorded_cross_entropy_of_duals(logits, numbers);
    else
      return gradus::detail::dual_of(softmax_cross_entropy(logits.primal(), numbers),
                                     detail::composed_cross_entropy_slope(logits.primal(), logits.tangent(), numbers));
  } else if constexpr (level_of<Z> == 0) {
    const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> z = logits;
    Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> p(classes, samples);
    const Eigen::VectorXi numbers = labels.template cast<int>();
    const View<S> view(p.data(), Layout::dense(classes, samples));
    return kernels::softmax_cross_entropy(view, z.data(), numbers.data()) / static_cast<S>(samples);
  } else if constexpr (level_of<Z> == 1 && (std::is_same_v<S, float> || std::is_same_v<S, double>)) {
    return detail::record_cross_entropy(logits.current(), labels).loss;
  } else {
    const auto loss = detail::composed_cross_entropy(logits, labels.template cast<int>());
    return typename Z::Scalar(loss);
  }
}

}  // namespace gradus::nn
