// A function recorded once, to be swept many times: what vector-Jacobian products, Jacobians and Hessians are made of.
#pragma once

#include <array>
#include <span>
#include <tuple>
#include <utility>

#include "operations/replay.hpp"

namespace gradus::detail {

template <class S>
using DynamicMatrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

/// What a function returned, as a matrix of the tape: a recorded matrix or scalar, or a constant.
template <class S, class Y>
MatrixHandle<S> matrix_result(Tape<S>& tape, const Y& y) {
  if constexpr (MatrixOperand<Y>) {
    return operand(tape, y);
  } else {
    const Var<S> scalar(y);
    return pack(tape, &scalar, 1, 1);
  }
}

/// A handle as a variable of the tape over S.
template <class S>
auto matrix_of(const MatrixHandle<S>& handle) {
  return NestedVar<level_of<Var<S>>, DynamicMatrix<BaseOf<S>>>(handle);
}

/// The scalar that the tape of an argument is made of.
template <class X>
using ScalarTypeOf = typename ScalarOf<decltype(held(std::declval<const X&>()))>::type;

/// A driver's argument that is one or, as a std::tuple, several.
template <class X>
std::tuple<X> arguments_of(const X& x) {
  return {x};
}
template <class... X>
const std::tuple<X...>& arguments_of(const std::tuple<X...>& x) {
  return x;
}
template <class X>
struct FirstOf {
  using type = X;
};
template <class X, class... Rest>
struct FirstOf<std::tuple<X, Rest...>> {
  using type = X;
};

/// The value of a function's result as the caller sees it: a number or an Eigen object, or a variable of the level
/// below.
template <class Y, class S>
auto value_of_result(const MatrixHandle<S>& y) {
  if constexpr (!MatrixOperand<Y>) {
    if constexpr (Number<S>)
      return S(numbers(y)(0, 0));
    else
      return S(y.value.tape->element(y.value, 0, 0));
  } else if constexpr (Number<S>) {
    return PlainOf<Y>(value_of(Var<PlainOf<Y>>(y)));
  } else {
    return NestedVar<level_of<S>, PlainOf<Y>>(y.value);
  }
}

/// An evaluation on a tape: its variables, one an argument, and its results. Y is a std::tuple of what f returned.
template <class T, class Y, std::size_t Arguments>
struct Recording {
  using S = T;
  using Results = Y;
  static constexpr std::size_t result_count = std::tuple_size_v<Y>;

  Tape<S>* tape;
  std::array<MatrixHandle<S>, Arguments> arguments;
  std::array<MatrixHandle<S>, result_count> results;

  Index rows() const { return size_of(results); }
  Index cols() const { return size_of(arguments); }

  /// What f returned, or a std::tuple of it.
  auto value() const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (sizeof...(I) == 1)
        return value_of_result<std::tuple_element_t<0, Y>>(results[0]);
      else
        return std::tuple(value_of_result<std::tuple_element_t<I, Y>>(results[I])...);
    }
    (std::make_index_sequence<result_count>());
  }
  /// After a sweep: the adjoint of an argument, X being its type when it is held by value.
  template <class X>
  X adjoint(std::size_t k) const {
    if constexpr (MatrixOperand<X> && Number<S>)
      return X(Eigen::Map<const DynamicMatrix<S>>(tape->adjoints().read(*arguments[k].node), arguments[k].layout.rows,
                                                  arguments[k].layout.cols));
    else if constexpr (MatrixOperand<X>)
      return X(tape->adjoint(matrix_of(arguments[k])).handle());
    else
      return tape->adjoint(Var<S>(S{}, arguments[k].slot, tape, tape->epoch()));
  }
  /// Sweeps back from the results, each with its adjoint. Throws ShapeError, before the sweep, if one is not of its
  /// result's shape.
  template <class... Seed>
  void sweep(const Seed&... seeds) const {
    static_assert(sizeof...(Seed) == result_count, "as many adjoints as the function has results");
    std::size_t k = 0;
    (check_seed(results[k++].layout, seeds), ...);
    k = 0;
    tape->sweep_from([&] { (plant(*tape, results[k++], seeds), ...); }, Retain::variables);
  }

 private:
  template <std::size_t N>
  static Index size_of(const std::array<MatrixHandle<S>, N>& matrices) {
    Index sum = 0;
    for (const auto& m : matrices) sum += m.layout.size();
    return sum;
  }
  template <class Seed>
  static void check_seed(const Layout& y, const Seed& seed) {
    Index rows = 1, cols = 1;
    if constexpr (MatrixOperand<Seed>) rows = rows_of(seed), cols = cols_of(seed);
    if (rows != y.rows || cols != y.cols)
      throw_shapes_differ("vector-Jacobian product: result and its adjoint", y.rows, y.cols, rows, cols);
  }
};

/// f recorded at x… on a tape, which is cleared first. f may return several results as a std::tuple.
template <class S, class F, class... X>
auto record(Tape<S>& tape, const F& f, const X&... x) {
  tape.clear();
  const std::tuple variables{tape.variable(x)...};  // braces keep the order
  return std::apply(
      [&](const auto&... v) {
        using Y = ComponentsOf<F, std::remove_cvref_t<decltype(v)>...>;
        Recording<S, Y, sizeof...(X)> recording{&tape, {handle_of(tape, v)...}, {}};
        std::size_t k = 0;
        std::apply([&](const auto&... y) { ((recording.results[k++] = matrix_result(tape, y)), ...); }, Y(f(v...)));
        return recording;
      },
      variables);
}

/// One sweep a row of the Jacobian, the rows of all results one after the other and their elements in column order:
/// calls prepare(row) before the sweep from it, and take(row) after.
template <class Recorded, class Prepare, class Take>
void sweep_rows(const Recorded& recording, const Prepare& prepare, const Take& take) {
  Index row = 0;
  for (const auto& y : recording.results)
    for (Index j = 0; j < y.layout.cols; ++j)
      for (Index i = 0; i < y.layout.rows; ++i, ++row) {
        prepare(row);
        recording.tape->backward(recording.tape->element(y, i, j));
        take(row);
      }
}

/// The Jacobian of recorded numbers, as variables of the level below: a column for every element of the arguments.
template <class R, class Y, std::size_t N>
std::vector<Var<R>> jacobian_elements(const Recording<Var<R>, Y, N>& recording) {
  const Index rows = recording.rows();
  std::vector<Var<R>> elements(static_cast<std::size_t>(rows * recording.cols()));
  sweep_rows(
      recording, [](Index) {},
      [&](Index row) {
        auto next = elements.begin() + row;
        const auto put = [&](const Var<R>& element) {
          *next = element;
          if (elements.end() - next > rows) next += rows;
        };
        for (std::size_t k = 0; k < N; ++k) {
          if (recording.arguments[k].node == nullptr) {
            put(recording.template adjoint<Var<R>>(k));
            continue;
          }
          const auto adjoint = recording.tape->adjoint(matrix_of(recording.arguments[k]));
          for (Index c = 0; c < adjoint.cols(); ++c)
            for (Index r = 0; r < adjoint.rows(); ++r) put(adjoint(r, c));
        }
      });
  return elements;
}

}  // namespace gradus::detail
