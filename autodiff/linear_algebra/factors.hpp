// What operations of linear algebra have in common: the factors of the numbers of a matrix of any kind.
#pragma once

#include <memory>

#include "../custom.hpp"

namespace gradus::detail {

/// Whether derivatives by a matrix may be asked for: it is recorded or a Dual, or its elements are Duals.
template <class A>
inline constexpr bool is_active = whole_depth<A> > 0;

/// Throws TapeError if the tape of what stands at the bottom has been cleared.
template <class A>
void check_current(const A& a) {
  if constexpr (MatrixVar<A>)
    a.current();
  else if constexpr (MatrixDual<A>)
    check_current(a.primal());
}

/// The floating-point numbers at the bottom of a matrix of any kind, as an Eigen object in memory.
template <class A>
decltype(auto) ground_numbers(const A& a) {
  if constexpr (!is_active<A>)
    return in_memory(a);
  else if constexpr (is_dual<typename PlainOf<A>::Scalar>)
    return value_of(a).unaryExpr([](const auto& x) { return value_of(x); }).eval();
  else
    return value_of(a);
}

/// The numbers of A, factorized.
template <template <class> class Factors, class A>
auto factors_of(const A& a) {
  using S = GroundOf<typename NumberOf<A>::type>;
  static_assert(std::is_same_v<S, float> || std::is_same_v<S, double>,
                "decompositions are of float and double: for other numbers, define the operation with custom()");
  check_current(a);
  const auto& matrix = ground_numbers(a);
  return std::make_shared<const Factors<S>>(view_of(matrix));
}

template <int Rows, class Factors, class B>
auto solved(const Factors& factors, const B& b, bool transposed) {
  using S = typename Factors::Scalar;
  static_assert(std::is_same_v<typename B::Scalar, S>, "float and double do not mix: use .cast<>() on the constant");
  Eigen::Matrix<S, Rows, B::ColsAtCompileTime> x(transposed ? factors.rows() : factors.cols(), b.cols());
  factors.solve(view_of(b), view_to(x), transposed);
  return x;
}

/// A symmetric function of the matrix reads one triangle; its derivative is spread over both.
template <bool symmetric>
void contribute(const auto& a_bar, const auto& contribution) {
  if constexpr (symmetric) {
    a_bar += contribution / 2;
    a_bar += contribution.transpose() / 2;
  } else {
    a_bar += contribution;
  }
}
template <bool symmetric>
auto symmetrized(const auto& a_dot) {
  if constexpr (symmetric)
    return evaluated((a_dot + a_dot.transpose()) / 2);
  else
    return a_dot;
}

template <class P, class Factors>
auto inverse_of(const Factors& factors, const char* asked_for) {
  if (const Index k = factors.deficient(); k >= 0) throw_singular(asked_for, k);
  using Y = Eigen::Matrix<typename P::Scalar, P::ColsAtCompileTime, P::RowsAtCompileTime>;
  if constexpr (requires(Y y) { factors.inverse(view_to(y)); }) {
    Y y(factors.rows(), factors.rows());
    factors.inverse(view_to(y));
    return y;
  } else {
    const Y identity = Y::Identity(factors.rows(), factors.rows());
    return solved<Y::RowsAtCompileTime>(factors, identity, false);
  }
}

}  // namespace gradus::detail
