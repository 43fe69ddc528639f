// Colourings: valid by brute force, and every entry recovered.
#include <doctest/doctest.h>

#include <gradus/autodiff/sparse.hpp>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace gradus::test {
namespace {

using Eigen::MatrixXd;
using Positions = std::vector<std::pair<Index, Index>>;

constexpr Ordering orderings[] = {Ordering::natural, Ordering::largest_first, Ordering::smallest_last};

SparsityPattern random_pattern(Index rows, Index cols, double density, std::mt19937& random) {
  std::bernoulli_distribution is_there(density);
  Positions positions;
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < cols; ++j)
      if (is_there(random)) positions.push_back({i, j});
  return sparsity_pattern(rows, cols, positions);
}
SparsityPattern pattern_where(Index rows, Index cols, const auto& is_there) {
  Positions positions;
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < cols; ++j)
      if (is_there(i, j)) positions.push_back({i, j});
  return sparsity_pattern(rows, cols, positions);
}
SparsityPattern band(Index n, Index width) {
  return pattern_where(n, n, [=](Index i, Index j) { return std::abs(i - j) <= width; });
}
SparsityPattern arrow(Index n, Index tip) {
  return pattern_where(n, n, [=](Index i, Index j) { return i == j || i == tip || j == tip; });
}
SparsityPattern blocks(Index n, Index size) {
  return pattern_where(n, n, [=](Index i, Index j) { return i / size == j / size; });
}
SparsityPattern grid(Index side) {  // of the five-point stencil
  return pattern_where(side * side, side * side, [=](Index a, Index b) {
    return std::abs(a / side - b / side) + std::abs(a % side - b % side) <= 1;
  });
}

std::vector<SparsityPattern> symmetric_patterns() {
  std::mt19937 random(5);
  std::vector<SparsityPattern> patterns = {band(12, 0),
                                           band(13, 1),
                                           band(20, 3),
                                           arrow(9, 0),
                                           arrow(9, 8),
                                           arrow(9, 4),
                                           blocks(12, 3),
                                           grid(5),
                                           band(6, 5),
                                           pattern_where(5, 5, [](Index, Index) { return false; }),
                                           pattern_where(0, 0, [](Index, Index) { return false; }),
                                           pattern_where(7, 7, [](Index i, Index j) { return i + j == 6; })};
  for (const double density : {0.02, 0.05, 0.1, 0.2, 0.5})
    for (int k = 0; k < 8; ++k) patterns.push_back(symmetrized(random_pattern(24, 24, density, random)));
  return patterns;
}

std::vector<SparsityPattern> rectangular_patterns() {
  std::mt19937 random(6);
  std::vector<SparsityPattern> patterns = symmetric_patterns();
  for (const double density : {0.02, 0.1, 0.3})
    for (int k = 0; k < 5; ++k) {
      patterns.push_back(random_pattern(15, 30, density, random));
      patterns.push_back(random_pattern(30, 15, density, random));
    }
  patterns.push_back(pattern_where(4, 20, [](Index, Index) { return true; }));
  patterns.push_back(pattern_where(20, 4, [](Index i, Index) { return i > 2; }));
  patterns.push_back(pattern_where(0, 3, [](Index, Index) { return true; }));
  return patterns;
}

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

/// A random symmetric matrix of a pattern.
MatrixXd random_symmetric(const SparsityPattern& pattern) {
  MatrixXd a = MatrixXd::Zero(pattern.rows, pattern.cols);
  for (Index i = 0; i < pattern.rows; ++i)
    for (const int j : pattern.row(i)) a(i, j) = a(j, i) = MatrixXd::Random(1, 1)(0, 0);
  return a;
}
MatrixXd seeds(const Colouring& colouring) {
  MatrixXd s = MatrixXd::Zero(static_cast<Index>(colouring.colours.size()), colouring.count);
  for (std::size_t j = 0; j < colouring.colours.size(); ++j)
    if (colouring.colours[j] >= 0) s(static_cast<Index>(j), colouring.colours[j]) = 1;
  return s;
}
/// Entries in the order of compressed columns, as a matrix.
MatrixXd placed(const SparsityPattern& pattern, const detail::CompressedColumns& layout,
                const std::vector<double>& entries) {
  MatrixXd a = MatrixXd::Zero(pattern.rows, pattern.cols);
  for (Index j = 0; j < pattern.cols; ++j)
    for (auto k = static_cast<std::size_t>(layout.outer[static_cast<std::size_t>(j)]);
         k < static_cast<std::size_t>(layout.outer[static_cast<std::size_t>(j) + 1]); ++k)
      a(layout.inner[k], j) = entries[k];
  return a;
}

