// Networks in vector modes, and Hessian-vector products where ReLU has its kinks.
#include <doctest/doctest.h>

#include <gradus/autodiff/hessian.hpp>
#include <gradus/nn/nn.hpp>

namespace gradus::test::vector_modes_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

TEST_CASE("Jacobians of a network by its parameters and by its input") {
  std::mt19937_64 random(3);
  const nn::MLP net({3, 5, 4, 9}, nn::Tanh{});
  const VectorXd w = net.init(random);
  const MatrixXd x = MatrixXd::Random(3, 2);
  const auto of_both = [&](const auto& p, const auto& z) { return net(z, p); };
  const auto [by_w, by_x] = jacobian<Mode::reverse>(of_both, w, x);
  const auto [w_forward, x_forward] = jacobian<Mode::forward>(of_both, w, x);
  CHECK(by_w.rows() == 18);
  CHECK((by_w - w_forward).cwiseAbs().maxCoeff() < 1e-14);
  CHECK((by_x - x_forward).cwiseAbs().maxCoeff() < 1e-14);
  const VectorXd v = VectorXd::LinSpaced(w.size(), -1, 1);
  const auto [y, along] = jacobian_vector_product([&](const auto& p) { return net(x, p); }, w, v);
  CHECK((by_w * v - along.reshaped()).cwiseAbs().maxCoeff() < 1e-13);

  const Eigen::VectorXi labels{{1, 8}};
  const auto loss = [&](const auto& p) { return nn::softmax_cross_entropy(net(borrow(x), p), labels); };
  CHECK((jacobian<Mode::forward>(loss, w).transpose() - gradient(loss, w)).cwiseAbs().maxCoeff() < 1e-14);
}

template <class S>
struct ReluLoss {
  nn::MLP<> net{{6, 12, 3}};
  Eigen::MatrixX<S> x;
  Eigen::VectorXi labels;
  auto operator()(const auto& w) const { return nn::softmax_cross_entropy(net(borrow(x), w), labels); }
  /// Which hidden units are on.
  auto pattern(const Eigen::VectorX<S>& w) const {
    const Eigen::MatrixX<S> weight = w.head(72).reshaped(12, 6);
    const Eigen::VectorX<S> bias = w.segment(72, 12);
    return (((weight * x).colwise() + bias).array() > 0).eval();
  }
};

TEST_CASE("a Hessian-vector product of a ReLU network is right on every side of the kinks, in float too") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const auto draw = [&] { return uniform(random); };
  const MatrixXd samples = MatrixXd::NullaryExpr(6, 20, draw);
  Eigen::VectorXi labels(20);
  for (Index i = 0; i < 20; ++i) labels[i] = static_cast<int>(i % 3);
  const ReluLoss<double> loss{.x = samples, .labels = labels};
  const ReluLoss<float> in_float{.x = samples.cast<float>(), .labels = labels};
  const VectorXd w = loss.net.init(random), v = VectorXd::NullaryExpr(w.size(), draw).normalized();
  const VectorXd product = hessian_vector_product(loss, w, v);

  // A short step crosses no kink, and the quotient agrees to its own error, of the order h² and eps/h.
  const double h = 1e-5;
  const VectorXd up = w + h * v, down = w - h * v;
  REQUIRE((loss.pattern(up) == loss.pattern(down)).all());
  const VectorXd quotient = (gradient(loss, up) - gradient(loss, down)) / (2 * h);
  CHECK((product - quotient).norm() <= 1e-8 * product.norm());

  // In float it agrees with double's to float's rounding, and with a quotient whose step crosses no kink. One that is
  // taken longer, to be seen through the rounding of the gradients, measures another function's curvature.
  const Eigen::VectorXf w32 = w.cast<float>(), v32 = v.cast<float>();
  const VectorXd product32 = hessian_vector_product(in_float, w32, v32).cast<double>();
  const VectorXd exact = hessian_vector_product(loss, VectorXd(w32.cast<double>()), VectorXd(v32.cast<double>()));
  CHECK((product32 - exact).norm() <= 1e-5 * exact.norm());
  for (const float step : {0.01f, 1.0f}) {
    const Eigen::VectorXf far_up = w32 + step * v32, far_down = w32 - step * v32;
    const bool crosses = !(in_float.pattern(far_up) == in_float.pattern(far_down)).all();
    CHECK(crosses == (step == 1));
    const Eigen::VectorXf slope = (gradient(in_float, far_up) - gradient(in_float, far_down)) / (2 * step);
    const double error = (slope.cast<double>() - exact).norm() / exact.norm();
    CHECK((crosses ? error > 0.01 : error < 1e-3));
  }
}

}  // namespace
}  // namespace gradus::test::vector_modes_test
