// Kernels of an affine map followed by an activation.
#pragma once

#include "../../autodiff/kernels/product_generic.hpp"
#include "../../autodiff/rules/elementwise.hpp"

namespace gradus::nn::kernels {

/// y ← f(y + b) column by column, in place. y is dense m × n, b holds m contiguous numbers.
template <class Rule, class S>
void add_bias_and_activate(const View<S>& y, const S* b);

/// δ ← f'(y)∘g, with f' in terms of y, and where b_bar is not null b_bar ← Σ of δ's columns (added with Store::add).
/// All are dense and contiguous; δ may be g.
template <class Rule, class S>
void pull_activation(const View<S>& delta, const S* g, const S* y, S* b_bar, Store store);

}  // namespace gradus::nn::kernels
