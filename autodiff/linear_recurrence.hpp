// First-order linear recurrences: y_t = a_t y_{t−1} + s_t.
#pragma once

#include <cmath>
#include <limits>

#include "assembly.hpp"
#include "custom.hpp"
#include "kernels/scratch.hpp"

namespace gradus {

namespace detail {

/// The recurrence over n numbers, in the direction that its memory is given: y_0 = first, y_t = a y_{t−1} + s_t. Where
/// a⁴ is a number like any other, four steps at a time: then one multiplication of four waits for the one before it.
template <class S>
void recur(const S& a, const S* s, Index s_stride, S* y, Index y_stride, Index n, const S& first) {
  S last = y[0] = first;
  Index t = 1;
  if constexpr (std::is_floating_point_v<S>) {
    const S a2 = a * a, a3 = a2 * a, a4 = a2 * a2;
    const bool is_tame = std::abs(a) <= 1 && a4 >= std::numeric_limits<S>::min();
    for (; is_tame && t + 4 <= n; t += 4) {
      const S* const from = s + t * s_stride;
      S* const to = y + t * y_stride;
      const S p0 = from[0], p1 = a * p0 + from[s_stride], p2 = a * p1 + from[2 * s_stride];
      const S p3 = a * p2 + from[3 * s_stride];
      to[0] = a * last + p0;
      to[y_stride] = a2 * last + p1;
      to[2 * y_stride] = a3 * last + p2;
      to[3 * y_stride] = last = a4 * last + p3;
    }
  }
  for (; t < n; ++t) y[t * y_stride] = last = a * last + s[t * s_stride];
}

/// Solves (I − A D) y = s, where D delays by one step and A multiplies by a, down every column; reversed, the
/// transposed system y_t = s_t + a_{t+1} y_{t+1}, upwards. `a` is a scalar or of the shape of s. An initial value
/// y_{−1} stands for a row of them, or all.
struct LinearRecurrence {
  static constexpr std::string_view name = "linear_recurrence";
  bool reversed = false;

  template <class A, class X, class... Initial>
  auto value(const A& a, const X& s, const Initial&... initial) const {
    if constexpr (!EigenDense<X>) {
      return custom(*this, a, s, initial...);
    } else {
      using S = typename X::Scalar;
      using Y = Eigen::Matrix<S, X::RowsAtCompileTime, X::ColsAtCompileTime>;
      if constexpr (std::is_arithmetic_v<S>) {
        S* const y = kernels::scratch<LinearRecurrence, S>(s.size());
        run(a, view_of(s), y, initial...);
        return Eigen::Map<const Y>(y, s.rows(), s.cols());
      } else {
        Y y(s.rows(), s.cols());
        run(a, view_of(s), y.data(), initial...);
        return y;
      }
    }
  }
  void pullback(const auto& g, const auto& y, const auto& a, const auto&, auto& a_bar, auto& s_bar) const {
    if (y.rows() == 0) return;
    const auto lambda = LinearRecurrence{!reversed}.value(a, g);  // (I − A D)ᵀ λ = g
    s_bar += lambda;
    if (a_bar.wanted()) reversed ? give_coefficient(a_bar, a, lambda, y) : give_coefficient(a_bar, a, y, lambda);
  }
  void pullback(const auto& g, const auto& y, const auto& a, const auto&, const auto& initial, auto& a_bar, auto& s_bar,
                auto& initial_bar) const {
    if (y.rows() == 0) return;
    const auto lambda = LinearRecurrence{!reversed}.value(a, g);
    s_bar += lambda;
    if (a_bar.wanted()) give_coefficient(a_bar, a, y, lambda, initial);
    if (initial_bar.wanted()) give_initial(initial_bar, initial, first_row(a, lambda));
  }
  auto tangent(const auto& y, const auto& a, const auto&, const auto& a_dot, const auto& s_dot) const {
    return custom(*this, a, held(s_dot + driven(y, a_dot)));
  }
  auto tangent(const auto& y, const auto& a, const auto&, const auto& initial, const auto& a_dot, const auto& s_dot,
               const auto& initial_dot) const {
    return custom(*this, a, held(s_dot + driven(y, a_dot, initial)), initial_dot);
  }

