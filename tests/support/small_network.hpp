// A network with a hidden layer, a point and directions, for tests of higher derivatives.
#pragma once

#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::small_network {

inline const Eigen::Matrix3d a{{0.5, -1, 0.3}, {0.2, 0.8, -0.7}, {1.1, 0.4, -0.6}};
inline const Eigen::Vector3d x{0.4, -0.9, 1.3}, u{0.7, 0.2, -0.5}, v{-0.3, 1.1, 0.6}, w{0.9, -0.4, 0.8};

inline constexpr auto network = [](const auto& z) {
  const auto hidden = (a * z).array().tanh().matrix().eval();
  return logsumexp((a * hidden + z).eval()) + hidden.squaredNorm();
};

template <class X>
void check_near(const X& y, const X& expected, double tolerance = 1e-12) {
  CHECK((y - expected).norm() <= tolerance * (1 + expected.norm()));
}

}  // namespace gradus::test::small_network
