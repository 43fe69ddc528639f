// The tape over recorded doubles and the operations on it.
#include "nested_kernels.hpp"

namespace gradus {

GRADUS_OPERATIONS(template, Var<double>)
template const ElementwiseKernel<Var<double>>& kernels::compiled_nested_kernel(int);

}  // namespace gradus
