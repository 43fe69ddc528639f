// Stochastic gradient descent, with momentum and Nesterov's form of it.
#pragma once

#include <Eigen/Core>
#include <type_traits>

#include "check.hpp"
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
///   sgd.step(w, gradient);
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
    require_sizes("SGD", w.size(), gradient.size(), velocity_.size());
    if (options_.momentum > 0 && velocity_.size() == 0) velocity_ = Vector::Zero(w.size());
    kernels::sgd_step<Scalar>(w.size(), w.data(), velocity_.data(), gradient.data(),
                              {options_.learning_rate, options_.momentum, options_.weight_decay, options_.nesterov});
  }

  /// Forgets the steps before: v = 0, for any size.
  void reset() { velocity_.resize(0); }

  /// The rate of the steps to come; the velocity stays.
  void set_learning_rate(double rate) {
    require_option(is_positive(rate), "SGD", "learning_rate", "positive and finite", rate);
    options_.learning_rate = rate;
  }
  const SGDOptions& options() const { return options_; }

 private:
  SGDOptions options_;
  Vector velocity_;
};

}  // namespace gradus::optim
