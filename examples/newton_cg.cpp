// Newton's method on real data without ever forming a Hessian: softmax regression of handwritten digits, each step from
// conjugate gradients on Hessian-vector products, beside gradient descent with the largest step that the curvature
// allows.
#include <gradus/nn/nn.hpp>

#include <cmath>
#include <cstdio>

#include "program.hpp"

using Eigen::VectorXd, Eigen::MatrixXd;
using gradus::Index;
namespace nn = gradus::nn;

namespace {

struct Options {
  std::string data = GRADUS_DATA_DIR "/digits.csv.gz";
  double penalty = 1e-3;
  double tolerance = 1e-10;
};

/// Mean cross-entropy of softmax(W x + b), and penalty/2 ‖(W, b)‖²: strictly convex.
struct Loss {
  const nn::Dataset<double>& data;
  double penalty;
  nn::MLP<> model{{data.features(), data.classes()}};

  auto scores(const auto& w) const { return model(gradus::borrow(data.inputs), w); }
  auto of_scores(const auto& z) const { return nn::softmax_cross_entropy(z, data.labels); }
  auto operator()(const auto& w) const { return of_scores(scores(w)) + penalty / 2 * w.squaredNorm(); }
};

/// H p = −g by conjugate gradients until the residual is small enough for superlinear convergence (Nocedal & Wright,
/// Numerical Optimization, algorithm 7.1). Counts the products.
VectorXd newton_direction(gradus::HessianOperator<double>& hessian, int& products) {
  const VectorXd g = hessian.gradient();
  const double enough = std::min(0.5, std::sqrt(g.norm())) * g.norm();
  VectorXd p = VectorXd::Zero(g.size()), r = -g, d = r;
  for (double rr = r.squaredNorm(); std::sqrt(rr) > enough; ++products) {
    const VectorXd hd = hessian.product(d);
    const double step = rr / d.dot(hd);
    p += step * d;
    r -= step * hd;
    const double next = r.squaredNorm();
    d = r + next / rr * d;
    rr = next;
  }
  return p;
}

/// The longest of 1, ½, ¼… that lowers the loss as much as its slope promises (Armijo).
double step_length(const Loss& loss, const VectorXd& w, double value, const VectorXd& direction, double slope) {
  double step = 1;
  while (loss(VectorXd(w + step * direction)) > value + 1e-4 * step * slope && step > 1e-10) step /= 2;
  return step;
}

VectorXd newton(const Loss& loss, double tolerance) {
  VectorXd w = VectorXd::Zero(loss.model.size());
  gradus::HessianOperator<double> hessian;
  std::printf("Newton-CG\n step  loss                gradient  products with the Hessian\n");
  for (int step = 0, products = 0; step < 50; ++step) {
    const double value = hessian.record(loss, w);
    const VectorXd g = hessian.gradient();
    std::printf("%5d  %.15f  %.1e  %d\n", step, value, g.norm(), products);
    if (g.norm() < tolerance) break;
    const VectorXd direction = newton_direction(hessian, products);
    w += step_length(loss, w, value, direction, g.dot(direction)) * direction;
  }
  return w;
}

/// The largest eigenvalue of the Hessian at w, by the power method.
double sharpness(const Loss& loss, const VectorXd& w) {
  gradus::HessianOperator<double> hessian;
  hessian.record(loss, w);
  VectorXd v = VectorXd::LinSpaced(w.size(), 1, 2).array().sin().matrix().normalized();
  double largest = 0;
  for (int i = 0; i < 100; ++i) {
    const VectorXd hv = hessian.product(v);
    largest = hv.norm();
    v = hv / largest;
  }
  return largest;
}

void gradient_descent(const Loss& loss, double optimum) {
  VectorXd w = VectorXd::Zero(loss.model.size()), g(w.size());
  const double rate = 1 / sharpness(loss, w);
  gradus::Tape tape;
  std::printf("\ngradient descent, rate 1/λ = %.3g\n step  loss above Newton's  gradient\n", rate);
  for (int step = 0; step <= 1000; ++step) {
    const double value = gradus::value_and_gradient(tape, loss, w, g);
    if (step % 200 == 0) std::printf("%5d  %-19.3e  %.1e\n", step, value - optimum, g.norm());
    w -= rate * g;
  }
}

/// The scores are linear in w, so the loss's Hessian is its Gauss–Newton matrix: another way to the same product.
double gauss_newton_difference(const Loss& loss, const VectorXd& w) {
  const VectorXd v = VectorXd::LinSpaced(w.size(), 0, 10).array().cos();
  const VectorXd product = gradus::hessian_vector_product(loss, w, v);
  const VectorXd other = gradus::gauss_newton_vector_product([&](const auto& z) { return loss.of_scores(z); },
                                                             [&](const auto& at) { return loss.scores(at); }, w, v) +
                         loss.penalty * v;
  return (product - other).norm() / product.norm();
}

void run(const Options& options) {
  auto digits = nn::Dataset<double>::from_table(nn::read_csv(options.data));
  digits.inputs /= 16;  // pixels are 0 to 16
  const Loss loss{digits, options.penalty};
  std::printf("%td samples, %td parameters\n\n", digits.size(), loss.model.size());
  const VectorXd w = newton(loss, options.tolerance);
  const MatrixXd scores = loss.scores(w);
  std::printf("accuracy on the training data: %.2f %%\n", 100 * nn::accuracy(scores, digits.labels));
  std::printf("products with Hessian and Gauss-Newton matrix differ by %.0e\n", gauss_newton_difference(loss, w));
  gradient_descent(loss, loss(w));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Softmax regression of digits by Newton's method on Hessian-vector products");
  app.add_option("--data", options.data, "CSV of features and label, may be gzipped")->capture_default_str();
  app.add_option("--penalty", options.penalty, "Of the squared parameters")->check(positive)->capture_default_str();
  app.add_option("--tolerance", options.tolerance, "Of the gradient's norm")->check(positive)->capture_default_str();
  return run_program("newton_cg", app, argc, argv, [&] { run(options); });
}
