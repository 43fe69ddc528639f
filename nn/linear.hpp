// The fully connected layer.
#pragma once

#include "activations.hpp"
#include "affine.hpp"
#include "module.hpp"

namespace gradus::nn {

/// y = W x + b with W out × in and b of out rows; x is in × samples. W starts by He's rule, b at zero.
///     nn::Linear layer{.in = 64, .out = 32};
struct Linear {
  Index in = 0, out = 0;
  Initialization initialization = he;
  Parameter weight{out, in, initialization};
  VectorParameter bias{out};

  auto operator()(const auto& x, const auto& w) const { return activated<rules::Copy>(x, w); }

  /// f(W x + b) for the activation of a rule, in one operation.
  template <class Rule>
  auto activated(const auto& x, const auto& w) const {
    const Index rows = gradus::detail::rows_of(x), cols = gradus::detail::cols_of(x);
    if (rows != in)
      throw detail::LocatedShapeError(w.path() + (w.path().empty() ? "" : " ") + "(Linear " + std::to_string(in) + "→" +
                                      std::to_string(out) + "): expected " + std::to_string(in) +
                                      " features × samples, got " + shape_text(rows, cols));
    return affine<Rule>(w[weight], x, w[bias]);
  }
};

}  // namespace gradus::nn
