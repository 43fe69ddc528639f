// Dense Jacobians.
#pragma once

#include "recording.hpp"

namespace gradus {

/// A Jacobian of numbers: a row for every result. Stored by rows, for that is how reverse mode computes them.
template <Number S>
using JacobianMatrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

namespace detail {

/// The Jacobian of a recorded function, by each of its arguments, as a std::tuple.
template <class S, class Y, std::size_t N>
auto jacobians(const Recording<S, Y, N>& recording) {
  const Index rows = recording.rows();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (Number<S>) {
      std::array<JacobianMatrix<S>, N> all{JacobianMatrix<S>(rows, recording.arguments[I].layout.size())...};
      write_jacobian(recording, std::array<Rows<S>, N>{Rows<S>{all[I].data(), all[I].cols()}...});
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

}  // namespace detail

/// f(x…) and its Jacobian by every argument: `auto [y, J] = value_and_jacobian(f, x)`, or with several arguments
/// `auto [y, by_a, by_b] = value_and_jacobian(f, a, b)`.
///
/// f is any generic function of numbers, Eigen objects or both that returns a scalar, a vector or a matrix. A Jacobian
/// has a row for every element of the result and a column for every element of the argument, both counted in column
/// order: J(i, j) = ∂yᵢ/∂xⱼ. Arguments may be recorded variables: the Jacobian is then a recorded matrix, and can be
/// differentiated again. Cost: one evaluation of f recorded, and one sweep a row, which writes that row in place.
template <class F, class... X>
requires(sizeof...(X) > 0) auto value_and_jacobian(const F& f, const X&... x) {
  using S = detail::ScalarTypeOf<std::tuple_element_t<0, std::tuple<X...>>>;
  Tape<S> tape;
  const auto recording = detail::record(tape, f, detail::held(x)...);
  static_assert(recording.result_count == 1, "a Jacobian is of one result: stack several, or take them one by one");
  auto value = recording.value();
  return std::tuple_cat(std::tuple(std::move(value)), detail::jacobians(recording));
}

/// The Jacobian alone, or a std::tuple of them if there are several arguments.
template <class F, class... X>
requires(sizeof...(X) > 0) auto jacobian(const F& f, const X&... x) {
  auto all = value_and_jacobian(f, x...);
  if constexpr (sizeof...(X) == 1)
    return std::get<1>(std::move(all));
  else
    return std::apply([](auto&&, auto&&... j) { return std::tuple(std::move(j)...); }, std::move(all));
}

/// For loops: the same with a tape that is cleared and used again, and with matrices that the caller holds, which are
/// resized where they do not fit: once all have grown nothing is allocated. x is an Eigen matrix, vector, Map or Block,
/// read in place; f returns a vector or a matrix, which is assigned to `value`.
template <Number S, class F, class X, class Y>
requires(EigenDense<X>&& EigenDense<Y>) void value_and_jacobian(Tape<S>& tape, const F& f, const X& x, Y& value,
                                                                JacobianMatrix<S>& jacobian) {
  const auto recording = detail::record(tape, f, borrow(x));
  static_assert(recording.result_count == 1, "a Jacobian is of one result: stack several, or take them one by one");
  using Result = std::tuple_element_t<0, typename decltype(recording)::Results>;
  static_assert(MatrixOperand<Result>, "the function returns a vector or a matrix here");
  jacobian.resize(recording.rows(), recording.cols());
  value = value_of(Var<PlainOf<Result>>(recording.results[0]));
  detail::write_jacobian(recording, std::array{detail::Rows<S>{jacobian.data(), jacobian.cols()}});
}

}  // namespace gradus
