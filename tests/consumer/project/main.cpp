// A user's program, compiled with other flags than the library: exit status 0 if everything it gets is right.
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/nn/nn.hpp>
#include <gradus/optim/optim.hpp>

#include <Eigen/Dense>
#include <cmath>
#include <cstdio>

namespace {

bool all_right = true;

void check(const char* what, double error, double tolerance) {
  const bool right = error <= tolerance;
  std::printf("%-40s error %.1e  %s\n", what, error, right ? "right" : "WRONG");
  all_right = all_right && right;
}

/// The gradient along random directions against central differences; f is of order one.
void check_gradient(const char* what, const auto& f, const Eigen::VectorXd& x) {
  const auto [value, gradient] = gradus::value_and_gradient(f, x);
  check(what, std::abs(value - f(x)), 1e-12);
  const Eigen::VectorXd v = Eigen::VectorXd::Random(x.size());
  const double step = 1e-6;  // truncation step², rounding 1e-16 / step
  check(what, std::abs(gradient.dot(v) - (f(x + step * v) - f(x - step * v)) / (2 * step)), 1e-7);
}

void linear_algebra() {
  const Eigen::MatrixXd A = Eigen::MatrixXd::Random(33, 65);
  const Eigen::VectorXd y = Eigen::VectorXd::Random(33), w = Eigen::VectorXd::Random(65),
                        v = Eigen::VectorXd::Random(65);
  const auto loss = [&](const auto& x) { return 0.5 * (y - A * x).squaredNorm(); };
  check("gradient of least squares", (gradus::gradient(loss, w) - A.transpose() * (A * w - y)).norm(), 1e-11);
  const auto slope = [&](const auto& x) { return gradus::gradient(loss, x).dot(v); };
  check("Hessian of least squares", (gradus::gradient(slope, w) - A.transpose() * (A * v)).norm(), 1e-11);
  const Eigen::Matrix4d B = Eigen::Matrix4d::Random(), C = Eigen::Matrix4d::Random();  // aligned by other flags
  const auto by_B = gradus::gradient([&](const auto& b) { return (b * C).cwiseProduct(C).sum(); }, B);
  check("fixed size", (by_B - C * C.transpose()).norm(), 1e-13);
}

void elementwise() {
  const Eigen::VectorXd x = Eigen::VectorXd::Random(37).array() + 1.5;
  check_gradient(
      "functions",
      [](const auto& v) {
        const auto a = v.array();
        return (a.exp() * a.log() + a.sqrt() / a.tanh() + pow(a, 1.5) + a.sin() * a.cos()).sum() / 37;
      },
      x);
  check_gradient(
      "scalars",
      [](const auto& v) {
        typename std::decay_t<decltype(v)>::Scalar sum = 0;
        for (Eigen::Index i = 1; i < v.size(); ++i) sum += sin(v(i)) * v(i - 1) / exp(v(i));
        return sum / 37;
      },
      x);
}

template <class S>
void network(const char* name) {
  std::mt19937_64 random(1);
  const gradus::nn::MLP net({5, 33, 17, 3});
  Eigen::Matrix<S, Eigen::Dynamic, 1> w = net.template init<S>(random), gradient(net.size());
  Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> x = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>::Random(5, 40);
  Eigen::VectorXi labels(40);
  for (int j = 0; j < 40; ++j) labels[j] = x(0, j) > 0 ? 0 : x(1, j) > 0 ? 1 : 2;
  gradus::Tape<S> tape;
  gradus::optim::Adam<S> adam({.learning_rate = 1e-2});
  const auto loss = [&](const auto& v) { return gradus::nn::softmax_cross_entropy(net(gradus::borrow(x), v), labels); };
  for (int step = 0; step < 200; ++step) {
    gradus::value_and_gradient(tape, loss, w, gradient);
    adam.step(w, gradient);
  }
  check(name, 1 - gradus::nn::accuracy(net(x, w), labels), 0.0);
}

}  // namespace

int main() {
  linear_algebra();
  elementwise();
  network<float>("network in float learns");
  network<double>("network in double learns");
  return all_right ? 0 : 1;
}
