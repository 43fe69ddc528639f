#include "bracketing.hpp"

#include <algorithm>
#include <limits>

#include "error.hpp"

namespace gradus {
namespace {

using Count = std::int64_t;

// Counts that do not fit stay at the largest: more than any order that can be executed.
constexpr Count too_many = std::numeric_limits<Count>::max();

Count plus(Count a, Count b) {
  Count sum;
  return __builtin_add_overflow(a, b, &sum) ? too_many : sum;
}
Count times(Count a, Count b) {
  Count product;
  return __builtin_mul_overflow(a, b, &product) ? too_many : product;
}
/// m·n·p; none is negative, and a single zero is stronger than the other two together.
Count multiplications_of(Index m, Index n, Index p) { return m == 0 || n == 0 || p == 0 ? 0 : times(times(m, n), p); }

void check_length(Index length) {
  if (length < 1)
    throw Error("bracketing: expected a chain of at least one matrix, got " + std::to_string(length) + " of them");
}

void check_sizes(const std::vector<Index>& sizes) {
  check_length(static_cast<Index>(sizes.size()) - 1);
  const auto negative = std::find_if(sizes.begin(), sizes.end(), [](Index size) { return size < 0; });
  if (negative != sizes.end())
    throw Error("bracketing: expected sizes of matrices, got " + std::to_string(*negative) + " as size " +
                std::to_string(negative - sizes.begin()) + " (counted from 0)");
}

void check_count(Count count) {
  if (count == too_many)
    throw Error("bracketing: expected fewer than 2⁶³ − 1 multiplications, got a chain that takes more");
}

/// For every subchain [first, last), the fewest multiplications and where its outermost product splits it.
class Subchains {
 public:
  explicit Subchains(const std::vector<Index>& sizes)
      : length_(sizes.size() - 1), fewest_((length_ + 1) * (length_ + 1)), middle_(fewest_.size()) {
    for (std::size_t span = 2; span <= length_; ++span)
      for (std::size_t first = 0; first + span <= length_; ++first) solve(first, first + span, sizes);
  }

  Count fewest() const { return at(0, length_); }

  /// The products of the best bracketing, inner ones first.
  std::vector<Bracketing::Product> products() const {
    std::vector<Bracketing::Product> outer_first;
    std::vector<std::pair<std::size_t, std::size_t>> open = {{0, length_}};
    while (!open.empty()) {
      const auto [first, last] = open.back();
      open.pop_back();
      if (last - first < 2) continue;
      const std::size_t middle = middle_[first * (length_ + 1) + last];
      outer_first.push_back({static_cast<Index>(first), static_cast<Index>(middle), static_cast<Index>(last)});
      open.push_back({first, middle});
      open.push_back({middle, last});
    }
    return {outer_first.rbegin(), outer_first.rend()};
  }

 private:
  void solve(std::size_t first, std::size_t last, const std::vector<Index>& sizes) {
    // Counts are kept for (first, last) and mirrored for (last, first): both are then read along rows.
    const Count* left = &at(first, 0);
    const Count* right = &at(last, 0);
    Count fewest = 0;
    std::size_t best = 0;
    for (std::size_t middle = first + 1; middle < last; ++middle) {
      const Count all =
          plus(plus(left[middle], right[middle]), multiplications_of(sizes[first], sizes[middle], sizes[last]));
      if (best != 0 && all >= fewest) continue;
      fewest = all;
      best = middle;
    }
    at(first, last) = at(last, first) = fewest;
    middle_[first * (length_ + 1) + last] = best;
  }

  Count& at(std::size_t i, std::size_t j) { return fewest_[i * (length_ + 1) + j]; }
  const Count& at(std::size_t i, std::size_t j) const { return fewest_[i * (length_ + 1) + j]; }

  std::size_t length_;
  std::vector<Count> fewest_;  // of a single matrix: 0
  std::vector<std::size_t> middle_;
};

std::string product_text(const Bracketing::Product& p) {
  return "[" + std::to_string(p.first) + ", " + std::to_string(p.middle) + ", " + std::to_string(p.last) + ")";
}

}  // namespace

Bracketing Bracketing::left_to_right(Index length) {
  check_length(length);
  std::vector<Product> products;
  for (Index last = 2; last <= length; ++last) products.push_back({0, last - 1, last});
  return Bracketing(std::move(products));
}

Bracketing Bracketing::right_to_left(Index length) {
  check_length(length);
  std::vector<Product> products;
  for (Index first = length - 2; first >= 0; --first) products.push_back({first, first + 1, length});
  return Bracketing(std::move(products));
}

Bracketing Bracketing::best(const std::vector<Index>& sizes) {
  check_sizes(sizes);
  const Subchains subchains(sizes);
  check_count(subchains.fewest());
  return Bracketing(subchains.products());
}

Bracketing::Bracketing(std::vector<Product> products) : products_(std::move(products)) {
  std::vector<Index> end(products_.size() + 1);  // of the part that begins here; 0 where none does any more
  for (std::size_t i = 0; i < end.size(); ++i) end[i] = static_cast<Index>(i) + 1;
  for (const Product& p : products_) {
    const bool in_order = 0 <= p.first && p.first < p.middle && p.middle < p.last && p.last <= length();
    if (!in_order || end[static_cast<std::size_t>(p.first)] != p.middle ||
        end[static_cast<std::size_t>(p.middle)] != p.last)
      throw Error("bracketing: expected products of neighbours that are done already, in a chain of " +
                  std::to_string(length()) + " matrices, got " + product_text(p));
    end[static_cast<std::size_t>(p.first)] = p.last;
    end[static_cast<std::size_t>(p.middle)] = 0;
  }
}

std::int64_t Bracketing::multiplications(const std::vector<Index>& sizes) const {
  check_sizes(sizes);
  if (sizes.size() != products_.size() + 2)
    throw Error("bracketing: expected the " + std::to_string(length() + 1) + " sizes of a chain of " +
                std::to_string(length()) + " matrices, got " + std::to_string(sizes.size()));
  const auto size = [&](Index i) { return sizes[static_cast<std::size_t>(i)]; };
  Count sum = 0;
  for (const Product& p : products_) sum = plus(sum, multiplications_of(size(p.first), size(p.middle), size(p.last)));
  check_count(sum);
  return sum;
}

std::string Bracketing::text() const {
  const std::size_t count = products_.size() + 1;
  std::vector<std::size_t> opened(count), closed(count);  // brackets before and behind each matrix
  for (const Product& p : products_) {
    ++opened[static_cast<std::size_t>(p.first)];
    ++closed[static_cast<std::size_t>(p.last) - 1];
  }
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ' ';
    text += std::string(opened[i], '(') + "M" + std::to_string(i + 1) + std::string(closed[i], ')');
  }
  return text;
}

void detail::throw_chain_broken(Index position, Index rows, Index cols, Index next_rows, Index next_cols) {
  throw ShapeError("chain product: expected as many columns in matrix " + std::to_string(position) +
                   " as rows in matrix " + std::to_string(position + 1) + ", got " + shape_text(rows, cols) +
                   " times " + shape_text(next_rows, next_cols));
}

void detail::throw_chain_empty() { throw Error("chain product: expected at least one matrix, got none"); }

void detail::throw_other_length(Index expected, Index length) {
  throw Error("chain product: expected the " + std::to_string(expected) + " matrices that the bracketing is for, got " +
              std::to_string(length));
}

}  // namespace gradus
