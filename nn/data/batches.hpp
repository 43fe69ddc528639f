// Mini-batches of a data set, in a new random order each epoch.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "dataset.hpp"

namespace gradus::nn {

struct BatchOptions {
  Index size = 32;         ///< samples in a batch
  bool drop_last = false;  ///< leave out the last batch of an epoch where it would have fewer (see Batches)
  bool shuffle = true;     ///< off: always in the order of the data
};

/// A loop over it is one epoch: every sample once, drawn without replacement.
///
///   Batches batches(train, {.size = 128}, random);
///   for (int epoch = 0; epoch < 20; ++epoch)
///     for (auto [inputs, labels] : batches) step(inputs, labels);
///
/// Where the size does not divide the number of samples, the last batch of an epoch has the fewer that are left; with
/// drop_last it is left out, other samples each epoch. (Both as in PyTorch's DataLoader.) A size above the number of
/// samples gives one batch of all.
///
/// No epoch allocates. The data set is referred to and must outlive this object. The order depends on the state of the
/// generator at construction alone: nothing drawn from it later changes it.
template <class S>
class Batches {
 public:
  /// Refers to memory of the Batches: valid until the next batch is taken.
  struct Batch {
    Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>> inputs;  ///< features × samples
    Eigen::Map<const Eigen::VectorXi> labels;
  };

  /// Throws Error where the size is not positive, or the options leave no batch.
  Batches(const Dataset<S>& data, const BatchOptions& options, std::mt19937_64& random)
      : data_(&data), size_(std::min(options.size, data.size())), options_(options), random_(random()) {
    if (options.size < 1)
      throw Error("Batches: expected a batch size of at least 1, got " + std::to_string(options.size));
    if (data.size() < (options.drop_last ? options.size : 1))
      throw Error("Batches: expected at least one batch of " + std::to_string(options.size) + ", got " +
                  std::to_string(data.size()) + " samples");
    order_.resize(static_cast<std::size_t>(data.size()));
    for (std::size_t k = 0; k < order_.size(); ++k) order_[k] = static_cast<Index>(k);
    inputs_.resize(data.features(), size_);
    labels_.resize(size_);
  }
  Batches(Dataset<S>&&, const BatchOptions&, std::mt19937_64&) = delete;  // would refer to what is gone

  /// Batches in an epoch.
  Index count() const { return options_.drop_last ? data_->size() / size_ : (data_->size() + size_ - 1) / size_; }

  class Iterator;
  struct End {};
  /// Draws the order of an epoch and its first batch.
  Iterator begin() {
    if (options_.shuffle) shuffle(order_, random_);
    return Iterator(*this);
  }
  End end() const { return {}; }

 private:
  Index samples_in(Index batch) const { return std::min(size_, data_->size() - batch * size_); }

  void gather(Index batch) {
    for (Index k = 0; k < samples_in(batch); ++k) {
      const Index sample = order_[static_cast<std::size_t>(batch * size_ + k)];
      inputs_.col(k) = data_->inputs.col(sample);
      labels_[k] = data_->labels[sample];
    }
  }

  const Dataset<S>* data_;
  Index size_;
  BatchOptions options_;
  std::mt19937_64 random_;
  std::vector<Index> order_;
  Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> inputs_;  // features × size
  Eigen::VectorXi labels_;
};

template <class S>
class Batches<S>::Iterator {
 public:
  Batch operator*() const {
    const Index samples = from_->samples_in(batch_);
    return {{from_->inputs_.data(), from_->inputs_.rows(), samples}, {from_->labels_.data(), samples}};
  }
  Iterator& operator++() {
    if (++batch_ < from_->count()) from_->gather(batch_);
    return *this;
  }
  bool operator!=(End) const { return batch_ < from_->count(); }

 private:
  friend class Batches;
  explicit Iterator(Batches& from) : from_(&from) { from.gather(0); }

  Batches* from_;
  Index batch_ = 0;
};

}  // namespace gradus::nn
