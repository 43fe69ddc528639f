// Checkpoints of Duals: a Hessian-vector product that keeps little.
#include <gradus/autodiff/checkpoint.hpp>

#include "../support/linear_algebra.hpp"

namespace gradus::test::dual_checkpoint_test {
namespace {

const auto layer = [](const auto& h, const auto& w) { return (w * h).array().tanh().matrix().eval(); };

TEST_CASE("checkpoints do not change a derivative along a direction, nor a Hessian-vector product") {
  const Matrix<double> w = random_matrix(4, 4, 1), x = random_matrix(4, 2, 2), v = random_matrix(4, 4, 3);
  const auto plain = [&](const auto& p) { return contract(layer(layer(layer(x, p), p), p)); };
  const auto checkpointed = [&](const auto& p) {
    const auto [h, norm] = checkpoint(
        [](const auto& in, const auto& q) {
          const auto out = layer(in, q);
          return std::tuple(layer(out, q), out.squaredNorm());
        },
        x, p);
    return contract(checkpoint(layer, h, p)) + 0 * norm;
  };
  const auto expected = value_slope_and_hessian_vector_product(plain, w, v);
  const auto found = value_slope_and_hessian_vector_product(checkpointed, w, v);
  CHECK(jacobian_vector_product(checkpointed, w, v).second == doctest::Approx(expected.slope));
  CHECK(found.slope == doctest::Approx(expected.slope));
  CHECK((found.product - expected.product).norm() < 1e-12);
}

TEST_CASE("a loop with checkpoints, of Duals, takes less memory") {
  const Matrix<double> w = 0.5 * random_matrix(4, 4, 1), x = random_matrix(4, 16, 2), v = random_matrix(4, 4, 3);
  const auto loop = [&](int levels) {
    return [&, levels](const auto& p) {
      const auto step = [](Index, const auto& h, const auto& q) { return layer(h, q); };
      return contract(checkpoint_sequential({.length = 100, .levels = levels}, step, x, p));
    };
  };
  CHECK(jacobian_vector_product(loop(1), w, v).second ==
        doctest::Approx(jacobian_vector_product(loop(0), w, v).second));
  const auto run = [&](int levels, Matrix<double>& product) {
    Tape<double> tape;
    hessian_vector_product(tape, loop(levels), w, v, product);
    return tape.memory();
  };
  Matrix<double> all(4, 4), few(4, 4);
  const auto memory = run(0, all);
  CHECK(run(1, few) < memory / 2);
  CHECK((all - few).norm() < 1e-12 * (1 + all.norm()));
}

}  // namespace
}  // namespace gradus::test::dual_checkpoint_test
