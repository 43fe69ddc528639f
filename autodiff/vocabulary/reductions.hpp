// Sums, norms, extrema and products of all elements, in Eigen's vocabulary.
#pragma once

#include <concepts>
#include <functional>

#include "../operand.hpp"

namespace gradus {

template <class V, bool Columns>
class Vectorwise;
template <ActiveMatrix V>
class Diagonal;  // see assembly.hpp

namespace detail {  // see reductions.hpp
template <class Y>
auto inverse_or_zero(const Y& y);
template <class Better, ActiveMatrix X>
auto extremum_of_all(const char* operation, const X& x);
template <class Better, ActiveMatrix X>
auto extremum_at(const char* operation, const X& x, Index& row, Index& col);
template <class Better, ActiveMatrix X, bool Columns>
auto extremum_of_each(const char* operation, const Vectorwise<X, Columns>& w);
template <ActiveMatrix X>
auto product_of_all(const X& x);
template <ActiveMatrix X, bool Columns>
auto product_of_each(const Vectorwise<X, Columns>& w);
template <ActiveMatrix X>
auto stable_norm(const X& x);
template <ActiveMatrix X>
auto power_norm(const X& x, int p);
template <class Rule, ActiveMatrix X, bool Columns, class V>
auto with_each(const Vectorwise<X, Columns>& w, const V& vector);
}  // namespace detail

/// The members of Vocabulary that make one scalar of a matrix, and what is made of those.
template <class Derived>
class Reductions {
 public:
  auto sum() const { return self().template total<rules::Copy>(); }
  auto mean() const { return typename Derived::Scalar(sum() / static_cast<double>(self().size())); }
  auto trace() const { return self().diagonal().sum(); }
  auto squaredNorm() const { return self().template total<rules::Square>(); }
  /// The Euclidean norm; its derivative at zero is zero.
  auto norm() const { return typename Derived::Scalar(apply<rules::Root>(squaredNorm())); }
  /// Σ aᵢbᵢ of vectors.
  template <class B>
  auto dot(const B& b) const {
    return inner_product(self(), b);
  }
  /// a × b of vectors of length 3.
  template <class B>
  auto cross(const B& b) const {
    return cross_product(self(), b);
  }
  /// x/‖x‖, or zeros with derivative 0 where ‖x‖ is 0.
  auto normalized() const { return apply<rules::Multiply>(self(), detail::inverse_or_zero(norm())); }
  /// The extremum; where several elements attain it they share its derivative. Throws ShapeError if there is none.
  auto maxCoeff() const { return detail::extremum_of_all<std::greater<>>("maxCoeff", self()); }
  auto minCoeff() const { return detail::extremum_of_all<std::less<>>("minCoeff", self()); }
  /// Also says where it is: the first one in column order.
  template <std::integral I>
  auto maxCoeff(I* row, I* col) const {
    return located<std::greater<>>("maxCoeff", row, col);
  }
  template <std::integral I>
  auto minCoeff(I* row, I* col) const {
    return located<std::less<>>("minCoeff", row, col);
  }
  template <std::integral I>
  auto maxCoeff(I* at) const requires VectorOperand<Derived> {
    I other;
    return Derived::ColsAtCompileTime == 1 ? maxCoeff(at, &other) : maxCoeff(&other, at);
  }
  template <std::integral I>
  auto minCoeff(I* at) const requires VectorOperand<Derived> {
    I other;
    return Derived::ColsAtCompileTime == 1 ? minCoeff(at, &other) : minCoeff(&other, at);
  }
  /// The product of all elements; zeros are no special case.
  auto prod() const { return detail::product_of_all(self()); }
  /// (Σ|x|ᵖ)^(1/p), or max|x| for Eigen::Infinity; derivative 0 at zero.
  template <int P>
  auto lpNorm() const {
    using Scalar = typename Derived::Scalar;
    static_assert(P > 0 || P == Eigen::Infinity, "lpNorm: p is positive or Eigen::Infinity");
    if constexpr (P == 1)
      return self().template total<rules::Abs>();
    else if constexpr (P == 2)
      return norm();
    else if constexpr (P == Eigen::Infinity)
      return self().size() == 0 ? Scalar(0) : Scalar(apply<rules::Abs>(self()).maxCoeff());
    else
      return detail::power_norm(self(), P);
  }
  /// The norm, which neither overflows nor underflows.
  auto stableNorm() const { return typename Derived::Scalar(detail::stable_norm(self())); }
  auto stableNormalized() const { return apply<rules::Multiply>(self(), detail::inverse_or_zero(stableNorm())); }
  /// diag(x) of a vector, to be multiplied with a matrix from either side.
  Diagonal<Derived> asDiagonal() const { return Diagonal<Derived>(self()); }

  // These look at the numbers.
  bool hasNaN() const { return value_of(self()).hasNaN(); }
  bool allFinite() const { return value_of(self()).allFinite(); }
  bool isZero(const auto&... precision) const { return value_of(self()).isZero(precision...); }
  bool isApprox(const auto& b, const auto&... precision) const {
    return value_of(self()).isApprox(value_of(b), precision...);
  }

 private:
  template <class Better, class I>
  auto located(const char* name, I* row, I* col) const {
    Index i = 0, j = 0;
    const auto y = detail::extremum_at<Better>(name, self(), i, j);
    *row = static_cast<I>(i), *col = static_cast<I>(j);
    return y;
  }
  const Derived& self() const { return static_cast<const Derived&>(*this); }
};

}  // namespace gradus
