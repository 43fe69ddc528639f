// Fused layers and losses along a direction, against the compositions they stand for.
#include <gradus/nn/nn.hpp>

#include "../support/forward_and_reverse.hpp"

namespace gradus::test::dual_losses_test {
namespace {

const Eigen::VectorXi labels{{3, 0, 1, 1}};

/// The Hessian along v and the slope of the same function written in two ways.
void check_same_curvature(const auto& fused, const auto& composed) {
  std::mt19937 random(5);
  const Numbers w = direction_like(Numbers(4, 4), random), v = direction_like(w, random);
  const auto a = value_slope_and_hessian_vector_product(fused, w, v);
  const auto b = value_slope_and_hessian_vector_product(composed, w, v);
  const auto [value, slope] = jacobian_vector_product(fused, w, v);
  CHECK(value == doctest::Approx(b.value));
  CHECK(slope == doctest::Approx(b.slope));
  CHECK(a.value == doctest::Approx(b.value));
  CHECK(a.slope == doctest::Approx(b.slope));
  CHECK((a.product - b.product).norm() < 1e-12 * (1 + b.product.norm()));
}

TEST_CASE("layers with tangents of weights, input and bias") {
  const Numbers x = Numbers::Random(4, 3);
  const auto both = [&](const auto& rule, const auto& activation) {
    using Rule = std::remove_cvref_t<decltype(rule)>;
    check_same_curvature(
        [&](const auto& w) { return contract(nn::affine<Rule>(w, (w * x).eval(), w.col(0))); },
        [&](const auto& w) { return contract(activation((w * (w * x).eval()).colwise() + w.col(0)).eval()); });
    check_same_curvature([&](const auto& w) { return contract(nn::affine<Rule>(w, borrow(x), w.col(0))); },
                         [&](const auto& w) { return contract(activation((w * x).colwise() + w.col(0)).eval()); });
    check_same_curvature(
        [&](const auto& w) {
          return contract(nn::affine<Rule>(x.transpose().eval(), w, x.row(0).transpose().head(3).eval()));
        },
        [&](const auto& w) {
          return contract(activation((x.transpose() * w).colwise() + x.row(0).transpose()).eval());
        });
  };
  both(rules::Tanh{}, [](const auto& z) { return z.array().tanh().matrix(); });
  both(rules::Copy{}, [](const auto& z) { return z + 0 * z; });
}

TEST_CASE("losses with tangents of predictions and targets") {
  check_same_curvature([](const auto& w) { return nn::softmax_cross_entropy(w * w, labels); },
                       [](const auto& w) {
                         const auto z = (w * w).eval();
                         return (logsumexp(z.colwise()).sum() - z(3, 0) - z(0, 1) - z(1, 2) - z(1, 3)) / 4;
                       });
  check_same_curvature([](const auto& w) { return nn::squared_loss((w * w).eval(), w); },
                       [](const auto& w) { return (w * w - w).squaredNorm() / 4; });
}

}  // namespace
}  // namespace gradus::test::dual_losses_test
