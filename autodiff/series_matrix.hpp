// Matrices with their Taylor coefficients along a curve: Series<Eigen::MatrixXd> and its kin, in Eigen's vocabulary.
#pragma once

#include "series_scalar.hpp"

namespace gradus {

namespace detail {

template <class M, class P>
struct Rebound<Series<M>, P> {
  using type = Series<typename Rebound<M, P>::type>;
};

/// x as an X, which may have another static shape: checked.
template <class X, class Other>
X fitted(const Other& other) {
  if constexpr (EigenDense<X>)
    if ((X::RowsAtCompileTime != Eigen::Dynamic && X::RowsAtCompileTime != other.rows()) ||
        (X::ColsAtCompileTime != Eigen::Dynamic && X::ColsAtCompileTime != other.cols()))
      throw_shapes_differ("conversion to a fixed size", X::RowsAtCompileTime, X::ColsAtCompileTime, other.rows(),
                          other.cols());
  return X(other);
}

/// A Series whose coefficients are f of those of some others (zeros where they have none), f being linear.
template <class F, class... X>
auto coefficientwise(const F& f, const Series<X>&... x) {
  using Y = decltype(f(x.terms()[0]...));
  const std::size_t length = std::max({x.terms().size()...});
  std::vector<Y> terms;
  terms.reserve(length);
  const auto term = []<class Z>(const Series<Z>& z, std::size_t k) -> Z {
    return k < z.terms().size() ? z.terms()[k] : zero_beside(z.terms()[0]);
  };
  for (std::size_t k = 0; k < length; ++k) {
    if constexpr (sizeof...(X) == 1)
      terms.push_back(f(x.terms()[k]...));
    else
      terms.push_back(f(term(x, k)...));
  }
  return Series<Y>(std::move(terms), std::min({x.order()...}));
}

}  // namespace detail

/// A matrix along a curve, X₀ + X₁ t + … + Xₙ tⁿ, all of one shape. X is a plain Eigen type, a recorded matrix
/// (reverse over Taylor), a Dual or another Series. It has the vocabulary of Var<M>; an element is a Series of the
/// elements of X. What is of less depth is a constant, as with scalars.
template <class X>
requires(!Scalar<X>) class Series<X> : public SeriesTerms<X>, public Vocabulary<Series<X>> {
 public:
  using Value = X;
  using Plain = typename detail::MatrixTraits<X>::Plain;  // of numbers
  using Scalar = Series<typename X::Scalar>;              // what its elements are
  static constexpr int RowsAtCompileTime = Plain::RowsAtCompileTime, ColsAtCompileTime = Plain::ColsAtCompileTime;
  static constexpr bool IsVectorAtCompileTime = Plain::IsVectorAtCompileTime;

  using SeriesTerms<X>::SeriesTerms;
  /// From one of another static shape: checked.
  template <class Other>
  requires(!std::is_same_v<Other, X> && !gradus::Scalar<Other> &&
           std::is_same_v<detail::Rebind<Other, Plain>, detail::Rebind<X, Plain>> && SameKind<Series<Other>, Series>)
      Series(const Series<Other>& other)
      : Series(detail::coefficientwise([](const Other& term) { return detail::fitted<X>(term); }, other)) {}

  Index rows() const { return primal().rows(); }
  Index cols() const { return primal().cols(); }
  Index size() const { return rows() * cols(); }
  const X& primal() const { return this->terms()[0]; }

  // ---- what the vocabulary is made of ---------------------------------------------------------------------------

  Scalar element(Index i, Index j) const {
    return detail::coefficientwise([=](const X& term) { return typename X::Scalar(term.coeff(i, j)); }, *this);
  }
  operator Scalar() const requires(RowsAtCompileTime == 1 && ColsAtCompileTime == 1) { return this->value(); }
  template <int Rows, int Cols, class Change>
  auto viewed(const Change& change) const {
    return detail::coefficientwise([&](const X& term) { return detail::viewed<Rows, Cols>(term, change); }, *this);
  }
  template <int Rows, int Cols, class Change>
  auto dense_viewed(const Change& change) const {
    return detail::coefficientwise([&](const X& term) { return detail::dense_viewed<Rows, Cols>(term, change); },
                                   *this);
  }
  template <template <class, int, int, int, int, int> class Kind>
  auto retyped() const {
    using P = Kind<typename Plain::Scalar, RowsAtCompileTime, ColsAtCompileTime, Plain::Options,
                   Plain::MaxRowsAtCompileTime, Plain::MaxColsAtCompileTime>;
    const auto retype = [](const X& term) {
      if constexpr (EigenDense<X>)
        return P(term);
      else
        return term.template retyped<Kind>();
    };
    return detail::coefficientwise(retype, *this);
  }
  /// Σ Rule(x) over the elements.
  template <class Rule>
  Scalar total() const {
    if constexpr (std::is_same_v<Rule, rules::Copy>)
      return detail::coefficientwise([](const X& term) { return typename X::Scalar(term.sum()); }, *this);
    else
      return apply<Rule>(*this).sum();
  }
  /// The same of every column by itself, a row, or of every row, a column.
  template <class Rule, bool Columns>
  auto reduced() const {
    if constexpr (!std::is_same_v<Rule, rules::Copy>)
      return apply<Rule>(*this).template reduced<rules::Copy, Columns>();
    else
      return detail::coefficientwise([](const X& term) { return sums<Columns>(term); }, *this);
  }

 private:
  template <bool Columns>
  static auto sums(const X& x) {
    using P = detail::Reshaped<Plain, Columns ? 1 : RowsAtCompileTime, Columns ? ColsAtCompileTime : 1>;
    if constexpr (!EigenDense<X>)
      return x.template reduced<rules::Copy, Columns>();
    else if constexpr (Columns)
      return P(x.colwise().sum());
    else
      return P(x.rowwise().sum());
  }
};

/// The numbers of a Series: an Eigen object, or a map of a recorded one.
template <MatrixSeries D>
decltype(auto) value_of(const D& x) {
  return value_of(x.primal());
}

}  // namespace gradus