TEST_CASE("a symmetric matrix is recovered from its products with the seeds") {
  for (const SparsityPattern& pattern : symmetric_patterns())
    for (const Ordering ordering : orderings) {
      const MatrixXd a = random_symmetric(pattern);
      std::vector<double> entries(static_cast<std::size_t>(pattern.nonzeros()));
      const HessianPlan direct(pattern, {.ordering = ordering});
      const MatrixXd sums = a * seeds(direct.colouring());
      for (int c = 0; c < direct.sweeps(); ++c) direct.recovery().read(c, sums.col(c).data(), entries.data());
      CHECK((placed(pattern, direct.layout(), entries) - a).norm() <= 1e-14);

      const HessianPlan solved(pattern, {.recovery = Recovery::substitution, .ordering = ordering});
      std::ranges::fill(entries, 0);
      MatrixXd products = a * seeds(solved.colouring());
      detail::substitute(solved.steps(), products.data(), entries.data());
      CHECK((placed(pattern, solved.layout(), entries) - a).norm() <= 1e-13);
    }
}

TEST_CASE("any matrix is recovered from its products with the seeds of columns and of rows") {
  for (const SparsityPattern& pattern : rectangular_patterns())
    for (const Compression compression :
         {Compression::automatic, Compression::columns, Compression::rows, Compression::both}) {
      MatrixXd a = MatrixXd::Zero(pattern.rows, pattern.cols);
      for (Index i = 0; i < pattern.rows; ++i)
        for (const int j : pattern.row(i)) a(i, j) = MatrixXd::Random(1, 1)(0, 0);
      const JacobianPlan plan(pattern, {.compression = compression});
      const MatrixXd by_columns = a * seeds(plan.columns()), by_rows = a.transpose() * seeds(plan.rows());
      std::vector<double> entries(static_cast<std::size_t>(pattern.nonzeros()));
      for (int c = 0; c < plan.sweeps(); ++c)
        plan.recovery().read(
            c, c < plan.columns().count ? by_columns.col(c).data() : by_rows.col(c - plan.columns().count).data(),
            entries.data());
      CHECK((placed(pattern, plan.layout(), entries) - a).norm() <= 1e-14);
      if (compression == Compression::columns) CHECK(plan.rows().count == 0);
      if (compression == Compression::rows) CHECK(plan.columns().count == 0);
      if (compression == Compression::automatic)
        for (const Compression other : {Compression::columns, Compression::rows, Compression::both})
          CHECK(plan.sweeps() <= JacobianPlan(pattern, {.compression = other}).sweeps());
    }
}

TEST_CASE("full rows and columns do not spoil a Jacobian") {
  CHECK(JacobianPlan(arrow(1000, 0)).sweeps() == 3);
  CHECK(JacobianPlan(arrow(1000, 999)).sweeps() == 3);
  const SparsityPattern row = pattern_where(50, 50, [](Index i, Index j) { return i == j || i == 7; });
  CHECK(JacobianPlan(row).sweeps() == 2);
  CHECK(JacobianPlan(row, {.compression = Compression::columns}).sweeps() == 50);
  CHECK(JacobianPlan(transposed(row)).sweeps() == 2);
  CHECK(JacobianPlan(band(100, 1)).sweeps() == 3);
}

TEST_CASE("patterns that are none are refused, in words") {
  CHECK_THROWS_WITH_AS(sparsity_pattern(2, 3, Positions{{0, 1}, {2, 1}}),
                       "sparsity pattern: expected positions within 2×3, got (2, 1)", Error);
  CHECK_THROWS_WITH_AS(star_colouring(sparsity_pattern(3, 3, Positions{{0, 1}, {1, 0}, {1, 2}})),
                       "symmetric sparsity pattern: (1, 2) is in it, (2, 1) is not", Error);
  CHECK_THROWS_AS(acyclic_colouring(sparsity_pattern(2, 3, {})), ShapeError);
  CHECK_THROWS_AS(symmetrized(sparsity_pattern(2, 3, {})), ShapeError);
  CHECK_THROWS_AS(JacobianPlan(SparsityPattern{2, 2, {0, 1}, {0}}), Error);
  CHECK_THROWS_AS(JacobianPlan(SparsityPattern{1, 2, {0, 2}, {1, 0}}), Error);
  CHECK_THROWS_AS(HessianPlan(SparsityPattern{1, 1, {0, 1}, {1}}), Error);
  CHECK_THROWS_AS(HessianPlan(SparsityPattern{2, 2, {0, 3, 1}, {0}}), Error);
}

}  // namespace
}  // namespace gradus::test
