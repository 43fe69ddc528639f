#include "journal.hpp"

#include <algorithm>
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

}  // namespace gradus
