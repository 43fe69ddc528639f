// What may stand beside a matrix variable in an expression, and how it becomes an operand of the tape.
#pragma once

#include <Eigen/Core>
#include <algorithm>

#include "dual_number.hpp"
#include "operations.hpp"

namespace gradus {

namespace detail {
template <class D>
void takes_dense(const Eigen::DenseBase<D>&);
}

/// Any dense Eigen object or expression.
template <class T>
concept EigenDense = level_of<T>
== 0 && !is_dual<T> && !is_series<T> && requires(const std::remove_cvref_t<T>& x) { detail::takes_dense(x); };

/// A matrix of the caller's that a computation reads in place instead of copying it: see borrow().
template <class P>
struct Borrowed {
  using Plain = P;
  View<const typename P::Scalar> view;
};

/// Constants are copied to the tape when an expression is recorded, so that they may change or go afterwards. A large
/// matrix that stays as it is until the tape is cleared (a batch of training data, say) need not be: `borrow(X) * w`
/// reads X in place. X is a matrix, vector, array, Map or Block, not a temporary.
template <class X>
requires EigenDense<X> Borrowed<typename X::PlainObject> borrow(const X& x) {
  const Index inner = x.innerStride(), outer = x.outerStride();
  const bool row_major = X::IsRowMajor;
  return {{x.data(), x.rows(), x.cols(), row_major ? outer : inner, row_major ? inner : outer}};
}
template <class X>
requires EigenDense<X>
void borrow(const X&& x) = delete;  // a temporary would be gone before the sweep
/// What is recorded already needs no copy.
template <class M>
const Var<M>& borrow(const Var<M>& x) {
  return x;
}

namespace detail {

template <class T>
struct MatrixTraits {
  static constexpr bool is_var = false, is_matrix = false;
};
template <EigenDense T>
struct MatrixTraits<T> {
  static constexpr bool is_var = false, is_matrix = true;
  using Plain = typename T::PlainObject;
};
template <class P>
struct MatrixTraits<Borrowed<P>> {
  static constexpr bool is_var = false, is_matrix = true;
  using Plain = P;
};
template <class M>
requires(!Scalar<M>) struct MatrixTraits<Var<M>> {
  static constexpr bool is_var = true, is_matrix = true;
  using Plain = typename MatrixTraits<BaseOf<M>>::Plain;
};

template <class M>
requires(!Scalar<M>) struct MatrixTraits<Dual<M>> {
  static constexpr bool is_var = false, is_matrix = true;
  using Plain = typename MatrixTraits<M>::Plain;
};
template <class M>
requires(!Scalar<M>) struct MatrixTraits<Series<M>> : MatrixTraits<Dual<M>> {
};

}  // namespace detail

/// A recorded matrix, vector or array of any level.
template <class T>
concept MatrixVar = detail::MatrixTraits<std::remove_cvref_t<T>>::is_var;
/// A matrix, recorded or constant.
template <class T>
concept MatrixOperand = detail::MatrixTraits<std::remove_cvref_t<T>>::is_matrix;

/// A matrix with its derivative along a direction.
template <class T>
concept MatrixDual = is_dual<T> && MatrixOperand<T>;
/// A matrix with its Taylor coefficients: see series_matrix.hpp.
template <class T>
concept MatrixSeries = is_series<T> && MatrixOperand<T>;
/// A matrix that operations differentiate.
template <class T>
concept ActiveMatrix = MatrixVar<T> || MatrixDual<T> || MatrixSeries<T>;

template <MatrixOperand T>
using PlainOf = typename detail::MatrixTraits<std::remove_cvref_t<T>>::Plain;

template <class T>
concept ArrayOperand = MatrixOperand<T> && std::is_base_of_v<Eigen::ArrayBase<PlainOf<T>>, PlainOf<T>>;
template <class T>
concept AlgebraOperand = MatrixOperand<T> && !ArrayOperand<T>;
/// A column or a row, statically.
template <class T>
concept VectorOperand = MatrixOperand<T> && bool(PlainOf<T>::IsVectorAtCompileTime);
/// Both of Eigen's matrix kind, or both of its array kind; like Eigen, we do not mix them.
template <class A, class B>
concept SameKind = (ArrayOperand<A> && ArrayOperand<B>) || (AlgebraOperand<A> && AlgebraOperand<B>);

namespace detail {

/// What an operand is when it is held by value.
template <class X>
auto held(const X& x) {
  if constexpr (EigenDense<X>)
    return typename X::PlainObject(x);
  else if constexpr (ScalarVar<X>)
    return Var<std::remove_cvref_t<decltype(x.value())>>(x);
  else if constexpr (std::is_integral_v<X>)
    return static_cast<double>(x);
  else
    return x;
}

/// The plain Eigen type of P's kind and number with another shape.
template <class P, int Rows, int Cols>
using Reshaped =
    std::conditional_t<std::is_base_of_v<Eigen::ArrayBase<P>, P>, Eigen::Array<typename P::Scalar, Rows, Cols>,
                       Eigen::Matrix<typename P::Scalar, Rows, Cols>>;

/// The number type at the bottom of an operand.
template <class X>
struct NumberOf {
  using type = BaseOf<X>;
};
template <MatrixOperand X>
struct NumberOf<X> {
  using type = typename PlainOf<X>::Scalar;
};

/// How many Var, Dual and Series stand around the numbers of an operand, those of its elements included.
template <class X>
inline constexpr int whole_depth = depth_of<X>;
template <MatrixOperand X>
inline constexpr int whole_depth<X> = depth_of<X> + depth_of<typename PlainOf<X>::Scalar>;

/// The tape that operands meet on: that of the highest level among them.
template <class... X>
inline constexpr int meeting_level = std::max({0, level_of<X>...});

/// The number type of the first operand of the given level.
template <int Level, class X, class... Rest>
struct NumberAt : NumberAt<Level, Rest...> {};
template <int Level, class X, class... Rest>
requires(level_of<X> == Level) struct NumberAt<Level, X, Rest...> : NumberOf<X> {
};

/// The tape of the given level that operands meet on: of the first variable among them or, if they are constants all,
/// of the first that has one; null if none has.
template <int Level, class... X>
auto meeting_tape(const X&... operands) {
  Tape<NestedVar<Level - 1, typename NumberAt<Level, X...>::type>>*of_variable = nullptr, *of_constant = nullptr;
  const auto look_at = [&]<class Operand>(const Operand& x) {
    if constexpr (level_of<Operand> == Level) {
      bool is_constant;
      if constexpr (MatrixVar<Operand>)
        is_constant = x.handle().is_constant();
      else
        is_constant = x.tape() == nullptr;
      if (is_constant && of_constant == nullptr) of_constant = x.tape();
      if (!is_constant && of_variable == nullptr) of_variable = x.tape();
    }
  };
  (look_at(operands), ...);
  return of_variable != nullptr ? of_variable : of_constant;
}

template <class X>
Index rows_of(const X& x) {
  return x.rows();
}
template <class X>
Index cols_of(const X& x) {
  return x.cols();
}
template <class P>
Index rows_of(const Borrowed<P>& x) {
  return x.view.rows;
}
template <class P>
Index cols_of(const Borrowed<P>& x) {
  return x.view.cols;
}

/// x as an operand of the tape over S: a variable of it is its own handle.
template <class S, class X>
requires(level_of<X> == level_of<Var<S>>) const MatrixHandle<S>& operand(Tape<S>& tape, const X& x) {
  if (x.tape() != &tape && x.handle().is_constant())
    return *new (tape.arena()) MatrixHandle<S>(adopted(tape, x.current()));
  tape.check(x.tape(), x.epoch());
  return x.handle();
}
template <class S, class X>
requires(level_of<X> != level_of<Var<S>>) MatrixHandle<S> operand(Tape<S>& tape, const X& x) {
  if constexpr (!Number<S>) {  // a constant here, whatever it is below
    if constexpr (level_of<X> == level_of<S>)
      if (!x.handle().is_constant()) tape.lies_above(x.tape());
    const auto below = operand(tape.below(), x);
    return {.tape = &tape,
            .value = below,
            .layout = Layout::dense(below.layout.rows, below.layout.cols),
            .epoch = tape.epoch()};
  } else {
    static_assert(std::is_same_v<typename PlainOf<X>::Scalar, S>,
                  "float and double do not mix: use .cast<float>() or .cast<double>() on the constant");
    if constexpr (requires { x.view; }) {
      return {.tape = &tape,
              .value = x.view.data,
              .layout = {0, x.view.rows, x.view.cols, x.view.row_stride, x.view.col_stride},
              .epoch = tape.epoch()};
    } else {
      S* block;
      const MatrixHandle<S> h = new_constant(tape, x.rows(), x.cols(), block);
      using P = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
      Eigen::Map<P>(block, x.rows(), x.cols()).noalias() = x.matrix();
      return h;
    }
  }
}

/// A matrix, or a scalar repeated over the given shape.
template <class S, class X>
decltype(auto) operand(Tape<S>& tape, const X& x, Index rows, Index cols) {
  if constexpr (MatrixOperand<X>) {
    return operand(tape, x);
  } else {
    const Var<S> scalar(x);
    if (scalar.slot() != 0) tape.check(scalar.tape(), scalar.epoch());
    return repeated(tape, scalar, rows, cols);
  }
}

}  // namespace detail
}  // namespace gradus
