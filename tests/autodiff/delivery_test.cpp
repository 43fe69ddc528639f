// Gradients handed over piece by piece: every position once, and what arrives is the gradient, however the function
// uses its variable.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <mutex>
#include <string>
#include <vector>

#include <gradus/autodiff/autodiff.hpp>

namespace gradus::test::delivery_test {
namespace {

using namespace gradus;
using Eigen::VectorXd;

/// Gathers a gradient, counts how often each position comes, and spoils x there: nothing may need it any more.
struct Collector final : GradientSink<double> {
  VectorXd& x;
  VectorXd gradient;
  std::vector<int> times;
  int pieces = 0;
  std::mutex mutex;

  explicit Collector(VectorXd& variable) : x(variable), gradient(x.size()), times(std::size_t(x.size()), 0) {}
  void take(Index offset, Index count, const double* piece) override {
    const std::lock_guard lock(mutex);
    ++pieces;
    for (Index i = 0; i < count; ++i) {
      gradient[offset + i] = piece[i];
      ++times[std::size_t(offset + i)];
      x[offset + i] = 1e300;
    }
  }
};

constexpr Index n = 160, size = 2 * n * n + n;  // two square matrices and a vector, large enough to be streamed

struct Use {
  std::string name;
  int least_pieces;  // 1 where all must wait for the end
  std::function<Var<double>(const Var<VectorXd>&, const Eigen::MatrixXd&)> f;
};

auto first(const Var<VectorXd>& w) { return w.head(n * n).reshaped(n, n); }
auto second(const Var<VectorXd>& w) { return w.segment(n * n, n * n).reshaped(n, n); }

const Use uses[] = {
    {"two layers", 3,
     [](const auto& w, const auto& x) {
       return (second(w) * tanh((first(w) * x).array()).matrix() + w.tail(n) * x.row(0)).squaredNorm();
     }},
    {"weights transposed", 3,
     [](const auto& w, const auto& x) {
       return (second(w).transpose() * tanh((first(w).transpose() * x).array()).matrix()).squaredNorm() +
              w.tail(n).sum();
     }},
    {"weights on the right", 3,
     [](const auto& w, const auto& x) {
       return (tanh((x.transpose() * first(w)).array()).matrix() * second(w)).squaredNorm() + w.tail(n).sum();
     }},
    {"shared weights", 2,
     [](const auto& w, const auto& x) {
       return (first(w) * tanh((first(w) * x).array()).matrix()).squaredNorm() + (second(w) * x).sum();
     }},
    {"a square", 1, [](const auto& w, const auto& x) { return (first(w) * first(w) * x).squaredNorm(); }},
    {"a product of two", 2, [](const auto& w, const auto& x) { return (first(w) * second(w) * x).squaredNorm(); }},
    {"overlapping parts", 1,
     [](const auto& w, const auto& x) {
       return (first(w) * x).squaredNorm() + (w.segment(n, n * n).reshaped(n, n) * x).squaredNorm();
     }},
    {"weight decay before the layers", 1,
     [](const auto& w, const auto& x) {
       const Var<double> decay = 0.5 * w.squaredNorm();
       return decay + (first(w) * x).squaredNorm();
     }},
    {"weight decay after the layers", 2,
     [](const auto& w, const auto& x) {
       const Var<double> loss = (first(w) * x).squaredNorm();
       return loss + 0.5 * w.squaredNorm();
     }},
    {"single elements", 1, [](const auto& w, const auto& x) { return w(3) * w(7) * (first(w) * x).squaredNorm(); }},
    {"every other element", 1,
     [](const auto& w, const auto& x) {
       return (w.head(2 * n * n).reshaped(2 * n, n).transpose().leftCols(n) * x).squaredNorm();
     }},
    {"a part unused", 2, [](const auto& w, const auto& x) { return (second(w) * x).squaredNorm(); }},
    {"a part without effect", 1,
     [](const auto& w, const auto& x) { return (first(w) * x).squaredNorm() * 0.0 + w.tail(n).sum(); }},
    {"a constant", 1, [](const auto&, const auto&) { return Var<double>(3.0); }},
};

TEST_CASE("a sink gets the gradient, every position once, whatever the function does with its variable") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(n, 72);
  const VectorXd w = VectorXd::Random(size) / 10;
  for (const Use& use : uses) {
    CAPTURE(use.name);
    const auto f = [&](const auto& variable) { return use.f(variable, x); };
    Tape<double> tape;
    VectorXd expected(size), changed = w;
    // In the same memory: how a sum is cut into registers depends on its address.
    const double value = value_and_gradient(tape, f, changed, expected);
    Collector sink(changed);
    for (int again = 0; again < 2; ++again) {
      changed = w;
      std::fill(sink.times.begin(), sink.times.end(), 0);
      CHECK(value_and_gradient(tape, f, changed, sink) == value);
      CHECK(sink.gradient == expected);
      CHECK(sink.times == std::vector<int>(std::size_t(size), 1));
    }
    CHECK(sink.pieces >= 2 * use.least_pieces);
  }
}

TEST_CASE("a small gradient comes in one piece") {
  VectorXd x = VectorXd::LinSpaced(10, 1, 2);
  Collector sink(x);
  Tape<double> tape;
  CHECK(value_and_gradient(
            tape, [](const auto& v) { return v.squaredNorm(); }, x, sink) > 0);
  CHECK(sink.pieces == 1);
  CHECK(sink.gradient.isApprox(2 * VectorXd::LinSpaced(10, 1, 2)));
}

TEST_CASE("several threads bring the same gradient") {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(n, 64);
  const auto f = [&](const auto& w) { return uses[0].f(w, x); };
  const VectorXd w = VectorXd::Random(size) / 10;
  Tape<double> tape;
  VectorXd expected(size), changed = w;
  value_and_gradient(tape, f, w, expected);
  Collector sink(changed);
  set_threads(2);
  value_and_gradient(tape, f, changed, sink);
  set_threads(1);
  CHECK(sink.gradient == expected);
  CHECK(sink.times == std::vector<int>(std::size_t(size), 1));
}

TEST_CASE("after a sweep with a sink the tape is cleared, and a sink without a variable is an error") {
  VectorXd x = VectorXd::Ones(3);
  Collector sink(x);
  Tape<double> tape;
  const auto v = tape.variable(x);
  const Var<double> y = v.squaredNorm();
  CHECK_THROWS_AS(tape.backward(y, v.head(2), sink), TapeError);
  CHECK_THROWS_AS(tape.backward(y, v.array().exp(), sink), TapeError);
  CHECK_THROWS_AS(tape.backward(y, tape.constant(x), sink), TapeError);
  CHECK(sink.pieces == 0);
  tape.backward(y, v, sink);
  CHECK(sink.gradient == VectorXd::Constant(3, 2));
  CHECK_THROWS_AS(tape.adjoint(v), TapeError);
}

}  // namespace
}  // namespace gradus::test::delivery_test
