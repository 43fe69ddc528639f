// Labelled samples for classification: from a table, split for training and testing, standardized.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "csv.hpp"
#include "shuffle.hpp"

namespace gradus::nn {

/// n samples of d features each, with a class each.
template <class S>
struct Dataset {
  Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> inputs;  ///< d × n, a sample a column
  Eigen::VectorXi labels;                                   ///< n classes, 0 … classes() − 1

  Index size() const { return inputs.cols(); }
  Index features() const { return inputs.rows(); }
  /// The largest label and one.
  Index classes() const { return size() == 0 ? 0 : Index{labels.maxCoeff()} + 1; }

  /// From a table of n rows: d features, then the label. Throws DataError, with the place in the file, where a label is
  /// not one of the whole numbers 0 … 2³¹ − 1, and where there is no feature.
  static Dataset from_table(const Table& table);

  /// The samples with these numbers, in this order.
  Dataset subset(const std::vector<Index>& samples) const;
};

template <class S>
struct Split {
  Dataset<S> first, second;
};

/// Draws round(fraction·n) samples at random without replacement; the others are the second part. Both are in random
/// order, the same for the same generator. Throws Error unless each part gets a sample.
///   auto [train, test] = split(digits, 0.8, random);
template <class S>
Split<S> split(const Dataset<S>& data, double fraction, std::mt19937_64& random);

/// The affine map of each feature that gave the samples it was made from mean 0 and variance 1 (over n, not n − 1). A
/// feature that was constant is only shifted. Make it from the training data and apply it to the test data as well.
template <class S>
struct Standardization {
  Eigen::Matrix<S, Eigen::Dynamic, 1> mean, deviation;  ///< d each

  /// From d × n samples. Throws Error where there are none.
  explicit Standardization(const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>& inputs);
  /// inputs (d × any n) in place. Throws ShapeError where d differs.
  void apply(Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>& inputs) const;
};

// ---------------------------------------------------------------------------------------------------------------------

template <class S>
Dataset<S> Dataset<S>::from_table(const Table& table) {
  const Index features = table.cols - 1;
  if (features < 1)
    throw DataError((table.path.empty() ? "table" : table.path) +
                    ": expected at least 2 columns (features, label), got " + std::to_string(table.cols));
  Dataset data;
  data.inputs.resize(features, table.rows);
  data.labels.resize(table.rows);
  for (Index row = 0; row < table.rows; ++row) {
    for (Index col = 0; col < features; ++col) data.inputs(col, row) = static_cast<S>(table(row, col));
    const double label = table(row, features);
    if (!(label >= 0 && label <= std::numeric_limits<int>::max() && label == std::floor(label))) {
      std::string got = std::to_string(label);
      got.erase(got.find_last_not_of('0') + 1);
      throw DataError(table.place(row, features) + ": expected a label (a whole number from 0 on), got " + got);
    }
    data.labels[row] = static_cast<int>(label);
  }
  return data;
}

template <class S>
Dataset<S> Dataset<S>::subset(const std::vector<Index>& samples) const {
  Dataset part;
  const auto n = static_cast<Index>(samples.size());
  part.inputs.resize(features(), n);
  part.labels.resize(n);
  for (Index k = 0; k < n; ++k) {
    const Index sample = samples[static_cast<std::size_t>(k)];
    part.inputs.col(k) = inputs.col(sample);
    part.labels[k] = labels[sample];
  }
  return part;
}

template <class S>
Split<S> split(const Dataset<S>& data, double fraction, std::mt19937_64& random) {
  const double wanted = std::round(fraction * static_cast<double>(data.size()));
  if (!(wanted >= 1 && wanted <= static_cast<double>(data.size() - 1)))
    throw Error("split: expected a fraction that gives both parts a sample, got " + std::to_string(fraction) + " of " +
                std::to_string(data.size()) + " samples");
  std::vector<Index> order(static_cast<std::size_t>(data.size()));
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<Index>(k);
  shuffle(order, random);
  const auto cut = order.begin() + static_cast<Index>(wanted);
  return {data.subset({order.begin(), cut}), data.subset({cut, order.end()})};
}

template <class S>
Standardization<S>::Standardization(const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>& inputs)
    : mean(inputs.rows()), deviation(inputs.rows()) {
  if (inputs.cols() == 0) throw Error("Standardization: expected samples, got none");
  mean = inputs.rowwise().mean();
  for (Index feature = 0; feature < inputs.rows(); ++feature) {
    const S first = inputs(feature, 0);
    const bool constant = (inputs.row(feature).array() == first).all();
    if (constant) mean[feature] = first;  // exactly, so that it becomes exactly zero
    deviation[feature] = constant ? S(1) : std::sqrt((inputs.row(feature).array() - mean[feature]).square().mean());
  }
}

template <class S>
void Standardization<S>::apply(Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>& inputs) const {
  if (inputs.rows() != mean.rows())
    throw ShapeError("Standardization: expected " + std::to_string(mean.rows()) + " features, got " +
                     std::to_string(inputs.rows()));
  inputs.colwise() -= mean;
  inputs.array().colwise() /= deviation.array();
}

}  // namespace gradus::nn
