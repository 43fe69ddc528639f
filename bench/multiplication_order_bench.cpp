// What the order of multiplication costs. tests/autodiff/multiplication_order_test.cpp counts the multiplications of a
// chain of L = 5 Jacobians; here is the time: reverse order beats forward order by about N where the output is a
// scalar, forward beats reverse by about N where the input is and the output is wide, and where the chain is narrow
// inside the best bracketing beats both.
#include <gradus/autodiff/autodiff.hpp>

#include <vector>

#include "interleaved.hpp"

namespace {

using namespace gradus;
using Eigen::MatrixXd, Eigen::VectorXd;

constexpr Index length = 5;

// ---- the products alone ---------------------------------------------------------------------------------------------

/// M₁…M_L w with N × N matrices, the transposed Jacobians of a scalar function, and a vector: left to right, with
/// matrices, is forward order, right to left, with vectors, is reverse order. The kernels of the engine; no allocation.
struct Chain {
  explicit Chain(Index n) : w(MatrixXd::Random(n, 1)), matrix(n, n), next_matrix(n, n), vector(n, 1), next(n, 1) {
    for (Index l = 0; l < length; ++l) matrices.push_back(MatrixXd::Random(n, n) / double(n));
  }

  static View<double> view(MatrixXd& m) { return {m.data(), Layout::dense(m.rows(), m.cols())}; }
  static View<double> column(MatrixXd& m, Index j) { return {m.data() + j * m.rows(), m.rows(), 1, 1, m.rows()}; }

  /// M₁(M₂(…(M_L w)))
  void reverse() {
    vector = w;
    for (auto m = matrices.rbegin(); m != matrices.rend(); ++m) {
      kernels::product<double>(view(next), view(*m), view(vector), Store::assign);
      vector.swap(next);
    }
    benchmark::DoNotOptimize(vector.data());
  }

  /// (M₁…M_L) w, the matrix built column by column: as many vectors as it has columns, by the kernel of reverse().
  void forward_by_columns() {
    multiply_matrices([&](MatrixXd& m) {
      for (Index j = 0; j < matrix.cols(); ++j)
        kernels::product<double>(column(next_matrix, j), view(m), column(matrix, j), Store::assign);
    });
  }

  /// The same by matrix products, which do more multiplications a second than products with a vector.
  void forward_by_matrices() {
    multiply_matrices(
        [&](MatrixXd& m) { kernels::product<double>(view(next_matrix), view(m), view(matrix), Store::assign); });
  }

 private:
  void multiply_matrices(const auto& multiply) {
    matrix = matrices.back();
    for (auto m = matrices.rbegin() + 1; m != matrices.rend(); ++m) {
      multiply(*m);
      matrix.swap(next_matrix);
    }
    kernels::product<double>(view(vector), view(matrix), view(w), Store::assign);
    benchmark::DoNotOptimize(vector.data());
  }

