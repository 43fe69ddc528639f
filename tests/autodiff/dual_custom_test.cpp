// Operations of the user's own on Duals: by their tangents, or by their pullbacks alone.
#include "../support/forward_and_reverse.hpp"

namespace gradus::test::dual_custom_test {
namespace {

/// A B, without a tangent.
struct Product {
  static constexpr std::string_view name = "product";
  static auto value(const auto& a, const auto& b) { return a * b; }
  static void pullback(const auto& g, const auto&, const auto& a, const auto& b, auto& a_bar, auto& b_bar) {
    a_bar += g * b.transpose();
    b_bar += a.transpose() * g;
  }
};

/// s·‖A‖², which keeps A's norm; a scalar of a scalar and a matrix.
struct ScaledSquare {
  static constexpr std::string_view name = "scaled square";
  static auto value(const auto& s, const auto& a) {
    const auto square = a.squaredNorm();
    return std::pair(s * square, square);
  }
  static void pullback(const auto& g, const auto& y_and_kept, const auto& s, const auto& a, auto& s_bar, auto& a_bar) {
    s_bar += g * y_and_kept.second;
    a_bar += (2 * g * s) * a;
  }
};

/// exp of every element, with a tangent that counts how often it is asked for.
struct Exponential {
  static constexpr std::string_view name = "exponential";
  int* tangents;
  static auto value(const auto& a) { return a.array().exp().matrix(); }
  static void pullback(const auto& g, const auto& y, const auto&, auto& a_bar) { a_bar += g.cwiseProduct(y); }
  auto tangent(const auto& y, const auto&, const auto& a_dot) const {
    ++*tangents;
    return y.cwiseProduct(a_dot);
  }
};

// clang-format off
TEST_CASE("an operation without a tangent, in every mode") {
  in_every_mode({
      {"product",   [](const auto& a, const auto& b) { return custom(Product{}, a, b); }},
      {"constants", [](const auto& a, const auto& b) { return (custom(Product{}, constant_like(a), b) + custom(Product{}, a, constant_like(b))).eval(); }},
  });
}
TEST_CASE("an operation that keeps something for its pullback, and has a scalar operand, in every mode") {
  in_every_mode({
      {"scaled square", [](const auto& a, const auto& b) { return custom(ScaledSquare{}, a(0, 0), b) * custom(ScaledSquare{}, 2, a); }},
  });
}
// clang-format on

TEST_CASE("an operation's own tangent is used, in every mode") {
  int tangents = 0;
  in_every_mode(
      {{"exponential", [&](const auto& a, const auto& b) { return (custom(Exponential{&tangents}, a) * b).eval(); }}});
  CHECK(tangents > 0);
}

}  // namespace
}  // namespace gradus::test::dual_custom_test
