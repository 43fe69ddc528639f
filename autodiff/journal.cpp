#include "journal.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace gradus {

double frobenius_norm(const std::vector<double>& elements) {
  double largest = 0, sum = 0;
  for (const double x : elements) {
    if (std::isnan(x)) return x;
    largest = std::max(largest, std::abs(x));
  }
  if (largest == 0 || std::isinf(largest)) return largest;
  for (const double x : elements) sum += (x / largest) * (x / largest);
  return largest * std::sqrt(sum);
}

namespace detail {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double clock_cost() {
  double least = 1;
  for (int i = 0; i < 32; ++i) {
    const double begin = seconds();
    least = std::min(least, seconds() - begin);
  }
  return least;
}

}  // namespace detail

}  // namespace gradus
