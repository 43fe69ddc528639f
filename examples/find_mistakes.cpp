// Three ways to find out what is wrong with a derivative: compare it with differences, ask which operation made the
// first NaN, and see where the time goes.
#include <gradus/autodiff/anomaly.hpp>
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/check_gradient.hpp>
#include <gradus/autodiff/profile.hpp>

#include <iostream>

namespace {

/// The user's own operation x³, once with a slip in its pullback.
template <int Factor>
struct Cube {
  static constexpr std::string_view name = "my cube";
  static auto value(const auto& x) { return x * x * x; }
  static void pullback(const auto& g, const auto&, const auto& x, auto& x_bar) { x_bar += g * (Factor * x * x); }
};

}  // namespace

int main() {
  // 1. A gradient that is wrong. The report names the worst entry, both derivatives and the step.
  const auto wrong = [](const auto& x) { return gradus::custom(Cube<2>{}, x(0)) * x(1); };
  const auto right = [](const auto& x) { return gradus::custom(Cube<3>{}, x(0)) * x(1); };
  const Eigen::Vector2d x(0.5, -2);
  std::cout << "wrong: " << gradus::check_gradient(wrong, x) << "\nright: " << gradus::check_gradient(right, x)
            << "\n\n";

  // 2. A loss that is not finite, for the distance to itself is taken among others and has no logarithm.
  const auto energy = [](const auto& at) {
    typename std::remove_cvref_t<decltype(at)>::Scalar sum = 0;
    for (gradus::Index i = 0; i < at.cols(); ++i)
      for (gradus::Index j = 0; j <= i; ++j) sum -= log((at.col(i) - at.col(j)).norm());
    return sum;
  };
  const Eigen::Matrix<double, 2, 3> points{{0, 1, 0}, {0, 0, 1}};
  if (const auto anomaly = gradus::find_anomaly(energy, points)) std::cout << *anomaly << "\n\n";

  // 3. Where the time goes, operation by operation; it differs from run to run, the multiplications do not.
  const Eigen::MatrixXd w = Eigen::MatrixXd::Random(100, 100), inputs = Eigen::MatrixXd::Random(100, 50);
  const auto network = [&](const auto& v) {
    const auto h = (v * gradus::borrow(inputs)).array().tanh().matrix();
    return (v.transpose() * h).squaredNorm();
  };
  std::cout << gradus::profile(network, w);
}
