// The squared loss: the loss of regression.
#pragma once

#include "plain.hpp"

namespace gradus::nn {

/// (1/samples) Σⱼ ‖ŷⱼ − yⱼ‖² over the columns of prediction and target, both outputs × samples, as in the lectures.
/// PyTorch's mse_loss divides by the number of outputs as well. Recorded if either operand is. Throws ShapeError if the
/// shapes differ, or there is no sample.
template <class P, class T>
requires(MatrixOperand<P>&& MatrixOperand<T>) auto squared_loss(const P& prediction, const T& target) {
  const Index samples = gradus::detail::cols_of(prediction);
  if (gradus::detail::rows_of(prediction) != gradus::detail::rows_of(target) ||
      samples != gradus::detail::cols_of(target))
    throw_shapes_differ("squared_loss", gradus::detail::rows_of(prediction), samples, gradus::detail::rows_of(target),
                        gradus::detail::cols_of(target));
  if (samples == 0) throw ShapeError("squared_loss: expected at least one sample, got 0");
  constexpr int level = gradus::detail::meeting_level<P, T>;
  using S = typename gradus::detail::NumberAt<level, P, T>::type;
  if constexpr (gradus::detail::duals_lead<P, T>) {
    return (prediction - target).squaredNorm() / static_cast<S>(samples);
  } else if constexpr (level == 0) {
    Tape<S> tape;
    return detail::plain(squared_loss(tape.constant(detail::lent(prediction)), tape.constant(detail::lent(target))));
  } else {
    return NestedVar<level, S>((prediction - target).squaredNorm() / static_cast<S>(samples));
  }
}

}  // namespace gradus::nn
