// Linear algebra with adjoints of its own: solve, inverse, determinant, log_determinant, cholesky, least_squares,
// solve_triangular. (Sparse systems: linear_algebra/sparse.hpp.)
#pragma once

#include "linear_algebra/cholesky.hpp"
#include "linear_algebra/least_squares.hpp"
#include "linear_algebra/solve.hpp"
#include "linear_algebra/triangular.hpp"
