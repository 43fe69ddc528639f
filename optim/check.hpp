// Checks the optimizers share: options by name, and sizes.
#pragma once

#include "../autodiff/layout.hpp"

namespace gradus::optim {

/// Throws Error "Adam: learning_rate must be positive and finite, got -1" unless `holds`.
void require_option(bool holds, const char* optimizer, const char* option, const char* expectation, double got);

/// Throws ShapeError unless the gradient has as many entries as w, and the optimizer's state is as long, or none yet
/// (state = 0).
void require_sizes(const char* optimizer, Index w, Index gradient, Index state);

/// The checks of a number that several options need.
bool is_positive(double x);       // and finite
bool is_at_least_zero(double x);  // and finite
bool is_at_least_zero_below_one(double x);

}  // namespace gradus::optim
