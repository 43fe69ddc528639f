// Sparse Jacobians and Hessians: patterns, colourings, compressed sweeps.
#pragma once

#include "sparse/hessian.hpp"
#include "sparse/jacobian.hpp"
