// What a chain of Jacobians costs in each order: by the formula, counted, and timed.
#pragma once

#include <gradus/autodiff/autodiff.hpp>

#include <span>
#include <string>

#include "timing.hpp"

/// Matrices of S, random; sizes as gradus::Bracketing takes them.
template <class S>
class Chain {
 public:
  explicit Chain(const std::vector<gradus::Index>& sizes) {
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
      matrices_.push_back((Eigen::MatrixXd::Random(sizes[i], sizes[i + 1]) / double(sizes[i + 1])).cast<S>());
  }

  void multiply(const gradus::Bracketing& order) const { gradus::chain_product(order, matrices_); }

  /// The same in vectors, one chain for each row of the first matrix: as many sweeps, where these are Jacobians.
  void multiply_rows(const gradus::Bracketing& left_to_right) const {
    const auto rest = std::span(matrices_).subspan(1);
    for (gradus::Index i = 0; i < matrices_.front().rows(); ++i)
      gradus::chain_product(left_to_right, matrices_.front().row(i), rest);
  }
  /// One chain for each column of the last matrix: as many tangents.
  void multiply_columns(const gradus::Bracketing& right_to_left) const {
    const auto rest = std::span(matrices_).first(matrices_.size() - 1);
    for (gradus::Index j = 0; j < matrices_.back().cols(); ++j)
      gradus::chain_product(right_to_left, rest, matrices_.back().col(j));
  }

 private:
  std::vector<Eigen::MatrixX<S>> matrices_;
};

/// A way to multiply a chain.
struct Way {
  std::string order, by;     // "forward", "vectors"
  std::int64_t formula;      // multiplications
  std::int64_t counted = 0;  // the same, counted
  double seconds = 0;
};

/// Counts and times ways to multiply a chain; multiply(chain, i) does it in way i. Throws gradus::Error if a count is
/// not that of the formula.
void measure(std::vector<Way>& ways, const std::vector<gradus::Index>& sizes, double seconds_each,
             const auto& multiply) {
  const Chain<gradus::Counted> counted(sizes);
  const Chain<double> timed(sizes);
  std::vector<std::function<void()>> works;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    ways[i].counted = gradus::count_operations([&] { multiply(counted, i); }).multiplications;
    if (ways[i].counted != ways[i].formula)
      throw gradus::Error(ways[i].order + " order by " + ways[i].by + ": expected " + std::to_string(ways[i].formula) +
                          " multiplications by the formula, counted " + std::to_string(ways[i].counted));
    works.push_back([&, i] { multiply(timed, i); });
  }
  const std::vector<double> times = fastest_seconds(works, seconds_each);
  for (std::size_t i = 0; i < ways.size(); ++i) ways[i].seconds = times[i];
}

/// Chains of L matrices, N × N, and a vector. Scalar output: M₁…M_L w with transposed Jacobians and the gradient of the
/// output, reverse order from the right. Wide output: the same Jacobians, N outputs and one input, v M₁…M_L, transposed
/// as well, forward order from the left.
enum class Output { scalar, wide };

struct Study {
  Output output;
  gradus::Index n, l;
  std::vector<Way> ways;  // the slow order by matrices and by vectors, the fast one, the best

  const Way& slow() const { return ways[0]; }
  const Way& slow_by_vectors() const { return ways[1]; }
  const Way& fast() const { return ways[2]; }
  const Way& best() const { return ways[3]; }
};

inline Study study(Output output, gradus::Index n, gradus::Index l, double seconds_each) {
  using gradus::Bracketing;
  const bool scalar = output == Output::scalar;
  std::vector<gradus::Index> sizes(static_cast<std::size_t>(l) + 2, n);
  (scalar ? sizes.back() : sizes.front()) = 1;
  const Bracketing left = Bracketing::left_to_right(l + 1), right = Bracketing::right_to_left(l + 1);
  const Bracketing best = Bracketing::best(sizes), &slow = scalar ? left : right, &fast = scalar ? right : left;
  const std::string slow_name = scalar ? "forward" : "reverse", fast_name = scalar ? "reverse" : "forward";
  const std::int64_t by_matrices = (l - 1) * n * n * n + n * n, by_vectors = l * n * n;  // the lecture's formulas
  Study result{output,
               n,
               l,
               {{slow_name, "matrices", by_matrices},
                {slow_name, "vectors", by_matrices},
                {fast_name, "vectors", by_vectors},
                {"best", "brackets", best.multiplications(sizes)}}};
  measure(result.ways, sizes, seconds_each, [&](const auto& chain, std::size_t way) {
    if (way == 1 && scalar)
      chain.multiply_rows(slow);
    else if (way == 1)
      chain.multiply_columns(slow);
    else
      chain.multiply(way == 0 ? slow : way == 2 ? fast : best);
  });
  return result;
}
