// Sparsity patterns: which entries of a matrix can be other than zero.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "../layout.hpp"

namespace gradus {

/// The positions of a rows × cols matrix that can be other than zero, row by row (compressed sparse rows without
/// values).
struct SparsityPattern {
  Index rows = 0, cols = 0;
  std::vector<Index> starts = {0};  // rows + 1 of them: where each row begins in `columns`
  std::vector<int> columns;         // ascending within a row

  Index nonzeros() const { return static_cast<Index>(columns.size()); }
  std::span<const int> row(Index i) const {
    const auto at = static_cast<std::size_t>(i);
    return std::span(columns).subspan(static_cast<std::size_t>(starts[at]),
                                      static_cast<std::size_t>(starts[at + 1] - starts[at]));
  }
  bool operator==(const SparsityPattern&) const = default;
};

/// The pattern with these (row, column) positions, in any order and as often as they come. Throws Error if one is
/// outside.
SparsityPattern sparsity_pattern(Index rows, Index cols, std::span<const std::pair<Index, Index>> positions);

SparsityPattern transposed(const SparsityPattern& pattern);

/// The pattern and its transpose together. Throws ShapeError unless the pattern is square.
SparsityPattern symmetrized(const SparsityPattern& pattern);

/// Throws ShapeError if the pattern is not square, and Error naming a position that has no mirror image.
void check_symmetric(const SparsityPattern& pattern);

/// Throws Error unless starts and columns are what SparsityPattern says.
void check_valid(const SparsityPattern& pattern);

}  // namespace gradus
