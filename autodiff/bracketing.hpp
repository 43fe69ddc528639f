// In which order a chain of matrices is multiplied, and what that costs.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "layout.hpp"

namespace gradus {

/// The order of multiplication of a chain M1 M2 … Mk, in which every order gives the same product: its brackets.
///
/// A chain is described by its k + 1 sizes: matrix i is sizes[i] × sizes[i + 1], counted from 0. A vector is a matrix
/// of one column. Bracketings differ in cost by any factor: of M1…ML w with N × N matrices and a vector w, left to
/// right takes (L−1)N³ + N² multiplications and right to left L N².
///
///     Bracketing::left_to_right(3).multiplications({3, 5, 7, 2});   // (A B) C: mp(n + q) = 147
///     Bracketing::right_to_left(3).multiplications({3, 5, 7, 2});   // A (B C): nq(m + p) = 100
///
/// The derivative of f_L∘…∘f_1 is the chain J_L…J_1 of Jacobians: forward mode multiplies it right to left and reverse
/// mode left to right. Gradients are columns here, so it is mostly met transposed, J_1ᵀ…J_Lᵀ w, and there reverse mode
/// is right to left, forward mode left to right.
class Bracketing {
 public:
  /// (M_first … M_middle−1)(M_middle … M_last−1), counted from 0.
  struct Product {
    Index first, middle, last;
    bool operator==(const Product&) const = default;
  };

  /// ((M1 M2) M3) M4 …
  static Bracketing left_to_right(Index length);
  /// M1 (M2 (M3 (M4 …
  static Bracketing right_to_left(Index length);
  /// One that takes the fewest multiplications; among equals, that whose outermost product splits furthest left. By
  /// dynamic programming over all parts of the chain (S. Godbole, On efficient computation of matrix chain products,
  /// 1973; for Jacobians A. Griewank and U. Naumann, Accumulating Jacobians as chained sparse matrix products, 2003):
  /// k³/6 steps and 16 k² bytes for k matrices. Throws Error if the sizes are not those of a chain, or if even this one
  /// takes 2⁶³ − 1 multiplications or more.
  static Bracketing best(const std::vector<Index>& sizes);

  /// The products in the order in which they are executed; they must join neighbours until the whole chain is one.
  /// Throws Error if they do not.
  explicit Bracketing(std::vector<Product> products);

  /// How many matrices it is for.
  Index length() const { return static_cast<Index>(products_.size()) + 1; }
  const std::vector<Product>& products() const { return products_; }

  /// Σ m·n·p over its products (m × n)(n × p). Throws Error if there is not one size more than matrices, if one is
  /// negative, or if the sum is 2⁶³ − 1 or more.
  std::int64_t multiplications(const std::vector<Index>& sizes) const;

  /// "((M1 M2) M3)"
  std::string text() const;

 private:
  std::vector<Product> products_;
};

namespace detail {
/// Of matrix `position` (from 1) with the next.
[[noreturn]] void throw_chain_broken(Index position, Index rows, Index cols, Index next_rows, Index next_cols);
[[noreturn]] void throw_chain_empty();
[[noreturn]] void throw_other_length(Index expected, Index length);
}  // namespace detail

inline std::ostream& operator<<(std::ostream& out, const Bracketing& order) { return out << order.text(); }

}  // namespace gradus
