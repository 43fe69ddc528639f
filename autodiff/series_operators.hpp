// Products of Series of matrices, as Cauchy products of matrix products; sums and assemblies.
#pragma once

#include "chain_product.hpp"
#include "pushforward.hpp"
#include "series_elementwise.hpp"

namespace gradus {

namespace detail {

/// The factors of a Cauchy product: the terms of a Series, or one constant.
template <class X, class A>
class Factors {
  static auto held(const A& a) {
    if constexpr (brings_terms<X, A>)
      return &a.terms();
    else if constexpr (!EigenDense<X>)
      return product_primal<X>(a);
    else
      return NumbersOf<X, A>(a, rows_of(a), cols_of(a));
  }

 public:
  explicit Factors(const A& a) : held_(held(a)) {
    if constexpr (brings_terms<X, A>) length = static_cast<Index>(a.terms().size());
  }
  decltype(auto) operator[](Index k) const {
    if constexpr (brings_terms<X, A> && EigenDense<X>)
      return borrow((*held_)[static_cast<std::size_t>(k)]).view;
    else if constexpr (brings_terms<X, A>)
      return ((*held_)[static_cast<std::size_t>(k)]);
    else if constexpr (EigenDense<X>)
      return (held_.value);
    else
      return (held_);
  }

  Index length = 1;

