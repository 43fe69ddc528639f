// Brackets of matrix chains: the best against all, what they say they cost against what is counted.
#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>
#include <limits>
#include <random>
#include <set>
#include <sstream>

#include "../support/bracketings.hpp"

namespace gradus::test::bracketing_test {
namespace {

TEST_CASE("the best bracketing takes as few multiplications as the cheapest of all, and all take what they say") {
  std::mt19937 random(7);
  const std::size_t catalan[] = {0, 1, 1, 2, 5, 14, 42, 132, 429};
  for (Index length = 1; length <= 8; ++length) {
    const std::vector<Products> all = all_products(0, length);
    REQUIRE(all.size() == catalan[length]);
    for (int repetition = 0; repetition < 4; ++repetition) {
      std::uniform_int_distribution<Index> size(repetition == 0 ? 0 : 1, repetition == 1 ? 2 : 6);
      std::vector<Index> sizes(static_cast<std::size_t>(length) + 1);
      for (Index& s : sizes) s = size(random);
      const auto matrices = matrices_of<Eigen::MatrixX<Counted>>(sizes);
      REQUIRE(chain_sizes(matrices) == sizes);
      std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
      bool all_as_said = true;
      for (const Products& products : all) {
        const Bracketing order(products);
        const std::int64_t said = order.multiplications(sizes);
        all_as_said &= count_operations([&] { chain_product(order, matrices); }).multiplications == said;
        fewest = std::min(fewest, said);
      }
      CHECK(all_as_said);
      CAPTURE(Bracketing::best(sizes).text());
      CHECK(Bracketing::best(sizes).multiplications(sizes) == fewest);
      CHECK(count_operations([&] { chain_product(matrices); }).multiplications == fewest);
    }
  }
}

TEST_CASE("bracketings are printed as one writes them") {
  CHECK(Bracketing::left_to_right(1).text() == "M1");
  CHECK(Bracketing::left_to_right(2).text() == "(M1 M2)");
  CHECK(Bracketing::left_to_right(4).text() == "(((M1 M2) M3) M4)");
  CHECK(Bracketing::right_to_left(4).text() == "(M1 (M2 (M3 M4)))");
  CHECK(Bracketing({{2, 3, 4}, {0, 1, 2}, {0, 2, 4}}).text() == "((M1 M2) (M3 M4))");
  std::ostringstream out;
  out << Bracketing::best({10, 100, 5, 50});
  CHECK(out.str() == "((M1 M2) M3)");
  std::set<std::string> texts;  // all different
  for (const Products& products : all_products(0, 7)) texts.insert(Bracketing(products).text());
  CHECK(texts.size() == 132);
}

TEST_CASE("the textbook's chain of six is bracketed as in the textbook") {
  // Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, on matrix-chain multiplication
  const std::vector<Index> sizes = {30, 35, 15, 5, 10, 20, 25};
  CHECK(Bracketing::best(sizes).text() == "((M1 (M2 M3)) ((M4 M5) M6))");
  CHECK(Bracketing::best(sizes).multiplications(sizes) == 15125);
}

TEST_CASE("counts that do not fit are an error, unless another order has fewer") {
  const Index n = Index{1} << 31;
  const std::vector<Index> outer = {n, 1, n, 1, n};
  CHECK_THROWS_AS(Bracketing({{1, 2, 3}, {1, 3, 4}, {0, 1, 4}}).multiplications({n, n, 1, n, n}), Error);
  CHECK(Bracketing::best(outer).text() == "(M1 ((M2 M3) M4))");
  CHECK(Bracketing::best(outer).multiplications(outer) == n + n + n * n);
  CHECK(message<Error>([&] { Bracketing::best({n, n, n, n}); }).find("fewer than 2⁶³") != std::string::npos);
  const Index most = std::numeric_limits<Index>::max();
  CHECK(Bracketing::best({most, most, 0, most}).multiplications({most, most, 0, most}) == 0);
}

TEST_CASE("what is no bracketing, and sizes of no chain, are errors that say why") {
  CHECK(message<Error>([&] {
          Bracketing::left_to_right(2).multiplications({2, 3});
        }) == "bracketing: expected the 3 sizes of a chain of 2 matrices, got 2");
  CHECK(message<Error>([&] {
          Bracketing::best({2, -3, 4});
        }) == "bracketing: expected sizes of matrices, got -3 as size 1 (counted from 0)");
  CHECK(message<Error>([&] { Bracketing::best({2}); }) ==
        "bracketing: expected a chain of at least one matrix, got 0 of them");
  CHECK_THROWS_AS(Bracketing::best({}), Error);
  CHECK_THROWS_AS(Bracketing::left_to_right(0), Error);
  CHECK_THROWS_AS(Bracketing::right_to_left(-1), Error);
  CHECK(message<Error>([&] {
          Bracketing({{0, 1, 2}, {1, 2, 3}});
        }) ==
        "bracketing: expected products of neighbours that are done already, in a chain of 3 matrices, got [1, 2, 3)");
  CHECK_THROWS_AS(Bracketing({{0, 1, 3}}), Error);             // beyond the chain
  CHECK_THROWS_AS(Bracketing({{0, 2, 3}, {0, 1, 2}}), Error);  // M1 M2 is not there yet
  CHECK_THROWS_AS(Bracketing({{-1, 0, 1}}), Error);
  CHECK_THROWS_AS(Bracketing({{0, 0, 1}}), Error);
}

}  // namespace
}  // namespace gradus::test::bracketing_test
