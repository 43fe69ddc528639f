// Stochastic gradient descent, with momentum and Nesterov's form of it.
#pragma once

#include <Eigen/Core>
#include <type_traits>

#include "check.hpp"
#include "fused_step.hpp"
#include "kernels/sgd.hpp"

namespace gradus::optim {

struct SGDOptions {
  double learning_rate = 1e-2;  // η > 0
  double momentum = 0;          // μ in [0, 1)
  bool nesterov = false;        // needs momentum > 0
  double weight_decay = 0;      // λ ≥ 0, coupled: the gradient of λ‖w‖²/2 is added to the gradient
};

/// Descends along the gradient g of a loss at w, a flat vector of n parameters:
///
///   g ← g + λ w        weight decay
///   v ← μ v + g        momentum, v = 0 before the first step
///   w ← w − η v        or, after Nesterov, w ← w − η (g + μ v)
///
/// as PyTorch does: the first v is g itself, not damped. Where others differ: the rate may stand inside the velocity
/// (v ← μ v + η g; w ← w − v; the same iterates as long as η stays the same), and lectures also use the average
/// v ← μ v + (1 − μ) g, which is a rate smaller by (1 − μ). Polyak 1964; Sutskever et al. 2013 for Nesterov's form.
///
///   optim::SGD sgd({.learning_rate = 0.1, .momentum = 0.9});
///   sgd.step(w, gradient);                       // a gradient from anywhere
///   const double loss = sgd.step(tape, f, w);    // f(w), the gradient of f and the step in one
///
/// Scalar is double or float. Throws Error where an option is out of its range.
template <class Scalar = double>
class SGD {
  static_assert(std::is_same_v<Scalar, double> || std::is_same_v<Scalar, float>, "SGD works in double or float");

 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  explicit SGD(SGDOptions options = {}) : options_(options) {
    set_learning_rate(options.learning_rate);
    require_option(is_at_least_zero_below_one(options.momentum), "SGD", "momentum", "at least 0 and below 1",
                   options.momentum);
    require_option(!options.nesterov || options.momentum > 0, "SGD", "momentum", "positive where nesterov is true",
                   options.momentum);
    require_option(is_at_least_zero(options.weight_decay), "SGD", "weight_decay", "at least 0 and finite",
                   options.weight_decay);
  }

  /// Moves w (n) one step; gradient (n) is that of the loss at w. The first step with momentum allocates the velocity,
  /// later ones allocate nothing. Throws ShapeError, and changes nothing, where the sizes differ from each other or
  /// from those of the steps before.
  void step(Eigen::Ref<Vector> w, const Eigen::Ref<const Vector>& gradient) {
    require_sizes("SGD", w.size(), gradient.size(), steps_ > 0 ? velocity_.size() : 0);
    next_update(w)(0, w.size(), gradient.data());
    ++steps_;
  }

  /// The gradient, the step and f(w) at once: records f on the tape and moves every parameter of w (n) as soon as the
  /// reverse sweep has its gradient, which is nowhere stored. The same iterates, bit for bit, as value_and_gradient
  /// and then step, with a pass over memory less. Returns f(w), of w before the step. f is a function of w as gradients
  /// are taken of, and must not borrow() w; the tape is cleared. Where f throws, nothing has changed.
  template <class F>
  Scalar step(Tape<Scalar>& tape, const F& f, Eigen::Ref<Vector> w) {
    return take_step(tape, f, w);
  }
  /// The same on several threads, both the gradient and the step: f is sum_over or mean_over the samples of a batch.
  template <class F>
  Scalar step(ParallelTapes<Scalar>& tapes, const OverSamples<F>& f, Eigen::Ref<Vector> w) {
    return take_step(tapes, f, w);
  }

  /// Forgets the steps before: v = 0, for any size.
  void reset() { steps_ = 0; }
  /// How many steps were taken.
  Index steps() const { return steps_; }

  /// The rate of the steps to come; the velocity stays.
  void set_learning_rate(double rate) {
    require_option(is_positive(rate), "SGD", "learning_rate", "positive and finite", rate);
    options_.learning_rate = rate;
  }
  const SGDOptions& options() const { return options_; }

 private:
  /// A step, for any piece of the gradient. v is null where there is no momentum.
  struct Update {
    Scalar *x, *v;
    kernels::SGDCoefficients by;

    void operator()(Index offset, Index count, const Scalar* gradient) const {
      kernels::sgd_step<Scalar>(count, x + offset, v == nullptr ? v : v + offset, gradient, by);
    }
    std::array<const Scalar*, 3> beside() const { return {x, v, nullptr}; }
  };

  template <class Tapes, class F>
  Scalar take_step(Tapes& tapes, const F& f, Eigen::Ref<Vector> w) {
    require_sizes("SGD", w.size(), w.size(), steps_ > 0 ? velocity_.size() : 0);
    const Scalar value = fused_step<Scalar>(tapes, f, w, next_update(w));
    ++steps_;
    return value;
  }
  Update next_update(Eigen::Ref<Vector> w) {
    if (options_.momentum > 0 && steps_ == 0) velocity_.setZero(w.size());
    const kernels::SGDCoefficients by{options_.learning_rate, options_.momentum, options_.weight_decay,
                                      options_.nesterov};
    return {w.data(), velocity_.size() > 0 ? velocity_.data() : nullptr, by};
  }

  SGDOptions options_;
  Vector velocity_;
  Index steps_ = 0;
};

}  // namespace gradus::optim
