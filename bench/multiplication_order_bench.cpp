// The product of L = 5 Jacobians M₁…M_L with a vector: forward order multiplies matrices, (L − 1) N³ + N²
// multiplications, reverse order only vectors, L N². tests/autodiff/multiplication_order_test.cpp counts them; here is
// the time.
#include <gradus/autodiff/autodiff.hpp>

#include <vector>

#include "interleaved.hpp"

namespace {

using namespace gradus;

constexpr std::size_t length = 5;

View<double> view(Eigen::MatrixXd& m) { return {m.data(), Layout::dense(m.rows(), m.cols())}; }
View<double> column(Eigen::MatrixXd& m, Index j) { return {m.data() + j * m.rows(), m.rows(), 1, 1, m.rows()}; }

struct Chain {
  explicit Chain(Index n)
      : w(Eigen::MatrixXd::Random(n, 1)), matrix(n, n), next_matrix(n, n), vector(n, 1), next(n, 1) {
    for (std::size_t l = 0; l < length; ++l) jacobians.push_back(Eigen::MatrixXd::Random(n, n) / n);
  }

  /// (…(M_L M_{L−1})…)M₁ built column by column, as forward mode does: with the kernel that reverse order uses.
  void forward_by_columns() {
    matrix = jacobians[length - 1];
    for (std::size_t l = length - 1; l-- > 0;) {
      for (Index j = 0; j < matrix.cols(); ++j)
        kernels::product<double>(column(next_matrix, j), view(jacobians[l]), column(matrix, j), Store::assign);
      matrix.swap(next_matrix);
    }
    kernels::product<double>(view(vector), view(matrix), view(w), Store::assign);
    benchmark::DoNotOptimize(vector.data());
  }

  /// The same by matrix products, which do more multiplications a second than products with a vector.
  void forward_by_matrices() {
    matrix = jacobians[length - 1];
    for (std::size_t l = length - 1; l-- > 0;) {
      kernels::product<double>(view(next_matrix), view(jacobians[l]), view(matrix), Store::assign);
      matrix.swap(next_matrix);
    }
    kernels::product<double>(view(vector), view(matrix), view(w), Store::assign);
    benchmark::DoNotOptimize(vector.data());
  }

  /// M₁(M₂(…(M_L w)))
  void reverse() {
    vector = w;
    for (std::size_t l = length; l-- > 0;) {
      kernels::product<double>(view(next), view(jacobians[l]), view(vector), Store::assign);
      vector.swap(next);
    }
    benchmark::DoNotOptimize(vector.data());
  }

  std::vector<Eigen::MatrixXd> jacobians;
  Eigen::MatrixXd w, matrix, next_matrix, vector, next;
};

void multiplication_order(benchmark::State& state, void (Chain::*forward)()) {
  Chain chain(state.range(0));
  const auto forward_order = [&] { (chain.*forward)(); };
  const auto reverse_order = [&] { chain.reverse(); };
  bench::interleave(state, "forward", forward_order, "reverse", reverse_order);
  const auto n = static_cast<double>(state.range(0)), l = static_cast<double>(length);
  state.counters["multiplications_ratio"] = ((l - 1) * n * n * n + n * n) / (l * n * n);
}

BENCHMARK_CAPTURE(multiplication_order, by_columns, &Chain::forward_by_columns)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(multiplication_order, by_matrices, &Chain::forward_by_matrices)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
