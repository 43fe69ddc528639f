// The tape over recorded floats and the operations on it.
#include "nested_kernels.hpp"

namespace gradus {

GRADUS_OPERATIONS(template, Var<float>)
template const ElementwiseKernel<Var<float>>& kernels::compiled_nested_kernel(int);

}  // namespace gradus
