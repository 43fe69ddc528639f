// A function of bench/functions on the stand: its gradient beside the function itself and the gradient by hand.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <gradus/autodiff/autodiff.hpp>
#include <string>

#include "interleaved.hpp"

namespace gradus::bench {

/// What is being timed could be anything as far as the compiler knows.
inline void escape(const Eigen::VectorXd& x) {
  auto* data = x.data();
  benchmark::DoNotOptimize(data);
}

/// The function as Eigen alone computes it best.
template <class F>
double plain_value(const F& f, const Eigen::VectorXd& x) {
  if constexpr (requires { f.plain(x); })
    return f.plain(x);
  else
    return static_cast<double>(f(x));
}

inline bool is_close(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance * (1 + std::abs(b)); }

/// The function as a loop over scalars, where it has that form besides.
template <class F>
struct Loop {
  const F& f;
  Eigen::VectorXd x = f.x;
  auto operator()(const auto& v) const { return f.loop(v); }
};
template <class F>
concept HasLoop = requires(const F& f) {
  f.loop(f.x);
};
template <class F>
concept HasGradientByHand = requires(const F& f, Eigen::VectorXd& gradient) {
  f.by_hand(f.x, gradient);
};

/// Says what is wrong with a gradient of f at f.x; nothing if nothing is.
template <class F>
std::string mistake(const F& f, double value, const Eigen::VectorXd& gradient) {
  const Eigen::VectorXd direction = Eigen::VectorXd::Random(f.x.size()).normalized();
  const double h = 1e-5,
               expected = (plain_value(f, f.x + h * direction) - plain_value(f, f.x - h * direction)) / (2 * h);
  if (!is_close(value, plain_value(f, f.x), 1e-9)) return "the value is not that of the plain function";
  if (!is_close(static_cast<double>(f(f.x)), value, 1e-9)) return "the value on numbers is another one";
  const double slope = gradient.dot(direction), size = 1 + std::abs(value) + gradient.norm();
  if (!(std::abs(slope - expected) < 1e-5 * size))
    return "the gradient gives the slope " + std::to_string(slope) + ", differences " + std::to_string(expected);
  return {};
}

/// One gradient after the other, recorded anew each time.
template <class F>
struct Gradient {
  explicit Gradient(const F& function) : f(function), gradient(f.x.size()) { escape(f.x); }
  double operator()() {
    const double value = value_and_gradient(tape, f, f.x, gradient);
    benchmark::DoNotOptimize(gradient.data());
    return value;
  }
  const F& f;
  Eigen::VectorXd gradient;
  Tape<double> tape;
};

/// Times the gradient of f against f itself (function) and, where it has such forms, the gradient by hand (by_hand),
/// the plain loop over doubles (loop) and the gradient of the loop (scalar_gradient). Everything is checked first.
template <class F>
void measure(benchmark::State& state, const F& f) {
  Gradient<F> ours(f);
  const auto function = [&] { benchmark::DoNotOptimize(plain_value(f, f.x)); };
  std::string wrong = mistake(f, ours(), ours.gradient);
  const auto compare = [&](auto... others) {
    if (wrong.empty())
      interleave(state, Work{"gradient", std::ref(ours)}, Work{"function", function}, others...);
    else
      state.SkipWithError(wrong.c_str());
  };
  const auto check = [&](const char* other, double value, const Eigen::VectorXd& gradient) {
    const double size = 1 + std::abs(value) + gradient.norm();
    if (!(std::abs(value - ours()) < 1e-9 * size)) wrong = std::string(other) + " has another value";
    if (!((gradient - ours.gradient).norm() < 1e-9 * size)) wrong = std::string(other) + " has another gradient";
  };
  if constexpr (HasGradientByHand<F>) {
    Eigen::VectorXd gradient(f.x.size());
    const auto by_hand = [&] {
      const double value = f.by_hand(f.x, gradient);
      benchmark::DoNotOptimize(gradient.data());
      return value;
    };
    check("the gradient by hand", by_hand(), gradient);
    if constexpr (HasLoop<F>) {
      const Loop<F> as_loop{f};
      Gradient<Loop<F>> scalar(as_loop);
      const auto loop = [&] { benchmark::DoNotOptimize(f.loop(as_loop.x)); };
      check("the loop", scalar(), scalar.gradient);
      compare(Work{"by_hand", by_hand}, Work{"loop", loop}, Work{"scalar_gradient", std::ref(scalar)});
    } else {
      compare(Work{"by_hand", by_hand});
    }
  } else {
    compare();
  }
  state.counters["variables"] = double(f.x.size());
  state.counters["tape_kB"] = double(ours.tape.memory()) / 1e3;
}

}  // namespace gradus::bench
