// In which sweeps a sparse Hessian is computed.
#include "hessian_plan.hpp"

#include <algorithm>

namespace gradus {

namespace {

/// For every entry (i, j), row by row: the number of (j, i).
std::vector<int> mirrors(const SparsityPattern& symmetric) {
  std::vector<int> mirror;
  std::vector<Index> next(symmetric.starts.begin(), symmetric.starts.end() - 1);
  for (const int j : symmetric.columns) mirror.push_back(static_cast<int>(next[static_cast<std::size_t>(j)]++));
  return mirror;
}

}  // namespace

HessianPlan::HessianPlan(SparsityPattern pattern, const HessianOptions& options) : pattern_(std::move(pattern)) {
  const bool is_direct = options.recovery == Recovery::direct;
  colouring_ = is_direct ? star_colouring(pattern_, options.ordering) : acyclic_colouring(pattern_, options.ordering);
  layout_ = detail::compressed_columns(pattern_);
  is_direct ? plan_reads() : plan_steps();
}

// Entry (i, j) is element i of the sweep of j's colour if no other column of that colour has an entry in row i, and
// else element j of the sweep of i's colour.
void HessianPlan::plan_reads() {
  std::vector<int> times(static_cast<std::size_t>(colouring_.count), 0), sweeps, positions;
  for (int i = 0; i < pattern_.rows; ++i) {
    for (const int j : pattern_.row(i)) ++times[static_cast<std::size_t>(colour(j))];
    for (const int j : pattern_.row(i)) {
      const bool is_alone = times[static_cast<std::size_t>(colour(j))] == 1;
      sweeps.push_back(colour(is_alone ? j : i));
      positions.push_back(is_alone ? i : j);
    }
    for (const int j : pattern_.row(i)) times[static_cast<std::size_t>(colour(j))] = 0;
  }
  recovery_ = detail::direct_recovery(colouring_.count, sweeps, positions);
}

// A group is a row with the columns of one colour: its entries' sum is known. An entry that is alone in its group is
// known; its mirror image leaves that one's group.
void HessianPlan::plan_steps() {
  struct Group {
    int left = 0;     // entries that are not known yet
    int entries = 0;  // their numbers, combined by exclusive or: of one, the number itself
    Index from = 0;   // where the sum stands
  };
  std::vector<Group> groups;
  std::vector<std::size_t> group_of(pattern_.columns.size());
  std::vector<std::pair<int, std::size_t>> group_of_colour(static_cast<std::size_t>(colouring_.count), {-1, 0});
  int entry = 0;
  for (int i = 0; i < pattern_.rows; ++i)
    for (const int j : pattern_.row(i)) {
      auto& [row, group] = group_of_colour[static_cast<std::size_t>(colour(j))];
      if (row != i) {
        row = i, group = groups.size();
        groups.push_back({.from = i + colour(j) * pattern_.rows});
      }
      ++groups[group].left;
      groups[group].entries ^= entry;
      group_of[static_cast<std::size_t>(entry++)] = group;
    }

  const std::vector<int> mirror = mirrors(pattern_);
  std::vector<std::size_t> ready;
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (groups[g].left == 1) ready.push_back(g);
  while (!ready.empty()) {
    const Group known = groups[ready.back()];
    ready.pop_back();
    if (known.left == 0) continue;  // its last entry became known as a mirror image
    const int image = mirror[static_cast<std::size_t>(known.entries)];
    const std::size_t g = group_of[static_cast<std::size_t>(image)];
    steps_.push_back({known.entries, image, known.from, groups[g].from});
    groups[group_of[static_cast<std::size_t>(known.entries)]].left = 0;
    if (image == known.entries) continue;
    groups[g].entries ^= image;
    if (--groups[g].left == 1) ready.push_back(g);
  }
}

}  // namespace gradus
