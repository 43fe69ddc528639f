// The tape and the operations on it, compiled once for numbers.
#include "operations.hpp"

namespace gradus {

template class Tape<float>;
template MatrixHandle<float> record_elementwise(const ElementwiseKernel<float>&, MatrixHandle<float>,
                                                MatrixHandle<float>, const Layout&, Index, Index);
template Var<float> record_total(const ElementwiseKernel<float>&, MatrixHandle<float>, MatrixHandle<float>);
template MatrixHandle<float> scatter(const MatrixHandle<float>&, const Layout&, Index, Index);
template MatrixHandle<float> operator*(const MatrixHandle<float>&, const MatrixHandle<float>&);
template MatrixHandle<float> pack(Tape<float>&, const Var<float>*, Index, Index);
template MatrixHandle<float> record_select(MatrixHandle<float>, MatrixHandle<float>, MatrixHandle<float>);
template class Tape<double>;
template MatrixHandle<double> record_elementwise(const ElementwiseKernel<double>&, MatrixHandle<double>,
                                                 MatrixHandle<double>, const Layout&, Index, Index);
template Var<double> record_total(const ElementwiseKernel<double>&, MatrixHandle<double>, MatrixHandle<double>);
template MatrixHandle<double> scatter(const MatrixHandle<double>&, const Layout&, Index, Index);
template MatrixHandle<double> operator*(const MatrixHandle<double>&, const MatrixHandle<double>&);
template MatrixHandle<double> pack(Tape<double>&, const Var<double>*, Index, Index);
template MatrixHandle<double> record_select(MatrixHandle<double>, MatrixHandle<double>, MatrixHandle<double>);

}  // namespace gradus
