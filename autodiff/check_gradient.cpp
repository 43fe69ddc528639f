#include "check_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "graph_text.hpp"

namespace gradus {

namespace detail {

namespace {

/// f along a line through x, at both sides of it.
struct Samples {
  double above, below, width;
};
using Line = std::function<Samples(double step)>;

struct Slope {
  double slope = 0, error = std::numeric_limits<double>::infinity(), step = 0;
  bool is_known() const { return std::isfinite(error); }
};

/// Ridders' method: central differences D(h) = f′ + c h² + d h⁴ + …, whose terms are eliminated one after the other.
/// `noise` is the rounding error of a value of f; nothing more than the relative `precision` is wanted. An
/// extrapolation that those from shorter steps contradict is of a function with a kink between, and is believed only so
/// far.
Slope extrapolated(const Line& line, double step, double noise, double precision) {
  constexpr std::size_t rows = 14, fewest = 6;
  std::vector<Slope> all;  // the best of each row
  std::vector<double> before, now;
  for (std::size_t row = 0; row < rows; ++row, step /= 2) {
    const Samples at = line(step);
    now.assign(1, (at.above - at.below) / at.width);
    if (!std::isfinite(now[0])) {
      before.clear();
      continue;
    }
    const double rounding = 2 * noise / at.width;
    Slope best;
    double power = 4;
    for (std::size_t k = 0; k < before.size(); ++k, power *= 4) {
      now.push_back(now[k] + (now[k] - before[k]) / (power - 1));
      const double error = std::max(std::abs(now[k + 1] - now[k]), std::abs(now[k + 1] - before[k])) + rounding;
      if (error < best.error) best = {now[k + 1], error, step};
    }
    if (now.size() > 1) {
      for (Slope& earlier : all)
        earlier.error = std::max(earlier.error, std::abs(now[1] - earlier.slope) - 4 * rounding);
      all.push_back(best);
    }
    before.swap(now);
    if (row + 1 >= fewest && best.error < precision * std::abs(best.slope)) break;
  }
  const auto by_error = [](const Slope& a, const Slope& b) { return a.error < b.error; };
  return all.empty() ? Slope{} : *std::min_element(all.begin(), all.end(), by_error);
}

class Checker {
 public:
  Checker(const FlatFunction& f, const GradientCheckOptions& options)
      : f_(f), options_(options), random_(options.seed), x_(f.x), value_(f.value(f.x)) {
    epsilon_ = f.is_single ? double{std::numeric_limits<float>::epsilon()} : std::numeric_limits<double>::epsilon();
    tolerance_ = options.tolerance > 0 ? options.tolerance : 10 * std::sqrt(epsilon_);
    for (const double g : f.gradient) largest_ = std::max(largest_, std::abs(g));
    check_.value = value_;
    check_.recorded = f.recorded;
    check_.values_agree = std::abs(value_ - f.recorded) <= tolerance_ * std::max(1.0, std::abs(value_));
    check_.passed = check_.values_agree;
  }

  GradientCheck run() {
    std::size_t first = 0;
    for (std::size_t argument = 0; argument < f_.arguments.size(); ++argument) {
      const auto [rows, cols] = f_.arguments[argument];
      for (const Index k : drawn(rows * cols))
        entry(static_cast<Index>(argument), first + static_cast<std::size_t>(k), k % rows, k / rows);
      first += static_cast<std::size_t>(rows * cols);
    }
    for (Index k = 0; k < options_.directions; ++k) direction(k);
    return check_;
  }

 private:
  double rounded(double x) const { return f_.is_single ? double{static_cast<float>(x)} : x; }

  /// At most as many of 0…size−1 as the options ask for.
  std::vector<Index> drawn(Index size) {
    std::vector<Index> all(static_cast<std::size_t>(size));
    for (std::size_t k = 0; k < all.size(); ++k) all[k] = static_cast<Index>(k);
    if (size <= options_.entries) return all;
    std::vector<Index> some;
    std::sample(all.begin(), all.end(), std::back_inserter(some), options_.entries, random_);
    return some;
  }

  void entry(Index argument, std::size_t k, Index row, Index col) {
    const double center = f_.x[k];
    const auto line = [&](double step) {
      const double above = rounded(center + step), below = rounded(center - step);
      Samples samples{};
      x_[k] = above;
      samples.above = f_.value(x_);
      x_[k] = below;
      samples.below = f_.value(x_);
      x_[k] = center;
      samples.width = above - below;
      return samples;
    };
    compare(argument, row, col, f_.gradient[k], std::max(1.0, std::abs(center)), 0, line);
  }

