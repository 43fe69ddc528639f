// What checkpoints cost, in memory and evaluations, and what goes wrong with them.
#include <gradus/autodiff/checkpoint.hpp>
#include <memory>

#include <gradus/autodiff/counted.hpp>
#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::checkpoint_memory_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

/// A layer of 16 units on 32 samples, the weights shared by all layers.
const auto layer = [](Index, const auto& h, const auto& w) { return (w * h).array().tanh().matrix().eval(); };

/// Bytes that the gradient of a chain of layers takes by its weights.
std::size_t memory_of_layers(const CheckpointedLoop& loop, MatrixXd& gradient) {
  const MatrixXd x = MatrixXd::Constant(16, 32, 0.5), w = MatrixXd::Identity(16, 16);
  Tape tape;
  const auto f = [&](const auto& v) { return checkpoint_sequential(loop, layer, borrow(x), v).sum(); };
  gradient.resize(16, 16);
  value_and_gradient(tape, f, w, gradient);
  return tape.memory();
}

TEST_CASE("a chain of a thousand layers takes a tenth of the memory with checkpoints, and less with two levels") {
  MatrixXd expected, gradient;
  const std::size_t plain = memory_of_layers({.length = 1000, .levels = 0}, expected);
  CHECK(plain > 1000 * 2 * 16 * 32 * sizeof(double));  // a product and a tanh each
  const std::size_t one_level = memory_of_layers({.length = 1000}, gradient);
  CHECK(one_level <= plain / 10);
  CHECK(gradient == expected);
  const std::size_t two_levels = memory_of_layers({.length = 1000, .levels = 2}, gradient);
  CHECK(two_levels < one_level);
  CHECK(gradient == expected);
}

TEST_CASE("memory grows with the root of the length at one level, with its logarithm at as many levels as fit") {
  const auto memory = [](Index length, int levels) {
    const auto step = [](Index, const auto& h, const auto& a) {
      auto y = h * 1.0;
      std::remove_cvref_t<decltype(a * h)> state = y;
      return state + 0.001 * a * cos(state);
    };
    Tape tape;
    const auto a = tape.variable(1.0);
    tape.backward(checkpoint_sequential({.length = length, .levels = levels}, step, 0.5, a));
    return static_cast<double>(tape.memory());
  };
  // Small memory comes in chunks that double: what a law says can be off by two.
  CHECK(memory(400'000, 0) > 0.4 * 16 * memory(25'000, 0));
  CHECK(memory(400'000, 1) < 2 * 4 * memory(25'000, 1));
  CHECK(memory(400'000, 1) < memory(400'000, 0) / 25);
  CHECK(memory(65'536, 16) < 1.5 * 16.0 / 10 * memory(1024, 10));
}

TEST_CASE("a checkpoint costs one more evaluation of the function: multiplications, counted") {
  using Matrix = Eigen::Matrix<Counted, Eigen::Dynamic, Eigen::Dynamic>;
  const Matrix a = MatrixXd::Random(3, 3).cast<Counted>();
  const auto f = [](const auto& x) { return (x * x * x).cwiseProduct(x).eval(); };
  Tape<Counted> tape;
  auto x = tape.variable(a);
  const long forward = count_operations([&] { f(x); }).multiplications;
  const long plain = count_operations([&] { tape.backward(f(x), Matrix::Ones(3, 3)); }).multiplications;
  const Matrix expected = tape.adjoint(x);
  tape.clear();
  x = tape.variable(a);
  const auto checkpointed = [&] { tape.backward(checkpoint(f, x), Matrix::Ones(3, 3)); };
  CHECK(count_operations(checkpointed).multiplications == plain + forward);
  for (Index i = 0; i < 9; ++i) CHECK(Matrix(tape.adjoint(x))(i).value == expected(i).value);
}

TEST_CASE("a function is not evaluated again where no derivative arrives") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(3));
  int evaluations = 0;
  const auto f = [&](const auto& v) {
    ++evaluations;
    return v.squaredNorm();
  };
  const auto used = checkpoint(f, x), unused = checkpoint(f, x);
  CHECK(evaluations == 2);
  tape.backward(used);
  CHECK(evaluations == 3);
  tape.backward(used + 0 * unused);
  CHECK(evaluations == 4);
  checkpoint(f, tape.constant(VectorXd::Ones(3)));
  CHECK(evaluations == 5);
}

