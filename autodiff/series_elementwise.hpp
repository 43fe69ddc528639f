// Elementwise operations on Series of matrices: every one is read from the rule that serves Var.
#pragma once

#include "series_matrix.hpp"

namespace gradus {

namespace detail {

/// What operations on A and B carry in a Series: X of the deeper, with P at its bottom.
template <class A, class B, class P>
using SeriesCarried =
    Rebind<typename std::conditional_t<(is_series<A> && whole_depth<A> >= whole_depth<B>), A, B>::Value, P>;

/// Whether an operand brings coefficients to a Series of X.
template <class X, class A>
inline constexpr bool brings_terms = is_series<A>&& whole_depth<A> == whole_depth<X> + 1;

template <class X, class A>
Index order_of(const A& a) {
  if constexpr (brings_terms<X, A>)
    return a.order();
  else
    return SeriesTerms<X>::unlimited;
}

/// What a series of X is evaluated with, element by element: arrays, where they are recorded.
template <class X>
struct Coefficient {
  using type = Rebind<X, Eigen::Array<typename PlainOf<X>::Scalar, Eigen::Dynamic, Eigen::Dynamic>>;
};
template <EigenDense X>
struct Coefficient<X> {
  using type = X;
};

/// Whether x or a part of it belongs to a tape, on which constants can be put beside it.
template <class X>
bool has_tape(const X& x) {
  if constexpr (level_of < X >> 0)
    return x.tape() != nullptr;
  else if constexpr (is_dual<X>)
    return has_tape(x.value()) || has_tape(x.tangent());
  else if constexpr (is_series<X>)
    return std::any_of(x.terms().begin(), x.terms().end(), [](const auto& term) { return has_tape(term); });
  else
    return true;
}

/// A matrix, repeated to the shape, or a scalar in every element, as a coefficient of kind E. `like` is one that is
/// there already, if any: a recorded constant may not know its tape.
template <class E, class A>
E spread_to(const A& a, Index rows, Index cols, const E* like) {
  if constexpr (EigenDense<E> && MatrixOperand<A>) {
    const NumbersOf<E, A> numbers(a, rows, cols);
    E y(rows, cols);
    for (Index j = 0; j < cols; ++j)
      for (Index i = 0; i < rows; ++i) y(i, j) = numbers.value(i, j);
    return y;
  } else if constexpr (EigenDense<E>) {
    return E::Constant(rows, cols, static_cast<typename E::Scalar>(a));
  } else if constexpr (!MatrixOperand<A>) {
    if constexpr (whole_depth<A> == whole_depth<E>)
      if (like == nullptr) return E(PlainOf<E>::Zero(rows, cols) + a);
    return E(zero_beside(*like) + a);
  } else if constexpr (is_dual<E> || is_series<E>) {
    if constexpr (whole_depth<A> == whole_depth<E>)
      return E(spread(rule_operand<E>(a), rows, cols));
    else
      return E(zero_beside(*like) + spread(rule_operand<E>(a), rows, cols));
  } else if constexpr (level_of<A> == level_of<E>) {
    return E(spread(rule_operand<E>(a), rows, cols));
  } else {
    return E(like->tape()->constant(spread(rule_operand<E>(a), rows, cols)).handle());
  }
}

/// The terms of an operand as coefficients of kind E, in the shape of the result.
template <class X, class E, class A>
class MatrixTerms {
 public:
  MatrixTerms(const A& a, Index rows, Index cols, Index count, const E* like) {
    if constexpr (!brings_terms<X, A>) {
      spread_.push_back(spread_to<E>(a, rows, cols, like));
    } else if constexpr (std::is_same_v<typename A::Value, E>) {
      if (a.rows() == rows && a.cols() == cols) {
        terms_ = &a.terms();
        length_ = std::min(count, static_cast<Index>(terms_->size()));
        return;
      }
      spread_all(a, rows, cols, count, like);
    } else {
      spread_all(a, rows, cols, count, like);
    }
    length_ = static_cast<Index>(spread_.size());
  }
  MatrixTerms(const MatrixTerms&) = delete;

