// Brackets and errors of matrix chains.
#pragma once

#include <Eigen/Core>
#include <gradus/autodiff/bracketing.hpp>
#include <string>
#include <vector>

namespace gradus::test {

using Products = std::vector<Bracketing::Product>;

/// All ways to bracket the part [first, last) of a chain.
inline std::vector<Products> all_products(Index first, Index last) {
  if (last - first == 1) return {{}};
  std::vector<Products> all;
  for (Index middle = first + 1; middle < last; ++middle)
    for (const Products& left : all_products(first, middle))
      for (const Products& right : all_products(middle, last)) {
        all.push_back(left);
        all.back().insert(all.back().end(), right.begin(), right.end());
        all.back().push_back({first, middle, last});
      }
  return all;
}

template <class M>
std::vector<M> matrices_of(const std::vector<Index>& sizes) {
  std::vector<M> matrices;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    matrices.push_back(Eigen::MatrixXd::Random(sizes[i], sizes[i + 1]).cast<typename M::Scalar>());
  return matrices;
}

/// The text of the error that f throws.
template <class E>
std::string message(const auto& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing thrown";
}

}  // namespace gradus::test
