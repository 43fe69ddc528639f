// Where a gradient goes that is nowhere stored as a whole.
#pragma once

#include <array>

#include "layout.hpp"

namespace gradus {

/// Takes a gradient piece by piece while the reverse sweep is still going, each piece as soon as nothing more can be
/// added to it: see value_and_gradient(tape, f, x, sink). A piece is still in the cache then, and x may be changed at
/// its positions, for the sweep has no more use for them: an optimizer's step so takes no pass over memory of its own.
template <class S>
class GradientSink {
 public:
  /// gradient[i] = ∂f/∂x at position offset + i of x, counted in column order, for i in [0, count). Every position of x
  /// comes exactly once, in no particular order; several threads may bring pieces at the same time (set_threads).
  virtual void take(Index offset, Index count, const S* gradient) = 0;

  static constexpr int most_beside = 3;
  /// Arrays that take() reads or writes at the gradient's positions, null where there are fewer: an optimizer's
  /// parameters and moments. They are brought into the cache while the gradient there is computed.
  virtual std::array<const S*, most_beside> beside() const { return {}; }

 protected:
  ~GradientSink() = default;
};

}  // namespace gradus
