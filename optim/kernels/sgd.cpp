#include "sgd.hpp"

#include "flush_denormals.hpp"

namespace gradus::optim::kernels {
template <class S>
void sgd_step(Index n, S* __restrict w, S* __restrict velocity, const S* __restrict gradient,
              const SGDCoefficients& by) {
  const FlushDenormals while_stepping;
  const S rate = S(by.learning_rate), momentum = S(by.momentum), decay = S(by.weight_decay);
  if (momentum == 0) {
    for (Index i = 0; i < n; ++i) w[i] -= rate * (gradient[i] + decay * w[i]);
  } else if (!by.nesterov) {
    for (Index i = 0; i < n; ++i) {
      velocity[i] = momentum * velocity[i] + (gradient[i] + decay * w[i]);
      w[i] -= rate * velocity[i];
    }
  } else {
    for (Index i = 0; i < n; ++i) {
      const S g = gradient[i] + decay * w[i];
      velocity[i] = momentum * velocity[i] + g;
      w[i] -= rate * (g + momentum * velocity[i]);
    }
  }
}

template void sgd_step(Index, float*, float*, const float*, const SGDCoefficients&);
template void sgd_step(Index, double*, double*, const double*, const SGDCoefficients&);

}  // namespace gradus::optim::kernels
