// Parameters that get no gradients any more come to rest at zero: their memory does not end in denormal numbers, which
// processors multiply twenty times slower.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include <gradus/optim/kernels/adam.hpp>
#include <gradus/optim/kernels/sgd.hpp>

namespace gradus::test::rest_test {

namespace {

using Values = std::vector<float>;

bool any_denormal(const Values& values) {
  for (const float v : values)
    if (std::fpclassify(v) == FP_SUBNORMAL) return true;
  return false;
}

// 0.9ᵗ leaves float's normal numbers at t = 830, and its denormal numbers at t = 980.
constexpr int steps = 900;
constexpr gradus::Index size = 100;

TEST_CASE("Adam's moments at rest are no denormal numbers") {
  Values w(size, 1), first(size, 0.3f), second(size, 0.7f);
  const Values none(size, 0);
  for (int t = 0; t < steps; ++t) {
    gradus::optim::kernels::adam_step<float>(
        size, w.data(), first.data(), second.data(), none.data(),
        {.beta1 = 0.9, .beta2 = 0.9, .epsilon = 1e-8, .step = 0, .second_unbiasing = 1});
    REQUIRE_FALSE(any_denormal(first));
    REQUIRE_FALSE(any_denormal(second));
  }
}

TEST_CASE("momentum at rest is no denormal number") {
  Values w(size, 1), velocity(size, 0.3f);
  const Values none(size, 0);
  for (int t = 0; t < steps; ++t) {
    gradus::optim::kernels::sgd_step<float>(
        size, w.data(), velocity.data(), none.data(),
        {.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0, .nesterov = false});
    REQUIRE_FALSE(any_denormal(velocity));
  }
}

}  // namespace

}  // namespace gradus::test::rest_test
