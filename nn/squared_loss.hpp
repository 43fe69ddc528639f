// The squared loss: the loss of regression.
#pragma once

#include "../autodiff/autodiff.hpp"

namespace gradus::nn {

/// (1/samples) Σⱼ ‖ŷⱼ − yⱼ‖² over the columns of prediction and target, both outputs × samples, as in the lectures.
/// PyTorch's mse_loss divides by the number of outputs as well. Recorded if either operand is. Throws ShapeError if the
/// shapes differ.
template <class P, class T>
  requires(MatrixOperand<P> && MatrixOperand<T>)
auto squared_loss(const P& prediction, const T& target) {
  const Index samples = gradus::detail::cols_of(prediction);
  if (gradus::detail::rows_of(prediction) != gradus::detail::rows_of(target) ||
      samples != gradus::detail::cols_of(target))
    throw_shapes_differ("squared_loss", gradus::detail::rows_of(prediction), samples, gradus::detail::rows_of(target),
                        gradus::detail::cols_of(target));
  const auto loss = (prediction - target).squaredNorm() / static_cast<typename PlainOf<P>::Scalar>(samples);
  if constexpr (level_of<P> == 0 && level_of<T> == 0) return loss;
  else return Var<std::remove_cvref_t<decltype(loss.value())>>(loss);
}

}  // namespace gradus::nn
