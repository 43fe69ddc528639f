// Sets that grow by unions, against std::set.
#include <doctest/doctest.h>

#include <gradus/autodiff/sparse/index_sets.hpp>
#include <random>
#include <set>
#include <vector>

namespace gradus::test::index_sets_test {
namespace {

using detail::IndexSets;

std::vector<int> elements(IndexSets& sets, IndexSets::Set set) {
  std::vector<int> all;
  sets.append_elements(set, all);
  return all;
}

TEST_CASE("unions of unions hold the elements of all their parts, ascending") {
  std::mt19937 random(11);
  for (const std::size_t n : {1u, 3u, 40u, 1000u}) {
    IndexSets sets(n);
    std::vector<IndexSets::Set> made = {IndexSets::empty};
    std::vector<std::set<int>> expected = {{}};
    for (std::size_t i = 0; i < n; ++i) {
      made.push_back(sets.single(i));
      expected.push_back({static_cast<int>(i)});
    }
    for (int k = 0; k < 400; ++k) {
      std::vector<IndexSets::Set> parts;
      std::set<int> all;
      const int count = std::uniform_int_distribution(0, k % 7 == 0 ? 60 : 4)(random);
      for (int c = 0; c < count; ++c) {  // every third part is one of the latest, so that chains form
        const std::size_t low = c % 3 == 0 && made.size() > n + 8 ? made.size() - 8 : 0;
        const auto at = std::uniform_int_distribution<std::size_t>(low, made.size() - 1)(random);
        parts.push_back(made[at]);
        all.insert(expected[at].begin(), expected[at].end());
      }
      made.push_back(sets.unite(parts));
      expected.push_back(all);
    }
    for (std::size_t k = 0; k < made.size(); ++k)
      CHECK(elements(sets, made[k]) == std::vector<int>(expected[k].begin(), expected[k].end()));
  }
}

TEST_CASE("small equal sets are one, and a union with a part of itself is itself") {
  IndexSets sets(100);
  const auto unite = [&](std::vector<IndexSets::Set> parts) { return sets.unite(parts); };
  const auto a = unite({sets.single(3), sets.single(7)}), b = unite({sets.single(7), sets.single(3), IndexSets::empty});
  CHECK(a == b);
  CHECK(unite({a, sets.single(7)}) == a);
  CHECK(unite({a}) == a);
  CHECK(unite({}) == IndexSets::empty);
  CHECK(unite({IndexSets::empty, IndexSets::empty}) == IndexSets::empty);
}

// One by one, 100000 times: written out each time this would be 5·10⁹ elements.
TEST_CASE("a running union of n sets takes linear memory") {
  constexpr std::size_t n = 100000;
  IndexSets sets(n);
  IndexSets::Set sum = IndexSets::empty;
  for (std::size_t i = 0; i < n; ++i) {
    const IndexSets::Set parts[] = {sum, sets.single(n - 1 - i)};
    sum = sets.unite(parts);
  }
  const std::vector<int> all = elements(sets, sum);
  REQUIRE(all.size() == n);
  CHECK(all.front() == 0);
  CHECK(all.back() == n - 1);
}

}  // namespace
}  // namespace gradus::test::index_sets_test
