// Jacobians, Hessians and products with them, in multiples of the gradient or of the function.
#include <gradus/nn/nn.hpp>
#include <random>

#include "functions/array.hpp"
#include "functions/scalar.hpp"
#include "suite.hpp"

namespace {

using namespace gradus;
using namespace gradus::bench;

/// The loss of a multilayer perceptron (tanh) on 64 samples.
struct Loss {
  explicit Loss(std::vector<Index> sizes) : net(sizes, nn::Tanh{}) {
    std::mt19937_64 random(1);
    x = net.init<double>(random);
    inputs = MatrixXd::Random(sizes.front(), 64);
    labels = Eigen::VectorXi::LinSpaced(64, 0, 63).unaryExpr([&](int i) { return i % int(sizes.back()); });
  }
  auto operator()(const auto& w) const { return nn::softmax_cross_entropy(net(borrow(inputs), w), labels); }
  nn::MLP<nn::Tanh> net;
  MatrixXd inputs;
  Eigen::VectorXi labels;
  VectorXd x;
};

/// One product with the Hessian at one point, on a tape that is used again as the gradient's is, and by a call that has
/// a tape of its own; and of the operator, its recording included and not.
template <class F>
void hessian_product(benchmark::State& state, const F& f) {
  Gradient<F> gradient(f);
  const VectorXd v = VectorXd::Random(f.x.size()).normalized();
  HessianOperator<double> hessian;
  Tape<double> tape;
  VectorXd result(f.x.size());
  const auto driver = [&] {
    hessian_vector_product(tape, f, f.x, v, result);
    escape(result);
  };
  const auto alone = [&] { benchmark::DoNotOptimize(hessian_vector_product(f, f.x, v).data()); };
  const auto recorded = [&] {
    hessian.record(f, f.x);
    benchmark::DoNotOptimize(hessian.product(v).data());
  };
  const auto again = [&] { benchmark::DoNotOptimize(hessian.product(v).data()); };

  const double h = 1e-5;
  const VectorXd difference =
      (gradus::gradient(f, (f.x + h * v).eval()) - gradus::gradient(f, (f.x - h * v).eval())) / (2 * h);
  recorded();
  driver();
  const VectorXd product = hessian.product(v);
  if (!((product - difference).norm() < 1e-5 * (1 + difference.norm())) ||
      !((product - hessian_vector_product(f, f.x, v)).norm() < 1e-9 * (1 + product.norm())) ||
      !((product - result).norm() < 1e-9 * (1 + product.norm())))
    return state.SkipWithError("the Hessian-vector product is wrong");
  interleave(state, Work{"product", driver}, Work{"gradient", std::ref(gradient)}, Work{"alone", alone},
             Work{"operator", recorded}, Work{"again", again});
}
void mlp(benchmark::State& state, const std::vector<Index>& sizes) { hessian_product(state, Loss(sizes)); }
void rosenbrock(benchmark::State& state) { hessian_product(state, Rosenbrock(state.range(0))); }
void shown(benchmark::internal::Benchmark* b) { b->UseRealTime()->Unit(benchmark::kMicrosecond); }
BENCHMARK_CAPTURE(mlp, 16_16_4, {16, 16, 4})->Apply(shown);
BENCHMARK_CAPTURE(mlp, 64_128_10, {64, 128, 10})->Apply(shown);
BENCHMARK_CAPTURE(mlp, 784_128_10, {784, 128, 10})->Apply(shown);
BENCHMARK_CAPTURE(mlp, 256_256_256_10, {256, 256, 256, 10})->Apply(shown);
BENCHMARK(rosenbrock)->ArgName("n")->Arg(1000)->Apply(shown);

/// All of the Hessian, over n gradients.
void full_hessian(benchmark::State& state) {
  const Rosenbrock f(state.range(0));
  const auto all = [&] { benchmark::DoNotOptimize(hessian(f, f.x).data()); };
  Gradient<Rosenbrock> gradient(f);
  interleave(state, Work{"hessian", all}, Work{"gradient", std::ref(gradient)});
  state.counters["per_column"] = state.counters["ratio"] / double(state.range(0));
}
BENCHMARK(full_hessian)->ArgName("n")->Arg(10)->Arg(100)->Apply(shown);

/// J of tanh(W x), n × n, whose every row takes a sweep; Jᵀv and J v, over the function.
void jacobians(benchmark::State& state) {
  const Index n = state.range(0);
  const MatrixXd weights = MatrixXd::Random(n, n) / double(n);
  const VectorXd x = VectorXd::Random(n), v = VectorXd::Random(n);
  const auto f = [&](const auto& y) { return (beside(y, weights) * y).array().tanh().matrix().eval(); };
  const auto function = [&] { benchmark::DoNotOptimize(VectorXd(f(x)).data()); };
  const auto whole = [&] { benchmark::DoNotOptimize(jacobian(f, x).data()); };
  const auto transposed = [&] {
    const auto [y, pullback] = vector_jacobian_product(f, x);
    benchmark::DoNotOptimize(VectorXd(pullback(v)).data());
  };
  const auto forward = [&] { benchmark::DoNotOptimize(jacobian_vector_product(f, x, v)); };
  const MatrixXd expected = (1 - (weights * x).array().tanh().square()).matrix().asDiagonal() * weights;
  if (!jacobian(f, x).isApprox(expected, 1e-9)) return state.SkipWithError("the Jacobian is wrong");
  interleave(state, Work{"jacobian", whole}, Work{"function", function}, Work{"vjp", transposed}, Work{"jvp", forward});
}
BENCHMARK(jacobians)->ArgName("n")->Arg(8)->Arg(64)->Arg(256)->Apply(shown);

}  // namespace
