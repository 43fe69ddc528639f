// Kernels of an affine map followed by an activation.
#pragma once

#include "../../autodiff/kernels/product_generic.hpp"
#include "../../autodiff/rules/elementwise.hpp"

namespace gradus::nn::kernels {

/// y ← f(W x + b), b added to every column. y is dense m × n, W is m × k and x is k × n, with any strides but zero; b
/// holds m contiguous numbers.
template <class Rule, class S>
void affine(const View<S>& y, const View<const S>& w, const View<const S>& x, const S* b);

/// δ ← f'(y)∘g, with f' in terms of y, and where b_bar is not null b_bar ← Σ of δ's columns (added with Store::add).
/// All are dense and contiguous; δ may be g.
template <class Rule, class S>
void pull_activation(const View<S>& delta, const S* g, const S* y, S* b_bar, Store store);

/// The same for one column, and W̄ ← δ xᵀ (added with w_store = Store::add) with it. x is k × 1, W̄ is m × k with any
/// strides but zero.
template <class Rule, class S>
void pull_column(const View<S>& delta, const S* g, const S* y, const View<const S>& x, S* b_bar, Store b_store,
                 const View<S>& w_bar, Store w_store);

}  // namespace gradus::nn::kernels
