// Must not compile: every line with a remark gives the error that it names. With -DCONTROL what remains does compile.
#include <gradus/autodiff/autodiff.hpp>

using Eigen::MatrixXd;

/// Its pullback is for numbers alone: good for gradients, but there is nothing to differentiate it by.
struct Doubled {
  static constexpr std::string_view name = "doubled";
  static auto value(const auto& a) { return 2 * a; }
  static void pullback(const MatrixXd& g, const auto&, const auto&, auto& a_bar) { a_bar += 2 * g; }
};

int main() {
  const auto f = [](const auto& a) { return gradus::custom(Doubled{}, a); };
  const auto sum = [&](const auto& a) { return f(a).sum(); };
  const MatrixXd a = MatrixXd::Ones(2, 2);
  (void)gradus::gradient(sum, a);
#ifndef CONTROL
  (void)gradus::jacobian_vector_product(f, a, a);  // error: the operation needs a pullback that takes variables
#endif
}
