// Checks of operations with adjoints of their own, and matrices that they are well-conditioned at.
#pragma once

#include "check_gradients.hpp"

namespace gradus::test {

template <class X>
auto identity_like(const X& x) {
  using P = PlainOf<X>;
  return P(P::Identity(x.rows(), x.cols()));
}

/// A matrix with 3 added to the diagonal: far from singular for elements of size 1.
template <class X>
auto shifted(const X& x) {
  return (x + 3 * identity_like(x)).eval();
}
/// A Aᵀ + 1: symmetric, positive definite.
template <class X>
auto gram(const X& x) {
  const auto product = (x * x.transpose()).eval();
  return (product + identity_like(product)).eval();
}

template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

inline Matrix<double> random_matrix(Index rows, Index cols, unsigned seed) {
  std::mt19937 random(seed);
  return direction_like(Matrix<double>(rows, cols), random);
}

/// The tangent of an operation at x…, along directions d…, against central differences of f, and against its pullback:
/// ⟨g, tangent(d)⟩ = ⟨pullback(g), d⟩, in double and in float. f(x…) is the operation with what it is made with, a
/// factorization; make(x…) is that operation.
template <class F, class Make, class... X>
void check_tangent(const F& f, const Make& make, const std::tuple<X...>& d, const X&... x) {
  const auto numbers = [](const auto& y) {
    if constexpr (MatrixOperand<decltype(y)>)
      return Matrix<double>(y.template cast<double>());
    else
      return Matrix<double>(Matrix<double>::Constant(1, 1, static_cast<double>(y)));
  };
  const auto tangent_of = [&]<class S>(S, const auto&... xs) {
    return std::apply([&](const auto&... ds) { return make(xs...).tangent(f(xs...), xs..., cast<S>(ds)...); }, d);
  };
  const auto along = [&](double t) {
    return std::apply([&](const auto&... ds) { return numbers(f(X(x + t * ds)...)); }, d);
  };
  const Matrix<double> tangent = numbers(tangent_of(double(), x...));
  const double h = 1e-4;  // extrapolated: the error is of order h⁴ and ε/h
  const Matrix<double> difference = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h);
  CAPTURE(tangent);
  CAPTURE(difference);
  CHECK((tangent - difference).norm() <= 1e-9 * (1 + tangent.norm()));

  const auto check_pullback = [&]<class S>(S) {
    const auto at = [&](const auto&... xs) {
      Tape<S> tape;
      const auto y_dot = numbers(tangent_of(S(), xs...));
      const Matrix<double> g = random_matrix(y_dot.rows(), y_dot.cols(), 7);
      const auto pulled = [&](const auto&... variables) {
        const auto y = custom(make(xs...), variables...);
        if constexpr (MatrixVar<decltype(y)>)
          tape.backward(y, g.template cast<S>());
        else
          tape.backward(y * static_cast<S>(g(0, 0)));
        return std::apply(
            [&](const auto&... ds) {
              return (0.0 + ... + numbers(tape.adjoint(variables)).cwiseProduct(numbers(ds)).sum());
            },
            d);
      };
      const double forward = g.cwiseProduct(y_dot).sum(),
                   reverse = std::apply(pulled, std::tuple(tape.variable(xs)...));
      check_close(forward, reverse, 1000 * double{std::numeric_limits<S>::epsilon()} * (1 + g.norm() * y_dot.norm()));
    };
    at(cast<S>(x)...);
  };
  check_pullback(double());
  check_pullback(float());
}

}  // namespace gradus::test
