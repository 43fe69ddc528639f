// Sets of indices that grow by unions: what a dependency analysis computes with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gradus::detail {

/// Many subsets of {0 … n − 1}, each known by a number. They never change; equal explicit sets are one.
///
/// A union is written out element by element only where that is cheap against what it holds: while the sizes of its
/// parts add up to at most twice the largest of them, only the parts are noted. So a running sum over n variables
/// takes O(n) memory in all and not O(n²), a union of the same large sets over and over again does not grow, and
/// reading a set costs no more than about twice its size.
class IndexSets {
 public:
  using Set = std::uint32_t;
  static constexpr Set empty = 0;

  explicit IndexSets(std::size_t n);

  /// {i}
  Set single(std::size_t i) const { return static_cast<Set>(i + 1); }
  Set unite(std::span<const Set> sets);
  /// Appends the elements, ascending.
  void append_elements(Set set, std::vector<int>& to);

 private:
  struct Entry {
    std::size_t begin;     // in members_: its elements, or the sets it is the union of
    std::uint32_t count;   // of members
    std::uint32_t least;   // it has at least so many elements
    std::uint32_t weight;  // its elements, counted as often as they stand in its parts
    std::uint32_t seen = 0;
    bool is_explicit;
  };

  Set add(std::span<const std::uint32_t> members, std::uint32_t least, std::uint32_t weight, bool is_explicit);
  void collect(std::span<const Set> sets);  // the elements, ascending, into elements_
  Set intern();                             // the set of elements_
  void rehash();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> seen_;  // by element: when it was last collected
  std::uint32_t now_ = 0;
  std::vector<Set> table_;  // of explicit sets by their contents; open addressing
  std::size_t in_table_ = 0;
  std::vector<Set> parts_, stack_;
  std::vector<std::uint32_t> elements_;
};

}  // namespace gradus::detail
