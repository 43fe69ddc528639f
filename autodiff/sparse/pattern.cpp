// Sparsity patterns.
#include "pattern.hpp"

#include <algorithm>
#include <limits>

#include "../error.hpp"

namespace gradus {

namespace {

std::string position_text(Index i, Index j) { return "(" + std::to_string(i) + ", " + std::to_string(j) + ")"; }

void check_size(Index rows, Index cols) {
  if (rows < 0 || cols < 0 || std::max(rows, cols) > std::numeric_limits<int>::max())
    throw ShapeError("sparsity pattern: expected sizes from 0 to 2147483647, got " + shape_text(rows, cols));
}

void check_square(const SparsityPattern& pattern) {
  if (pattern.rows != pattern.cols)
    throw ShapeError("symmetric sparsity pattern: expected a square one, got " +
                     shape_text(pattern.rows, pattern.cols));
}

}  // namespace

SparsityPattern sparsity_pattern(Index rows, Index cols, std::span<const std::pair<Index, Index>> positions) {
  check_size(rows, cols);
  std::vector<std::pair<Index, Index>> sorted(positions.begin(), positions.end());
  for (const auto& [i, j] : sorted)
    if (i < 0 || i >= rows || j < 0 || j >= cols)
      throw Error("sparsity pattern: expected positions within " + shape_text(rows, cols) + ", got " +
                  position_text(i, j));
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  SparsityPattern pattern{rows, cols, std::vector<Index>(static_cast<std::size_t>(rows) + 1, 0), {}};
  for (const auto& [i, j] : sorted) {
    ++pattern.starts[static_cast<std::size_t>(i) + 1];
    pattern.columns.push_back(static_cast<int>(j));
  }
  for (std::size_t i = 1; i < pattern.starts.size(); ++i) pattern.starts[i] += pattern.starts[i - 1];
  return pattern;
}

SparsityPattern transposed(const SparsityPattern& pattern) {
  SparsityPattern result{pattern.cols, pattern.rows, std::vector<Index>(static_cast<std::size_t>(pattern.cols) + 1, 0),
                         std::vector<int>(pattern.columns.size())};
  for (const int j : pattern.columns) ++result.starts[static_cast<std::size_t>(j) + 1];
  for (std::size_t j = 1; j < result.starts.size(); ++j) result.starts[j] += result.starts[j - 1];
  std::vector<Index> next(result.starts.begin(), result.starts.end() - 1);
  for (Index i = 0; i < pattern.rows; ++i)
    for (const int j : pattern.row(i))
      result.columns[static_cast<std::size_t>(next[static_cast<std::size_t>(j)]++)] = static_cast<int>(i);
  return result;
}

SparsityPattern symmetrized(const SparsityPattern& pattern) {
  check_square(pattern);
  const SparsityPattern mirrored = transposed(pattern);
  if (mirrored == pattern) return mirrored;
  SparsityPattern result{pattern.rows, pattern.cols, {0}, {}};
  for (Index i = 0; i < pattern.rows; ++i) {
    const auto a = pattern.row(i), b = mirrored.row(i);
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result.columns));
    result.starts.push_back(result.nonzeros());
  }
  return result;
}

void check_symmetric(const SparsityPattern& pattern) {
  check_square(pattern);
  const SparsityPattern mirrored = transposed(pattern);
  if (mirrored == pattern) return;
  for (Index i = 0; i < pattern.rows; ++i)
    for (const int j : pattern.row(i))
      if (!std::ranges::binary_search(mirrored.row(i), j))
        throw Error("symmetric sparsity pattern: " + position_text(i, j) + " is in it, " + position_text(j, i) +
                    " is not");
}

void check_valid(const SparsityPattern& pattern) {
  check_size(pattern.rows, pattern.cols);
  const auto fail = [](const std::string& what) { throw Error("sparsity pattern: expected " + what); };
  if (pattern.starts.size() != static_cast<std::size_t>(pattern.rows) + 1)
    fail(std::to_string(pattern.rows + 1) + " starts of rows, got " + std::to_string(pattern.starts.size()));
  if (pattern.starts.front() != 0 || pattern.starts.back() != pattern.nonzeros() ||
      !std::is_sorted(pattern.starts.begin(), pattern.starts.end()))
    fail("starts that ascend from 0 to " + std::to_string(pattern.nonzeros()));
  for (Index i = 0; i < pattern.rows; ++i) {
    const auto row = pattern.row(i);
    for (std::size_t k = 0; k < row.size(); ++k)
      if (row[k] < 0 || row[k] >= pattern.cols || (k > 0 && row[k] <= row[k - 1]))
        fail("ascending columns below " + std::to_string(pattern.cols) + " in every row, got " +
             std::to_string(row[k]) + " in row " + std::to_string(i));
  }
}

}  // namespace gradus