  void direction(Index number) {
    std::uniform_real_distribution<double> uniform(-1, 1);
    std::vector<double> v(f_.x.size());
    double slope = 0, scale = 1, moved = 0;  // moved: what rounding of x + h v does to f
    for (std::size_t k = 0; k < v.size(); ++k) {
      v[k] = uniform(random_);
      slope += v[k] * f_.gradient[k];
      scale = std::max(scale, std::abs(f_.x[k]));
      moved += epsilon_ * std::abs(f_.x[k] * f_.gradient[k]);
    }
    const auto value = [&](double step) {
      for (std::size_t k = 0; k < v.size(); ++k) x_[k] = rounded(f_.x[k] + step * v[k]);
      return f_.value(x_);
    };
    compare(-1, number, 0, slope, scale, moved, [&](double step) {
      return Samples{value(step), value(-step), 2 * step};
    });
    x_ = f_.x;
  }

  void compare(Index argument, Index row, Index col, double analytic, double scale, double extra_noise,
               const Line& line) {
    const double noise = 4 * epsilon_ * std::abs(value_) + extra_noise, first_step = 32 * std::cbrt(epsilon_) * scale;
    const Slope numeric = extrapolated(line, first_step, noise, 0.1 * tolerance_);
    const double size = std::max(std::abs(analytic), std::abs(numeric.slope));
    const double tolerance = tolerance_ * size + 4 * numeric.error;
    const double difference = std::abs(analytic - numeric.slope);
    const bool is_resolved =
        numeric.is_known() && numeric.error <= 0.01 * std::max(size, largest_) + 100 * noise / first_step;
    ++check_.compared;
    double badness = is_resolved ? difference / std::max(tolerance, std::numeric_limits<double>::min())
                                 : std::numeric_limits<double>::max();
    if (std::isnan(badness)) badness = std::numeric_limits<double>::infinity();  // of all, a gradient of NaN is worst
    if (badness > 1 && std::isfinite(analytic) && is_between_slopes(line, analytic, scale)) {
      ++check_.kinks;
      return;
    }
    if (!is_resolved) ++check_.unresolved;
    if (!(badness <= 1)) check_.passed = false;
    if (badness <= worst_) return;
    worst_ = badness;
    check_.argument = argument, check_.row = row, check_.col = col;
    check_.analytic = analytic, check_.numeric = numeric.slope;
    check_.tolerance = tolerance, check_.step = numeric.step;
  }

  struct Sides {
    double left, right;
    double gap() const { return std::abs(right - left); }
  };
  Sides sides(const Line& line, double step) const {
    const Samples at = line(step);
    return {(value_ - at.below) / (at.width / 2), (at.above - value_) / (at.width / 2)};
  }

  /// Whether the slopes to both sides differ, as at the corner of |x|, and `analytic` is one of those between. (At a
  /// jump they differ the more the shorter the step.)
  bool is_between_slopes(const Line& line, double analytic, double scale) const {
    const double step = 4 * std::sqrt(epsilon_) * scale, noise = 8 * epsilon_ * std::abs(value_) / step;
    const Sides near = sides(line, step), far = sides(line, 4 * step);
    const auto [low, high] = std::minmax(near.left, near.right);
    const double gap = near.gap();
    const bool is_kink = gap > 0.01 * std::max(std::abs(low), std::abs(high)) + 4 * noise && gap < 2 * far.gap();
    return is_kink && low - 0.01 * gap <= analytic && analytic <= high + 0.01 * gap;
  }

  const FlatFunction& f_;
  const GradientCheckOptions& options_;
  std::mt19937_64 random_;
  std::vector<double> x_;
  double value_, epsilon_ = 0, tolerance_ = 0, largest_ = 0, worst_ = -1;
  GradientCheck check_;
};

}  // namespace

GradientCheck check_gradient(const FlatFunction& f, const GradientCheckOptions& options) {
  return Checker(f, options).run();
}

}  // namespace detail

std::ostream& operator<<(std::ostream& out, const GradientCheck& check) {
  const auto number = [](double x) { return detail::number_text(x, 9); };
  const auto small = [](double x) { return detail::number_text(x, 2); };
  out << "gradient check " << (check.passed ? "passed: " : "FAILED: ") << check.compared << " compared";
  if (check.kinks > 0) out << ", of them " << check.kinks << " at a kink";
  if (check.unresolved > 0)
    out << ", of them " << check.unresolved << " whose differences do not settle (a jump or noise?)";
  if (!check.values_agree)
    out << "; f of numbers is " << number(check.value) << " but of variables " << number(check.recorded);
  if (check.compared == check.kinks) return out;
  out << "; worst: ";
  if (check.argument < 0)
    out << "direction " << check.row;
  else
    out << "argument " << check.argument << ", entry (" << check.row << ", " << check.col << ")";
  return out << ": gradient " << number(check.analytic) << ", differences " << number(check.numeric) << " (step "
             << small(check.step) << "), apart by " << small(std::abs(check.analytic - check.numeric)) << ", tolerance "
             << small(check.tolerance);
}

}  // namespace gradus
