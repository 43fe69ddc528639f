// The operations on matrix variables: every function of matrix.hpp ends in one of these.
#pragma once

#include "operations/elementwise.hpp"
#include "operations/pack.hpp"
#include "operations/product.hpp"
#include "operations/select.hpp"

namespace gradus {

// Compiled once, in the library, for numbers.
extern template class Tape<float>;
extern template MatrixHandle<float> record_elementwise(const ElementwiseKernel<float>&, MatrixHandle<float>,
                                                       MatrixHandle<float>, const Layout&, Index, Index);
extern template Var<float> record_total(const ElementwiseKernel<float>&, MatrixHandle<float>, MatrixHandle<float>);
extern template MatrixHandle<float> scatter(const MatrixHandle<float>&, const Layout&, Index, Index);
extern template MatrixHandle<float> operator*(const MatrixHandle<float>&, const MatrixHandle<float>&);
extern template MatrixHandle<float> pack(Tape<float>&, const Var<float>*, Index, Index);
extern template MatrixHandle<float> record_select(MatrixHandle<float>, MatrixHandle<float>, MatrixHandle<float>);
extern template class Tape<double>;
extern template MatrixHandle<double> record_elementwise(const ElementwiseKernel<double>&, MatrixHandle<double>,
                                                        MatrixHandle<double>, const Layout&, Index, Index);
extern template Var<double> record_total(const ElementwiseKernel<double>&, MatrixHandle<double>, MatrixHandle<double>);
extern template MatrixHandle<double> scatter(const MatrixHandle<double>&, const Layout&, Index, Index);
extern template MatrixHandle<double> operator*(const MatrixHandle<double>&, const MatrixHandle<double>&);
extern template MatrixHandle<double> pack(Tape<double>&, const Var<double>*, Index, Index);
extern template MatrixHandle<double> record_select(MatrixHandle<double>, MatrixHandle<double>, MatrixHandle<double>);

}  // namespace gradus
