// Dense Jacobians.
#pragma once

#include "forward.hpp"
#include "recorded_sweeps.hpp"

namespace gradus {

/// A Jacobian of numbers: a row for every result. Stored by rows, for that is how reverse mode computes them.
template <Number S>
using JacobianMatrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

namespace detail {

template <Mode mode, Number S, class Y, std::size_t N>
void write_jacobian(const Recording<S, Y, N>& recording, const std::array<Rows<S>, N>& targets) {
  // A journal is of sweeps back.
  const bool pays =
      recording.cols() < recording.rows() && recording.tape->journal() == nullptr && pushes_tangents(*recording.tape);
  const bool by_columns = mode == Mode::forward || (mode == Mode::automatic && pays);
  by_columns ? write_jacobian_by_columns(recording, targets) : write_jacobian_by_rows(recording, targets);
}

/// The Jacobian of a recorded function, by each of its arguments, as a std::tuple.
template <Mode mode, class S, class Y, std::size_t N>
auto jacobians(const Recording<S, Y, N>& recording) {
  const Index rows = recording.rows();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (Number<S>) {
      std::array<JacobianMatrix<S>, N> all{JacobianMatrix<S>(rows, recording.arguments[I].layout.size())...};
      write_jacobian<mode>(recording, std::array<Rows<S>, N>{Rows<S>{all[I].data(), all[I].cols()}...});
      return std::tuple(std::move(all[I])...);
    } else {
      const std::vector<S> elements = jacobian_elements(recording);
      const S* next = elements.data();
      const auto part = [&](const Layout& argument) {
        const S* const first = std::exchange(next, next + rows * argument.size());
        return matrix_of(pack(recording.tape->below(), first, rows, argument.size()));
      };
      return std::tuple{part((void(I), recording.arguments[I].layout))...};  // braces keep the order
    }
  }
  (std::make_index_sequence<N>());
}

/// The direction along element i of an argument, or none of it.
template <class X>
auto axis(const X& x, Index i) {
  if constexpr (MatrixOperand<X>) {
    using P = PlainOf<X>;
    P unit = P::Zero(x.rows(), x.cols());
    if (i >= 0) unit(i % x.rows(), i / x.rows()) = 1;
    return unit;
  } else {
    return i >= 0 ? 1 : 0;
  }
}
template <class X>
Index size_of_argument(const X& x) {
  if constexpr (MatrixOperand<X>)
    return x.size();
  else
    return 1;
}
/// The elements of a result's tangent, in column order, as variables.
template <class R, class T>
void append_elements(const T& tangent, std::vector<Var<R>>& to) {
  if constexpr (MatrixOperand<T>) {
    for (Index j = 0; j < tangent.cols(); ++j)
      for (Index i = 0; i < tangent.rows(); ++i) to.push_back(Var<R>(tangent.coeff(i, j)));
  } else {
    to.push_back(Var<R>(tangent));
  }
}

/// The products of the Jacobian with constant directions, where x is a variable.
template <class F, class X, class V>
auto recorded_products(const F& f, const X& x, const V& v) {
  using S = ScalarTypeOf<X>;
  std::vector<S> elements;
  for (Index c = 0; c < v.cols(); ++c) {
    if constexpr (MatrixOperand<X>) {
      auto direction = axis(x, -1);
      for (Index i = 0; i < direction.size(); ++i)
        direction(i % x.rows(), i / x.rows()) = static_cast<typename PlainOf<X>::Scalar>(v(i, c));
      append_elements(jacobian_vector_product(f, x, direction).second, elements);
    } else {
      append_elements(jacobian_vector_product(f, x, v(0, c)).second, elements);
    }
  }
  const Index rows = v.cols() == 0 ? 0 : static_cast<Index>(elements.size()) / v.cols();
  return matrix_of(pack(*meeting_tape<level_of<S>>(x), elements.data(), rows, v.cols()));
}

/// The Jacobian by argument number A of variables of the tape over R: forward mode along every axis.
template <std::size_t A, class R, class F, class... X, std::size_t... I>
auto recorded_by_columns(Tape<R>& tape, const F& f, const std::tuple<X...>& x, std::index_sequence<I...>) {
  const Index cols = size_of_argument(std::get<A>(x));
  std::vector<Var<R>> elements;
  for (Index c = 0; c < cols; ++c)
    append_elements(jacobian_vector_product(f, x, std::tuple(axis(std::get<I>(x), I == A ? c : -1)...)).second,
                    elements);
  const Index rows = cols == 0 ? 0 : static_cast<Index>(elements.size()) / cols;
  return matrix_of(pack(tape, elements.data(), rows, cols));
}

}  // namespace detail

