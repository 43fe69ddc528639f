// Sweeps with several seeds, compiled once for numbers.
#include "vector_sweep.hpp"

#include "operations.hpp"

namespace gradus::detail {

template void sweep_back(Tape<float>&);
template void sweep_back(Tape<double>&);
template void sweep_forward(Tape<float>&);
template void sweep_forward(Tape<double>&);

}  // namespace gradus::detail
