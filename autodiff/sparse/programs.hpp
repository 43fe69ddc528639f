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

/// Calls take(colour, column) for every colour, column being the product of a linear map with the sum of its unit
/// vectors of that colour (in column order). multiply(seeds, products) multiplies with as many as share a sweep.
template <class S, class Multiply, class Take>
void coloured_products(const Colouring& colouring, DynamicMatrix<S>& products, const Multiply& multiply,
                       const Take& take) {
  for_blocks(colouring.count, [&](Index first, int count) {
    const auto seed = [&](Index c, Index i) {
      return S(colouring.colours[static_cast<std::size_t>(i)] == static_cast<int>(first + c));
    };
    multiply(count, seed, products);
    for (Index c = 0; c < count; ++c) take(static_cast<int>(first + c), products.col(c));
  });
}

}  // namespace gradus::detail
