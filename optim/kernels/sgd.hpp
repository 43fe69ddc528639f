// One step of stochastic gradient descent over flat vectors.
#pragma once

#include "../../autodiff/layout.hpp"

namespace gradus::optim::kernels {

struct SGDCoefficients {
  double learning_rate, momentum, weight_decay;
  bool nesterov;
};

/// g ← gradient + λ w;  v ← μ v + g;  w ← w − η v, or w ← w − η (g + μ v) after Nesterov. Without momentum v is not
/// touched and may be null, and w ← w − η g. The three vectors have n entries and do not overlap.
template <class S>
void sgd_step(Index n, S* w, S* velocity, const S* gradient, const SGDCoefficients& by);

extern template void sgd_step(Index, float*, float*, const float*, const SGDCoefficients&);
extern template void sgd_step(Index, double*, double*, const double*, const SGDCoefficients&);

}  // namespace gradus::optim::kernels
