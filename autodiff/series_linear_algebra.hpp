// Linear systems, inverses and determinants of Series: one factorization, of the value, serves all coefficients.
#pragma once

#include "linear_algebra.hpp"
#include "linear_recurrence.hpp"
#include "series_operators.hpp"

namespace gradus {

namespace detail {

/// Σ aⱼ bₖ₋ⱼ from j = 1 on, b being known up to k − 1; nothing if there is no such term.
template <class X, class A>
std::optional<X> later_products(const std::vector<A>& a, const std::vector<X>& b, Index k) {
  std::optional<X> sum;
  for (Index j = 1; j <= std::min(k, static_cast<Index>(a.size()) - 1); ++j) {
    const A& left = a[static_cast<std::size_t>(j)];
    const X& right = b[static_cast<std::size_t>(k - j)];
    if constexpr (EigenDense<X>) {
      if (!sum) sum.emplace(X::Zero(right.rows(), right.cols()));
      kernels::put(writable(*sum), Store::add, rules::Product::value(borrow(left).view, borrow(right).view));
    } else {
      const X product(left * right);
      sum.emplace(sum ? X(*sum + product) : product);
    }
  }
  return sum;
}

/// A factorization of the value A₀ of a series A, to solve several systems with.
template <class A, class F>
class SeriesFactorization {
 public:
  SeriesFactorization(const A& a, F factors) : a_(a), factors_(std::move(factors)) {}

  /// X with A X = B, from A₀ Xₖ = Bₖ − Σⱼ Aⱼ Xₖ₋ⱼ. B is a Series or a constant.
  template <AlgebraOperand B>
  auto solve(const B& b) const {
    constexpr int depth = whole_depth<A>;
    const Index order = std::min(a_.order(), length_and_order<depth>(b).second);
    const auto first = held(factors_.solve(term_by<depth>(b, 0)));
    using X = std::remove_cv_t<decltype(first)>;
    std::vector<X> terms{first};
    for (Index k = 1; k <= order && !(is_constant() && is_constant(b)); ++k) {
      const auto right = term_by<depth>(b, static_cast<std::size_t>(k));
      if (const auto products = later_products<X>(a_.terms(), terms, k))
        terms.push_back(X(factors_.solve(held(right - *products))));
      else
        terms.push_back(X(factors_.solve(right)));
    }
    return Series<X>(std::move(terms), order);
  }
  auto inverse() const {
    using P = PlainOf<A>;
    return solve(Reshaped<P, P::RowsAtCompileTime, P::ColsAtCompileTime>::Identity(a_.rows(), a_.cols()).eval());
  }
  /// log |det A|, from (log det A)′ = tr(A⁻¹ A′).
  auto log_determinant() const {
    const auto value = held(factors_.log_determinant());
    using S = std::remove_cv_t<decltype(value)>;
    std::vector<S> terms{value};
    if (is_constant()) return Series<S>(std::move(terms), a_.order());
    const auto inverted = inverse();
    for (Index k = 1; k <= a_.order(); ++k) {
      S sum = zero_beside(value);
      for (Index j = 1; j <= std::min(k, static_cast<Index>(a_.terms().size()) - 1); ++j) {
        const auto& left = a_.terms()[static_cast<std::size_t>(j)];
        const auto& right = inverted.terms()[static_cast<std::size_t>(k - j)];
        sum = S(sum + times(S(left.cwiseProduct(right.transpose()).sum()), j));
      }
      terms.push_back(over(sum, k));
    }
    return Series<S>(std::move(terms), a_.order());
  }
  /// det A, from (det A)′ = det A (log det A)′.
  auto determinant() const {
    const auto value = held(factors_.determinant());
    using S = std::remove_cv_t<decltype(value)>;
    std::vector<S> terms{value};
    if (is_constant()) return Series<S>(std::move(terms), a_.order());
    const auto logarithm = log_determinant();
    for (Index k = 1; k <= a_.order(); ++k) {
      S sum = zero_beside(value);
      for (Index j = 1; j <= k; ++j)
        sum = S(sum + times(logarithm.coefficient(j), j) * terms[static_cast<std::size_t>(k - j)]);
      terms.push_back(over(sum, k));
    }
    return Series<S>(std::move(terms), a_.order());
  }

