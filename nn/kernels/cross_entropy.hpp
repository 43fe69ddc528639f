// Kernels of softmax cross-entropy.
#pragma once

#include "../../autodiff/layout.hpp"

namespace gradus::nn::kernels {

/// p ← softmax of every column of z, both dense classes × samples. Returns Σⱼ (log Σᵢ exp zᵢⱼ − z at labels[j] in
/// column j); with every label in [0, classes).
template <class S>
S softmax_cross_entropy(View<S> p, const S* z, const int* labels);

/// z_bar ← scale·(p − one-hot(labels)), or added to it. All dense.
template <class S>
void pull_softmax_cross_entropy(View<S> z_bar, Store store, const S* p, const int* labels, S scale);

/// Σ (p − one-hot(labels))∘ż. All dense.
template <class S>
S softmax_cross_entropy_slope(View<const S> p, const S* z_dot, const int* labels);

/// z_bar ← scale·(p∘ż − p·⟨p, ż⟩) column by column, or added to it: the derivative of ⟨softmax(z), ż⟩ by z. All dense.
template <class S>
void pull_softmax_slope(View<S> z_bar, Store store, const S* p, const S* z_dot, S scale);

}  // namespace gradus::nn::kernels
