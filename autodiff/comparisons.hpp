// Comparisons of recorded arrays, and choices by them.
#pragma once

#include <cmath>
#include <functional>

#include "nested.hpp"
#include "pushforward.hpp"

namespace gradus {

/// What select(mask, a, b) of scalars gives: a variable of the highest level, or a number.
template <ScalarOperand A, ScalarOperand B>
auto select(bool condition, const A& a, const B& b) {
  constexpr int level = detail::meeting_level<A, B>;
  if constexpr (is_dual<A> || is_dual<B> || is_series<A> || is_series<B>) {
    using D = Settled<std::conditional_t<(depth_of<A> >= depth_of<B>), A, B>>;
    return condition ? D(a) : D(b);
  } else if constexpr (level == 0) {
    return condition ? static_cast<std::common_type_t<A, B>>(a) : static_cast<std::common_type_t<A, B>>(b);
  } else {
    using V = NestedVar<level, typename detail::NumberAt<level, A, B>::type>;
    return condition ? V(a) : V(b);
  }
}

/// Where a comparison of arrays holds: an array of bool with Eigen's members, which owns its elements and is no part of
/// any tape. Its select(a, b) takes recorded arrays, matrices and scalars too, as the free select() does.
template <int Rows, int Cols>
class Mask : public Eigen::Array<bool, Rows, Cols> {
  using Base = Eigen::Array<bool, Rows, Cols>;

 public:
  Mask() = default;
  template <class D>
  Mask(const Eigen::ArrayBase<D>& elements) : Base(elements) {}

  template <class A, class B>
  auto select(const A& a, const B& b) const;

