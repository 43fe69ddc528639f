// The log-density of normally distributed numbers.
#pragma once

#include <numbers>

#include "functions.hpp"

namespace gradus {

namespace detail {

/// A constant as something to compute with: a number or an Eigen array, valid as long as x.
template <class X>
auto plain_array(const X& x) {
  if constexpr (EigenDense<X>)
    return x.matrix().array();
  else if constexpr (MatrixOperand<X>)
    return mapped<const PlainOf<X>>(x.view).array();
  else if constexpr (std::is_integral_v<X>)
    return static_cast<double>(x);
  else
    return x;
}

/// a − b, element by element. Of constants, it is valid as long as they.
template <class A, class B>
auto difference(const A& a, const B& b) {
  if constexpr (depth_of<A> == 0 && depth_of<B> == 0)
    return plain_array(a) - plain_array(b);
  else
    return apply<rules::Subtract>(a, b);
}
template <class A, class B>
auto quotient(const A& a, const B& b) {
  if constexpr (depth_of<A> == 0 && depth_of<B> == 0)
    return plain_array(a) / plain_array(b);
  else
    return apply<rules::Divide>(a, b);
}
/// Σ x²
template <class X>
auto sum_of_squares(const X& x) {
  using rules::square;
  if constexpr (EigenDense<X>)
    return x.square().sum();
  else if constexpr (MatrixOperand<X>)
    return x.squaredNorm();
  else
    return square(x);
}
/// Σ (a − b)²
template <class A, class B>
auto squared_distance(const A& a, const B& b) {
  if constexpr ((depth_of < A >> 0 || depth_of < B >> 0) && (MatrixOperand<A> || MatrixOperand<B>))
    return sum_of<rules::SquaredDifference>(a, b);
  else
    return sum_of_squares(difference(a, b));
}

/// ln x, and Σ ln x of the elements of x.
template <class X>
auto sum_of_logarithms(const X& x) {
  using rules::log;
  if constexpr (depth_of<X> == 0 && MatrixOperand<X>)
    return plain_array(x).log().sum();
  else if constexpr (MatrixOperand<X>)
    return apply<rules::Log>(x).sum();
  else if constexpr (depth_of<X> == 0)
    return log(plain_array(x));
  else
    return apply<rules::Log>(x);
}

/// How many elements the matrices among them have; 1 of scalars alone.
template <class X, class... Rest>
Index common_size(const X& x, const Rest&... rest) {
  if constexpr (MatrixOperand<X>)
    return rows_of(x) * cols_of(x);
  else if constexpr (sizeof...(Rest) > 0)
    return common_size(rest...);
  else
    return 1;
}
template <class A, class B>
void check_beside(const char* which, const A& a, const B& b) {
  if constexpr (MatrixOperand<A> && MatrixOperand<B>)
    if (rows_of(a) != rows_of(b) || cols_of(a) != cols_of(b))
      throw_shapes_differ(which, rows_of(a), cols_of(a), rows_of(b), cols_of(b));
}

}  // namespace detail

/// ln Π N(xᵢ; μᵢ, σᵢ²) = −½ Σ ((xᵢ − μᵢ)/σᵢ)² − Σ ln σᵢ − ½ n ln 2π, the logarithm of the density of n independent
/// normally distributed numbers with mean μ and standard deviation σ > 0. Each of x, μ and σ is a number, a recorded
/// scalar, or a matrix or array, recorded or constant; a scalar beside a matrix counts for every element. If σ is a
/// scalar, the sum of squares is one pass over x and μ that stores nothing. (scipy.stats.norm.logpdf, summed;
/// normal_lpdf in Stan.) Throws ShapeError if matrices are not of one shape.
template <class X, class Mean, class Deviation>
requires(AnyOperand<X>&& AnyOperand<Mean>&& AnyOperand<Deviation>) auto normal_log_density(const X& x, const Mean& mean,
                                                                                           const Deviation& deviation) {
  detail::check_beside("normal_log_density: x and mean", x, mean);
  detail::check_beside("normal_log_density: x and deviation", x, deviation);
  detail::check_beside("normal_log_density: mean and deviation", mean, deviation);
  const double n = static_cast<double>(detail::common_size(x, mean, deviation));
  const double constant = 0.5 * std::log(2 * std::numbers::pi) * n;
  const auto logarithms = detail::sum_of_logarithms(deviation);
  if constexpr (MatrixOperand<Deviation>) {
    const auto squares = detail::sum_of_squares(detail::quotient(detail::difference(x, mean), deviation));
    return -0.5 * squares - logarithms - constant;
  } else {
    const auto sigma = detail::plain_array(deviation);
    return -0.5 / (sigma * sigma) * detail::squared_distance(x, mean) - n * logarithms - constant;
  }
}

}  // namespace gradus
