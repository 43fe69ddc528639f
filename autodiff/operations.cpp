// The tape and the operations on it, compiled once for numbers.
#include "operations.hpp"

namespace gradus {

GRADUS_OPERATIONS(template, float)
GRADUS_OPERATIONS(template, double)

}  // namespace gradus