TEST_CASE("second derivatives save memory too") {
  const auto memory = [](int levels) {
    const MatrixXd x = MatrixXd::Constant(8, 16, 0.5), w = MatrixXd::Identity(8, 8);
    const auto loss = [&](const auto& v) {
      return checkpoint_sequential({.length = 400, .levels = levels}, layer, x, v).sum();
    };
    const auto slope = [&](const auto& v) { return gradient(loss, v).sum(); };
    Tape tape;
    MatrixXd hessian_product(8, 8);
    value_and_gradient(tape, slope, w, hessian_product);
    return std::pair(static_cast<double>(tape.memory()), hessian_product);
  };
  const auto [plain, expected] = memory(0);
  const auto [checkpointed, product] = memory(1);
  CHECK(checkpointed < plain / 4);
  CHECK(product.isApprox(expected, 1e-11));
}

TEST_CASE("once warm, checkpoints in checkpoints allocate nothing") {
  const MatrixXd x = MatrixXd::Random(4, 3), w = MatrixXd::Random(4, 4);
  const auto f = [&](const auto& v) {
    const auto h = checkpoint_sequential({.length = 50, .levels = 2}, layer, x, v);
    const auto [norm, row] = checkpoint(
        [](const auto& m, const auto& s) { return std::tuple(m.norm() * s, m.row(0).transpose()); }, h, v(1, 2));
    return norm * row.squaredNorm();
  };
  MatrixXd expected(4, 4), gradient(4, 4);
  Tape tape;
  const double value = value_and_gradient(tape, f, w, expected);
  value_and_gradient(tape, f, w, gradient);
  const std::size_t memory = tape.memory();
  const AllocationCounter counter;
  for (int i = 0; i < 3; ++i) {
    gradient.setConstant(std::nan(""));
    const double again = value_and_gradient(tape, f, w, gradient);
    const std::size_t allocations = counter.count();
    REQUIRE(again == value);
    REQUIRE(gradient == expected);
    REQUIRE(allocations == 0);
  }
  CHECK(tape.memory() == memory);
}

TEST_CASE("what a function captures by value lives as long as the tape needs it") {
  const auto shared = std::make_shared<VectorXd>(VectorXd::LinSpaced(3, 1, 3));
  {
    Tape tape;
    const auto f = [shared](const auto& v) { return v.dot(*shared) * v(0); };
    const auto record = [&] {
      const auto x = tape.variable(VectorXd::Ones(3));
      return std::pair(x, checkpoint([f](const auto& v) { return checkpoint(f, v) + 1; }, x));
    };
    const long before = shared.use_count();
    const auto [x, y] = record();
    CHECK(shared.use_count() == before + 1);
    tape.backward(y);
    CHECK(tape.adjoint(x) == Eigen::Vector3d(1 + 6, 2, 3));
    CHECK(shared.use_count() == before + 1);
    tape.clear();
    CHECK(shared.use_count() == before);
    record();
    CHECK(shared.use_count() == before + 1);
  }
  CHECK(shared.use_count() == 1);
}

template <class E>
bool throws_with(const auto& f, const std::string& words) {
  try {
    f();
  } catch (const E& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find(words) != std::string::npos);
    return true;
  }
  return false;
}

