// Initial values: their distributions, within bounds that follow from the number of draws.
#include <doctest/doctest.h>
#include <gradus/nn/initialization.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace gradus::test::initialization_test {

using namespace gradus;
using namespace gradus::nn;

namespace {

struct Moments {
  double mean = 0, variance = 0, largest = 0, kurtosis = 0;
};
Moments moments(const std::vector<double>& values) {
  Moments m;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) m.mean += v / n;
  for (const double v : values) {
    m.variance += (v - m.mean) * (v - m.mean) / n;
    m.largest = std::max(m.largest, std::abs(v));
  }
  for (const double v : values) m.kurtosis += std::pow((v - m.mean) * (v - m.mean) / m.variance, 2) / n;
  return m;
}

std::vector<double> drawn(Initialization initialization, Index rows, Index cols, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::vector<double> values(static_cast<std::size_t>(rows * cols), 7);
  initialization(values, rows, cols, random);
  return values;
}

}  // namespace

// Over n draws the mean has the deviation √(σ²/n), the variance about σ²√((κ − 1)/n) with the kurtosis κ, and the
// kurtosis √(24/n) for a normal distribution. Five deviations: one run in a million fails, and the seed is fixed.
TEST_CASE("He: normal with variance 2 / fan-in") {
  const double n = 300 * 200, variance = 2.0 / 200;
  const Moments m = moments(drawn(he, 300, 200));
  CHECK(std::abs(m.mean) < 5 * std::sqrt(variance / n));
  CHECK(std::abs(m.variance - variance) < 5 * variance * std::sqrt((3 - 1) / n));
  CHECK(std::abs(m.kurtosis - 3) < 5 * std::sqrt(24 / n));
}

TEST_CASE("Glorot: uniform with variance 2 / (fan-in + fan-out)") {
  const double n = 300 * 200, variance = 2.0 / 500, limit = std::sqrt(6.0 / 500);
  const Moments m = moments(drawn(glorot, 300, 200));
  CHECK(std::abs(m.mean) < 5 * std::sqrt(variance / n));
  CHECK(std::abs(m.variance - variance) < 5 * variance * std::sqrt((1.8 - 1) / n));
  CHECK(m.largest <= limit);
  CHECK(m.largest > limit * (1 - 20 / n));  // missed by a fraction of e⁻²⁰ of all seeds
}

TEST_CASE("zeros and ones") {
  CHECK(drawn(zeros, 2, 3) == std::vector<double>(6, 0));
  CHECK(drawn(ones, 2, 3) == std::vector<double>(6, 1));
}

TEST_CASE("the same seed draws the same values, another one others, and these on every machine") {
  for (const Initialization initialization : {he, glorot}) {
    CHECK(drawn(initialization, 4, 5, 3) == drawn(initialization, 4, 5, 3));
    CHECK(drawn(initialization, 4, 5, 3) != drawn(initialization, 4, 5, 4));
  }
  // The standard fixes the 10,000th draw of std::mt19937_64, seeded by default: 9981545732273789042.
  std::mt19937_64 random;
  random.discard(9999);
  CHECK(uniform(random) == 9981545732273789042u / 2048 * 0x1p-53);
}

TEST_CASE("uniform numbers are in the unit interval, normal ones are finite") {
  std::mt19937_64 random(5);
  std::vector<double> uniforms(100000), normals(100000);
  for (double& u : uniforms) u = uniform(random);
  for (double& x : normals) x = normal(random);
  const Moments u = moments(uniforms), x = moments(normals);
  CHECK(*std::min_element(uniforms.begin(), uniforms.end()) >= 0);
  CHECK(u.largest < 1);
  CHECK(std::abs(u.mean - 0.5) < 5 * std::sqrt(1.0 / 12 / 1e5));
  CHECK(std::abs(u.variance - 1.0 / 12) < 5.0 / 12 * std::sqrt(0.8 / 1e5));
  CHECK(std::isfinite(x.largest));
  CHECK(std::abs(x.mean) < 5 * std::sqrt(1 / 1e5));
  CHECK(std::abs(x.variance - 1) < 5 * std::sqrt(2 / 1e5));
}

}  // namespace gradus::test::initialization_test