 private:
  bool is_constant() const { return a_.terms().size() == 1; }
  template <class B>
  static bool is_constant(const B& b) {
    return length_and_order<whole_depth<A>>(b).first == 1;
  }

  A a_;
  F factors_;
};

template <template <class> class Factors, class A>
auto factorized_series(const char* operation, const A& a) {
  auto factors = factorized<Factors>(operation, a.primal());
  using F = SeriesFactorization<A, decltype(factors)>;
  if constexpr (Factors<typename PlainOf<A>::Scalar>::is_symmetric)
    return F(coefficientwise([](const auto& term) { return held((term + term.transpose()) / 2); }, a),
             std::move(factors));
  else
    return F(a, std::move(factors));
}

/// A system with a Series on either side, or both.
template <template <class> class Factors, class A, class B>
auto solve_series(const char* operation, const A& a, const B& b) {
  if constexpr (is_series<A> && whole_depth<A> >= whole_depth<B>) {
    return factorized_series<Factors>(operation, a).solve(b);
  } else {
    const auto factors = factorized<Factors>(operation, a);
    return coefficientwise([&](const auto& term) { return held(factors.solve(term)); }, b);
  }
}

}  // namespace detail

// The functions of linear_algebra/solve.hpp. The derivative by a symmetric matrix is that of its symmetric part, as
// there.
template <AlgebraOperand A>
requires MatrixSeries<A>
auto factorize(const A& a) { return detail::factorized_series<kernels::LuFactors>("factorize", a); }
template <AlgebraOperand A>
requires MatrixSeries<A>
auto factorize_spd(const A& a) { return detail::factorized_series<kernels::CholeskyFactors>("factorize_spd", a); }
template <AlgebraOperand A, AlgebraOperand B>
requires MatrixSeriesPair<A, B>
auto solve(const A& a, const B& b) { return detail::solve_series<kernels::LuFactors>("solve", a, b); }
template <AlgebraOperand A, AlgebraOperand B>
requires MatrixSeriesPair<A, B>
auto solve_spd(const A& a, const B& b) { return detail::solve_series<kernels::CholeskyFactors>("solve_spd", a, b); }
template <AlgebraOperand A>
requires MatrixSeries<A>
auto inverse(const A& a) { return detail::factorized_series<kernels::LuFactors>("inverse", a).inverse(); }
template <AlgebraOperand A>
requires MatrixSeries<A>
auto determinant(const A& a) { return detail::factorized_series<kernels::LuFactors>("determinant", a).determinant(); }
template <AlgebraOperand A>
requires MatrixSeries<A>
auto log_determinant(const A& a) {
  return detail::factorized_series<kernels::LuFactors>("log_determinant", a).log_determinant();
}
template <AlgebraOperand A>
requires MatrixSeries<A>
auto log_determinant_spd(const A& a) {
  return detail::factorized_series<kernels::CholeskyFactors>("log_determinant_spd", a).log_determinant();
}

namespace detail {

/// A triangle of A₀, to solve systems with.
template <class A>
struct TriangularFactors {
  A a;
  Triangle triangle;
  auto solve(const auto& b) const { return solve_triangular(a, b, triangle); }
};

}  // namespace detail

template <AlgebraOperand A, AlgebraOperand B>
requires MatrixSeriesPair<A, B>
auto solve_triangular(const A& a, const B& b, Triangle triangle) {
  if constexpr (is_series<A> && detail::whole_depth<A> >= detail::whole_depth<B>) {
    const auto mask = detail::SolveTriangular{triangle}.mask(a);
    const auto masked =
        detail::coefficientwise([&](const auto& term) { return detail::held(term.cwiseProduct(mask)); }, a);
    using F = detail::TriangularFactors<typename A::Value>;
    using T = std::remove_cv_t<decltype(masked)>;
    return detail::SeriesFactorization<T, F>(masked, {a.primal(), triangle}).solve(b);
  } else {
    return detail::coefficientwise([&](const auto& term) { return detail::held(solve_triangular(a, term, triangle)); },
                                   b);
  }
}

/// y_k = R(a_0, s_k + Σ_j a_j D y_{k−j}), the recurrence R with the initial value's k-th coefficient, j = 1 … k.
template <class A, AlgebraOperand X, class... Initial>
requires(sizeof...(Initial) <= 1 &&
         detail::series_lead<A, X, Initial...>) auto linear_recurrence(const A& a, const X& s,
                                                                       const Initial&... initial) {
  using detail::held;
  constexpr int depth = detail::deepest<A, X, Initial...>;
  const Index order = std::min({detail::length_and_order<depth>(a).second, detail::length_and_order<depth>(s).second,
                                detail::length_and_order<depth>(initial).second...});
  const auto term = [](const auto& x, Index k) { return detail::term_by<depth>(x, static_cast<std::size_t>(k)); };
  const auto step = [&](const auto& source, [[maybe_unused]] Index k) {
    return held(linear_recurrence(term(a, 0), source, term(initial, k)...));
  };
  const auto value = step(term(s, 0), 0);
  using Y = std::remove_cv_t<decltype(value)>;
  std::vector<Y> terms{value};
  const Index length = std::max({detail::length_and_order<depth>(a).first, detail::length_and_order<depth>(s).first,
                                 detail::length_and_order<depth>(initial).first...}) > 1
                           ? order
                           : 0;
  for (Index k = 1; k <= length; ++k) {
    auto source = Y(detail::tangent_like(value, held(term(s, k))));
    for (Index j = 1; j <= k && j < static_cast<Index>(detail::length_and_order<depth>(a).first); ++j)
      source = Y(source + detail::LinearRecurrence{}.driven(terms[static_cast<std::size_t>(k - j)], term(a, j),
                                                            term(initial, k - j)...));
    terms.push_back(Y(step(source, k)));
  }
  return Series<Y>(std::move(terms), order);
}

/// From A = L Lᵀ: Lₖ is the derivative of L along Aₖ − Σⱼ Lⱼ Lₖ₋ⱼᵀ, j = 1 … k − 1.
template <AlgebraOperand A>
requires MatrixSeries<A>
auto cholesky(const A& a) {
  using detail::held;
  const auto value = held(cholesky(a.primal()));
  using L = std::remove_cv_t<decltype(value)>;
  const auto factors = detail::factors_of<kernels::CholeskyFactors>(a.primal());
  const detail::Cholesky<std::remove_cvref_t<decltype(*factors)>> operation{factors};
  std::vector<L> terms{value};
  const auto term = [&](Index k) -> const L& { return terms[static_cast<std::size_t>(k)]; };
  for (Index k = 1; k <= a.order() && a.terms().size() > 1; ++k) {
    auto rest = held(a.coefficient(k));
    for (Index j = 1; j < k; ++j) rest = held(rest - held(term(j) * term(k - j).transpose()));
    terms.push_back(L(operation.tangent(value, a.primal(), rest)));
  }
  return Series<L>(std::move(terms), a.order());
}

// ---- what Series do not go through ----------------------------------------------------------------------------------

namespace detail {
template <class...>
inline constexpr bool has_taylor_series = false;
}

template <AlgebraOperand A, AlgebraOperand B>
requires MatrixSeriesPair<A, B>
void least_squares(const A&, const B&) {
  static_assert(detail::has_taylor_series<A, B>, "Taylor series: no least_squares; solve_spd of the normal equations");
}

}  // namespace gradus
