// The product of L Jacobians M₁…M_L with a vector: forward order multiplies matrices, reverse order only vectors, and
// wins by about N. The multiplications are counted in tests/autodiff/multiplication_order_test.cpp.
#include <gradus/autodiff/autodiff.hpp>

#include <vector>

#include "interleaved.hpp"

namespace {

using namespace gradus;

View<double> view(Eigen::MatrixXd& m) { return {m.data(), Layout::dense(m.rows(), m.cols())}; }

/// out = a·b through the library's kernel.
void multiply(Eigen::MatrixXd& out, Eigen::MatrixXd& a, Eigen::MatrixXd& b) {
  kernels::product<double>(view(out), view(a), view(b), Store::assign);
}

void multiplication_order(benchmark::State& state) {
  const Index n = state.range(0);
  const std::size_t length = 5;
  std::vector<Eigen::MatrixXd> jacobians;
  for (std::size_t l = 0; l < length; ++l) jacobians.push_back(Eigen::MatrixXd::Random(n, n) / n);
  Eigen::MatrixXd w = Eigen::MatrixXd::Random(n, 1), matrix(n, n), next_matrix(n, n), vector(n, 1), next_vector(n, 1);

  const auto forward = [&] {  // (…(M₁M₂)M₃…)M_L w
    matrix = jacobians[0];
    for (std::size_t l = 1; l < length; ++l) {
      multiply(next_matrix, matrix, jacobians[l]);
      matrix.swap(next_matrix);
    }
    multiply(vector, matrix, w);
    benchmark::DoNotOptimize(vector.data());
  };
  const auto reverse = [&] {  // M₁(M₂(…(M_L w)))
    vector = w;
    for (std::size_t l = length; l-- > 0;) {
      multiply(next_vector, jacobians[l], vector);
      vector.swap(next_vector);
    }
    benchmark::DoNotOptimize(vector.data());
  };
  bench::interleave(state, "forward", forward, "reverse", reverse);
  const double count = static_cast<double>(n), layers = static_cast<double>(length);
  state.counters["multiplications_ratio"] =
      ((layers - 1) * count * count * count + count * count) / (layers * count * count);
}

BENCHMARK(multiplication_order)->Arg(8)->Arg(64)->Arg(256)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
