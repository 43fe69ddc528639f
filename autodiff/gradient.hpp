// Drivers: the gradient of a function.
#pragma once

#include <string>
#include <tuple>
#include <utility>

#include "variable.hpp"

namespace gradus {

namespace detail {

/// The scalar that an argument is made of.
template <class X>
struct ScalarOf {
  using type = X;
};
template <MatrixVar X>
struct ScalarOf<X> {
  using type = typename X::Scalar;
};
template <EigenDense X>
struct ScalarOf<X> {
  using type = typename X::Scalar;
};

/// The scalar that a function returned, as a variable of the tape.
template <class S, class Y>
GRADUS_INLINE Var<S> scalar_result(const Y& y) {
  if constexpr (MatrixOperand<Y>) {
    if (y.size() != 1) throw_not_scalar("gradient", y.rows(), y.cols());
    if constexpr (MatrixVar<Y>)
      return y.value();
    else
      return Var<S>(y.coeff(0, 0));
  } else if constexpr (std::is_same_v<Y, Var<S>>) {
    return {y.value(), alone(y.slot()), alone(y.tape()), y.epoch()};
  } else {
    return Var<S>(y);
  }
}

/// f's result as a scalar. Not inlined: in a function of its own the compiler has registers for what f computes; and
/// copied, for what is returned as it is would be kept in memory while f computes it.
template <class S, class F, class... X>
[[gnu::noinline]] Var<S> scalar_result_of(const F& f, const X&... x) {
  return scalar_result<S>(f(x...));
}

/// Whether the elements stand one after the other, column after column.
template <class S>
bool is_contiguous(const View<S>& view) {
  return Layout{0, view.rows, view.cols, view.row_stride, view.col_stride}.is_dense();
}

/// Whether a sweep can write the gradient by x there.
template <class X, class G>
GRADUS_INLINE void check_gradient_memory(const char* driver, const X& x, const G& gradient) {
  if (gradient.rows() != x.rows() || gradient.cols() != x.cols())
    throw_shapes_differ((std::string(driver) + ": x and gradient").c_str(), x.rows(), x.cols(), gradient.rows(),
                        gradient.cols());
  constexpr bool is_plain_vector = G::IsVectorAtCompileTime && G::InnerStrideAtCompileTime == 1;
  if (!is_plain_vector && !is_contiguous(borrow(gradient).view))
    throw ShapeError(std::string(driver) + ": expected a gradient that is contiguous, column after column");
}

}  // namespace detail

/// f(x…) and its gradient by every argument: `auto [value, gradient] = value_and_gradient(f, x)`, or with several
/// arguments `auto [value, by_a, by_b] = value_and_gradient(f, a, b)`.
///
/// f is any function of numbers, Eigen objects or both, written generically (a lambda with `const auto&` parameters),
/// that returns one scalar; every argument is a number or an Eigen matrix, vector or array, all of one number type. A
/// gradient has the shape of its argument. Arguments may be recorded variables themselves: the gradient is then one
/// too, and can be differentiated again. Cost: one evaluation of f recorded, and one sweep, whatever the size of x.
/// Throws ShapeError if f returns a matrix of more than one element.
template <class F, class... X>
requires(sizeof...(X) > 0 && !((MatrixDual<X> || is_series<X>) || ...)) auto value_and_gradient(const F& f,
                                                                                                const X&... x) {
  using First = decltype(detail::held(std::get<0>(std::tie(x...))));
  using S = typename detail::ScalarOf<First>::type;
  Tape<S> tape;
  const auto gradients = [&](const auto&... variable) {
    const Var<S> y = detail::scalar_result_of<S>(f, variable...);
    tape.backward(y);
    return std::tuple<S, decltype(detail::held(x))...>(y.value(), tape.adjoint(variable)...);
  };
  return std::apply(gradients, std::tuple{tape.variable(detail::held(x))...});
}

/// The gradient alone: of the argument's shape, or a tuple of them if there are several.
template <class F, class... X>
requires(sizeof...(X) > 0) auto gradient(const F& f, const X&... x) {
  auto all = value_and_gradient(f, x...);
  if constexpr (sizeof...(X) == 1)
    return std::get<1>(std::move(all));
  else
    return std::apply([](auto&&, auto&&... g) { return std::tuple(std::move(g)...); }, std::move(all));
}

/// For loops: the same with a tape that is cleared and used again, and a gradient that the caller holds. x is read in
/// place and the sweep writes into `gradient` directly, so that once the tape has grown nothing is allocated or copied.
/// Returns f(x). x and gradient are Eigen matrices, vectors, Maps or Blocks; x that is not contiguous, column after
/// column, is copied. Throws ShapeError, before anything is computed, if gradient is not contiguous or not of x's
/// shape.
template <Number S, class F, class X, class G>
requires(EigenDense<X>&& EigenDense<G>) S value_and_gradient(Tape<S>& tape, const F& f, const X& x, G&& gradient) {
  detail::check_gradient_memory("value_and_gradient", x, gradient);
  tape.clear();
  auto variable = tape.variable(borrow(x));
  tape.bind(variable, gradient.data());
  const Var<S> y = detail::scalar_result_of<S>(f, variable);
  tape.backward(y);
  return y.value();
}

/// The same for a gradient that nobody needs as a whole: the sink takes it piece by piece while the sweep is going, and
/// may change x at the positions it has got. x is an Eigen matrix, vector, Map or Block, read in place if it is
/// contiguous; f must not borrow() it too. The tape is cleared before and after. Returns f(x).
template <Number S, class F, class X, std::derived_from<GradientSink<S>> Sink>
requires EigenDense<X> S value_and_gradient(Tape<S>& tape, const F& f, const X& x, Sink& sink) {
  tape.clear();
  const auto variable = tape.variable(borrow(x));
  const Var<S> y = detail::scalar_result_of<S>(f, variable);
  const S value = y.value();
  tape.backward(y, variable, sink);
  return value;
}

}  // namespace gradus