  SeriesNode<E> node() const { return {terms_->data(), length_}; }
  const E* like() const { return terms_->data(); }

 private:
  void spread_all(const A& a, Index rows, Index cols, Index count, const E* like) {
    std::optional<E> own;
    for (const auto& term : a.terms())
      if (like == nullptr && has_tape_or_is_matrix(term)) {
        own.emplace(spread_to<E>(term, rows, cols, like));
        like = &*own;
      }
    for (std::size_t k = 0; k < a.terms().size() && static_cast<Index>(k) < count; ++k)
      spread_.push_back(spread_to<E>(a.terms()[k], rows, cols, like));
  }
  template <class T>
  static bool has_tape_or_is_matrix(const T& term) {
    if constexpr (EigenDense<E>)
      return false;
    else if constexpr (MatrixOperand<T>)
      return true;
    else
      return has_tape(term);
  }

  std::vector<E> spread_;
  const std::vector<E>* terms_ = &spread_;
  Index length_;
};

template <class X, class E>
Series<X> series_of_coefficients(std::vector<E>&& terms, Index order) {
  if constexpr (std::is_same_v<X, E>) {
    return Series<X>(std::move(terms), order);
  } else {
    std::vector<X> typed;
    typed.reserve(terms.size());
    for (const E& term : terms) typed.push_back(of_kind<X>(term));
    return Series<X>(std::move(typed), order);
  }
}

/// Rule(a, b), each repeated to rows × cols, as a Series with P at its bottom.
template <class Rule, class P, class A, class B>
auto series_elementwise(const A& a, const B& b, Index rows, Index cols) {
  using X = SeriesCarried<A, B, P>;
  using E = typename Coefficient<X>::type;
  const Index order = std::min(order_of<X>(a), order_of<X>(b)), count = order + 1;
  if constexpr (rules::Unary<Rule>) {
    auto u = MatrixTerms<X, E, A>(a, rows, cols, count, nullptr);
    auto node = u.node();
    return series_of_coefficients<X>(evaluate_series<Rule>(count, node, node), order);
  } else if constexpr (brings_terms<X, A> && (MatrixOperand<A> || !brings_terms<X, B> || !MatrixOperand<B>)) {
    const MatrixTerms<X, E, A> u(a, rows, cols, count, nullptr);
    const MatrixTerms<X, E, B> w(b, rows, cols, count, u.like());
    auto first = u.node(), second = w.node();
    return series_of_coefficients<X>(evaluate_series<Rule>(count, first, second), order);
  } else {
    const MatrixTerms<X, E, B> w(b, rows, cols, count, nullptr);
    const MatrixTerms<X, E, A> u(a, rows, cols, count, w.like());
    auto first = u.node(), second = w.node();
    return series_of_coefficients<X>(evaluate_series<Rule>(count, first, second), order);
  }
}

}  // namespace detail

template <class Rule, MatrixSeries D>
auto apply(const D& x) {
  using P = detail::Reshaped<typename D::Plain, D::RowsAtCompileTime, D::ColsAtCompileTime>;
  return detail::series_elementwise<Rule, P>(x, x, x.rows(), x.cols());
}
template <class Rule, class A, class B>
requires MatrixSeriesPair<A, B>
auto apply(const A& a, const B& b) {
  using P = typename detail::ElementwiseShape<A, B>::Plain;
  using detail::rows_of, detail::cols_of;
  if constexpr (MatrixOperand<A> && MatrixOperand<B>)
    if (rows_of(a) != rows_of(b) || cols_of(a) != cols_of(b))
      throw_shapes_differ(Rule::name.data(), rows_of(a), cols_of(a), rows_of(b), cols_of(b));
  if constexpr (MatrixOperand<A>)
    return detail::series_elementwise<Rule, P>(a, b, rows_of(a), cols_of(a));
  else
    return detail::series_elementwise<Rule, P>(a, b, rows_of(b), cols_of(b));
}

}  // namespace gradus
