// An optimizer's step taken within the reverse sweep.
#pragma once

#include "../autodiff/gradient_sink.hpp"
#include "../autodiff/traits.hpp"

namespace gradus {
template <class S>
class Tape;
template <Number S>
class ParallelTapes;
template <class F>
class OverSamples;
}  // namespace gradus

namespace gradus::optim {

/// Calls update(offset, count, gradient) for every piece of a gradient as it is completed; update.beside() tells what
/// it reads and writes there.
template <class Scalar, class Update>
class FusedStep final : public GradientSink<Scalar> {
 public:
  explicit FusedStep(const Update& update) : update_(update) {}
  void take(Index offset, Index count, const Scalar* gradient) override { update_(offset, count, gradient); }
  std::array<const Scalar*, 3> beside() const override { return update_.beside(); }

 private:
  Update update_;
};

/// f(w) and a step by its gradient, which is nowhere stored as a whole. Tapes is a Tape or ParallelTapes.
template <class Scalar, class Tapes, class F, class W, class Update>
Scalar fused_step(Tapes& tapes, const F& f, const W& w, const Update& update) {
  FusedStep<Scalar, Update> sink(update);
  return value_and_gradient(tapes, f, w, sink);
}

}  // namespace gradus::optim