/// f(x…) and its Jacobian by every argument: `auto [y, J] = value_and_jacobian(f, x)`, or with several arguments
/// `auto [y, by_a, by_b] = value_and_jacobian(f, a, b)`.
///
/// f is any generic function of numbers, Eigen objects or both that returns a scalar, a vector or a matrix. A Jacobian
/// has a row for every element of the result and a column for every element of the argument, both counted in column
/// order: J(i, j) = ∂yᵢ/∂xⱼ.
///
/// f is evaluated once, recorded; then follow sweeps over the tape, each for eight rows or columns at a time: back for
/// rows (Mode::reverse) or forward for columns (Mode::forward). Mode::automatic takes the columns if they are fewer
/// than the rows: of as many rows as columns, either takes as long (measured on scalar programs of 4 to 32 arguments;
/// forward 0.7 of reverse on a small network). It takes the rows if f has operations for which only a pullback is
/// known: forward, such an operation takes a pull for each element of its result. `value_and_jacobian<Mode::forward>(f,
/// x)` says which. (Eight rows at a time are three to four times as fast as one by one where scalars are recorded.)
///
/// Arguments may be recorded variables: the Jacobian is then a recorded matrix, and can be differentiated again. It
/// takes a sweep for each row or, if Mode::forward is asked for, an evaluation of f with Dual for each column.
template <Mode mode = Mode::automatic, class F, class... X>
requires(sizeof...(X) > 0) auto value_and_jacobian(const F& f, const X&... x) {
  using S = detail::ScalarTypeOf<std::tuple_element_t<0, std::tuple<X...>>>;
  if constexpr (!Number<S> && mode == Mode::forward) {
    const std::tuple arguments(detail::held(x)...);
    auto& tape = *detail::meeting_tape<level_of<S>>(x...);
    return [&]<std::size_t... I>(std::index_sequence<I...> all) {
      return std::tuple{detail::held(f(x...)), detail::recorded_by_columns<I>(tape, f, arguments, all)...};
    }
    (std::index_sequence_for<X...>());
  } else {
    Tape<S> tape;
    const auto recording = detail::record(tape, f, detail::held(x)...);
    static_assert(recording.result_count == 1, "a Jacobian is of one result: stack several, or take them one by one");
    auto value = recording.value();
    return std::tuple_cat(std::tuple(std::move(value)), detail::jacobians<mode>(recording));
  }
}

/// The Jacobian alone, or a std::tuple of them if there are several arguments: `jacobian(f, x)`, or
/// `jacobian<Mode::forward>(f, x)`.
template <Mode mode = Mode::automatic, class F, class... X>
requires(sizeof...(X) > 0) auto jacobian(const F& f, const X&... x) {
  auto all = value_and_jacobian<mode>(f, x...);
  if constexpr (sizeof...(X) == 1)
    return std::get<1>(std::move(all));
  else
    return std::apply([](auto&&, auto&&... j) { return std::tuple(std::move(j)...); }, std::move(all));
}

