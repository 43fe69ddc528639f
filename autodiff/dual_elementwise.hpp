// Elementwise operations on Duals of matrices: every one is read from the rule that serves Var.
#pragma once

#include "dual_matrix.hpp"

namespace gradus {

namespace detail {

/// What operations on A and B carry in a Dual: X of the deeper, with P at its bottom.
template <class A, class B, class P>
using Carried = Rebind<typename std::conditional_t<(is_dual<A> && whole_depth<A> >= whole_depth<B>), A, B>::Value, P>;

/// Whether an operand brings a tangent to a Dual of X.
template <class X, class A>
inline constexpr bool brings_tangent = is_dual<A>&& whole_depth<A> == whole_depth<X> + 1;

/// An operand of a Dual of numbers: where its value and its tangent stand, and what was computed for them to stand in.
template <class P, class A>
class NumbersOf {
  using S = typename P::Scalar;
  static constexpr bool is_active = brings_tangent<P, A>;

 public:
  NumbersOf(const A& a, Index rows, Index cols) {
    if constexpr (is_active && MatrixOperand<A>) {
      value = repeated(borrow(a.primal()).view, rows, cols), tangent = repeated(borrow(a.tangent()).view, rows, cols);
    } else if constexpr (is_active) {
      value = View<const S>(&a.value(), rows, cols, 0, 0), tangent = View<const S>(&a.tangent(), rows, cols, 0, 0);
    } else if constexpr (requires { a.view; }) {
      value = repeated(a.view, rows, cols);
    } else if constexpr (requires { a.data(), a.innerStride(); }) {
      value = repeated(borrow(a).view, rows, cols);
    } else if constexpr (MatrixOperand<A>) {
      computed_ = a.matrix();
      value = repeated(borrow(computed_).view, rows, cols);
    } else {
      computed_.setConstant(1, 1, static_cast<S>(a));
      value = View<const S>(computed_.data(), rows, cols, 0, 0);
    }
  }
  NumbersOf(const NumbersOf&) = delete;

  View<const S> value, tangent;

