// In which sweeps a sparse Jacobian is computed.
#include "jacobian_plan.hpp"

#include <algorithm>
#include <functional>

namespace gradus {

namespace {

/// Rows to be swept by themselves, and the rest of the matrix by columns; of the matrix or of its transpose.
struct Cover {
  bool is_transposed;
  std::vector<bool> is_dense;  // by row
  Index at_least;              // so many colours it takes
};

/// The rows without which the longest that remains is so much shorter that it pays: they are as many as make their
/// number plus the length of that longest least. (The direct covers of Hossain and Steihaug, "Computing a sparse
/// Jacobian matrix by rows and columns", Optimization Methods and Software 10 (1998), of whole rows or whole columns.)
Cover dense_rows(const SparsityPattern& pattern, bool is_transposed) {
  std::vector<std::pair<Index, std::size_t>> lengths;
  for (Index i = 0; i < pattern.rows; ++i)
    lengths.push_back({static_cast<Index>(pattern.row(i).size()), static_cast<std::size_t>(i)});
  std::ranges::sort(lengths, std::greater());
  lengths.push_back({0, 0});
  std::size_t best = 0;
  const auto cost = [&](std::size_t k) { return static_cast<Index>(k) + lengths[k].first; };
  for (std::size_t k = 1; k < lengths.size(); ++k)
    if (cost(k) < cost(best)) best = k;
  Cover cover{is_transposed, std::vector<bool>(lengths.size() - 1, false), lengths[best].first + (best > 0)};
  for (std::size_t k = 0; k < best; ++k) cover.is_dense[lengths[k].second] = true;
  return cover;
}

Cover columns_alone(const SparsityPattern& pattern, bool is_transposed) {
  Index longest = 0;
  for (Index i = 0; i < pattern.rows; ++i) longest = std::max(longest, static_cast<Index>(pattern.row(i).size()));
  return {is_transposed, std::vector<bool>(static_cast<std::size_t>(pattern.rows), false), longest};
}

/// The pattern's rows of one kind; the others are empty.
SparsityPattern rows_where(const SparsityPattern& pattern, const std::vector<bool>& is_dense, bool dense) {
  SparsityPattern part{pattern.rows, pattern.cols, {0}, {}};
  for (Index i = 0; i < pattern.rows; ++i) {
    if (is_dense[static_cast<std::size_t>(i)] == dense)
      part.columns.insert(part.columns.end(), pattern.row(i).begin(), pattern.row(i).end());
    part.starts.push_back(part.nonzeros());
  }
  return part;
}

/// The colours of a matrix's columns and rows under a cover.
struct Colours {
  Colouring columns, rows;
  int count() const { return columns.count + rows.count; }
};
Colours colours_of(const SparsityPattern& pattern, const Cover& cover, Ordering ordering) {
  return {column_colouring(rows_where(pattern, cover.is_dense, false), ordering),
          column_colouring(transposed(rows_where(pattern, cover.is_dense, true)), ordering)};
}

std::vector<Cover> candidates(const SparsityPattern& pattern, const SparsityPattern& turned, Compression compression) {
  std::vector<Cover> covers;
  if (compression == Compression::rows || compression == Compression::automatic)
    covers.push_back(columns_alone(turned, true));
  if (compression == Compression::columns || compression == Compression::automatic)
    covers.push_back(columns_alone(pattern, false));
  if (compression == Compression::both || compression == Compression::automatic) {
    covers.push_back(dense_rows(turned, true));
    covers.push_back(dense_rows(pattern, false));
  }
  // What takes as many colours as a row has entries at least, and more than another did, need not be tried: to colour
  // the columns of a matrix with a full row takes O(n²).
  std::ranges::stable_sort(covers, {}, &Cover::at_least);
  return covers;
}

}  // namespace

JacobianPlan::JacobianPlan(SparsityPattern pattern, const JacobianOptions& options) : pattern_(std::move(pattern)) {
  check_valid(pattern_);
  layout_ = detail::compressed_columns(pattern_);
  const SparsityPattern turned = transposed(pattern_);
  Cover chosen{};
  Colours fewest;
  bool has_one = false;
  for (Cover& cover : candidates(pattern_, turned, options.compression)) {
    if (has_one && cover.at_least >= fewest.count()) continue;
    Colours colours = colours_of(cover.is_transposed ? turned : pattern_, cover, options.ordering);
    if (has_one && colours.count() >= fewest.count()) continue;
    chosen = std::move(cover), fewest = std::move(colours), has_one = true;
  }
  if (chosen.is_transposed) std::swap(fewest.columns, fewest.rows);
  columns_ = std::move(fewest.columns), rows_ = std::move(fewest.rows);

  std::vector<int> sweep_of, positions;
  for (int j = 0; j < pattern_.cols; ++j)
    for (const int i : turned.row(j)) {
      const bool is_dense = chosen.is_dense[static_cast<std::size_t>(chosen.is_transposed ? j : i)];
      const bool by_row = is_dense != chosen.is_transposed;
      sweep_of.push_back(by_row ? columns_.count + rows_.colours[static_cast<std::size_t>(i)]
                                : columns_.colours[static_cast<std::size_t>(j)]);
      positions.push_back(by_row ? j : i);
    }
  recovery_ = detail::direct_recovery(sweeps(), sweep_of, positions);
}

}  // namespace gradus