/// For loops: the same with a tape that is cleared and used again, and with matrices that the caller holds, which are
/// resized where they do not fit: once all have grown nothing is allocated. x is an Eigen matrix, vector, Map or Block,
/// read in place; f returns a vector or a matrix, which is assigned to `value`.
template <Mode mode = Mode::automatic, Number S, class F, class X, class Y>
requires(EigenDense<X>&& EigenDense<Y>) void value_and_jacobian(Tape<S>& tape, const F& f, const X& x, Y& value,
                                                                JacobianMatrix<S>& jacobian) {
  const auto recording = detail::record(tape, f, borrow(x));
  static_assert(recording.result_count == 1, "a Jacobian is of one result: stack several, or take them one by one");
  using Result = std::tuple_element_t<0, typename decltype(recording)::Results>;
  static_assert(MatrixOperand<Result>, "the function returns a vector or a matrix here");
  jacobian.resize(recording.rows(), recording.cols());
  value = value_of(Var<PlainOf<Result>>(recording.results[0]));
  detail::write_jacobian<mode>(recording, std::array{detail::Rows<S>{jacobian.data(), jacobian.cols()}});
}

/// f(x) and J V for the k columns of V, directions of n elements each: `auto [y, JV] = jacobian_matrix_product(f, x,
/// V)`. Row i of the m × k product belongs to element i of f(x), row j of the n × k matrix V to element j of x, both in
/// column order; column by column it is what jacobian_vector_product gives. f is evaluated once, recorded, and tangents
/// are carried forward over the tape for eight directions at a time, [A·x′₁ … A·x′₈] being one product. An operation
/// that has only a pullback takes a pull for each element of its result. x is one number or Eigen object, V an Eigen
/// matrix; x may be recorded, and the results are then, by an evaluation of f with Dual for each direction. Throws
/// ShapeError if V has not as many rows as x has elements.
template <class F, class X, class V>
requires(EigenDense<V>) auto jacobian_matrix_product(const F& f, const X& x, const V& v) {
  using S = detail::ScalarTypeOf<X>;
  if (const Index n = detail::size_of_argument(x); v.rows() != n)
    throw_shapes_differ("jacobian_matrix_product: elements of x and directions", n, v.cols(), v.rows(), v.cols());
  if constexpr (!Number<S>) {
    return std::pair(detail::held(f(x)), detail::recorded_products(f, x, v));
  } else {
    Tape<S> tape;
    const auto recording = detail::record(tape, f, detail::held(x));
    static_assert(recording.result_count == 1, "a Jacobian is of one result: stack several, or take them one by one");
    const detail::DynamicMatrix<S> directions = v;
    detail::DynamicMatrix<S> products(recording.rows(), v.cols());
    detail::push_matrix(recording, borrow(directions).view,
                        [&](Index c, Index row, const S& tangent) { products(row, c) = tangent; });
    return std::pair(recording.value(), std::move(products));
  }
}

/// For loops: f(x) and J v by a tape that is cleared and used again, x and v read in place and the results written to
/// `value` and `product`, which are resized where they do not fit: once all have grown nothing is allocated. A large
/// argument of which f takes parts (the weights of a network) is not copied as it is with Dual. x is an Eigen matrix,
/// vector, Map or Block; f returns a vector or a matrix. Throws ShapeError if v is not of x's shape, or not contiguous.
template <Number S, class F, class X, class V, class Y>
requires(EigenDense<X>&& EigenDense<V>&& EigenDense<Y>) void jacobian_vector_product(Tape<S>& tape, const F& f,
                                                                                     const X& x, const V& v, Y& value,
                                                                                     Y& product) {
  if (x.rows() != v.rows() || x.cols() != v.cols())
    throw_shapes_differ("jacobian_vector_product: argument and direction", x.rows(), x.cols(), v.rows(), v.cols());
  if (!detail::is_contiguous(borrow(v).view))
    throw ShapeError("jacobian_vector_product: expected a direction that is contiguous, column after column");
  const auto recording = detail::record(tape, f, borrow(x));
  static_assert(recording.result_count == 1, "of one result");
  using Result = std::tuple_element_t<0, typename decltype(recording)::Results>;
  static_assert(MatrixOperand<Result>, "the function returns a vector or a matrix here");
  value = value_of(Var<PlainOf<Result>>(recording.results[0]));
  product.resize(value.rows(), value.cols());
  const Index rows = value.rows();
  detail::push_matrix(recording, View<const S>(v.data(), v.size(), 1, 1, v.size()),
                      [&](Index, Index i, const S& tangent) { product(i % rows, i / rows) = tangent; });
}

}  // namespace gradus
