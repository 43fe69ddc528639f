// Vector modes through operations that know one adjoint only: decompositions, checkpoints, operations of the user's
// own.
#include <gradus/autodiff/checkpoint.hpp>
#include <gradus/autodiff/custom.hpp>
#include <gradus/autodiff/jacobian.hpp>
#include <gradus/autodiff/linear_algebra.hpp>
#include <gradus/autodiff/pullback.hpp>

#include "../support/vector_modes.hpp"

namespace gradus::test::vector_fallbacks_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

/// 2x, whose pullback is observed, and may be told to fail.
struct Observed {
  static constexpr std::string_view name = "observed";
  static inline int pulls = 0;
  static inline bool fails = false;

  static auto value(const auto& x) { return (2 * x).eval(); }
  static void pullback(const auto& g, const auto&, const auto&, auto& x_bar) {
    if (fails) throw std::runtime_error("no");
    ++pulls;
    x_bar += 2 * g;
  }
};

TEST_CASE("solve, in a program that goes on with its result, its operand and its elements") {
  const MatrixXd eye = 3 * MatrixXd::Identity(3, 3);
  const auto f = [&](const auto& x) {  // 12 elements
    const auto a = (x.head(9).reshaped(3, 3) + eye).eval();
    const auto y = solve(a, x.tail(3));
    return vcat((a * y).array().sin().matrix() + y * y(1), y.cwiseProduct(x.head(3)), a.col(0));
  };
  check_vector_modes(f, spread_numbers(12));
}

/// s·x², and the sum of x's elements times s: of a matrix and a scalar.
struct ScaledSquare {
  static constexpr std::string_view name = "scaled square";
  static auto value(const auto& x, const auto& s) { return (x.array().square() * s).matrix(); }
  static void pullback(const auto& g, const auto&, const auto& x, const auto& s, auto& x_bar, auto& s_bar) {
    x_bar += (2 * g.array() * x.array() * s).matrix();
    s_bar += (g.array() * x.array().square()).sum();
  }
};
struct WeightedSum {
  static constexpr std::string_view name = "weighted sum";
  static auto value(const auto& x, const auto& s) { return x.sum() * s; }
  static void pullback(const auto& g, const auto&, const auto& x, const auto& s, auto& x_bar, auto& s_bar) {
    x_bar += (0 * x.array() + g * s).matrix();
    s_bar += g * x.sum();
  }
};

TEST_CASE("operations of the user's own, of matrices and scalars, with an operand twice") {
  const auto f = [](const auto& x) {  // 5 elements
    if constexpr (level_of<decltype(x)> == 0) {
      const double s = std::sin(x(0));
      const VectorXd y = s * x.array().square().matrix();
      const double total = x.sum() * x(1);
      return VectorXd(vcat((y * total).eval(), stack(total, s, y(2) * x(4)), x));
    } else {
      const auto s = sin(x(0)) * 1;
      const auto y = custom(ScaledSquare(), x, s);
      const auto total = custom(WeightedSum(), x, x(1));
      return vcat((y * total).eval(), stack(total, s, y(2) * x(4)), x);
    }
  };
  check_vector_modes(f, spread_numbers(5));
}

TEST_CASE("checkpoints") {
  const auto part = [](const auto& v) { return ((v * v.transpose()).array().tanh().matrix() * v).eval(); };
  const auto f = [&](const auto& x) {
    if constexpr (level_of<decltype(x)> == 0)
      return VectorXd(vcat(part(part(x)), x));
    else
      return vcat(checkpoint(part, checkpoint(part, x)), x);
  };
  check_vector_modes(f, spread_numbers(4));
}

TEST_CASE("forward mode is chosen where it pays and all operations know tangents") {
  const MatrixXd a = MatrixXd::Random(20, 2);
  const VectorXd x = VectorXd::Ones(2);
  const auto f = [&](const auto& v) { return a * custom(Observed(), v); };
  Observed::pulls = 0;
  CHECK(same(jacobian(f, x), MatrixXd(2 * a)));
  CHECK(Observed::pulls == 20);  // in reverse, a row each
  Observed::pulls = 0;
  CHECK(same(jacobian<Mode::forward>(f, x), MatrixXd(2 * a)));
  CHECK(Observed::pulls == 2);  // the two rows of its own Jacobian
}

TEST_CASE("an error in a pullback leaves the tape as it was") {
  const VectorXd x = VectorXd::Ones(3);
  const auto [y, pullback] = vector_jacobian_product(
      [](const auto& v) {
        const auto w = custom(Observed(), v);
        return vcat(w * v(0), w.head(1) * w(2));
      },
      x);
  const MatrixXd seeds = MatrixXd::Identity(4, 4);
  Observed::fails = true;
  CHECK_THROWS_AS((void)pullback.batch(seeds), std::runtime_error);
  Observed::fails = false;
  const MatrixXd expected = pullback.batch(seeds);
  for (Index i = 0; i < 4; ++i) CHECK(same(pullback(VectorXd(seeds.col(i))), VectorXd(expected.col(i))));
}

}  // namespace
}  // namespace gradus::test::vector_fallbacks_test