  /// A D y, the source that a change of a is.
  template <class Y, class A, class... Initial>
  auto driven(const Y& y, const A& a, const Initial&... initial) const {
    const Index rest = y.rows() - 1, cols = y.cols();
    if (rest < 0) return held(y);
    if (!reversed) return held(times(a, held(vcat(row_of(y, initial...), y.topRows(rest)))));
    return held(vcat(held(times(a, y)).bottomRows(rest), zeros<Y>(cols)));
  }

 private:
  template <class A, class X>
  static auto times(const A& a, const X& x) {
    if constexpr (EigenDense<A> && EigenDense<X>)
      return held(a.cwiseProduct(x));
    else if constexpr (MatrixOperand<A>)
      return held(apply<rules::Multiply>(a, x));
    else
      return held(a * x);
  }
  template <class Y>
  static auto zeros(Index cols) {
    using S = typename PlainOf<Y>::Scalar;
    using Row = Eigen::Matrix<S, 1, PlainOf<Y>::ColsAtCompileTime>;
    return Row(Row::Zero(1, cols));
  }
  /// y_{−1} as a row.
  template <class Y>
  static auto row_of(const Y& y) {
    return zeros<Y>(y.cols());
  }
  template <class Y, class I>
  static auto row_of(const Y& y, const I& initial) {
    if constexpr (MatrixOperand<I>) {
      return initial;
    } else {
      const auto row = held(y.row(0));
      using Row = PlainOf<decltype(row)>;
      return held(initial * constant_beside(row, Row::Ones(1, y.cols())));
    }
  }
  template <class A, class X>
  static auto first_row(const A& a, const X& x) {
    if constexpr (MatrixOperand<A>)
      return times(a.row(0), x.row(0));
    else
      return times(a, x.row(0));
  }
  template <class I, class X>
  static void give_initial(const auto& initial_bar, const I&, const X& row) {
    if constexpr (MatrixOperand<I>)
      initial_bar += row;
    else
      initial_bar += row.sum();
  }

  /// ā_t += p_{t−1} q_t.
  template <class A, class P, class Q, class... Initial>
  static void give_coefficient(const auto& a_bar, const A& a, const P& p, const Q& q, const Initial&... initial) {
    const Index rest = p.rows() - 1;
    if constexpr (EigenDense<P> && std::is_arithmetic_v<typename BareScalar<P>::type>) {
      give_numbers(a_bar, a, p, q, initial...);
    } else {
      const auto products = times(p.topRows(rest), q.bottomRows(rest));
      const auto first = times(row_of(p, initial...), q.row(0));
      if constexpr (MatrixOperand<A>)
        a_bar += held(vcat(first, products));
      else
        a_bar += products.sum() + first.sum();
    }
  }
  template <class A, class P, class Q, class... Initial>
  static void give_numbers(const auto& a_bar, const A&, const P& p, const Q& q, const Initial&... initial) {
    using S = typename P::Scalar;
    using Column = Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, 1>>;
    const Index n = p.rows();
    struct Products;
    [[maybe_unused]] S* const products =
        MatrixOperand<A> ? kernels::scratch<Products, S>(p.size()) : static_cast<S*>(nullptr);
    S sum = 0;
    for (Index j = 0; j < p.cols(); ++j) {  // both are dense
      const Column before(p.data() + j * n, n - 1), after(q.data() + j * n + 1, n - 1);
      const S first = initial_at<S>(j, initial...) * q.data()[j * n];
      if constexpr (MatrixOperand<A>) {
        products[j * n] = first;
        Eigen::Map<Eigen::Matrix<S, Eigen::Dynamic, 1>>(products + j * n + 1, n - 1) = before.cwiseProduct(after);
      } else {
        sum += first + before.dot(after);
      }
    }
    if constexpr (MatrixOperand<A>)
      a_bar += Eigen::Map<const PlainOf<A>>(products, p.rows(), p.cols());
    else
      a_bar += sum;
  }
  template <class P>
  struct BareScalar {
    using type = typename PlainOf<P>::Scalar;
  };
  template <class S>
  static S initial_at(Index) {
    return S(0);
  }
  template <class S, class I>
  static S initial_at(Index j, const I& initial) {
    if constexpr (MatrixOperand<I>)
      return initial.coeff(0, j);
    else
      return S(initial);
  }

