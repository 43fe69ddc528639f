// A sparse Hessian in a few sweeps: its pattern, colours and times for functions whose Hessians are banded, arrow-heads
// or grids, and a check against a Hessian-vector product that knows of no pattern.
#include <gradus/autodiff/sparse.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

using gradus::Index;

namespace {

struct Options {
  std::string function = "rosenbrock";
  Index n = 100000;
  gradus::HessianOptions hessian;
};

/// What a vector's elements are, and their sums.
template <class X>
using ElementOf = typename std::remove_cvref_t<X>::Scalar;

/// Rosenbrock's valley, Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²: tridiagonal.
struct Rosenbrock {
  auto operator()(const auto& x) const {
    ElementOf<decltype(x)> sum = 0;
    for (Index i = 0; i + 1 < x.size(); ++i) {
      const auto valley = x(i + 1) - x(i) * x(i);
      const auto slope = 1 - x(i);
      sum += 100 * valley * valley + slope * slope;
    }
    return sum;
  }
};

/// Every variable with the first, Σ sin(x₀ xᵢ): an arrow-head.
struct Arrow {
  auto operator()(const auto& x) const {
    using std::sin;
    ElementOf<decltype(x)> sum = x(0) * x(0);
    for (Index i = 1; i < x.size(); ++i) sum += sin(x(0) * x(i));
    return sum;
  }
};

/// Spins on a square grid, −Σ cos(xₐ − x_b) over neighbours: five entries a row.
struct Grid {
  auto operator()(const auto& x) const {
    using std::cos;
    const auto side = static_cast<Index>(std::sqrt(static_cast<double>(x.size())));
    ElementOf<decltype(x)> sum = 0;
    for (Index k = 0; k < side * side; ++k) {
      if (k % side + 1 < side) sum -= cos(x(k) - x(k + 1));
      if (k + side < side * side) sum -= cos(x(k) - x(k + side));
    }
    return sum;
  }
};

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// ‖H v − ∇(∇f·v)‖ / ‖∇(∇f·v)‖ for a v of which no two neighbours are alike.
double error_of(const auto& f, const Eigen::SparseMatrix<double>& hessian, const Eigen::VectorXd& x) {
  const Eigen::VectorXd v = Eigen::VectorXd::LinSpaced(x.size(), 0, static_cast<double>(x.size())).array().sin();
  const auto slope = [&](const auto& at) { return gradus::gradient(f, at).dot(v); };
  const Eigen::VectorXd expected = gradus::gradient(slope, x);
  return (hessian * v - expected).norm() / expected.norm();
}

int run(const auto& f, const Options& options) {
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(options.n, -1, 1);
  gradus::SparsityPattern pattern;
  const double finding = seconds_of([&] { pattern = gradus::hessian_pattern(f, x); });
  std::printf("%s, n = %td: %td nonzeros, pattern found in %.1f ms\n", options.function.c_str(), options.n,
              pattern.nonzeros(), 1e3 * finding);

  std::optional<gradus::HessianPlan> plan;
  const double colouring = seconds_of([&] { plan.emplace(std::move(pattern), options.hessian); });
  std::printf("%d colours, found in %.1f ms: so many sweeps\n", plan->sweeps(), 1e3 * colouring);

  gradus::SparseHessian<double> hessian(*plan);
  Eigen::SparseMatrix<double> h = hessian(f, x);  // grows the tapes
  const double evaluating = seconds_of([&] { hessian(f, x, h); });
  const double error = error_of(f, h, x);
  std::printf("Hessian in %.1f ms, relative error of H v %.1e\n", 1e3 * evaluating, error);
  return error < 1e-10 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Computes a sparse Hessian and says in how many sweeps");
  app.add_option("--function", options.function, "What to differentiate")
      ->check(CLI::IsMember({"rosenbrock", "arrow", "grid"}))
      ->capture_default_str();
  app.add_option("--n", options.n, "Number of variables")->check(CLI::Range(2, 100000000))->capture_default_str();
  app.add_flag_callback(
      "--substitution", [&] { options.hessian.recovery = gradus::Recovery::substitution; },
      "Acyclic colouring and substitution instead of star colouring and reading off");
  const std::map<std::string, gradus::Ordering> orderings = {{"natural", gradus::Ordering::natural},
                                                             {"largest-first", gradus::Ordering::largest_first},
                                                             {"smallest-last", gradus::Ordering::smallest_last}};
  app.add_option("--ordering", options.hessian.ordering,
                 "In which order the colouring goes: natural, largest-first, smallest-last")
      ->transform(CLI::CheckedTransformer(orderings));
  CLI11_PARSE(app, argc, argv);
  if (options.function == "rosenbrock") return run(Rosenbrock(), options);
  if (options.function == "arrow") return run(Arrow(), options);
  return run(Grid(), options);
}