  std::vector<MatrixXd> matrices;
  MatrixXd w, matrix, next_matrix, vector, next;
};

void report_multiplications(benchmark::State& state, const Bracketing& work, const Bracketing& reference,
                            const std::vector<Index>& sizes) {
  state.counters["multiplications_ratio"] =
      double(work.multiplications(sizes)) / double(reference.multiplications(sizes));
}

void products(benchmark::State& state, void (Chain::*forward)()) {
  Chain chain(state.range(0));
  const auto forward_order = [&] { (chain.*forward)(); };
  const auto reverse_order = [&] { chain.reverse(); };
  bench::interleave(state, bench::Work{"forward", forward_order}, bench::Work{"reverse", reverse_order});
  std::vector<Index> sizes(length + 2, state.range(0));
  sizes.back() = 1;
  report_multiplications(state, Bracketing::left_to_right(length + 1), Bracketing::right_to_left(length + 1), sizes);
}

void by_size(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(8)->Arg(64)->Arg(256)->UseRealTime()->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(products, by_columns, &Chain::forward_by_columns)->Apply(by_size);
BENCHMARK_CAPTURE(products, by_matrices, &Chain::forward_by_matrices)->Apply(by_size);

// ---- the engine -----------------------------------------------------------------------------------------------------

/// y = A_L…A_1 x on a tape over S, and its derivative by x.
template <class S>
struct Network {
  using Matrix = Eigen::MatrixX<S>;
  using Vector = Eigen::VectorX<S>;

  Network(Index inputs, Index hidden, Index outputs) : jacobian(outputs, inputs), x(Vector::Ones(inputs)) {
    for (Index l = 0; l < length; ++l) {
      const Index rows = l + 1 == length ? outputs : hidden, cols = l == 0 ? inputs : hidden;
      maps.push_back((MatrixXd::Random(rows, cols) / double(hidden)).cast<S>());
    }
  }

  Var<Vector> evaluate(Var<Vector> y) const {
    for (const Matrix& map : maps) y = borrow(map) * y;
    return y;
  }

  /// A Jacobian-vector product for every input. The maps are linear, so it is an evaluation.
  void forward() {
    tape.clear();
    for (Index j = 0; j < jacobian.cols(); ++j)
      jacobian.col(j) = value_of(evaluate(tape.constant(Vector::Unit(jacobian.cols(), j))));
  }

  /// One evaluation, and a sweep for every output.
  void reverse() {
    tape.clear();
    const auto variable = tape.variable(x);
    const auto y = evaluate(variable);
    for (Index i = 0; i < jacobian.rows(); ++i) {
      tape.backward(y, Vector::Unit(jacobian.rows(), i));
      jacobian.row(i) = tape.adjoint(variable).transpose();
    }
  }

  std::vector<Matrix> maps;
  Matrix jacobian;
  Vector x;
  Tape<S> tape;
};

/// Times the one order against the other, and counts both.
void engine(benchmark::State& state, Index inputs, Index outputs, bool forward_is_reference) {
  Network<double> timed(inputs, state.range(0), outputs);
  Network<Counted> counted(inputs, state.range(0), outputs);
  const auto forward = [&] { timed.forward(); };
  const auto reverse = [&] { timed.reverse(); };
  const auto of_forward = double(count_operations([&] { counted.forward(); }).multiplications),
             of_reverse = double(count_operations([&] { counted.reverse(); }).multiplications);
  if (forward_is_reference)
    bench::interleave(state, bench::Work{"reverse", reverse}, bench::Work{"forward", forward});
  else
    bench::interleave(state, bench::Work{"forward", forward}, bench::Work{"reverse", reverse});
  state.counters["multiplications_ratio"] = forward_is_reference ? of_reverse / of_forward : of_forward / of_reverse;
}

/// The gradient by N inputs: a sweep, or N Jacobian-vector products.
void scalar_output(benchmark::State& state) { engine(state, state.range(0), 1, false); }
/// The derivative of N outputs by one input: a Jacobian-vector product, or N sweeps.
void wide_output(benchmark::State& state) { engine(state, 1, state.range(0), true); }
BENCHMARK(scalar_output)->Apply(by_size);
BENCHMARK(wide_output)->Apply(by_size);

// ---- the best bracketing --------------------------------------------------------------------------------------------

/// The whole Jacobian of an autoencoder: N inputs and outputs, six layers, N/8 units in the middle.
void bottleneck(benchmark::State& state, Bracketing (*order)(Index), const char* name) {
  const Index n = state.range(0);
  std::vector<Index> sizes = {n, n, n, n / 8, n, n, n};
  std::vector<MatrixXd> jacobians;
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) jacobians.push_back(MatrixXd::Random(sizes[l], sizes[l + 1]));
  const Bracketing given = order(6), best = Bracketing::best(sizes);
  const auto by = [&](const Bracketing& brackets) {
    return [&] { benchmark::DoNotOptimize(chain_product(brackets, jacobians).data()); };
  };
  bench::interleave(state, bench::Work{name, by(given)}, bench::Work{"best", by(best)});
  report_multiplications(state, given, best, sizes);
  state.SetLabel(std::string(name) + " best; " + best.text());
}
BENCHMARK_CAPTURE(bottleneck, forward, Bracketing::right_to_left, "forward")->Apply(by_size);
BENCHMARK_CAPTURE(bottleneck, reverse, Bracketing::left_to_right, "reverse")->Apply(by_size);

}  // namespace
