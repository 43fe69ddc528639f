// Fixed points x = f(x, p), differentiated by the implicit function theorem.
#pragma once

#include <cmath>
#include <limits>

#include "custom.hpp"
#include "gradient.hpp"

namespace gradus {

/// When the iteration of fixed_point() ends.
struct FixedPointOptions {
  /// It has converged when ‖f(x) − x‖ ≤ tolerance·(1 + ‖x‖). 0 stands for ε^¾, 1.8e-12 for double and 6.4e-6 for float.
  double tolerance = 0;
  /// f is evaluated this often at most; then Error is thrown.
  int max_iterations = 1000;
};

namespace detail {

[[noreturn]] void throw_not_converged(int iterations, double residual, double bound);
[[noreturn]] void throw_fixed_point_shape(Index rows, Index cols, Index f_rows, Index f_cols);

template <class X>
auto euclidean_norm(const X& x) {
  if constexpr (MatrixOperand<X>)
    return static_cast<double>(x.matrix().norm());
  else
    return std::abs(static_cast<double>(x));
}
void check_same_shape(const auto& x, const auto& y) {
  if constexpr (requires { x.rows(); })
    if (x.rows() != y.rows() || x.cols() != y.cols()) throw_fixed_point_shape(x.rows(), x.cols(), y.rows(), y.cols());
}

/// Numbers x with x = step(x), from `start` on. Residuals are compared with tolerance·(scale + ‖x‖).
template <class X, class Step>
X iterate(const FixedPointOptions& options, double scale, const X& start, const Step& step) {
  using S = typename NumberOf<X>::type;
  const double tolerance =
      options.tolerance > 0 ? options.tolerance : std::pow(double{std::numeric_limits<S>::epsilon()}, 0.75);
  X x = start;
  double residual = 0, bound = 0;
  for (int i = 1; i <= options.max_iterations; ++i) {
    const X next = step(x);
    check_same_shape(x, next);
    residual = euclidean_norm(X(next - x));
    x = next;
    bound = tolerance * (scale + euclidean_norm(x));
    if (!std::isfinite(residual)) throw_not_converged(i, residual, bound);
    if (residual <= bound) return x;
  }
  throw_not_converged(options.max_iterations, residual, bound);
}

/// Seeds a result and sweeps back from it.
template <class S, class Y>
void sweep_back(Tape<S>& tape, const Y& y, const auto& seed) {
  if constexpr (MatrixVar<Y>)
    tape.backward(y, seed);
  else
    tape.backward(Var<S>(y * seed));
}

/// A tape above the operands, and with the tape of the operands below it.
template <class S, class... X>
struct TapeAbove : Tape<S> {
  explicit TapeAbove(const X&... operands) {
    if constexpr (!Number<S>)
      if (auto* below = meeting_tape<level_of<S>>(operands...)) this->lies_above(below);
  }
};
template <class... X>
using NumbersAbove = NestedVar<meeting_level<X...>, typename NumberOf<std::tuple_element_t<0, std::tuple<X...>>>::type>;

/// (∂f/∂x)ᵀ applied to seeds: f(x, p…) is recorded once and swept for each of them.
template <class F, class Seed, class X, class... P>
class Linearized {
  using S = NumbersAbove<X, Seed, P...>;
  using Tape = TapeAbove<S, Seed, X, P...>;
  using Variable = decltype(std::declval<Tape&>().variable(std::declval<const X&>()));

 public:
  Linearized(const F& f, const Seed& seed, const X& x, const P&... p)
      : tape_(seed, x, p...), x_(tape_.variable(x)), y_(f(std::as_const(x_), tape_.constant(p)...)) {
    check_same_shape(x_, y_);
  }
  auto operator()(const auto& seed) {
    sweep_back<S>(tape_, y_, seed);
    return held(tape_.adjoint(x_));
  }

 private:
  Tape tape_;
  Variable x_, y_;
};

/// h(λ, g, x, p…) = g + (∂f/∂x)ᵀ λ. Its fixed point is what the adjoint g of x becomes when it has gone around for
/// ever.
template <class F>
struct AdjointStep {
  F f;

  template <class L, class G, class X, class... P>
  auto operator()(const L& lambda, const G& g, const X& x, const P&... p) const {
    Linearized<F, L, X, P...> linearized(f, lambda, x, p...);
    return held(g + linearized(lambda));
  }
};

template <class F, class X, class... P>
X fixed_point_of_numbers(const F& f, const FixedPointOptions& options, const X& start, const P&... p) {
  static_assert(level_of<decltype(f(start, p...))> == 0,
                "fixed_point: f shall not capture recorded variables; pass them as parameters");
  return iterate(options, 1, start, [&](const X& x) { return f(x, p...); });
}
/// A system that is linear in λ: relative to g, and f recorded once for all steps.
template <class F, class L, class G, class X, class... P>
L fixed_point_of_numbers(const AdjointStep<F>& h, const FixedPointOptions& options, const L& start, const G& g,
                         const X& x, const P&... p) {
  Linearized<F, L, X, P...> linearized(h.f, start, x, p...);
  return iterate(options, euclidean_norm(g), start, [&](const L& lambda) { return held(g + linearized(lambda)); });
}

/// T(ẋ, x, p…, ṗ…) = (∂f/∂x) ẋ + (∂f/∂p) ṗ, by forward mode. Its fixed point is the derivative of x along ṗ.
template <class F>
struct TangentStep {
  F f;

