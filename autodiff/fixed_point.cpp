#include "fixed_point.hpp"

#include <sstream>

namespace gradus::detail {

void throw_not_converged(int iterations, double residual, double bound) {
  std::ostringstream text;
  text << "fixed_point: no convergence in " << iterations << " iterations: the residual is " << residual
       << ", expected at most " << bound << "; f must be a contraction near the solution";
  throw Error(text.str());
}

void throw_fixed_point_shape(Index rows, Index cols, Index f_rows, Index f_cols) {
  throw ShapeError("fixed_point: expected f(x, …) to have the shape of x, " + shape_text(rows, cols) + ", got " +
                   shape_text(f_rows, f_cols));
}

}  // namespace gradus::detail
