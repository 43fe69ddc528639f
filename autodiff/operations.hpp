// The operations on matrix variables: every function of matrix.hpp ends in one of these.
#pragma once

#include "operations/elementwise.hpp"
#include "operations/pack.hpp"
#include "operations/prod.hpp"
#include "operations/product.hpp"
#include "operations/select.hpp"
#include "operations/total.hpp"

namespace gradus {

// Compiled once, in the library: on numbers, and on recorded numbers for second derivatives.
#define GRADUS_OPERATIONS(instantiate, S)                                                                      \
  instantiate class Tape<S>;                                                                                   \
  instantiate MatrixHandle<S> record_elementwise(const ElementwiseKernel<S>&, const MatrixHandle<S>&,          \
                                                 const MatrixHandle<S>&, const Layout&, Index, Index);         \
  instantiate MatrixHandle<S> record_elementwise(const ElementwiseKernel<S>&, const MatrixHandle<S>&,          \
                                                 const MatrixHandle<S>&);                                      \
  instantiate Var<S> record_total(const ElementwiseKernel<S>&, const MatrixHandle<S>&, const MatrixHandle<S>&, \
                                  const S*);                                                                   \
  instantiate MatrixHandle<S> scatter(const MatrixHandle<S>&, const Layout&, Index, Index);                    \
  instantiate MatrixHandle<S> operator*(const MatrixHandle<S>&, const MatrixHandle<S>&);                       \
  instantiate MatrixHandle<S> pack(Tape<S>&, const Var<S>*, Index, Index);                                     \
  instantiate MatrixHandle<S> record_select(MatrixHandle<S>, const MatrixHandle<S>&, const MatrixHandle<S>&);
GRADUS_OPERATIONS(extern template, float)
GRADUS_OPERATIONS(extern template, double)
GRADUS_OPERATIONS(extern template, Var<float>)
GRADUS_OPERATIONS(extern template, Var<double>)

}  // namespace gradus
