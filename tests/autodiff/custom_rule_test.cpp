// An operation of the user's own: a rule of the same form as the library's.
#include "../support/check_gradients.hpp"

namespace {

/// The Gudermannian function gd(x) = arctan(sinh x), with derivative 1/cosh x.
struct Gudermannian {
  static constexpr std::string_view name = "gudermannian";
  static auto value(const auto& x) {
    using std::atan, std::sinh;
    return atan(sinh(x));
  }
  static auto derivative(const auto& x, const auto&) {
    using std::cosh;
    return 1 / cosh(x);
  }
};

/// hypot(a, b) = √(a² + b²).
struct Hypot {
  static constexpr std::string_view name = "hypot";
  static auto value(const auto& a, const auto& b) {
    using std::sqrt;
    return sqrt(a * a + b * b);
  }
  static auto by_first(const auto& a, const auto&, const auto& y) { return a / y; }
  static auto by_second(const auto&, const auto& b, const auto& y) { return b / y; }
};

}  // namespace

namespace gradus::test::custom_rule_test {
namespace {

// On plain numbers and arrays a rule is its value.
auto gudermannian(const auto& x) {
  if constexpr (level_of<decltype(x)> == 0)
    return Gudermannian::value(x);
  else
    return apply<Gudermannian>(x);
}
auto hypotenuse(const auto& a, const auto& b) {
  if constexpr (level_of<decltype(a)> == 0 && level_of<decltype(b)> == 0)
    return Hypot::value(a, b);
  else
    return apply<Hypot>(a, b);
}

TEST_CASE("a user's rule of one operand has derivatives of first and second order, of scalars and arrays") {
  const auto f = [](const auto& x) { return contract(gudermannian(x)); };
  for (const double x : {-3.0, 0.0, 2.0}) check_gradients<2>(f, x);
  check_gradients<2>(f, Eigen::ArrayXXd(Eigen::ArrayXXd::Random(3, 4)));
  check_gradients<2>([](const auto& x) { return contract(gudermannian(x.transpose().array())); },
                     Eigen::MatrixXd(Eigen::MatrixXd::Random(3, 4)));
}

TEST_CASE("a user's rule of two operands too") {
  const auto f = [](const auto& a, const auto& b) { return contract(hypotenuse(a, b)); };
  check_gradients<2>(f, 3.0, -4.0);
  check_gradients<2>(f, Eigen::Array4d(1, 2, 3, 4), Eigen::Array4d(-1, 1, 2, 0.5));
  check_gradients<2>([](const auto& a) { return contract(hypotenuse(a, 4.0)); }, 3.0);
}

}  // namespace
}  // namespace gradus::test::custom_rule_test
