// How the entries of a sparse matrix follow from sweeps over sums of its columns or rows.
#pragma once

#include "colouring.hpp"

namespace gradus {

namespace detail {

/// The places of the nonzeros in compressed columns, as Eigen::SparseMatrix stores them.
struct CompressedColumns {
  std::vector<int> outer, inner;  // cols + 1 starts; rows
};
/// Throws Error if there are more nonzeros than an int counts.
CompressedColumns compressed_columns(const SparsityPattern& pattern);

/// For every sweep: which elements of its result are which entries.
struct DirectRecovery {
  struct Read {
    int position, entry;  // in the sweep's result; in the compressed columns
  };
  std::vector<Index> starts = {0};  // by sweep
  std::vector<Read> reads;

  template <class S>
  void read(int sweep, const S* result, S* entries) const {
    const auto k = static_cast<std::size_t>(sweep);
    for (auto r = static_cast<std::size_t>(starts[k]); r < static_cast<std::size_t>(starts[k + 1]); ++r)
      entries[reads[r].entry] = result[reads[r].position];
  }
};

/// Entry k is read by sweep sweeps[k] at positions[k].
DirectRecovery direct_recovery(int count, const std::vector<int>& sweeps, const std::vector<int>& positions);

/// A step of substitution: takes an entry of a symmetric matrix and its mirror image from one place of the compressed
/// columns (all sweeps' results, one after the other), and subtracts it from another where it is part of a sum.
struct SubstitutionStep {
  int entry, mirror;
  Index from, also_in;
};

template <class S>
void substitute(const std::vector<SubstitutionStep>& steps, S* compressed, S* entries) {
  for (const SubstitutionStep& step : steps) {
    const S value = compressed[step.from];
    entries[step.entry] = entries[step.mirror] = value;
    compressed[step.also_in] -= value;
  }
}

}  // namespace detail
}  // namespace gradus
