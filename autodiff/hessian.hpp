// Dense Hessians, and products with Hessians and Gauss–Newton matrices that form neither.
#pragma once

#include "forward.hpp"
#include "jacobian.hpp"
#include "pullback.hpp"
#include "recorded_products.hpp"

namespace gradus {

namespace detail {

/// The gradient of f as a function like any other, which returns as many results as it has arguments; and f's value at
/// the point where it was evaluated last, which costs nothing more. `above` is a tape to record f on, as memory.
template <class F, class S>
struct GradientFunction {
  const F& f;
  Tape<Var<S>>& above;
  S& value;

  template <class... X>
  auto operator()(const X&... x) const {
    above.clear();
    const std::tuple variables{above.variable(x)...};  // braces keep the order
    const auto evaluate = [&](const auto&... v) { return scalar_result_of<Var<S>>(f, v...); };
    const Var<Var<S>> y = std::apply(evaluate, variables);
    above.backward(y);
    value = y.value().value();
    return std::apply([&](const auto&... v) { return std::tuple{above.adjoint(v)...}; }, variables);
  }
};

/// Symmetric but for rounding: now exactly.
template <class S>
void symmetrize(DynamicMatrix<S>& h) {
  for (Index j = 0; j < h.cols(); ++j)
    for (Index i = 0; i < j; ++i) h(i, j) = h(j, i) = (h(i, j) + h(j, i)) / 2;
}

/// The Jacobian of all results by all arguments as one matrix.
template <class S, class Y, std::size_t N>
auto stacked_jacobian(const Recording<S, Y, N>& recording) {
  const Index rows = recording.rows(), cols = recording.cols();
  if constexpr (Number<S>) {
    DynamicMatrix<S> transposed(cols, rows);
    std::array<Rows<S>, N> targets;
    S* next = transposed.data();
    for (std::size_t k = 0; k < N; ++k)
      targets[k] = {std::exchange(next, next + recording.arguments[k].layout.size()), cols};
    write_jacobian<Mode::reverse>(recording, targets);
    return transposed;
  } else {
    const std::vector<S> elements = jacobian_elements(recording);
    return matrix_of(pack(recording.tape->below(), elements.data(), rows, cols));
  }
}

}  // namespace detail

/// f(x…), its gradient by every argument, and its Hessian: `auto [value, gradient, H] = value_gradient_and_hessian(f,
/// x)`, or with several arguments `auto [value, by_a, by_b, H] = value_gradient_and_hessian(f, a, b)`.
///
/// f is any generic function of numbers, Eigen objects or both that returns one scalar. H is n × n and symmetric, n
/// being the number of elements of all arguments, one argument after the other, each in column order. Arguments may be
/// recorded variables: all results are then, too. Cost: the gradient of f, recorded once, and n sweeps over it.
template <class F, class... X>
requires(sizeof...(X) > 0) auto value_gradient_and_hessian(const F& f, const X&... x) {
  using S = detail::ScalarTypeOf<std::tuple_element_t<0, std::tuple<X...>>>;
  Tape<S> tape;
  Tape<Var<S>> above;
  S value{};
  const auto recording = detail::record(tape, detail::GradientFunction<F, S>{f, above, value}, detail::held(x)...);
  auto gradients = recording.value();
  auto hessian = detail::stacked_jacobian(recording);
  if constexpr (Number<S>) detail::symmetrize(hessian);
  if constexpr (sizeof...(X) == 1)
    return std::tuple(value, std::move(gradients), std::move(hessian));
  else
    return std::tuple_cat(std::tuple(value), std::move(gradients), std::tuple(std::move(hessian)));
}

/// The Hessian alone.
template <class F, class... X>
requires(sizeof...(X) > 0) auto hessian(const F& f, const X&... x) {
  return std::get<sizeof...(X) + 1>(value_gradient_and_hessian(f, x...));
}

/// f(x), ∇f(x) and the product ∇²f(x)·v: `auto [value, gradient, product] = …`. v, the gradient and the product have
/// the shape of x, an Eigen object or number; for several arguments x and v are std::tuples of as many, and so are the
/// gradient and the product. The Hessian is not formed: a few times the cost of f, whatever the size of x. Throws
/// ShapeError if v is not of x's shape.
template <class F, class X, class V>
auto value_gradient_and_hessian_vector_product(const F& f, const X& x, const V& v) {
  using S = detail::ScalarTypeOf<typename detail::FirstOf<X>::type>;
  Tape<Var<S>> above;
  S value{};
  const detail::GradientFunction<F, S> by{f, above, value};
  auto [gradient, pullback] = std::apply(
      [&](const auto&... argument) { return vector_jacobian_product(by, argument...); }, detail::arguments_of(x));
  auto product = std::apply(pullback, detail::arguments_of(v));  // the Hessian is its own transpose
  return std::tuple(value, std::move(gradient), std::move(product));
}

/// ∇²f(x)·v alone; of one argument by reverse over forward, the cheapest way (see forward.hpp).
template <class F, class X, class V>
auto hessian_vector_product(const F& f, const X& x, const V& v) {
  if constexpr (requires { std::tuple_size<X>::value; })
    return std::get<2>(value_gradient_and_hessian_vector_product(f, x, v));
  else
    return value_slope_and_hessian_vector_product(f, x, v).product;
}

/// v ↦ ∇²f(x)·v for loops, and for whoever needs many products at one x (conjugate gradients, Lanczos):
///
///     gradus::HessianOperator<double> hessian;
///     double value = hessian.record(f, x);      // evaluates f and ∇f, once
///     hessian.gradient();                       // ∇f(x)
///     hessian.product(v);                       // ∇²f(x)·v: one sweep each
///
/// It is made for functions of matrices. Of a function of scalars a product here costs eight gradients, and the
/// recording forty; hessian_vector_product() in a loop, three.
///
/// Its tapes keep their memory: recording a computation of the same size again, and products, allocate nothing. The
/// results are Eigen maps, the gradient's valid until the next record(), a product until the next product() or
/// record(). It belongs to one thread.
template <Number S = double>
class HessianOperator {
 public:
  /// f is any generic function of one Eigen object that returns a scalar; x an Eigen matrix, vector, Map or Block,
  /// which is copied. Returns f(x).
  template <class F, class X>
  requires EigenDense<X> S record(const F& f, const X& x) {
    S value{};
    const auto recorded = detail::record(tape_, detail::GradientFunction<F, S>{f, above_, value}, x);
    recording_ = {&tape_, recorded.arguments, {dense(recorded.results[0])}};
    return value;
  }
  /// ∇f(x), of x's shape.
  auto gradient() const { return value_of(detail::matrix_of(recording_.results[0])); }
  /// ∇²f(x)·v, of x's shape. Throws ShapeError if v is not.
  template <class V>
  auto product(const V& v) {
    recording_.sweep(v);
    return tape_.adjoint(detail::matrix_of(recording_.arguments[0]));
  }

