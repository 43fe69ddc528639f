// The record of softmax cross-entropy, compiled once for numbers.
#include "cross_entropy_records.hpp"

namespace gradus::nn::detail {

template RecordedCrossEntropy<float> record_cross_entropy(const MatrixHandle<float>&, const int*);
template RecordedCrossEntropy<double> record_cross_entropy(const MatrixHandle<double>&, const int*);

}  // namespace gradus::nn::detail