 private:
  decltype(held(std::declval<A>())) held_;
};

/// A constant times all terms: one product of matrices, [A B₀, A B₁, …] = A [B₀ B₁ …], or with the constant on the
/// right.
template <class X, class A, class B>
std::vector<X> products_with_constant(const Factors<X, A>& a, const Factors<X, B>& b, Index rows, Index cols) {
  using M = Eigen::MatrixX<typename X::Scalar>;
  const bool on_left = a.length == 1;
  const Index count = a.length * b.length, r = on_left ? rows : rows * count, c = on_left ? cols * count : cols;
  const auto part = [&](auto& all, Index k, Index m, Index n) {
    return on_left ? all.block(0, k * n, m, n) : all.block(k * m, 0, m, n);
  };
  M together(on_left ? b[0].rows : r, on_left ? c : a[0].cols), y(r, c);
  for (Index k = 0; k < count; ++k) {
    const auto& term = on_left ? b[k] : a[k];
    auto at = part(together, k, term.rows, term.cols);
    for (Index j = 0; j < term.cols; ++j)
      for (Index i = 0; i < term.rows; ++i) at(i, j) = term(i, j);
  }
  kernels::put(writable(y), Store::assign,
               on_left ? rules::Product::value(a[0], View<const typename X::Scalar>(writable(together)))
                       : rules::Product::value(View<const typename X::Scalar>(writable(together)), b[0]));
  std::vector<X> terms;
  terms.reserve(static_cast<std::size_t>(count));
  for (Index k = 0; k < count; ++k) terms.push_back(X(part(y, k, rows, cols)));
  return terms;
}

/// Σ aⱼ bₖ₋ⱼ
template <class X, class A, class B>
X product_term(const Factors<X, A>& a, const Factors<X, B>& b, Index k, Index rows, Index cols) {
  const Index from = std::max(Index(0), k - b.length + 1), to = std::min(k, a.length - 1);
  if constexpr (EigenDense<X>) {
    X y(rows, cols);
    for (Index j = from; j <= to; ++j)
      kernels::put(writable(y), j == from ? Store::assign : Store::add, rules::Product::value(a[j], b[k - j]));
    return y;
  } else {
    X y(rules::Product::value(a[from], b[k - from]));
    for (Index j = from + 1; j <= to; ++j) y = X(y + rules::Product::value(a[j], b[k - j]));
    return y;
  }
}

}  // namespace detail

/// The matrix product, with coefficients Σ Aⱼ Bₖ₋ⱼ. Throws ShapeError if the inner sizes differ.
template <class A, class B>
requires(MatrixSeriesPair<A, B>&& AlgebraOperand<A>&& AlgebraOperand<B>) auto operator*(const A& a, const B& b) {
  using namespace detail;
  const Index rows = rows_of(a), inner = cols_of(a), cols = cols_of(b);
  if (inner != rows_of(b)) throw_inner_sizes_differ(rows, inner, rows_of(b), cols);
  using N = std::conditional_t<(whole_depth<A> >= whole_depth<B>), A, B>;
  using P = Eigen::Matrix<typename PlainOf<N>::Scalar, PlainOf<A>::RowsAtCompileTime, PlainOf<B>::ColsAtCompileTime>;
  using X = SeriesCarried<A, B, P>;
  const Factors<X, A> left(a);
  const Factors<X, B> right(b);
  const Index order = std::min(order_of<X>(a), order_of<X>(b));
  if constexpr (EigenDense<X>)
    if (left.length == 1 || right.length == 1)
      return Series<X>(products_with_constant<X>(left, right, rows, cols), order);
  const Index length = std::min(order + 1, left.length + right.length - 1);
  std::vector<X> terms;
  terms.reserve(static_cast<std::size_t>(length));
  for (Index k = 0; k < length; ++k) terms.push_back(product_term<X>(left, right, k, rows, cols));
  return Series<X>(std::move(terms), order);
}

/// Σ Rule(a, b) over all elements.
template <class Rule, class A, class B>
requires MatrixSeriesPair<A, B>
auto sum_of(const A& a, const B& b) { return apply<Rule>(a, b).sum(); }
/// The same over every column, a row, or over every row, a column; b may be a row or a column that is repeated to the
/// shape of a.
template <class Rule, bool Columns, class A, class B>
requires MatrixSeriesPair<A, B>
auto sums_of(const A& a, const B& b) {
  using P = detail::Reshaped<PlainOf<A>, PlainOf<A>::RowsAtCompileTime, PlainOf<A>::ColsAtCompileTime>;
  const auto each = detail::series_elementwise<Rule, P>(a, b, detail::rows_of(a), detail::cols_of(a));
  return each.template reduced<rules::Copy, Columns>();
}

namespace detail {

/// Term k of an operand beside Series of the given depth; of a constant, itself and zeros.
template <int depth, class A>
auto term_by(const A& a, std::size_t k) {
  if constexpr (is_series<A> && whole_depth<A> == depth)
    return k < a.terms().size() ? a.terms()[k] : zero_beside(a.terms()[0]);
  else
    return k == 0 ? held(a) : zero_beside(held(a));
}
template <int depth, class A>
std::pair<std::size_t, Index> length_and_order(const A& a) {
  if constexpr (is_series<A> && whole_depth<A> == depth)
    return {a.terms().size(), a.order()};
  else
    return {1, SeriesTerms<A>::unlimited};
}

/// f(a…), where f is linear in all its operands together.
template <class F, class... A>
auto linear_series(const F& f, const A&... a) {
  constexpr int depth = deepest<A...>;
  const std::size_t length = std::max({length_and_order<depth>(a).first...});
  const auto first = held(f(term_by<depth>(a, 0)...));
  std::vector<std::remove_cv_t<decltype(first)>> terms{first};
  for (std::size_t k = 1; k < length; ++k) terms.push_back(tangent_like(first, f(term_by<depth>(a, k)...)));
  return Series<std::remove_cv_t<decltype(first)>>(std::move(terms), std::min({length_and_order<depth>(a).second...}));
}

/// Scalar Series as a vector of theirs.
template <int N, class X, class... Beside>
auto stacked_series(std::span<const X> scalars, const Beside&... beside) {
  using S = typename X::Value;
  std::size_t length = 1;
  Index order = X::unlimited;
  for (const X& x : scalars) length = std::max(length, x.terms().size()), order = std::min(order, x.order());
  const auto terms_of = [&](std::size_t k, const auto&... with) {
    std::vector<S> terms;
    for (const X& x : scalars) terms.push_back(k < x.terms().size() ? x.terms()[k] : S(0));
    return stacked<N, S>(terms, with...);
  };
  const auto primal = terms_of(0, beside.primal()...);
  std::vector<std::remove_cv_t<decltype(primal)>> terms{primal};
  for (std::size_t k = 1; k < length; ++k) terms.push_back(terms_of(k, primal));
  return Series<std::remove_cv_t<decltype(primal)>>(std::move(terms), order);
}

/// The product of a chain of matrices, of which some are Series, with P at its bottom.
template <class P, class... L>
auto chain_of_series(const Bracketing& order, const L&... links) {
  using D = typename DeepestOf<typename LinkTraits<L>::Matrix...>::type;
  using X = Rebind<typename D::Value, Eigen::MatrixX<typename P::Scalar>>;
  const D* first_series = nullptr;
  const auto look_at = [&]<class M>(const M& matrix) {
    if constexpr (std::is_same_v<M, D>) first_series = first_series == nullptr ? &matrix : first_series;
  };
  for_each_matrix(look_at, links...);
  std::vector<Series<X>> parts;  // the part that begins with matrix i
  const auto add = [&]<class M>(const M& matrix) {
    if constexpr (whole_depth<M> == whole_depth<D>)
      parts.push_back(Series<X>(matrix));
    else
      parts.push_back(Series<X>(constant_beside(X(first_series->primal()), in_memory(matrix))));
  };
  for_each_matrix(add, links...);
  for (const auto& [first, middle, last] : order.products()) {
    auto& left = parts[static_cast<std::size_t>(first)];
    left = left * parts[static_cast<std::size_t>(middle)];
  }
  return Series<Rebind<typename D::Value, P>>(parts.front());
}

}  // namespace detail

}  // namespace gradus
