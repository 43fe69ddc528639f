// Duals as the numbers of Eigen's matrices.
#pragma once

#include <Eigen/Core>

#include "dual_expression.hpp"

template <class X>
requires gradus::Scalar<X>
struct Eigen::NumTraits<gradus::Dual<X>> : Eigen::NumTraits<gradus::GroundOf<X>> {
  using Real = gradus::Dual<X>;
  using NonInteger = gradus::Dual<X>;
  using Nested = gradus::Dual<X>;
  using Literal = gradus::Dual<X>;
  enum { RequireInitialization = 1 };
};
