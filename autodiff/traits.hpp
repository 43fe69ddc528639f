// Which types are numbers, which are variables, and of which level: Var<double> is of level 1, Var<Var<double>> of 2.
// A Dual of scalars is a number like any other, so that tapes and Eigen's matrices may be made of it.
#pragma once

#include <concepts>
#include <type_traits>

// Scalar operators are a few instructions each, but nested deeper than compilers inline by themselves.
#if defined(__GNUC__)
#define GRADUS_INLINE [[gnu::always_inline]] inline
#define GRADUS_INLINE_LAMBDA __attribute__((always_inline))
#define GRADUS_COLD [[gnu::cold, gnu::noinline]]
#define GRADUS_UNROLL _Pragma("GCC unroll 16")
#else
#define GRADUS_INLINE inline
#define GRADUS_INLINE_LAMBDA
#define GRADUS_COLD
#define GRADUS_UNROLL
#endif

namespace gradus {

template <class T>
class Var;
template <class X>
class Dual;
template <class X>
class Series;
template <class X>
class Stream;
template <class S, int N>
class Expression;
template <class S>
class Tape;

/// Opens the engine to a number type of the user's own (one that counts its multiplications, say).
template <class T>
inline constexpr bool is_custom_number = false;

/// What a tape computes with at the lowest level.
template <class T>
concept Number = std::floating_point<T> || is_custom_number<T>;

namespace detail {

template <class T>
struct Traits {
  static constexpr bool is_scalar = Number<T>;
  static constexpr int level = 0;
  using Base = T;  // what is left when every Var is taken off
};
template <class T>
struct Traits<Var<T>> {
  static constexpr bool is_scalar = Traits<T>::is_scalar;
  static constexpr int level = Traits<T>::level + 1;
  using Base = typename Traits<T>::Base;
};
template <class S, int N>
struct Traits<Expression<S, N>> : Traits<Var<S>> {};

template <int Level, class Base>
struct Nested {
  using type = Var<typename Nested<Level - 1, Base>::type>;
};
template <class Base>
struct Nested<0, Base> {
  using type = Base;
};

}  // namespace detail

/// Var<Var<…Base>> with as many Var as the level says.
template <int Level, class Base>
using NestedVar = typename detail::Nested<Level, Base>::type;

template <class T>
inline constexpr int level_of = detail::Traits<std::remove_cvref_t<T>>::level;
template <class T>
using BaseOf = typename detail::Traits<std::remove_cvref_t<T>>::Base;

/// A number or a recorded number of any level: what a matrix can be made of.
template <class T>
concept Scalar = detail::Traits<T>::is_scalar;

template <class X>
inline constexpr bool is_custom_number<Dual<X>> = Scalar<X>;
template <class X>
inline constexpr bool is_custom_number<Series<X>> = Scalar<X>;
template <class X>
inline constexpr bool is_custom_number<Stream<X>> = true;

namespace detail {

template <class T>
struct Depth {
  static constexpr int value = 0;
  static constexpr bool is_dual = false, is_series = false;
  using Ground = T;
};
template <class T>
struct Depth<Var<T>> {
  static constexpr int value = Depth<T>::value + 1;
  static constexpr bool is_dual = false, is_series = false;
  using Ground = typename Depth<T>::Ground;
};
template <class S, int N>
struct Depth<Expression<S, N>> : Depth<Var<S>> {};
template <class T>
struct Depth<Dual<T>> {
  static constexpr int value = Depth<T>::value + 1;
  static constexpr bool is_dual = true, is_series = false;
  using Ground = typename Depth<T>::Ground;
};
template <class T>
struct Depth<Series<T>> {
  static constexpr int value = Depth<T>::value + 1;
  static constexpr bool is_dual = false, is_series = true;
  using Ground = typename Depth<T>::Ground;
};
template <class T>
struct Depth<Stream<T>> : Depth<Series<T>> {};

}  // namespace detail

/// How many Var, Dual and Series stand around a number: of two operands the deeper is differentiated, the other one a
/// constant.
template <class T>
inline constexpr int depth_of = detail::Depth<std::remove_cvref_t<T>>::value;
template <class T>
inline constexpr bool is_dual = detail::Depth<std::remove_cvref_t<T>>::is_dual;
template <class T>
inline constexpr bool is_series = detail::Depth<std::remove_cvref_t<T>>::is_series;
/// What is left when every Var, Dual and Series is taken off.
template <class T>
using GroundOf = typename detail::Depth<std::remove_cvref_t<T>>::Ground;

/// A number with its derivative along a direction.
template <class T>
concept ScalarDual = is_dual<T> && Scalar<std::remove_cvref_t<T>>;
/// A number with its Taylor coefficients: see series_scalar.hpp.
template <class T>
concept ScalarSeries = is_series<T> && Scalar<std::remove_cvref_t<T>>;

/// A recorded scalar: a variable, or an expression that has not been assigned to one yet.
template <class T>
concept ScalarVar = Scalar<std::remove_cvref_t<T>> &&(level_of<T> > 0);

/// A literal or a number: mixes into any expression as a constant.
template <class T>
concept Constant = std::is_arithmetic_v<std::remove_cvref_t<T>> || Number<std::remove_cvref_t<T>>;

/// A constant that no rule has to be applied to: what the standard library's functions are for.
template <class T>
concept PlainNumber = Constant<T> && !is_dual<T> && !is_series<T>;

}  // namespace gradus
