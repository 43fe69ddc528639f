// Colourings: valid by brute force.
#include <doctest/doctest.h>

#include <algorithm>
#include <gradus/autodiff/error.hpp>
#include <gradus/autodiff/sparse/colouring.hpp>
#include <numeric>
#include <set>

#include "../support/sparse_patterns.hpp"

namespace gradus::test::sparse_colouring_test {
namespace {

constexpr Ordering orderings[] = {Ordering::natural, Ordering::largest_first, Ordering::smallest_last};

/// No colour is left out, and a column has one exactly if it has entries.
void check_colours(const SparsityPattern& pattern, const Colouring& colouring) {
  REQUIRE(static_cast<Index>(colouring.colours.size()) == pattern.cols);
  std::set<int> used(colouring.colours.begin(), colouring.colours.end());
  used.erase(-1);
  CHECK(static_cast<int>(used.size()) == colouring.count);
  if (!used.empty()) CHECK(*used.rbegin() == colouring.count - 1);
  const SparsityPattern by_column = transposed(pattern);
  for (Index j = 0; j < pattern.cols; ++j)
    CHECK((colouring.colours[static_cast<std::size_t>(j)] == -1) == by_column.row(j).empty());
}

TEST_CASE("a column colouring gives columns that meet in a row different colours") {
  for (const SparsityPattern& pattern : rectangular_patterns())
    for (const Ordering ordering : orderings) {
      const Colouring colouring = column_colouring(pattern, ordering);
      check_colours(pattern, colouring);
      for (Index i = 0; i < pattern.rows; ++i) {
        std::set<int> colours;
        for (const int j : pattern.row(i)) colours.insert(colouring.colours[static_cast<std::size_t>(j)]);
        CHECK(colours.size() == pattern.row(i).size());
      }
    }
}

bool are_neighbours_different(const SparsityPattern& pattern, const Colouring& colouring) {
  for (Index i = 0; i < pattern.rows; ++i)
    for (const int j : pattern.row(i))
      if (i != j && colouring.colours[static_cast<std::size_t>(i)] == colouring.colours[static_cast<std::size_t>(j)])
        return false;
  return true;
}

/// The definition: no path of four vertices has two colours only.
bool is_star_colouring(const SparsityPattern& p, const Colouring& colouring) {
  const auto colour = [&](int v) { return colouring.colours[static_cast<std::size_t>(v)]; };
  for (int a = 0; a < p.rows; ++a)
    for (const int b : p.row(a))
      for (const int c : p.row(b))
        for (const int d : p.row(c))
          if (a != b && b != c && c != d && a != c && b != d && a != d && colour(a) == colour(c) &&
              colour(b) == colour(d))
            return false;
  return are_neighbours_different(p, colouring);
}

/// The definition: the edges between any two colours are a forest, which has as many edges as vertices less parts.
bool is_acyclic_colouring(const SparsityPattern& p, const Colouring& colouring) {
  const auto colour = [&](int v) { return colouring.colours[static_cast<std::size_t>(v)]; };
  for (int first = 0; first < colouring.count; ++first)
    for (int second = first + 1; second < colouring.count; ++second) {
      std::vector<int> part(static_cast<std::size_t>(p.rows));
      std::iota(part.begin(), part.end(), 0);
      for (int i = 0; i < p.rows; ++i)
        for (const int j : p.row(i)) {
          if (j >= i || std::min(colour(i), colour(j)) != first || std::max(colour(i), colour(j)) != second) continue;
          const int from = part[static_cast<std::size_t>(i)], to = part[static_cast<std::size_t>(j)];
          if (from == to) return false;
          std::replace(part.begin(), part.end(), from, to);
        }
    }
  return are_neighbours_different(p, colouring);
}

TEST_CASE("a star colouring has no path of four vertices in two colours, an acyclic one no such cycle") {
  for (const SparsityPattern& pattern : symmetric_patterns())
    for (const Ordering ordering : orderings) {
      const Colouring star = star_colouring(pattern, ordering), acyclic = acyclic_colouring(pattern, ordering);
      check_colours(pattern, star);
      check_colours(pattern, acyclic);
      CHECK(is_star_colouring(pattern, star));
      CHECK(is_acyclic_colouring(pattern, acyclic));
    }
}

TEST_CASE("the brute force finds what is wrong with a colouring") {
  const Colouring two{{0, 1, 0, 1}, 2}, three{{0, 1, 0, 2}, 3};
  CHECK_FALSE(is_star_colouring(band(4, 1), two));
  CHECK(is_star_colouring(band(4, 1), three));
  CHECK(is_acyclic_colouring(band(4, 1), two));
  const SparsityPattern ring = pattern_where(4, 4, [](Index i, Index j) { return (i + j) % 2 == 1; });
  CHECK_FALSE(is_acyclic_colouring(ring, two));
  CHECK(is_acyclic_colouring(ring, three));
  CHECK_FALSE(is_star_colouring(band(4, 1), {{0, 0, 1, 2}, 3}));
}

TEST_CASE("known numbers of colours") {
  for (const Index n : {5, 50, 500}) {
    CHECK(column_colouring(band(n, 1)).count == 3);
    CHECK(star_colouring(band(n, 1)).count == 3);  // of a path
    CHECK(acyclic_colouring(band(n, 1)).count == 2);
    CHECK(column_colouring(band(n, 2)).count == 5);
    CHECK(acyclic_colouring(band(n, 2)).count == 3);
    for (const Index tip : {Index{0}, n / 2, n - 1}) {  // a star itself
      CHECK(star_colouring(arrow(n, tip)).count == 2);
      CHECK(acyclic_colouring(arrow(n, tip)).count == 2);
      CHECK(column_colouring(arrow(n, tip)).count == n);
    }
  }
  for (const Ordering ordering : orderings) {
    CHECK(column_colouring(blocks(12, 4), ordering).count == 4);
    CHECK(star_colouring(blocks(12, 4), ordering).count == 4);  // of complete graphs
    CHECK(acyclic_colouring(blocks(12, 4), ordering).count == 4);
    CHECK(star_colouring(band(30, 0), ordering).count == 1);
  }
  CHECK(star_colouring(sparsity_pattern(3, 3, {})).count == 0);
}

// A crown: column 2k meets all columns 2l + 1 but its own. Taken in turn the pairs take a colour each; two are enough.
TEST_CASE("the ordering decides how many colours a greedy colouring takes") {
  const Index pairs = 6;
  Positions positions;
  for (Index k = 0; k < pairs; ++k)
    for (Index l = 0; l < pairs; ++l)
      if (k != l) {
        const Index row = static_cast<Index>(positions.size()) / 2;
        positions.push_back({row, 2 * k});
        positions.push_back({row, 2 * l + 1});
      }
  CHECK(column_colouring(sparsity_pattern(pairs * pairs, 2 * pairs, positions)).count == pairs);

  // A tree takes two colours from the smallest degree back, however it is numbered.
  std::mt19937 random(8);
  for (int k = 0; k < 20; ++k) {
    Positions edges;
    std::vector<Index> names(40);
    std::iota(names.begin(), names.end(), 0);
    std::shuffle(names.begin(), names.end(), random);
    for (std::size_t v = 1; v < names.size(); ++v) {  // each column shares a row with one before it
      const std::size_t parent = std::uniform_int_distribution<std::size_t>(0, v - 1)(random);
      edges.push_back({static_cast<Index>(v), names[v]});
      edges.push_back({static_cast<Index>(v), names[parent]});
    }
    CHECK(column_colouring(sparsity_pattern(40, 40, edges), Ordering::smallest_last).count == 2);
  }
}

}  // namespace
}  // namespace gradus::test::sparse_colouring_test
