// Jacobians, Hessians and penalties of networks.
#include <doctest/doctest.h>

#include <gradus/autodiff/hessian.hpp>
#include <gradus/nn/nn.hpp>

namespace gradus::test::derivatives_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

struct Problem {
  nn::MLP<nn::Tanh> net{{3, 4, 2}};
  MatrixXd x = MatrixXd::Random(3, 5), y = MatrixXd::Random(2, 5);
  VectorXd w, v;

  Problem() : v(VectorXd::Random(net.size())) {
    std::mt19937_64 random(7);
    w = net.init(random);
  }
  auto outputs() const {
    return [this](const auto& weights) { return net(x, weights); };
  }
  auto loss() const {
    return [this](const auto& weights) { return (net(x, weights) - y).squaredNorm() / 2; };
  }
};

constexpr double step = 1e-5;                    // of central differences,
constexpr double tolerance = 1e2 * step * step;  // whose error is of its square, and of 1e-16 / step

TEST_CASE("the Jacobian of a network by its parameters and by its input") {
  const Problem p;
  const auto [by_w, by_x] = jacobian([&](const auto& w, const auto& x) { return p.net(x, w); }, p.w, p.x);
  REQUIRE(by_w.rows() == 10);
  REQUIRE(by_w.cols() == p.net.size());
  const auto f = p.outputs();
  const MatrixXd slope = (f(VectorXd(p.w + step * p.v)) - f(VectorXd(p.w - step * p.v))) / (2 * step);
  CHECK((by_w * p.v - slope.reshaped()).norm() <= tolerance);
  for (Index k = 0; k < 5; ++k)  // samples do not see each other
    for (Index l = 0; l < 5; ++l) CHECK((by_x.block(2 * k, 3 * l, 2, 3).norm() > 0) == (k == l));
}

TEST_CASE("the Hessian of a network's loss, its products, and its Gauss-Newton part") {
  const Problem p;
  const auto [value, gradient, h] = value_gradient_and_hessian(p.loss(), p.w);
  CHECK((gradient - gradus::gradient(p.loss(), p.w)).norm() <= 1e-13);
  const VectorXd slope = (gradus::gradient(p.loss(), VectorXd(p.w + step * p.v)) -
                          gradus::gradient(p.loss(), VectorXd(p.w - step * p.v))) /
                         (2 * step);
  CHECK((h * p.v - slope).norm() <= tolerance);
  CHECK((hessian_vector_product(p.loss(), p.w, p.v) - h * p.v).norm() <= 1e-12);
  const MatrixXd j = jacobian(p.outputs(), p.w);
  const VectorXd product = gauss_newton_vector_product(p.outputs(), p.w, p.v);
  CHECK((product - j.transpose() * (j * p.v)).norm() <= 1e-12);
  // H = JᵀJ + Σ rᵢ ∇²rᵢ: with targets that the network meets, nothing else is left.
  const auto met = [&, y = MatrixXd(p.net(p.x, p.w))](const auto& w) { return (p.net(p.x, w) - y).squaredNorm() / 2; };
  CHECK((hessian_vector_product(met, p.w, p.v) - product).norm() <= 1e-12);
}

/// x as an argument of a gradient that is taken while w may be a variable: of w's type.
template <class W>
auto constant_beside(const W& w, const MatrixXd& x) {
  if constexpr (MatrixVar<W>)
    return w.tape()->constant(x);
  else
    return x;
}

TEST_CASE("the gradient of a gradient penalty is 2 H g") {
  const Problem p;
  const auto penalty = [&](const auto& w) { return gradient(p.loss(), w).squaredNorm(); };
  const VectorXd by_w = gradient(penalty, p.w), g = gradient(p.loss(), p.w);
  CHECK((by_w - 2 * hessian_vector_product(p.loss(), p.w, g)).norm() <= 1e-12 * by_w.norm());
  const double slope = (penalty(VectorXd(p.w + step * p.v)) - penalty(VectorXd(p.w - step * p.v))) / (2 * step);
  CHECK(std::abs(by_w.dot(p.v) - slope) <= tolerance * by_w.norm());

  // As WGAN-GP has it: of the gradient by the input, differentiated by the parameters.
  const auto smoothness = [&](const auto& w) {
    const auto score = [&](const auto& x) { return p.net(x, w).sum(); };
    return gradient(score, constant_beside(w, p.x)).squaredNorm();
  };
  const double along = (smoothness(VectorXd(p.w + step * p.v)) - smoothness(VectorXd(p.w - step * p.v))) / (2 * step);
  CHECK(std::abs(gradient(smoothness, p.w).dot(p.v) - along) <= tolerance * 10);
}

}  // namespace
}  // namespace gradus::test::derivatives_test
