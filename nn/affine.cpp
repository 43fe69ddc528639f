// The fused affine record, compiled once for numbers.
#include "affine.hpp"

namespace gradus::nn::detail {

template MatrixHandle<float> record_affine<rules::Copy>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                        const MatrixHandle<float>&);
template MatrixHandle<double> record_affine<rules::Copy>(const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                         const MatrixHandle<double>&);
template MatrixHandle<float> record_affine<rules::Relu>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                        const MatrixHandle<float>&);
template MatrixHandle<double> record_affine<rules::Relu>(const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                         const MatrixHandle<double>&);
template MatrixHandle<float> record_affine<rules::Tanh>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                        const MatrixHandle<float>&);
template MatrixHandle<double> record_affine<rules::Tanh>(const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                         const MatrixHandle<double>&);
template MatrixHandle<float> record_affine<rules::Logistic>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                            const MatrixHandle<float>&);
template MatrixHandle<double> record_affine<rules::Logistic>(const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                             const MatrixHandle<double>&);

template MatrixHandle<float> record_affine_sum(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                               const MatrixHandle<float>&, const MatrixHandle<float>&,
                                               const MatrixHandle<float>&);
template MatrixHandle<double> record_affine_sum(const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                const MatrixHandle<double>&);

}  // namespace gradus::nn::detail
