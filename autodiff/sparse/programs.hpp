// Recorded derivatives and colourings: what sparse Jacobians and Hessians are computed from.
#pragma once

#include "../hessian.hpp"
#include "colouring.hpp"
#include "dependencies.hpp"

namespace gradus::detail {

/// Which results of a recording depend on which elements of its argument.
template <class S, class Y>
SparsityPattern pattern_of(const Recording<S, Y, 1>& recording) {
  return dependency_pattern(*recording.tape, recording.arguments[0], recording.results[0]);
}

/// The product of a linear map with the sum of the unit vectors of one colour (in column order), as a column; valid
/// until the next product.
template <class Map>
auto coloured_product(Map& map, const Colouring& colouring, int colour) {
  auto& seed = map.seed();
  using S = std::remove_cvref_t<decltype(*seed.data())>;
  for (Index i = 0; i < seed.size(); ++i) seed.data()[i] = S(colouring.colours[static_cast<std::size_t>(i)] == colour);
  const auto product = map.product(seed);
  return Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, 1>>(product.data(), product.size());
}

}  // namespace gradus::detail
