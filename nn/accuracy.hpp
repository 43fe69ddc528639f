// How often a classifier is right.
#pragma once

#include <Eigen/Core>

#include "cross_entropy.hpp"

namespace gradus::nn {

/// The class of the largest score of every column; the first where several are largest. Throws ShapeError where there
/// are no classes.
template <EigenDense Z>
Eigen::VectorXi predicted_classes(const Z& logits) {
  if (logits.rows() == 0)
    throw ShapeError("predicted_classes: expected scores of at least one class, got " +
                     shape_text(logits.rows(), logits.cols()));
  const auto& scores = logits.eval();
  Eigen::VectorXi classes(scores.cols());
  for (Index j = 0; j < scores.cols(); ++j) scores.col(j).maxCoeff(&classes[j]);
  return classes;
}

/// The share of samples whose largest score is their label's, in [0, 1].
template <EigenDense Z, EigenDense Labels>
double accuracy(const Z& logits, const Labels& labels) {
  detail::check_labels("accuracy", labels, logits.rows(), logits.cols());
  const Eigen::VectorXi predicted = predicted_classes(logits), expected = labels.template cast<int>();
  return (predicted.array() == expected.array()).cast<double>().mean();
}

/// counts(i, j): how many samples of class i were taken for class j; classes × classes.
template <EigenDense Z, EigenDense Labels>
Eigen::MatrixXi confusion_matrix(const Z& logits, const Labels& labels) {
  detail::check_labels("confusion_matrix", labels, logits.rows(), logits.cols());
  Eigen::MatrixXi counts = Eigen::MatrixXi::Zero(logits.rows(), logits.rows());
  const Eigen::VectorXi predicted = predicted_classes(logits);
  for (Index j = 0; j < predicted.size(); ++j) ++counts(static_cast<Index>(labels[j]), predicted[j]);
  return counts;
}

}  // namespace gradus::nn
