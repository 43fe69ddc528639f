// Sets of indices that grow by unions.
#include "index_sets.hpp"

#include <algorithm>

#include "../error.hpp"

namespace gradus::detail {

namespace {

constexpr std::uint64_t always_explicit = 16;  // sets up to this weight are written out: as small as their parts' list

std::uint64_t hash_of(std::span<const std::uint32_t> elements) {
  std::uint64_t hash = 0x9e3779b97f4a7c15u;
  for (const std::uint32_t e : elements) {
    hash = (hash ^ e) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

IndexSets::IndexSets(std::size_t n) : seen_(n, 0), table_(1024, empty) {
  entries_.reserve(2 * n + 1);
  members_.reserve(4 * n);
  add({}, 0, 0, true);
  for (std::uint32_t i = 0; i < n; ++i) add({&i, 1}, 1, 1, true);
}

IndexSets::Set IndexSets::add(std::span<const std::uint32_t> members, std::uint32_t least, std::uint32_t weight,
                              bool is_explicit) {
  if (entries_.size() > UINT32_MAX) throw Error("sparsity pattern: too many different sets of dependencies");
  entries_.push_back({.begin = members_.size(),
                      .count = static_cast<std::uint32_t>(members.size()),
                      .least = least,
                      .weight = weight,
                      .is_explicit = is_explicit});
  members_.insert(members_.end(), members.begin(), members.end());
  return static_cast<Set>(entries_.size() - 1);
}

IndexSets::Set IndexSets::unite(std::span<const Set> sets) {
  parts_.clear();
  for (const Set set : sets)
    if (set != empty && (parts_.empty() || parts_.back() != set)) parts_.push_back(set);
  if (parts_.size() > 1) {
    std::sort(parts_.begin(), parts_.end());
    parts_.erase(std::unique(parts_.begin(), parts_.end()), parts_.end());
  }
  if (parts_.size() <= 1) return parts_.empty() ? empty : parts_[0];

  std::uint64_t weight = 0;
  Set largest = parts_[0];
  for (const Set part : parts_) {
    weight += entries_[part].weight;
    if (entries_[part].least > entries_[largest].least) largest = part;
  }
  const std::uint32_t least = entries_[largest].least;
  if (weight > always_explicit && weight <= 2 * std::uint64_t{least})
    return add(parts_, least, static_cast<std::uint32_t>(weight), false);

  collect(parts_);
  if (entries_[largest].is_explicit && elements_.size() == least) return largest;
  return intern();
}

void IndexSets::collect(std::span<const Set> sets) {
  ++now_;
  elements_.clear();
  stack_.assign(sets.begin(), sets.end());
  while (!stack_.empty()) {
    Entry& entry = entries_[stack_.back()];
    stack_.pop_back();
    if (entry.seen == now_) continue;
    entry.seen = now_;
    const auto members = std::span(members_).subspan(entry.begin, entry.count);
    if (!entry.is_explicit) {
      stack_.insert(stack_.end(), members.begin(), members.end());
      continue;
    }
    for (const std::uint32_t e : members) {
      if (seen_[e] == now_) continue;
      seen_[e] = now_;
      elements_.push_back(e);
    }
  }
  std::sort(elements_.begin(), elements_.end());
}

IndexSets::Set IndexSets::intern() {
  if (2 * (in_table_ + 1) > table_.size()) rehash();
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash_of(elements_) & mask;
  for (; table_[at] != empty; at = (at + 1) & mask) {
    const Entry& entry = entries_[table_[at]];
    if (std::ranges::equal(std::span(members_).subspan(entry.begin, entry.count), elements_)) return table_[at];
  }
  const auto size = static_cast<std::uint32_t>(elements_.size());
  ++in_table_;
  return table_[at] = add(elements_, size, size, true);
}

void IndexSets::rehash() {
  std::vector<Set> old(2 * table_.size(), empty);
  old.swap(table_);
  const std::size_t mask = table_.size() - 1;
  for (const Set set : old) {
    if (set == empty) continue;
    const Entry& entry = entries_[set];
    std::size_t at = hash_of(std::span(members_).subspan(entry.begin, entry.count)) & mask;
    while (table_[at] != empty) at = (at + 1) & mask;
    table_[at] = set;
  }
}

void IndexSets::append_elements(Set set, std::vector<int>& to) {
  const Entry& entry = entries_[set];
  if (entry.is_explicit) {
    for (std::uint32_t k = 0; k < entry.count; ++k) to.push_back(static_cast<int>(members_[entry.begin + k]));
  } else {
    collect({&set, 1});
    for (const std::uint32_t e : elements_) to.push_back(static_cast<int>(e));
  }
}

}  // namespace gradus::detail
