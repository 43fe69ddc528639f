// Operations of the user's own: a struct with a value and a pullback.
#pragma once

#include "functions.hpp"
#include "operations/custom_tangent.hpp"

namespace gradus {

/// Applies an operation that you define: any number of operands, matrices and scalars, recorded or constant; one
/// result, a matrix or a scalar. The operation is a struct with a name, a value, and a pullback that adds to the
/// adjoint of every operand (ā += …) what it gets from the adjoint g of the result y:
///
///     struct Product {                                                  // Y = A B
///       static constexpr std::string_view name = "product";
///       static auto value(const auto& a, const auto& b) { return a * b; }
///       static void pullback(const auto& g, const auto& y, const auto& a, const auto& b, auto& a_bar, auto& b_bar) {
///         a_bar += g * b.transpose();
///         b_bar += a.transpose() * g;
///       }
///     };
///     auto y = gradus::custom(Product{}, a, b);
///
/// That is all: value and pullback are called with Eigen maps and numbers, and, where derivatives of derivatives are
/// asked for, with variables, which they record. So both must be written in the vocabulary of Eigen and Gradus
/// (custom() itself included); then derivatives of any order come out of them. On numbers alone custom() is value(…),
/// as an Eigen object or a number.
///
/// - The members of the struct are the operation's options; a copy of it stays with the tape until it is cleared. The
///   members may be static or const.
/// - value may return std::pair(y, kept): kept, of any type, is held for the pullback, whose second argument is then
///   a pair of y and kept. What depends on the operands and is to be differentiated again is kept as it was computed (a
///   matrix or a variable), not as numbers in a member of the struct.
/// - What value returns may be an expression of Eigen's on its arguments. As anywhere with Eigen, it must not refer to
///   a local matrix: return gradus::evaluated(…) then.
/// - An operand that is a constant ignores what is added to its adjoint; a_bar.wanted() tells, where that saves work.
/// - Forward mode (Duals among the operands) needs no more than that: y is differentiated along ȧ… by the gradient of
///   the pullback, which is linear in g. A member tangent(y, a…, ȧ…) that gives this derivative is optional, and
///   faster.
///
/// Throws ShapeError, naming the operation, if a contribution has not the shape of its operand; TapeError if operands
/// are of two tapes, or if constant scalars alone, of no tape, give a matrix.
template <class Operation, class... X>
requires(sizeof...(X) > 0 && (AnyOperand<X> && ...)) auto custom(const Operation& operation, const X&... x) {
  static_assert(std::is_convertible_v<decltype(Operation::name), std::string_view>,
                "an operation needs a name: static constexpr std::string_view name = \"…\";");
  static_assert(!(is_series<X> || ...),
                "Taylor series do not go through custom() and what is made of it: use Gradus' vocabulary there");
  constexpr int level = detail::meeting_level<X...>;
  if constexpr (detail::duals_lead<X...>) {
    return detail::push_custom(operation, x...);
  } else if constexpr (level == 0) {
    using S = typename detail::CommonNumber<X...>::type;
    // One expression: what value() returns may refer to its arguments.
    return [](const auto& y) {
      return detail::plain_result(detail::Returned<std::remove_cvref_t<decltype(y)>>::value(y));
    }(operation.value(detail::plain_argument<S>(x)...));
  } else {
    using S = NestedVar<level - 1, typename detail::NumberAt<level, X...>::type>;
    return detail::record_custom<S>(detail::meeting_tape<level>(x...), operation, std::index_sequence_for<X...>{},
                                    x...);
  }
}

}  // namespace gradus
