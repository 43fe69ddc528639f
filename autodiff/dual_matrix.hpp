// Matrices with their derivative along a direction: Dual<Eigen::MatrixXd> and its kin, in Eigen's vocabulary.
#pragma once

#include "matrix_operators.hpp"

namespace gradus {

namespace detail {

/// X with another plain Eigen type at its bottom: a matrix, or a number that becomes one.
template <class X, class P>
struct Rebound {
  using type = P;
};
template <class M, class P>
struct Rebound<Var<M>, P> {
  using type = Var<typename Rebound<M, P>::type>;
};
template <class M, class P>
struct Rebound<Dual<M>, P> {
  using type = Dual<typename Rebound<M, P>::type>;
};
template <class X, class P>
using Rebind = typename Rebound<X, P>::type;

/// How an Eigen object's elements lie in its memory.
template <EigenDense X>
Layout layout_of(const X& x) {
  const auto& view = borrow(x).view;
  return {0, view.rows, view.cols, view.row_stride, view.col_stride};
}

/// A view of a matrix by a change of its layout: of an Eigen object a copy, for it has no handle to share.
template <int Rows, int Cols, class X, class Change>
auto viewed(const X& x, const Change& change) {
  if constexpr (EigenDense<X>) {
    using P = Reshaped<X, Rows, Cols>;
    using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    const Layout l = change(layout_of(x));
    if (!P::IsRowMajor && l.is_dense()) return P(Eigen::Map<const P>(x.data() + l.offset, l.rows, l.cols));
    const Stride stride = P::IsRowMajor ? Stride(l.row_stride, l.col_stride) : Stride(l.col_stride, l.row_stride);
    return P(Eigen::Map<const P, Eigen::Unaligned, Stride>(x.data() + l.offset, l.rows, l.cols, stride));
  } else {
    return x.template viewed<Rows, Cols>(change);
  }
}
template <int Rows, int Cols, class X, class Change>
auto dense_viewed(const X& x, const Change& change) {
  if constexpr (!EigenDense<X>)
    return x.template dense_viewed<Rows, Cols>(change);
  else if (layout_of(x).is_dense())
    return viewed<Rows, Cols>(x, change);
  else
    return viewed<Rows, Cols>(Eigen::MatrixX<typename X::Scalar>(x.matrix()), change);
}

/// Numbers as a constant of the same kind as x.
template <class X, class C>
X constant_beside(const X& x, const C& constant) {
  if constexpr (EigenDense<X>)
    return X(constant);
  else if constexpr (MatrixVar<X>)
    return X(x.tape()->constant(constant).handle());
  else if constexpr (MatrixDual<X>)
    return X(constant_beside(x.primal(), constant),
             constant_beside(x.primal(), PlainOf<X>::Zero(rows_of(constant), cols_of(constant))));
  else if constexpr (MatrixSeries<X>)
    return X(constant_beside(x.primal(), constant));
  else
    return X(constant);
}
template <class X>
X zero_beside(const X& x) {
  if constexpr (MatrixOperand<X>)
    return constant_beside(x, PlainOf<X>::Zero(x.rows(), x.cols()));
  else
    return X(0);
}

}  // namespace detail

/// A matrix and its derivative along a direction, of the same shape: forward mode. X is a plain Eigen type, which is
/// held by value, a recorded matrix (reverse over forward) or another Dual (higher derivatives). It has the vocabulary
/// of Var<M>; an element is a Dual of the elements of X. What is of less depth is a constant, as with scalars. Throws
/// ShapeError if the two shapes differ.
template <class X>
requires(!Scalar<X>) class Dual<X> : public Vocabulary<Dual<X>> {
 public:
  using Value = X;
  using Plain = typename detail::MatrixTraits<X>::Plain;  // of numbers
  using Scalar = Dual<typename X::Scalar>;                // what its elements are
  static constexpr int RowsAtCompileTime = Plain::RowsAtCompileTime, ColsAtCompileTime = Plain::ColsAtCompileTime;
  static constexpr bool IsVectorAtCompileTime = Plain::IsVectorAtCompileTime;

  Dual(X primal, X tangent) : primal_(std::move(primal)), tangent_(std::move(tangent)) {
    if (rows() != tangent_.rows() || cols() != tangent_.cols())
      throw_shapes_differ("Dual: value and tangent", rows(), cols(), tangent_.rows(), tangent_.cols());
  }
  /// From one of another static shape: checked.
  template <class Other>
  requires(!std::is_same_v<Other, X> && !gradus::Scalar<Other> &&
           std::is_same_v<detail::Rebind<Other, Plain>, detail::Rebind<X, Plain>> && SameKind<Dual<Other>, Dual>)
      Dual(const Dual<Other>& other)
      : Dual(fitted(other.primal()), fitted(other.tangent())) {}
  Dual(const Dual&) = default;
  Dual(Dual&&) = default;
  Dual& operator=(const Dual&) & = default;
  Dual& operator=(Dual&&) & = default;

  Index rows() const { return primal_.rows(); }
  Index cols() const { return primal_.cols(); }
  Index size() const { return rows() * cols(); }
  const X& primal() const { return primal_; }
  const X& tangent() const { return tangent_; }

  // ---- what the vocabulary is made of ---------------------------------------------------------------------------

  Scalar element(Index i, Index j) const { return Scalar(primal_.coeff(i, j), tangent_.coeff(i, j)); }
  operator Scalar() const requires(RowsAtCompileTime == 1 && ColsAtCompileTime == 1) { return this->value(); }
  template <int Rows, int Cols, class Change>
  auto viewed(const Change& change) const {
    return dual(detail::viewed<Rows, Cols>(primal_, change), detail::viewed<Rows, Cols>(tangent_, change));
  }
  template <int Rows, int Cols, class Change>
  auto dense_viewed(const Change& change) const {
    return dual(detail::dense_viewed<Rows, Cols>(primal_, change), detail::dense_viewed<Rows, Cols>(tangent_, change));
  }
  template <template <class, int, int, int, int, int> class Kind>
  auto retyped() const {
    using P = Kind<typename Plain::Scalar, RowsAtCompileTime, ColsAtCompileTime, Plain::Options,
                   Plain::MaxRowsAtCompileTime, Plain::MaxColsAtCompileTime>;
    if constexpr (EigenDense<X>)
      return Dual<P>(P(primal_), P(tangent_));
    else
      return dual(primal_.template retyped<Kind>(), tangent_.template retyped<Kind>());
  }
  /// Σ Rule(x) over the elements.
  template <class Rule>
  Scalar total() const {
    if constexpr (std::is_same_v<Rule, rules::Copy>)
      return Scalar(primal_.sum(), tangent_.sum());
    else
      return apply<Rule>(*this).sum();
  }
  /// The same of every column by itself, a row, or of every row, a column.
  template <class Rule, bool Columns>
  auto reduced() const {
    if constexpr (!std::is_same_v<Rule, rules::Copy>)
      return apply<Rule>(*this).template reduced<rules::Copy, Columns>();
    else
      return dual(sums<Columns>(primal_), sums<Columns>(tangent_));
  }

 private:
  template <class Y>
  static Dual<Y> dual(Y primal, Y tangent) {
    return {std::move(primal), std::move(tangent)};
  }
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
  template <class Other>
  static X fitted(const Other& other) {
    if constexpr (EigenDense<X>)
      if ((RowsAtCompileTime != Eigen::Dynamic && RowsAtCompileTime != other.rows()) ||
          (ColsAtCompileTime != Eigen::Dynamic && ColsAtCompileTime != other.cols()))
        throw_shapes_differ("conversion to a fixed size", RowsAtCompileTime, ColsAtCompileTime, other.rows(),
                            other.cols());
    return X(other);
  }

  X primal_;
  X tangent_;
};

/// The derivative of a Dual along its direction.
template <MatrixDual D>
const auto& tangent_of(const D& x) {
  return x.tangent();
}

/// The numbers of a Dual: an Eigen object, or a map of a recorded one.
template <MatrixDual D>
decltype(auto) value_of(const D& x) {
  return value_of(x.primal());
}

}  // namespace gradus
