// Ordinary differential equations x' = f(x) by the Taylor series method: x₍ₖ₊₁₎ = (coefficient k of f(x)) / (k + 1), so
// that each coefficient of the solution gives the next one. At order 20 or so the steps are long and the error is that
// of rounding. (A. Jorba, M. Zou, "A software package for the numerical integration of ODEs by means of high-order
// Taylor methods", Experimental Mathematics 14, 2005, where the rule for the step is from.)
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/taylor.hpp>

#include "program.hpp"

using Eigen::VectorXd;
using gradus::Index;

namespace {

struct Options {
  std::string system = "pendulum";
  Index order = 20;
  double time = 20;
};

/// A mass on a spring; it keeps x² + v².
struct Oscillator {
  auto operator()(const auto& x) const { return gradus::stack(x(1), -x(0)); }
  VectorXd start() const { return VectorXd{{1, 0}}; }
  double energy(const VectorXd& x) const { return x.squaredNorm() / 2; }
};
/// The angle of a pendulum and its velocity; it keeps v²/2 − cos θ.
struct Pendulum {
  auto operator()(const auto& x) const {
    using std::sin;
    return gradus::stack(x(1), -sin(x(0)));
  }
  VectorXd start() const { return VectorXd{{3, 0}}; }
  double energy(const VectorXd& x) const { return x(1) * x(1) / 2 - std::cos(x(0)); }
};
/// A planet's place and velocity on an ellipse of eccentricity 0.6; it keeps v²/2 − 1/r.
struct Kepler {
  auto operator()(const auto& x) const {
    const auto r = x.head(2).norm();
    return gradus::stack(x(2), x(3), -x(0) / (r * r * r), -x(1) / (r * r * r));
  }
  VectorXd start() const { return VectorXd{{0.4, 0, 0, 2}}; }
  double energy(const VectorXd& x) const { return x.tail(2).squaredNorm() / 2 - 1 / x.head(2).norm(); }
};

/// The coefficients of the solution that begins at x.
std::vector<VectorXd> solution(const auto& f, const VectorXd& x, Index order) {
  std::vector<VectorXd> coefficients{x};
  for (Index k = 0; k < order; ++k)
    coefficients.push_back(gradus::taylor(f, coefficients, k).back() / static_cast<double>(k + 1));
  return coefficients;
}
/// How far they can be trusted: e⁻² times the radius of convergence, as the last two tell it.
double step_of(const std::vector<VectorXd>& c) {
  const auto radius = [&](std::size_t k) {
    return std::pow(c[k].lpNorm<Eigen::Infinity>(), -1 / static_cast<double>(k));
  };
  return std::min(radius(c.size() - 1), radius(c.size() - 2)) * std::exp(-2);
}

/// The state after a time, which may be negative.
VectorXd advance(const auto& f, VectorXd x, double time, Index order, int& steps) {
  for (double left = std::abs(time); left > 0; ++steps) {
    const auto coefficients = solution(f, x, order);
    const double step = std::min(left, step_of(coefficients));
    x = gradus::taylor_polynomial(coefficients, time < 0 ? -step : step);
    left -= step;
  }
  return x;
}

void run(const auto& system, const Options& options) {
  const VectorXd start = system.start();
  int steps = 0, steps_back = 0;
  const VectorXd end = advance(system, start, options.time, options.order, steps);
  const VectorXd back = advance(system, end, -options.time, options.order, steps_back);
  std::printf("%s to time %g at order %td: %d steps\n", options.system.c_str(), options.time, options.order, steps);
  std::printf("end:");
  for (const double x : end) std::printf(" %.12f", x);
  std::printf("\nenergy off by %.1e, and %.1e from the start after the way back\n",
              std::abs(system.energy(end) - system.energy(start)), (back - start).norm());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Solves a differential equation by Taylor series");
  app.add_option("--system", options.system, "Which one")
      ->check(CLI::IsMember({"oscillator", "pendulum", "kepler"}))
      ->capture_default_str();
  app.add_option("--order", options.order, "Of the series")->check(CLI::Range(2, 60))->capture_default_str();
  app.add_option("--time", options.time, "When to stop")->check(positive)->capture_default_str();
  return run_program("taylor_method", app, argc, argv, [&] {
    if (options.system == "oscillator") return run(Oscillator(), options);
    if (options.system == "pendulum") return run(Pendulum(), options);
    run(Kepler(), options);
  });
}
