// Adam: steps by the mean of the gradients over the root of the mean of their squares.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <type_traits>

#include "check.hpp"
#include "kernels/adam.hpp"

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
///   adam.step(w, gradient);
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
    require_sizes("Adam", w.size(), gradient.size(), first_moment_.size());
    if (first_moment_.size() == 0) {
      first_moment_ = Vector::Zero(w.size());
      second_moment_ = Vector::Zero(w.size());
    }
    beta1_to_t_ = next_power(beta1_to_t_, options_.beta1);
    beta2_to_t_ = next_power(beta2_to_t_, options_.beta2);
    kernels::adam_step<Scalar>(w.size(), w.data(), first_moment_.data(), second_moment_.data(), gradient.data(),
                               {options_.beta1, options_.beta2, options_.epsilon,
                                options_.learning_rate / (1 - beta1_to_t_), 1 / std::sqrt(1 - beta2_to_t_)});
  }

  /// Forgets the steps before: t = 0, m = v = 0, for any size.
  void reset() {
    first_moment_.resize(0);
    second_moment_.resize(0);
    beta1_to_t_ = beta2_to_t_ = 1;
  }

  /// The rate of the steps to come; the moments stay.
  void set_learning_rate(double rate) {
    require_option(is_positive(rate), "Adam", "learning_rate", "positive and finite", rate);
    options_.learning_rate = rate;
  }
  const AdamOptions& options() const { return options_; }

 private:
  /// βᵗ from βᵗ⁻¹. Where 1 − βᵗ = 1 in double it is 0: it would end as a denormal number, which is slow to multiply.
  static double next_power(double power, double beta) { return power * beta < 1e-20 ? 0 : power * beta; }

  AdamOptions options_;
  Vector first_moment_, second_moment_;
  double beta1_to_t_ = 1, beta2_to_t_ = 1;
};

}  // namespace gradus::optim
