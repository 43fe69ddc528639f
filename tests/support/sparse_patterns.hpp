// Sparsity patterns to test colourings on.
#pragma once

#include <cstdlib>
#include <gradus/autodiff/sparse/pattern.hpp>
#include <random>
#include <vector>

namespace gradus::test {

using Positions = std::vector<std::pair<Index, Index>>;

inline SparsityPattern random_pattern(Index rows, Index cols, double density, std::mt19937& random) {
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
inline SparsityPattern band(Index n, Index width) {
  return pattern_where(n, n, [=](Index i, Index j) { return std::abs(i - j) <= width; });
}
inline SparsityPattern arrow(Index n, Index tip) {
  return pattern_where(n, n, [=](Index i, Index j) { return i == j || i == tip || j == tip; });
}
inline SparsityPattern blocks(Index n, Index size) {
  return pattern_where(n, n, [=](Index i, Index j) { return i / size == j / size; });
}
inline SparsityPattern grid(Index side) {  // of the five-point stencil
  return pattern_where(side * side, side * side, [=](Index a, Index b) {
    return std::abs(a / side - b / side) + std::abs(a % side - b % side) <= 1;
  });
}

inline std::vector<SparsityPattern> symmetric_patterns() {
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

inline std::vector<SparsityPattern> rectangular_patterns() {
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

}  // namespace gradus::test
