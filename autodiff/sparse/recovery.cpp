// How the entries of a sparse matrix follow from sweeps over sums of its columns or rows.
#include "recovery.hpp"

#include <limits>

#include "../error.hpp"

namespace gradus::detail {

CompressedColumns compressed_columns(const SparsityPattern& pattern) {
  if (pattern.nonzeros() > std::numeric_limits<int>::max())
    throw Error("sparse matrix: expected at most 2147483647 nonzeros, got " + std::to_string(pattern.nonzeros()));
  SparsityPattern by_column = transposed(pattern);
  return {{by_column.starts.begin(), by_column.starts.end()}, std::move(by_column.columns)};
}

DirectRecovery direct_recovery(int count, const std::vector<int>& sweeps, const std::vector<int>& positions) {
  DirectRecovery recovery{std::vector<Index>(static_cast<std::size_t>(count) + 1, 0), {}};
  for (const int sweep : sweeps) ++recovery.starts[static_cast<std::size_t>(sweep) + 1];
  for (std::size_t k = 1; k < recovery.starts.size(); ++k) recovery.starts[k] += recovery.starts[k - 1];
  std::vector<Index> next = recovery.starts;
  recovery.reads.resize(sweeps.size());
  for (std::size_t k = 0; k < sweeps.size(); ++k)
    recovery.reads[static_cast<std::size_t>(next[static_cast<std::size_t>(sweeps[k])]++)] = {positions[k],
                                                                                             static_cast<int>(k)};
  return recovery;
}

}  // namespace gradus::detail
