// Activations as parts of networks. Each is a rule of the engine's table, applied element by element.
#pragma once

#include "../autodiff/autodiff.hpp"

namespace gradus::nn {

/// An elementwise rule as a module without parameters: of matrices, recorded or plain.
template <class R>
struct Activation {
  using Rule = R;
  auto operator()(const auto& x) const {
    using X = std::remove_cvref_t<decltype(x)>;
    if constexpr (ActiveMatrix<X>)
      return apply<R>(x);
    else
      return typename PlainOf<X>::PlainObject(R::value(x.array()).matrix());
  }
};

using Identity = Activation<rules::Copy>;     ///< x
using ReLU = Activation<rules::Relu>;         ///< max(x, 0); derivative 0 at 0
using Tanh = Activation<rules::Tanh>;         ///< tanh x
using Sigmoid = Activation<rules::Logistic>;  ///< 1/(1 + e⁻ˣ)

}  // namespace gradus::nn
