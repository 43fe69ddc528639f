// The tape and the operations on it, compiled once for numbers.
#include "operations.hpp"

namespace gradus {

GRADUS_OPERATIONS(template, float)
GRADUS_OPERATIONS(template, double)

template Var<float> record_prod(const MatrixHandle<float>&);
template Var<double> record_prod(const MatrixHandle<double>&);

}  // namespace gradus
