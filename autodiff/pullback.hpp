// Vector-Jacobian products: reverse mode as a function of the adjoint of the result.
#pragma once

#include <memory>

#include "recording.hpp"

namespace gradus {

/// ȳ ↦ Jᵀȳ, for the Jacobian of a function at the point where it was recorded: see vector_jacobian_product. Owns its
/// tape; can be moved, and called as often as one likes. It belongs to one thread.
template <class Recorded, class... X>
class Pullback {
  using S = typename Recorded::S;

 public:
  Pullback(std::unique_ptr<Tape<S>> tape, const Recorded& recording) : tape_(std::move(tape)), recording_(recording) {}

  /// Jᵀȳ of the argument's shape, or a std::tuple of as many as there are arguments. ȳ has the shape of the result (a
  /// number for a scalar); a function that returned a std::tuple takes one for each of its components. Throws
  /// ShapeError otherwise. Cost: one sweep.
  template <class... Seed>
  auto operator()(const Seed&... y_bar) const {
    recording_.sweep(y_bar...);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (sizeof...(X) == 1)
        return recording_.template adjoint<X...>(0);
      else
        return std::tuple<X...>(recording_.template adjoint<X>(I)...);
    }
    (std::index_sequence_for<X...>());
  }

 private:
  std::unique_ptr<Tape<S>> tape_;
  Recorded recording_;
};

/// f(x…) and its pullback, the function ȳ ↦ Jᵀȳ of an adjoint of the result:
///
///     auto [y, pullback] = vector_jacobian_product(f, x);
///     auto x_bar = pullback(y_bar);                        // (∂f/∂x)ᵀ y_bar, of x's shape
///
/// f is any generic function of numbers, Eigen objects or both, as for value_and_gradient; it returns a scalar, a
/// vector or a matrix, or a std::tuple of them. Arguments may be recorded variables: the results are then, too. f is
/// evaluated once, and every call of the pullback is one sweep. (The form of JAX's vjp.)
template <class F, class... X>
requires(sizeof...(X) > 0) auto vector_jacobian_product(const F& f, const X&... x) {
  using S = detail::ScalarTypeOf<std::tuple_element_t<0, std::tuple<X...>>>;
  auto tape = std::make_unique<Tape<S>>();
  const auto recording = detail::record(*tape, f, detail::held(x)...);
  auto value = recording.value();
  using P = Pullback<std::remove_cvref_t<decltype(recording)>, decltype(detail::held(x))...>;
  return std::pair(std::move(value), P(std::move(tape), recording));
}

}  // namespace gradus
