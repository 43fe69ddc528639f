// Adam: steps by the mean of the gradients over the root of the mean of their squares.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <type_traits>

#include "check.hpp"
#include "fused_step.hpp"
#include "kernels/adam.hpp"
#include "state_vector.hpp"

namespace gradus::optim {

struct AdamOptions {
  double learning_rate = 1e-3;  // η > 0
  double beta1 = 0.9;           // memory of the mean, in [0, 1)
  double beta2 = 0.999;         // memory of the mean square, in [0, 1)
  double epsilon = 1e-8;        // ε > 0, added to the root
};

/// Descends with a rate of its own for each of the n parameters. In step t = 1, 2, …, with the gradient g at w:
///
///   m ← β₁ m + (1 − β₁) g,    m̂ = m / (1 − β₁ᵗ)
///   v ← β₂ v + (1 − β₂) g²,   v̂ = v / (1 − β₂ᵗ)
///   w ← w − η m̂ / (√v̂ + ε)
///
/// with m = v = 0 at first: Kingma and Ba 2015, Algorithm 1, as in PyTorch and optax. Where others differ: ε inside the
/// root (some lectures; optax's eps_root), or added to the uncorrected root √v (TensorFlow, the paper's "ε̂"), which is
/// ours with ε/√(1 − β₂ᵗ). A parameter whose gradients are all zero does not move.
///
///   optim::Adam adam({.learning_rate = 1e-3});
///   adam.step(w, gradient);                       // a gradient from anywhere
///   const double loss = adam.step(tape, f, w);    // f(w), the gradient of f and the step in one
///
/// Scalar is double or float. Throws Error where an option is out of its range.
template <class Scalar = double>
class Adam {
  static_assert(std::is_same_v<Scalar, double> || std::is_same_v<Scalar, float>, "Adam works in double or float");

 public:
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

  explicit Adam(AdamOptions options = {}) : options_(options) {
    set_learning_rate(options.learning_rate);
    require_option(is_at_least_zero_below_one(options.beta1), "Adam", "beta1", "at least 0 and below 1", options.beta1);
    require_option(is_at_least_zero_below_one(options.beta2), "Adam", "beta2", "at least 0 and below 1", options.beta2);
    require_option(is_positive(options.epsilon), "Adam", "epsilon", "positive and finite", options.epsilon);
  }

  /// Moves w (n) one step; gradient (n) is that of the loss at w. The first step allocates m and v, later ones allocate
  /// nothing. Throws ShapeError, and changes nothing, where the sizes differ from each other or from those of the steps
  /// before.
  void step(Eigen::Ref<Vector> w, const Eigen::Ref<const Vector>& gradient) {
    require_sizes("Adam", w.size(), gradient.size(), steps_ > 0 ? first_moment_.size() : 0);
    next_update(w)(0, w.size(), gradient.data());
    advance();
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

  /// Forgets the steps before: t = 0, m = v = 0, for any size.
  void reset() {
    steps_ = 0;
    beta1_to_t_ = beta2_to_t_ = 1;
  }
  /// How many steps were taken: t.
  Index steps() const { return steps_; }

  /// The rate of the steps to come; the moments stay.
  void set_learning_rate(double rate) {
    require_option(is_positive(rate), "Adam", "learning_rate", "positive and finite", rate);
    options_.learning_rate = rate;
  }
  const AdamOptions& options() const { return options_; }

 private:
  /// A step, for any piece of the gradient.
  struct Update {
    Scalar *x, *m, *v;
    kernels::AdamCoefficients by;

    void operator()(Index offset, Index count, const Scalar* gradient) const {
      kernels::adam_step<Scalar>(count, x + offset, m + offset, v + offset, gradient, by);
    }
    std::array<const Scalar*, 3> beside() const { return {x, m, v}; }
  };

  template <class Tapes, class F>
  Scalar take_step(Tapes& tapes, const F& f, Eigen::Ref<Vector> w) {
    require_sizes("Adam", w.size(), w.size(), steps_ > 0 ? first_moment_.size() : 0);
    const Scalar value = fused_step<Scalar>(tapes, f, w, next_update(w));
    advance();
    return value;
  }
  Update next_update(Eigen::Ref<Vector> w) {
    if (steps_ == 0) {
      first_moment_.set_zero(w.size(), w.data());
      second_moment_.set_zero(w.size(), w.data());
    }
    const double beta1_to_t = next_power(beta1_to_t_, options_.beta1);
    const double beta2_to_t = next_power(beta2_to_t_, options_.beta2);
    const kernels::AdamCoefficients by{options_.beta1, options_.beta2, options_.epsilon,
                                       options_.learning_rate / (1 - beta1_to_t), 1 / std::sqrt(1 - beta2_to_t)};
    return {w.data(), first_moment_.data(), second_moment_.data(), by};
  }
  void advance() {
    ++steps_;
    beta1_to_t_ = next_power(beta1_to_t_, options_.beta1);
    beta2_to_t_ = next_power(beta2_to_t_, options_.beta2);
  }

  /// βᵗ from βᵗ⁻¹. Where 1 − βᵗ = 1 in double it is 0: it would end as a denormal number, which is slow to multiply.
  static double next_power(double power, double beta) { return power * beta < 1e-20 ? 0 : power * beta; }

  AdamOptions options_;
  StateVector<Scalar> first_moment_, second_moment_;
  double beta1_to_t_ = 1, beta2_to_t_ = 1;
  Index steps_ = 0;
};

}  // namespace gradus::optim