  /// ∇²f(x)·V: n × k for an n × k matrix of k directions, x's n elements in column order. Eight of them share a sweep.
  /// Valid until the next call. Throws ShapeError if V has not n rows.
  template <class V>
  const detail::DynamicMatrix<S>& products(const V& v) {
    if (v.rows() != recording_.rows())
      throw_shapes_differ("Hessian products: elements of x and directions", recording_.rows(), v.cols(), v.rows(),
                          v.cols());
    detail::pull_columns(
        recording_, v.cols(), [&](Index c, Index i) { return static_cast<S>(v(i, c)); }, products_);
    return products_;
  }
  const auto& recording() const { return recording_; }

 private:
  Tape<S> tape_;
  Tape<Var<S>> above_;
  detail::MatrixRecording<S> recording_;
  detail::DynamicMatrix<S> products_;
};

/// Jᵀ(J v), J being the Jacobian of f at x: the product of the Gauss–Newton matrix of ½‖f(x)‖² with v, of x's shape.
/// f is any generic function of one Eigen object, x, that returns a vector or a matrix. J is not formed: J v is by
/// forward mode, and its product with Jᵀ a sweep back, a few times the cost of f in all. Throws ShapeError if v is not
/// of x's shape. (Schraudolph, "Fast curvature matrix-vector products for second-order gradient descent", Neural
/// Computation 14 (2002).)
template <class F, class X, class V>
requires(EigenDense<X>&& EigenDense<V>) auto gauss_newton_vector_product(const F& f, const X& x, const V& v) {
  const auto along = jacobian_vector_product(f, x, v).second;
  return vector_jacobian_product(f, x).second(along);
}

/// Jᵀ H J v, H being the Hessian of a loss at f(x): the generalized Gauss–Newton matrix of loss(f(x)) times v. The loss
/// is any generic function of f's result that returns a scalar; where it is convex the matrix is positive
/// semidefinite, which the Hessian of loss(f(x)) may not be.
template <class Loss, class F, class X, class V>
requires(EigenDense<X>&& EigenDense<V>) auto gauss_newton_vector_product(const Loss& loss, const F& f, const X& x,
                                                                         const V& v) {
  const auto along = jacobian_vector_product(f, x, v).second;
  const auto [y, pullback] = vector_jacobian_product(f, x);
  return pullback(hessian_vector_product(loss, y, along));
}

}  // namespace gradus
