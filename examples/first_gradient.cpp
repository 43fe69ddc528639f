// A first program: the gradient of a function at a point, and a product with its Hessian.
#include <gradus/autodiff/autodiff.hpp>

#include <iostream>

int main() {
  // Rosenbrock's valley in n dimensions, f(x) = Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²: plain Eigen, for any kind of vector.
  const auto f = [](const auto& x) {
    const auto here = x.head(x.size() - 1).array(), next = x.tail(x.size() - 1).array();
    return 100 * (next - here.square()).square().sum() + (1 - here).square().sum();
  };
  const Eigen::VectorXd x{{-1.2, 1.0, 0.5, 2.0}}, v{{1.0, 0.0, 0.0, 0.0}};

  const auto [value, gradient] = gradus::value_and_gradient(f, x);

  // A derivative can be differentiated again: the gradient of ∇f(x)·v is the Hessian times v, without the Hessian.
  const auto slope = [&](const auto& at) { return gradus::gradient(f, at).dot(v); };
  const Eigen::VectorXd curvature = gradus::gradient(slope, x);

  std::cout << "f(x)            = " << value << "\n"
            << "gradient        = " << gradient.transpose() << "\n"
            << "Hessian times v = " << curvature.transpose() << "\n";
}