  template <class D>
  friend Mask operator&&(const Mask& a, const Eigen::ArrayBase<D>& b) {
    return static_cast<const Base&>(a) && b;
  }
  template <class D>
  friend Mask operator||(const Mask& a, const Eigen::ArrayBase<D>& b) {
    return static_cast<const Base&>(a) || b;
  }
  friend Mask operator!(const Mask& a) { return !static_cast<const Base&>(a); }
};

namespace detail {

/// The plain Eigen type of a choice: of the first matrix among a and b, or if both are scalars an array like the mask.
template <class M, class A, class B>
struct SelectedFrom {
  using Number = std::common_type_t<typename NumberOf<A>::type, typename NumberOf<B>::type>;
  using type = Eigen::Array<Number, M::RowsAtCompileTime, M::ColsAtCompileTime>;
};
template <class M, MatrixOperand A, class B>
struct SelectedFrom<M, A, B> {
  using type = Reshaped<PlainOf<A>, M::RowsAtCompileTime, M::ColsAtCompileTime>;
};
template <class M, ScalarOperand A, MatrixOperand B>
struct SelectedFrom<M, A, B> : SelectedFrom<M, B, A> {};

template <class M, class X>
void check_selected(const M& mask, const X& x) {
  if constexpr (MatrixOperand<X>)
    if (rows_of(x) != mask.rows() || cols_of(x) != mask.cols())
      throw_shapes_differ("select: mask and operand", mask.rows(), mask.cols(), rows_of(x), cols_of(x));
}

template <class X>
auto element_or_number(const X& x, [[maybe_unused]] Index i, [[maybe_unused]] Index j) {
  if constexpr (MatrixOperand<X>)
    return x.coeff(i, j);
  else
    return x;
}

}  // namespace detail

/// Element by element a where the mask is true, otherwise b. The derivative goes where the value came from: infinity or
/// NaN in a branch that is not taken, or in its derivative, does no harm. The mask is an Eigen object of bool; a and b
/// are matrices or arrays of its shape, or scalars, recorded or not. Throws ShapeError.
template <EigenDense M, AnyOperand A, AnyOperand B>
auto select(const M& mask, const A& a, const B& b) {
  static_assert(std::is_same_v<typename M::Scalar, bool>, "select: the mask is of bool, as a comparison gives");
  detail::check_selected(mask, a);
  detail::check_selected(mask, b);
  using P = typename detail::SelectedFrom<M, A, B>::type;
  using N = typename P::Scalar;
  const Index rows = mask.rows(), cols = mask.cols();
  constexpr int level = detail::meeting_level<A, B>;
  if constexpr (detail::series_lead<A, B>) {
    using Numbers = Eigen::Array<GroundOf<N>, M::RowsAtCompileTime, M::ColsAtCompileTime>;
    const auto elements = [&](const auto& x) {
      if constexpr (MatrixOperand<decltype(x)>)
        return detail::held(x);
      else
        return (Numbers::Zero(rows, cols) + x).eval();
    };
    return detail::push_linear([&](const auto& x, const auto& y) { return select(mask, x, y); }, elements(a),
                               elements(b));
  } else if constexpr (detail::duals_lead<A, B>) {
    const auto choose = [&](const auto& x, const auto& y) { return select(mask, x, y); };
    if constexpr (MatrixOperand<A> || MatrixOperand<B>) {
      return detail::push_linear(choose, a, b);
    } else {  // of scalars, whose tangents may be constants of no tape, which the result has
      constexpr int depth = detail::deepest<A, B>;
      const auto y = choose(detail::carried_by<depth>(a), detail::carried_by<depth>(b));
      const auto zero = detail::zero_beside(y);
      return detail::dual_of(
          y, choose((zero + detail::tangent_by<depth>(a)).eval(), (zero + detail::tangent_by<depth>(b)).eval()));
    }
  } else if constexpr (level == 0) {
    return P(P::NullaryExpr(rows, cols, [&](Index i, Index j) {
      return mask.coeff(i, j) ? static_cast<N>(detail::element_or_number(a, i, j))
                              : static_cast<N>(detail::element_or_number(b, i, j));
    }));
  } else {
    auto* tape = detail::meeting_tape<level>(a, b);
    if (tape == nullptr) throw TapeError("select: expected a recorded operand, got constant scalars alone");
    using Weights = Eigen::Array<N, Eigen::Dynamic, Eigen::Dynamic>;
    const Weights weights = mask.array().template cast<N>();
    return NestedVar<level, P>(record_select(detail::operand(*tape, weights), detail::operand(*tape, a, rows, cols),
                                             detail::operand(*tape, b, rows, cols)));
  }
}

template <int Rows, int Cols>
template <class A, class B>
auto Mask<Rows, Cols>::select(const A& a, const B& b) const {
  return gradus::select(*this, a, b);
}

// ---- comparisons look at the numbers --------------------------------------------------------------------------------

namespace detail {

template <class A, class B, class Compare>
auto compared(const char* operation, const A& a, const B& b, const Compare& compare) {
  using P = typename ElementwiseShape<A, B>::Plain;
  using N = typename P::Scalar;
  using Result = Mask<P::RowsAtCompileTime, P::ColsAtCompileTime>;
  if constexpr (ScalarOperand<B>) {
    return Result(value_of(a).array().unaryExpr([&, c = static_cast<N>(value_of(b))](N x) { return compare(x, c); }));
  } else if constexpr (ScalarOperand<A>) {
    return Result(value_of(b).array().unaryExpr([&, c = static_cast<N>(value_of(a))](N x) { return compare(c, x); }));
  } else {
    if (rows_of(a) != rows_of(b) || cols_of(a) != cols_of(b))
      throw_shapes_differ(operation, rows_of(a), cols_of(a), rows_of(b), cols_of(b));
    return Result(value_of(a).array().binaryExpr(value_of(b).array(), compare));
  }
}

}  // namespace detail

/// Arrays, or an array and a scalar, at least one of them recorded.
template <class A, class B>
concept ComparableArrays = MatrixOperands<A, B> && !AlgebraOperand<A> && !AlgebraOperand<B>;

template <class A, class B>
requires ComparableArrays<A, B>
auto operator<(const A& a, const B& b) { return detail::compared("<", a, b, std::less<>()); }
template <class A, class B>
requires ComparableArrays<A, B>
auto operator<=(const A& a, const B& b) { return detail::compared("<=", a, b, std::less_equal<>()); }
template <class A, class B>
requires ComparableArrays<A, B>
auto operator>(const A& a, const B& b) { return detail::compared(">", a, b, std::greater<>()); }
template <class A, class B>
requires ComparableArrays<A, B>
auto operator>=(const A& a, const B& b) { return detail::compared(">=", a, b, std::greater_equal<>()); }
template <class A, class B>
requires ComparableArrays<A, B>
auto operator==(const A& a, const B& b) { return detail::compared("==", a, b, std::equal_to<>()); }
template <class A, class B>
requires ComparableArrays<A, B>
auto operator!=(const A& a, const B& b) { return detail::compared("!=", a, b, std::not_equal_to<>()); }

/// Whether all elements of two matrices are equal, as in Eigen.
template <class A, class B>
requires(MatrixOperands<A, B>&& AlgebraOperand<A>&& AlgebraOperand<B>) bool operator==(const A& a, const B& b) {
  return detail::compared("==", a, b, std::equal_to<>()).all();
}

using std::isfinite, std::isinf, std::isnan;
bool isnan(const ActiveScalar auto& x) { return value_of(x) != value_of(x); }
bool isfinite(const ActiveScalar auto& x) { return detail::is_finite(x); }
bool isinf(const ActiveScalar auto& x) { return !isnan(x) && !isfinite(x); }

namespace detail {
template <class X, class Test>
auto tested(const X& x, const Test& test) {
  return Mask<X::RowsAtCompileTime, X::ColsAtCompileTime>(value_of(x).array().unaryExpr(test));
}
}  // namespace detail

template <ActiveMatrix X>
requires ArrayOperand<X>
auto isnan(const X& x) {
  return detail::tested(x, [](const auto& v) { return v != v; });
}
template <ActiveMatrix X>
requires ArrayOperand<X>
auto isfinite(const X& x) {
  return detail::tested(x, [](const auto& v) { return v - v == 0; });
}
template <ActiveMatrix X>
requires ArrayOperand<X>
auto isinf(const X& x) {
  return detail::tested(x, [](const auto& v) { return v == v && v - v != 0; });
}

}  // namespace gradus