 private:
  static View<const S> repeated(const View<const S>& v, Index rows, Index cols) {
    return {v.data, rows, cols, v.rows == rows ? v.row_stride : 0, v.cols == cols ? v.col_stride : 0};
  }
  Eigen::MatrixX<S> computed_;
};

template <class P>
View<typename P::Scalar> writable(P& x) {
  return {x.data(), layout_of(x)};
}

/// Of numbers: by the kernels of the rule's pullback, for what a diagonal Jacobian does to tangents and adjoints is
/// one thing.
template <class Rule, class P, class A, class B>
Dual<P> numeric_elementwise(const A& a, const B& b, Index rows, Index cols) {
  using S = typename P::Scalar;
  const ElementwiseKernel<S>& kernel = kernel_of<Rule, S>();
  const NumbersOf<P, A> x(a, rows, cols);
  const NumbersOf<P, B> z(b, rows, cols);
  P y(rows, cols), tangent(rows, cols);
  const View<const S> read[] = {x.value, z.value};
  kernels::elementwise(kernel.forward, writable(y), Store::assign, read, 2);
  Store store = Store::assign;
  const auto contribute = [&](int operand, const View<const S>& of) {
    if (of.data == nullptr || !kernel.active[operand]) return;
    const View<const S> reads[] = {of, writable(y), x.value, z.value};
    kernels::elementwise(kernel.pull[operand], writable(tangent), store, reads, 4);
    store = Store::add;
  };
  contribute(0, x.tangent);
  if constexpr (!rules::Unary<Rule>) contribute(1, z.tangent);
  if (store == Store::assign) tangent.setZero();
  return {std::move(y), std::move(tangent)};
}

/// A constant operand, or a part of a Dual, as a rule reads it: an array or a scalar.
template <class X, class A>
auto rule_operand(const A& a) {
  if constexpr (std::is_arithmetic_v<A>) {
    return static_cast<typename PlainOf<X>::Scalar>(a);  // 1/3 is not 0
  } else if constexpr (!MatrixOperand<A>) {
    return a;
  } else if constexpr (requires { a.view; }) {
    using P = PlainOf<A>;
    return Borrowed<Eigen::Array<typename P::Scalar, P::RowsAtCompileTime, P::ColsAtCompileTime>>{a.view};
  } else if constexpr (EigenDense<A>) {
    using P = PlainOf<A>;
    return Eigen::Array<typename P::Scalar, P::RowsAtCompileTime, P::ColsAtCompileTime>(a.matrix().array());
  } else {
    return a.array();
  }
}
template <class X, class A>
auto primal_operand(const A& a) {
  if constexpr (!brings_tangent<X, A>)
    return rule_operand<X>(a);
  else if constexpr (MatrixOperand<A>)
    return rule_operand<X>(a.primal());
  else
    return a.value();
}
template <class X, class A>
auto tangent_operand(const A& a) {
  if constexpr (!brings_tangent<X, A>)
    return Zero{};
  else if constexpr (MatrixOperand<A>)
    return rule_operand<X>(a.tangent());
  else
    return a.tangent();
}

/// What one operand's tangent brings; Zero for nothing.
template <class T, class D>
auto array_term(const T& tangent, const D& derivative) {
  if constexpr (std::is_same_v<T, Zero> || std::is_same_v<D, Zero>)
    return Zero{};
  else
    return rules::carried(tangent, derivative);
}

/// One tangent of y's kind from the two terms, either of which may be nothing, or a scalar for every element.
template <class Y, class T, class U>
auto tangent_of_terms(const Y& y, const T& t, const U& u) {
  if constexpr (std::is_same_v<T, Zero> && std::is_same_v<U, Zero>)
    return zero_beside(y);
  else if constexpr (std::is_same_v<U, Zero>)
    return t;
  else if constexpr (std::is_same_v<T, Zero>)
    return u;
  else
    return t + u;
}

/// A scalar's tangent, for every element of y where no matrix brings a tangent of its own: the scalar may be a constant
/// without a tape, which y has.
template <bool IsAlone, class Y, class T>
auto lifted(const Y& y, const T& tangent) {
  if constexpr (IsAlone && ScalarOperand<T>)
    return Y(zero_beside(y) + tangent);
  else
    return tangent;
}

/// A row, a column or one element repeated to a shape; a scalar as it is.
template <class A>
auto spread(const A& a, Index rows, Index cols) {
  if constexpr (requires { a.replicate(1, 1); }) {
    const Index r = rows == a.rows() ? 1 : rows, c = cols == a.cols() ? 1 : cols;
    if constexpr (EigenDense<A>)
      return typename A::PlainObject(a).replicate(r, c).eval();
    else
      return a.replicate(r, c);
  } else {
    return a;
  }
}

/// An array as X, whatever its static shape.
template <class X, class Y>
X of_kind(const Y& y) {
  if constexpr (ArrayOperand<X>)
    return X(y);
  else
    return X(y.matrix());
}

/// Of recorded numbers and of Duals: the rule, read with arrays of them.
template <class Rule, class X, class A, class B>
Dual<X> read_elementwise(const A& a, const B& b, Index rows, Index cols) {
  constexpr bool alone =
      !(brings_tangent<X, A> && MatrixOperand<A>)&&!(!rules::Unary<Rule> && brings_tangent<X, B> && MatrixOperand<B>);
  const auto x = spread(primal_operand<X>(a), rows, cols);
  const auto dx = spread(tangent_operand<X>(a), rows, cols);
  using Array = Rebind<X, Eigen::Array<typename PlainOf<X>::Scalar, Eigen::Dynamic, Eigen::Dynamic>>;
  const auto result = [](const Array& y, const auto& t, const auto& u) {
    return Dual<X>(of_kind<X>(y), of_kind<X>(Array(tangent_of_terms(y, t, u))));
  };
  if constexpr (rules::Unary<Rule>) {
    const Array y(Rule::value(x));
    return result(y, array_term(dx, Rule::derivative(x, y)), Zero{});
  } else {
    const auto z = spread(primal_operand<X>(b), rows, cols);
    const auto dz = spread(tangent_operand<X>(b), rows, cols);
    const Array y(Rule::value(x, z));
    return result(y, array_term(lifted<alone>(y, dx), Rule::by_first(x, z, y)),
                  array_term(lifted<alone>(y, dz), Rule::by_second(x, z, y)));
  }
}

/// Rule(a, b), each repeated to rows × cols, as a Dual with P at its bottom.
template <class Rule, class P, class A, class B>
auto dual_elementwise(const A& a, const B& b, Index rows, Index cols) {
  using X = Carried<A, B, P>;
  if constexpr (EigenDense<X>)
    return numeric_elementwise<Rule, X>(a, b, rows, cols);
  else
    return read_elementwise<Rule, X>(a, b, rows, cols);
}

}  // namespace detail

template <class Rule, MatrixDual D>
auto apply(const D& x) {
  using P = detail::Reshaped<typename D::Plain, D::RowsAtCompileTime, D::ColsAtCompileTime>;
  return detail::dual_elementwise<Rule, P>(x, x, x.rows(), x.cols());
}
template <class Rule, class A, class B>
requires MatrixDuals<A, B>
auto apply(const A& a, const B& b) {
  using P = typename detail::ElementwiseShape<A, B>::Plain;
  using detail::rows_of, detail::cols_of;
  if constexpr (MatrixOperand<A> && MatrixOperand<B>)
    if (rows_of(a) != rows_of(b) || cols_of(a) != cols_of(b))
      throw_shapes_differ(Rule::name.data(), rows_of(a), cols_of(a), rows_of(b), cols_of(b));
  if constexpr (MatrixOperand<A>)
    return detail::dual_elementwise<Rule, P>(a, b, rows_of(a), cols_of(a));
  else
    return detail::dual_elementwise<Rule, P>(a, b, rows_of(b), cols_of(b));
}

template <class Rule, class A, class B>
requires MatrixDuals<A, B>
auto sum_of(const A& a, const B& b) { return apply<Rule>(a, b).sum(); }
template <class Rule, bool Columns, class A, class B>
requires MatrixDuals<A, B>
auto sums_of(const A& a, const B& b) {
  using P = detail::Reshaped<PlainOf<A>, PlainOf<A>::RowsAtCompileTime, PlainOf<A>::ColsAtCompileTime>;
  return detail::dual_elementwise<Rule, P>(a, b, detail::rows_of(a), detail::cols_of(a))
      .template reduced<rules::Copy, Columns>();
}

}  // namespace gradus
