// Initial values of parameters.
#pragma once

#include <cmath>
#include <span>

#include "../autodiff/layout.hpp"
#include "random.hpp"

namespace gradus::nn {

/// Fills the values of a rows × cols parameter. For a weight, rows is fan-out and cols is fan-in. Any function of this
/// form will do.
using Initialization = void (*)(std::span<double> values, Index rows, Index cols, std::mt19937_64& random);

inline void zeros(std::span<double> values, Index, Index, std::mt19937_64&) {
  for (double& v : values) v = 0;
}
inline void ones(std::span<double> values, Index, Index, std::mt19937_64&) {
  for (double& v : values) v = 1;
}

/// Normal with variance 2 / fan-in: keeps the variance of activations from layer to layer under ReLU.
/// He, Zhang, Ren, Sun 2015, equation 10 (PyTorch's kaiming_normal_ with fan_in and relu).
inline void he(std::span<double> values, Index, Index fan_in, std::mt19937_64& random) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(fan_in));
  for (double& v : values) v = deviation * normal(random);
}

/// Uniform in ±√(6 / (fan-in + fan-out)), of variance 2 / (fan-in + fan-out): for tanh and linear layers.
/// Glorot, Bengio 2010, equation 16 (PyTorch's xavier_uniform_).
inline void glorot(std::span<double> values, Index fan_out, Index fan_in, std::mt19937_64& random) {
  const double limit = std::sqrt(6.0 / static_cast<double>(fan_in + fan_out));
  for (double& v : values) v = limit * (2 * uniform(random) - 1);
}

}  // namespace gradus::nn
