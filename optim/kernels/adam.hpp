// One step of Adam over flat vectors.
#pragma once

#include "../../autodiff/layout.hpp"

namespace gradus::optim::kernels {

struct AdamCoefficients {
  double beta1, beta2, epsilon;
  double step;              // η / (1 − β₁ᵗ)
  double second_unbiasing;  // 1 / √(1 − β₂ᵗ)
};

/// m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  w ← w − step · m / (second_unbiasing · √v + ε), in one pass. The
/// four vectors have n entries and do not overlap.
template <class S>
void adam_step(Index n, S* w, S* first_moment, S* second_moment, const S* gradient, const AdamCoefficients& by);

extern template void adam_step(Index, float*, float*, float*, const float*, const AdamCoefficients&);
extern template void adam_step(Index, double*, double*, double*, const double*, const AdamCoefficients&);

}  // namespace gradus::optim::kernels
