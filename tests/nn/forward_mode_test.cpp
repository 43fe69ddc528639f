// Networks in forward mode, and products with the Hessians of their losses.
#include <doctest/doctest.h>

#include <gradus/autodiff/autodiff.hpp>
#include <gradus/nn/nn.hpp>

namespace gradus::test::forward_mode_test {
namespace {

TEST_CASE("a network's loss has its slope and its Hessian along a direction") {
  std::mt19937_64 random(1);
  const nn::MLP net({5, 4, 6, 3}, nn::Tanh{});
  const Eigen::VectorXd w = net.init(random), v = net.init(random);
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(5, 7);
  const Eigen::VectorXi labels{{0, 1, 2, 2, 1, 0, 1}};
  const auto loss = [&](const auto& p) { return nn::softmax_cross_entropy(net(borrow(x), p), labels); };

  const auto [value, slope] = jacobian_vector_product(loss, w, v);
  CHECK(value == doctest::Approx(loss(w)));
  CHECK(slope == doctest::Approx(gradient(loss, w).dot(v)));

  const auto along = value_slope_and_hessian_vector_product(loss, w, v);
  const double h = 1e-5;
  const Eigen::VectorXd difference =
      (gradient(loss, Eigen::VectorXd(w + h * v)) - gradient(loss, Eigen::VectorXd(w - h * v))) / (2 * h);
  CHECK(along.value == doctest::Approx(value));
  CHECK(along.slope == doctest::Approx(slope));
  CHECK((along.product - difference).norm() < 1e-8 * difference.norm());
}

TEST_CASE("a network's slope by its input, and by both") {
  std::mt19937_64 random(2);
  const nn::MLP net({3, 4, 2}, nn::Tanh{});
  const Eigen::VectorXd w = net.init(random), v = net.init(random);
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(3, 5), u = Eigen::MatrixXd::Random(3, 5);
  const auto by_input = jacobian_vector_product([&](const auto& z) { return net(z, w); }, x, u);
  const auto by_both = jacobian_vector_product([&](const auto& z, const auto& p) { return net(z, p); },
                                               std::tuple(x, w), std::tuple(u, v));
  const double h = 1e-6;
  const auto at = [&](double t, double s) { return net(Eigen::MatrixXd(x + t * u), Eigen::VectorXd(w + s * v)); };
  CHECK((by_input.first - net(x, w)).norm() < 1e-14);
  CHECK((by_input.second - (at(h, 0) - at(-h, 0)) / (2 * h)).norm() < 1e-8);
  CHECK((by_both.second - (at(h, h) - at(-h, -h)) / (2 * h)).norm() < 1e-8);
}

}  // namespace
}  // namespace gradus::test::forward_mode_test