  template <class S, class A, class... Initial>
  void run(const A& a, const View<const S>& s, S* y, const Initial&... initial) const {
    const Index n = s.rows;
    for (Index j = 0; j < s.cols && n > 0; ++j, y += n) {
      const S* const from = s.data + j * s.col_stride;
      S last = reversed ? from[(n - 1) * s.row_stride] : from[0];
      if constexpr (sizeof...(Initial) > 0) last += S(element(a, 0, j)) * initial_at<S>(j, initial...);
      if constexpr (MatrixOperand<A>) {
        if (reversed) {
          y[n - 1] = last;
          for (Index t = n - 1; t-- > 0;) y[t] = last = a.coeff(t + 1, j) * last + from[t * s.row_stride];
        } else {
          y[0] = last;
          for (Index t = 1; t < n; ++t) y[t] = last = a.coeff(t, j) * last + from[t * s.row_stride];
        }
      } else {
        if (reversed)
          recur(S(a), from + (n - 1) * s.row_stride, -s.row_stride, y + n - 1, Index(-1), n, last);
        else
          recur(S(a), from, s.row_stride, y, Index(1), n, last);
      }
    }
  }
  template <class A>
  static auto element(const A& a, Index i, Index j) {
    if constexpr (MatrixOperand<A>)
      return a.coeff(i, j);
    else
      return a;
  }
};

template <class A, class X>
void check_recurrence(const A& a, const X& s) {
  if constexpr (MatrixOperand<A>)
    if (rows_of(a) != rows_of(s) || cols_of(a) != cols_of(s))
      throw_shapes_differ("linear_recurrence: coefficients and sources", rows_of(a), cols_of(a), rows_of(s),
                          cols_of(s));
}
template <class A, class X, class I>
void check_recurrence(const A& a, const X& s, const I& initial) {
  check_recurrence(a, s);
  if constexpr (MatrixOperand<I>)
    if (rows_of(initial) != 1 || cols_of(initial) != cols_of(s))
      throw_shapes_differ("linear_recurrence: initial values and a row of the sources", rows_of(initial),
                          cols_of(initial), 1, cols_of(s));
}

/// A constant scalar in the number type of the matrix beside it.
template <class X, class A>
decltype(auto) as_number_of(const A& a) {
  if constexpr (std::is_arithmetic_v<A>)
    return static_cast<typename NumberOf<X>::type>(a);
  else
    return (a);
}

}  // namespace detail

/// The first-order linear recurrence down every column of the n × k matrix s: y_t = a_t y_{t−1} + s_t, where y_{−1} is
/// the initial value, 0 if none is given. The coefficient a is a scalar or of the shape of s, the initial value a
/// scalar or a row of k; each may be recorded or constant. One pass over memory, and one for the adjoints: the
/// recurrence run backwards, λ_t = ȳ_t + a_{t+1} λ_{t+1}; s̄ += λ, ā_t += λ_t y_{t−1}, ȳ_{−1} += a_0 λ_0. An
/// autoregressive model has the noise for s, a moving average of x with the weight w the coefficient 1 − w and s = w x.
/// (A linear scan, in Blelloch, "Prefix sums and their applications", 1990; `lfilter([1], [1, -a], s)` in SciPy.)
/// Throws ShapeError.
template <class A, AlgebraOperand X, class... Initial>
requires(sizeof...(Initial) <= 1 && !detail::series_lead<A, X, Initial...> && AnyOperand<A> &&
         (AnyOperand<Initial> && ...)) auto linear_recurrence(const A& a, const X& s, const Initial&... initial) {
  detail::check_recurrence(a, s, initial...);
  return custom(detail::LinearRecurrence{}, detail::as_number_of<X>(a), s, detail::as_number_of<X>(initial)...);
}

}  // namespace gradus