TEST_CASE("a recorded variable that the function captures is an error") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(3)), w = tape.variable(VectorXd::Ones(3));
  const auto s = tape.variable(2.0);
  const auto captured = [](const auto& f) { return throws_with<TapeError>(f, "checkpoint(f, x, captured)"); };
  CHECK(captured([&] { checkpoint([&](const auto& v) { return v.dot(w); }, x); }));
  CHECK(captured([&] { checkpoint([&](const auto& v) { return s * v; }, x); }));
  CHECK(captured([&] { checkpoint([&](const auto& v) { return v(0) * s; }, x); }));
  CHECK(captured([&] { checkpoint([&](const auto&) { return w; }, x); }));
  CHECK(captured([&] { checkpoint([&](const auto&) { return s * w.sum(); }, x); }));
  CHECK(captured([&] { checkpoint([&](const auto&) { return checkpoint(layer, Index{0}, w, x.transpose()); }, x); }));
  CHECK(captured(
      [&] { checkpoint([&](const auto& v) { return checkpoint([&](const auto& u) { return u.dot(w); }, v); }, x); }));
  const auto below = [&](const auto& v) {
    return gradient([&](const auto& u) { return checkpoint([&](const auto& t) { return t * s * t; }, u); }, v);
  };
  CHECK(captured([&] { below(tape.variable(1.0)); }));
  // All is well on the same tape; passed as an argument, or if it is a constant.
  const auto c = tape.constant(VectorXd::LinSpaced(3, 1, 3));
  tape.backward(checkpoint([&](const auto& v, const auto& u) { return v.dot(u) + v.dot(c); }, x, w));
  CHECK(tape.adjoint(x) == Eigen::Vector3d(2, 3, 4));
  CHECK(tape.adjoint(w) == Eigen::Vector3d(1, 1, 1));
  const auto passed = [&](const auto& p) {
    const auto f = [](const auto& t, const auto& q) { return t * q * t; };
    return gradient([&](const auto& u) { return checkpoint(f, u, p); }, 3.0 * p);
  };
  CHECK(gradient(passed, 2.0) == 24);  // p ↦ 2 (3 p) p
}

TEST_CASE("variables of other tapes and of a cleared tape are errors as ever") {
  Tape tape, other;
  const auto f = [](const auto& v, const auto& u) { return v.dot(u); };
  const auto x = tape.variable(VectorXd::Ones(3)), y = other.variable(VectorXd::Ones(3));
  CHECK(throws_with<TapeError>([&] { checkpoint(f, x, y); }, "one tape"));
  tape.clear();
  CHECK(throws_with<TapeError>([&] { checkpoint(f, x, x); }, "cleared"));
  CHECK(
      throws_with<Error>([&] { checkpoint_sequential({.length = -1}, layer, MatrixXd(2, 2), MatrixXd(2, 2)); }, "-1"));
}

TEST_CASE("what the function throws passes through, and the tape can be used on") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(3));
  int fuse = 0;
  const auto f = [&](const auto& v) {
    const auto g = [&](const auto& u) {
      const auto y = 2 * u;
      if (--fuse == 0) throw std::runtime_error("fuse");
      return y.dot(u);
    };
    return checkpoint(g, v) * checkpoint(g, 2 * v);
  };
  // f calls g twice to evaluate; the sweep evaluates both again within f, and then each once more.
  for (int evaluation = 1; evaluation <= 7; ++evaluation) {
    CAPTURE(evaluation);
    fuse = evaluation;
    const auto run = [&] { tape.backward(checkpoint(f, x)); };
    if (evaluation <= 6)
      CHECK(throws_with<std::runtime_error>(run, "fuse"));
    else
      run();
    fuse = 0;
    tape.backward(checkpoint(f, x));
    CHECK(tape.adjoint(x) == VectorXd::Constant(3, 192));  // of 16 |x|⁴: 64 |x|² x
  }
}

TEST_CASE("a function that computes something else in the sweep is an error where it can be seen") {
  Tape tape;
  const auto x = tape.variable(VectorXd::Ones(4));
  Index size = 2;
  const auto f = [&](const auto& v) { return v.head(size++); };
  const auto y = checkpoint(f, x);
  CHECK(throws_with<Error>([&] { tape.backward(y.sum()); }, "random masks"));
}

}  // namespace
}  // namespace gradus::test::checkpoint_memory_test
