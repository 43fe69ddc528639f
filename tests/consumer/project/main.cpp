// A user's program: exit status 0 if the library gives it right results.
#include <gradus/autodiff/kernels/product.hpp>

#include <Eigen/Dense>
#include <cstdio>

int main() {
  // Small integers: every order of summation gives the same numbers, so that equal means equal.
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(33, 65).unaryExpr([](double x) { return double(int(8 * x)); });
  const Eigen::MatrixXd b = Eigen::MatrixXd::Random(65, 17).unaryExpr([](double x) { return double(int(8 * x)); });
  Eigen::MatrixXd c(33, 17);
  using gradus::View;
  gradus::kernels::product<double>(View<double>(c.data(), 33, 17, 1, 33), View<const double>(a.data(), 33, 65, 1, 33),
                                   View<const double>(b.data(), 65, 17, 1, 65), gradus::Store::assign);
  const bool right = c == a.lazyProduct(b);
  std::printf("%s\n", right ? "right" : "wrong");
  return right ? 0 : 1;
}
