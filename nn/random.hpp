// Random numbers that are the same with every compiler, from the standard's generator.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace gradus::nn {

/// Uniform in [0, 1), with the 53 bits of a double.
inline double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

/// Normal with mean 0 and variance 1 (Box and Muller 1958; one of the pair is thrown away).
inline double normal(std::mt19937_64& random) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(random)));
  return radius * std::cos(2 * std::numbers::pi * uniform(random));
}

}  // namespace gradus::nn
