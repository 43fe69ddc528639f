// Must not compile: every line with a remark gives the error that it names. With -DCONTROL what remains does compile.
#include <gradus/autodiff/autodiff.hpp>
#include <gradus/autodiff/taylor.hpp>

using Eigen::MatrixXd;

struct Doubled {
  static constexpr std::string_view name = "doubled";
  static auto value(const auto& a) { return 2 * a; }
  static void pullback(const auto& g, const auto&, const auto&, auto& a_bar) { a_bar += 2 * g; }
};

int main() {
  const MatrixXd a = MatrixXd::Ones(2, 2);
  const gradus::Series<MatrixXd> x({a, a}, 3);
  (void)gradus::gradient([](const auto& z) { return gradus::custom(Doubled{}, z).sum(); }, a);
  (void)gradus::gradient([](const auto& z) { return z.squaredNorm(); }, x);
#ifndef CONTROL
  (void)gradus::custom(Doubled{}, x);            // error: Taylor series do not go through custom()
  (void)gradus::least_squares(x, a);             // error: Taylor series: no least_squares
  (void)gradus::Tape<gradus::Series<double>>();  // error: a tape is of numbers that own no memory
#endif
}
