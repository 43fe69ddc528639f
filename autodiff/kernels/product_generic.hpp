// Matrix products of views: through the compiled door for float and double, by definition for any other number.
#pragma once

#include "../traits.hpp"
#include "product.hpp"

namespace gradus {

/// A·B, not yet computed: what a rule's `a * b` is on views of numbers.
template <class S>
struct ViewProduct {
  View<const S> a, b;
};
template <class S>
ViewProduct<S> operator*(const View<const S>& a, const View<const S>& b) {
  return {a, b};
}

namespace kernels {

/// C = A·B or C += A·B with exactly m·n·k multiplications.
template <class S>
void product_by_definition(View<S> c, View<const S> a, View<const S> b, Store store) {
  for (Index j = 0; j < c.cols; ++j) {
    for (Index i = 0; i < c.rows; ++i) {
      S sum = S(0);
      for (Index k = 0; k < a.cols; ++k) {
        if (k == 0)
          sum = a(i, k) * b(k, j);
        else
          sum += a(i, k) * b(k, j);
      }
      if (store == Store::assign)
        c(i, j) = sum;
      else
        c(i, j) += sum;
    }
  }
}

template <class S>
void put(View<S> c, Store store, const ViewProduct<S>& product_of) {
  if constexpr (std::is_same_v<S, float> || std::is_same_v<S, double>)
    product(c, product_of.a, product_of.b, store);
  else
    product_by_definition(c, product_of.a, product_of.b, store);
}

}  // namespace kernels
}  // namespace gradus
