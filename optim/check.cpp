#include "check.hpp"

#include <cmath>
#include <sstream>

#include "../autodiff/error.hpp"

namespace gradus::optim {

void require_option(bool holds, const char* optimizer, const char* option, const char* expectation, double got) {
  if (holds) return;
  std::ostringstream text;
  text << optimizer << ": " << option << " must be " << expectation << ", got " << got;
  throw Error(text.str());
}

void require_sizes(const char* optimizer, Index w, Index gradient, Index state) {
  if (gradient == w && (state == w || state == 0)) return;
  std::ostringstream text;
  text << optimizer << ": ";
  if (gradient != w)
    text << "the gradient must have as many entries as w, " << w << ", got " << gradient;
  else
    text << "w must have as many entries as in the steps before, " << state << ", got " << w
         << " (reset() forgets those steps)";
  throw ShapeError(text.str());
}

bool is_positive(double x) { return std::isfinite(x) && x > 0; }
bool is_at_least_zero(double x) { return std::isfinite(x) && x >= 0; }
bool is_at_least_zero_below_one(double x) { return x >= 0 && x < 1; }

}  // namespace gradus::optim
