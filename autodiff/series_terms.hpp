// What a Series holds, and the arithmetic of single coefficients.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "dual_operators.hpp"

namespace gradus {

/// The coefficients x₀, x₁, … of x₀ + x₁ t + x₂ t² + … + O(tᵒʳᵈᵉʳ⁺¹). Those that are not stored are zero.
template <class X>
class SeriesTerms {
 public:
  /// The order of a constant: it is known to any.
  static constexpr Index unlimited = std::numeric_limits<Index>::max() / 2;

  /// Throws Error if there is no coefficient or the order is negative, ShapeError if they are not of one shape. Those
  /// beyond the order are dropped.
  SeriesTerms(std::vector<X> terms, Index order) : terms_(std::move(terms)), order_(order) {
    if (order < 0) throw Error("Series: expected an order of at least 0, got " + std::to_string(order));
    if (order >= unlimited && terms_.size() > 1) throw Error("Series: expected the order up to which it is known");
    if (terms_.empty()) throw Error("Series: expected at least one coefficient, the value, got none");
    while (static_cast<Index>(terms_.size()) > order + 1) terms_.pop_back();
    if constexpr (!Scalar<X>)
      for (const X& term : terms_)
        if (term.rows() != terms_[0].rows() || term.cols() != terms_[0].cols())
          throw_shapes_differ("Series: value and coefficient", terms_[0].rows(), terms_[0].cols(), term.rows(),
                              term.cols());
  }
  /// A constant.
  explicit SeriesTerms(X constant) : terms_{std::move(constant)} {}

  /// The highest power whose coefficient is known.
  Index order() const { return order_; }
  /// The first coefficients, at least one; all that follow are zero.
  const std::vector<X>& terms() const { return terms_; }
  /// Coefficient k ≤ order. Throws Error for any other.
  X coefficient(Index k) const {
    if (k < 0 || k > order_)
      throw Error("Series: expected a coefficient from 0 to the order " + std::to_string(order_) + ", got " +
                  std::to_string(k));
    if (k < static_cast<Index>(terms_.size())) return terms_[static_cast<std::size_t>(k)];
    return detail::zero_beside(terms_[0]);
  }

 private:
  std::vector<X> terms_;
  Index order_ = unlimited;
};

namespace detail {

/// A rule applied to coefficients.
template <class Rule, class X>
X on_coefficients(const X& x, const X& z) {
  if constexpr (EigenDense<X>) {
    using S = typename X::Scalar;
    X y(x.rows(), x.cols());
    const View<const S> read[] = {borrow(x).view, borrow(z).view};
    kernels::elementwise(kernel_of<Rule, S>().forward, writable(y), Store::assign, read, 2);
    return y;
  } else if constexpr (rules::Unary<Rule>) {
    return X(Rule::value(x));
  } else {
    return X(Rule::value(x, z));
  }
}
template <class Rule, class X>
X on_coefficients(const X& x) {
  return on_coefficients<Rule>(x, x);
}

/// k·x and x/k.
template <class X>
X times(const X& x, Index k) {
  if constexpr (EigenDense<X>)
    return X(x * static_cast<typename X::Scalar>(k));
  else if constexpr (PlainNumber<X>)
    return x * static_cast<X>(k);
  else
    return X(x * static_cast<double>(k));
}
template <class X>
X over(const X& x, Index k) {
  if (k == 1) return x;
  if constexpr (EigenDense<X>)
    return X(x / static_cast<typename X::Scalar>(k));
  else if constexpr (PlainNumber<X>)
    return x / static_cast<X>(k);
  else
    return X(x / static_cast<double>(k));
}

/// A scalar of less depth, or a literal, as an X.
template <class X, class C>
X scalar_constant(const C& c) {
  if constexpr (Number<X>)
    return static_cast<X>(c);
  else
    return X(c);
}
/// A literal as a coefficient of the same shape as x.
template <class X, class C>
X literal_beside(const X& x, const C& c) {
  if constexpr (EigenDense<X>)
    return X::Constant(x.rows(), x.cols(), static_cast<typename X::Scalar>(c));
  else if constexpr (MatrixOperand<X>)
    return constant_beside(x, PlainOf<X>::Constant(x.rows(), x.cols(), static_cast<typename PlainOf<X>::Scalar>(c)));
  else
    return scalar_constant<X>(c);
}

/// A sum of coefficients that begins with none.
template <class X>
class SeriesSum {
 public:
  /// += Rule(a, b), a product of some kind.
  template <class Rule>
  void add(const X& a, const X& b) {
    if constexpr (EigenDense<X>) {
      using S = typename X::Scalar;
      const Store store = sum_ ? Store::add : Store::assign;
      if (!sum_) sum_.emplace(a.rows(), a.cols());
      const View<const S> read[] = {borrow(a).view, borrow(b).view};
      kernels::elementwise(kernel_of<Rule, S>().forward, writable(*sum_), store, read, 2);
    } else {
      add(X(Rule::value(a, b)));
    }
  }
  void add(X term) {
    if (sum_)
      *sum_ = X(*sum_ + term);
    else
      sum_.emplace(std::move(term));
  }
  void divide(Index k) {
    if (!sum_ || k == 1) return;
    if constexpr (EigenDense<X>)
      *sum_ /= static_cast<typename X::Scalar>(k);
    else
      *sum_ = over(*sum_, k);
  }
  bool is_empty() const { return !sum_; }
  const X& value() const { return *sum_; }
  /// The sum, or zeros of x's shape.
  X take(const X& x) { return sum_ ? std::move(*sum_) : zero_beside(x); }

 private:
  std::optional<X> sum_;
};

}  // namespace detail
}  // namespace gradus