  template <class T, class X, class... All>
  auto operator()(const T& x_dot, const X& x, const All&... parameters_and_tangents) const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto all = std::tie(parameters_and_tangents...);
      const auto y = f(dual_of(x, x_dot), dual_of(std::get<I>(all), std::get<I + sizeof...(I)>(all))...);
      check_same_shape(x, y);
      return held(tangent_by<whole_depth<decltype(dual_of(x, x_dot))>>(y));
    }
    (std::make_index_sequence<sizeof...(All) / 2>{});
  }
};
/// It is linear in ẋ: relative to what it is at ẋ = 0.
template <class F, class T, class X, class... All>
T fixed_point_of_numbers(const TangentStep<F>& step, const FixedPointOptions& options, const T& start, const X& x,
                         const All&... parameters_and_tangents) {
  const auto at = [&](const T& x_dot) { return T(step(x_dot, x, parameters_and_tangents...)); };
  return iterate(options, euclidean_norm(at(start)), start, at);
}

template <class S, class X>
auto with_numbers(const X& x) {
  if constexpr (MatrixOperand<X>)
    return held(x.template cast<S>());
  else
    return static_cast<S>(x);
}

/// x = f(x, p…) as an operation on p…
template <class F, class Start>
struct FixedPoint {
  static constexpr std::string_view name = "fixed_point";
  F f;
  Start start;
  FixedPointOptions options;

  template <class... P>
  auto value(const P&... p) const {
    const auto iterated = [&](const auto&... numbers) { return fixed_point_of_numbers(f, options, start, numbers...); };
    return on_numbers(*this, iterated, p...);
  }
  /// ẋ = (∂f/∂x) ẋ + (∂f/∂p) ṗ
  template <class X, class... All>
  auto tangent(const X& x, const All&... parameters_and_tangents) const {
    const Start zero = start * 0;
    return custom(FixedPoint<TangentStep<F>, Start>{{f}, zero, options}, x, parameters_and_tangents...);
  }
  /// λ = g + (∂f/∂x)ᵀ λ, p̄ += (∂f/∂p)ᵀ λ
  template <class G, class X, class... All>
  void pullback(const G& g, const X& x, All&&... parameters_and_adjoints) const {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto all = std::tie(parameters_and_adjoints...);
      pull(g, x, std::tie(std::get<I + sizeof...(I)>(all)...), std::get<I>(all)...);
    }
    (std::make_index_sequence<sizeof...(All) / 2>{});
  }

 private:
  template <class G, class X, class Adjoints, class... P>
  void pull(const G& g, const X& x, const Adjoints& adjoints, const P&... p) const {
    static_assert(!is_dual<typename NumberOf<X>::type>,
                  "fixed_point: no reverse mode on Duals as numbers; put forward mode inside (Dual<Var<…>>), as "
                  "hessian_vector_product does");
    const auto first_guess = held(value_of(g));
    using Adjoint = FixedPoint<AdjointStep<F>, std::remove_const_t<decltype(first_guess)>>;
    const auto lambda = custom(Adjoint{{f}, first_guess, options}, g, x, p...);
    using S = NumbersAbove<X, G, P...>;
    TapeAbove<S, G, X, P...> tape(g, x, p...);
    const auto add_all = [&](const auto&... variable) {
      sweep_back<S>(tape, held(f(tape.constant(x), variable...)), lambda);
      std::apply([&](auto&... adjoint) { ((adjoint += tape.adjoint(variable)), ...); }, adjoints);
    };
    std::apply(add_all, std::tuple(tape.variable(p)...));
  }
};

}  // namespace detail

/// The x with x = f(x, p…) that the iteration x ← f(x, p…) from x0 arrives at, and its derivatives by p… without
/// differentiating the iteration: by the implicit function theorem the adjoint g of x makes p̄ += (∂f/∂p)ᵀ λ, where λ
/// solves (1 − ∂f/∂x)ᵀ λ = g, which is another fixed point, λ = g + (∂f/∂x)ᵀ λ, that converges at the rate of x. Memory
/// does not grow with the iterations, and derivatives of any order work. (B. Christianson, "Reverse accumulation and
/// attractive fixed points", 1994.) In forward mode ẋ = (∂f/∂x) ẋ + (∂f/∂p) ṗ is iterated in the same way.
///
///     auto x = gradus::fixed_point([](const auto& x, const auto& p) { return cos(p * x); }, 0.5, p);
///
/// f is a generic function of x and the parameters that returns the shape of x, and a contraction near the solution; a
/// copy of it stays with the tape, so that what it captures by reference must live as long. What is to be
/// differentiated is passed as a parameter, not captured. x0 is a number or an Eigen vector or matrix; x does not
/// depend on it. With options: fixed_point({.tolerance = 1e-9}, f, x0, p…), which hold for λ too, relative to ‖g‖.
/// Throws Error, with the residual, if either iteration does not converge; ShapeError if f(x, p…) has not the shape of
/// x.
template <class F, class X, class... P>
auto fixed_point(const FixedPointOptions& options, const F& f, const X& x0, const P&... parameters) {
  static_assert(level_of<X> == 0, "fixed_point: the first guess is of numbers; use value_of()");
  if constexpr (detail::deepest<P...> == 0) {
    return detail::fixed_point_of_numbers(f, options, detail::held(x0), parameters...);
  } else {
    // Of the deepest, so that 1.0 will do for float.
    using S = GroundOf<typename detail::NumberOf<typename detail::DeepestOf<P...>::type>::type>;
    const auto start = detail::with_numbers<S>(x0);
    return custom(detail::FixedPoint<F, std::remove_const_t<decltype(start)>>{f, start, options}, parameters...);
  }
}
template <class F, class X, class... P>
requires(!std::is_same_v<F, FixedPointOptions>) auto fixed_point(const F& f, const X& x0, const P&... parameters) {
  return fixed_point(FixedPointOptions{}, f, x0, parameters...);
}

}  // namespace gradus
