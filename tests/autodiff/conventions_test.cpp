// The table of kinks and conventions in autodiff/README.md, line by line.
#include <fstream>
#include <map>
#include <sstream>

#include "../support/operation_table.hpp"

namespace gradus::test::conventions_test {
namespace {

using Eigen::ArrayXd, Eigen::VectorXd;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Of one or two numbers, which arrays take element by element.
struct Elementwise {
  template <class X>
  static X of();
  template <class X, class G>
  static X apply(const X& x, const X& y) {
    return X(G()(x, y));
  }
  using All = Functions<Elementwise, Var<double>, Var<ArrayXd>, Dual<double>, Dual<ArrayXd>>;
};
/// Of a vector, x.
struct OfVectors {
  template <class X>
  static typename X::Scalar of();
  template <class X, class G>
  static typename X::Scalar apply(const X& x, const X& y) {
    return typename X::Scalar(G()(x, y));
  }
  using All = Functions<OfVectors, Var<VectorXd>, Dual<VectorXd>>;
};

template <class Family>
struct Kink {
  const char* text;
  const typename Family::All* f;
  template <class G>
  Kink(const char* text_, G) : text(text_), f(&functions<Family, G>) {}
};

// A macro, for it makes the documentation's text the code itself.
#define KINK(...)                                                                                            \
  {                                                                                                          \
#__VA_ARGS__, []([[maybe_unused]] const auto& x, [[maybe_unused]] const auto& y) { return __VA_ARGS__; } \
  }

// clang-format off
const std::vector<Kink<Elementwise>> elementwise = {
    KINK(relu(x)), KINK(abs(x)), KINK(sign(x)),
    KINK(max(x, 1.0)), KINK(max(1.0, x)), KINK(min(x, 1.0)),
    KINK(min(1.0, x)), KINK(max(x, y)), KINK(min(x, y)),
    KINK(max(x, x)), KINK(clamp(x, -1, 1)), KINK(hypot(x, y)),
    KINK(atan2(x, y)), KINK(floor(x)), KINK(ceil(x)),
    KINK(trunc(x)), KINK(round(x)), KINK(rint(x)),
    KINK(fmod(x, y)), KINK(sqrt(x)), KINK(cbrt(x)),
    KINK(rsqrt(x)), KINK(inverse(x)), KINK(1.0 / x),
    KINK(log(x)), KINK(asin(x)), KINK(acos(x)), KINK(acosh(x)),
    KINK(atanh(x)), KINK(pow(x, y)), KINK(pow(x, 0.0)),
    KINK(pow(x, 0.5)), KINK(pow(x, 2.0)), KINK(pow(0.0, x)),
    KINK(0 * sqrt(x)), KINK(relu(x) * sqrt(x)), KINK(relu(sqrt(x))),
    KINK(relu(log(x))), KINK(sqrt(relu(x))), KINK(sqrt(square(x))),
    KINK(max(sqrt(x), 1.0)), KINK(min(1.0 / x, 2.0)), KINK(min(square(1 / x), 5.0)),
    KINK(min(exp(x), 1.0)), KINK(min(x * exp(x), 1.0)), KINK(min(atanh(x), 0.0)),
    KINK(1 / (1 + square(1 / x))), KINK(select(x > 0, sqrt(x), x * 2)), KINK(select(x == 0, 1.0, log(x) / x)),
    KINK(select(x < 1, exp(x), x)), KINK(logistic(x)), KINK(min(rsqrt(x), 1.0)), KINK(relu(-sinh(x))), KINK(max(x, nan)), KINK(min(nan, x)), KINK(tanh(x)),
    KINK(softplus(x)),
};
const std::vector<Kink<OfVectors>> of_vectors = {
    KINK(x.maxCoeff()), KINK(x.minCoeff()),
    KINK(x.template lpNorm<Eigen::Infinity>()), KINK(x.prod()),
    KINK(x.norm()), KINK(x.stableNorm()),
    KINK(x.template lpNorm<3>()), KINK(x.normalized().sum()),
    KINK(logsumexp(x)),
};
// clang-format on

// ---- the documentation ----------------------------------------------------------------------------------------------

struct Documented {
  std::string f;
  bool is_vector;  // "(1, 2)"
  std::vector<double> at;
  double value;
  std::vector<double> derivative;
};

double number(const std::string& text) {
  if (text == "∞") return std::numeric_limits<double>::infinity();
  if (text == "-∞") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  const std::size_t over = text.find('/');
  return over == std::string::npos ? std::stod(text) : std::stod(text) / std::stod(text.substr(over + 1));
}
std::vector<double> numbers(std::string text) {
  std::erase_if(text, [](char c) { return c == '(' || c == ')' || c == ' '; });
  std::vector<double> all;
  std::istringstream in(text);
  for (std::string each; std::getline(in, each, ',');) all.push_back(number(each));
  return all;
}
/// The lines of the table, `| f | at | value | derivative |` with f in backquotes.
std::vector<Documented> documentation() {
  std::ifstream in(GRADUS_SOURCE_DIR "/autodiff/README.md");
  std::vector<Documented> all;
  bool in_section = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) in_section = line == "## Kinks and conventions";
    if (!in_section || !line.starts_with("| `")) continue;
    std::array<std::string, 4> cells;
    std::istringstream cells_of(line.substr(2));
    for (std::string& cell : cells) {
      std::getline(cells_of, cell, '|');
      cell = cell.substr(cell.find_first_not_of(' '));
      cell.erase(cell.find_last_not_of(' ') + 1);
    }
    const auto& [f, at, value, derivative] = cells;
    all.push_back({f.substr(1, f.size() - 2), at[0] == '(', numbers(at), number(value), numbers(derivative)});
  }
  return all;
}

// ---- the behaviour --------------------------------------------------------------------------------------------------

/// Equal, to the few ulp that vectorized functions are off.
void check_same(double a, double b) {
  INFO(a, ", documented as ", b);
  CHECK((a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 0x1p-51 * std::abs(b)));
}

void check_elementwise(const Elementwise::All& f, const Documented& row) {
  const double x = row.at[0], y = row.at.size() > 1 ? row.at[1] : 1;
  const std::tuple<double, double, double> scalars =
      value_and_gradient([&](const auto& a, const auto& b) { return f(a, b); }, x, y);
  check_same(std::get<0>(scalars), row.value);
  const Index n = 9;  // more than what vector instructions take at once
  const ArrayXd xs = ArrayXd::Constant(n, x), ys = ArrayXd::Constant(n, y), ones = ArrayXd::Ones(n);
  const auto [sum, by_xs, by_ys] =
      value_and_gradient([&](const auto& a, const auto& b) { return f(a, b).sum(); }, xs, ys);
  check_same(sum, static_cast<double>(n) * row.value);
  for (std::size_t k = 0; k < row.derivative.size(); ++k) {
    check_same(k == 0 ? std::get<1>(scalars) : std::get<2>(scalars), row.derivative[k]);
    const double by_x = k == 0 ? 1 : 0, by_y = k == 0 ? 0 : 1;
    const Dual<double> dual = f(Dual<double>(x, by_x), Dual<double>(y, by_y));
    check_same(dual.value(), row.value);
    check_same(dual.tangent(), row.derivative[k]);
    const auto duals = f(Dual<ArrayXd>(xs, by_x * ones), Dual<ArrayXd>(ys, by_y * ones));
    for (Index i = 0; i < n; ++i) {
      check_same(duals.primal()(i), row.value);
      check_same(duals.tangent()(i), row.derivative[k]);
      check_same(k == 0 ? by_xs(i) : by_ys(i), row.derivative[k]);
    }
  }
}

void check_of_vector(const OfVectors::All& f, const Documented& row) {
  const VectorXd x = Eigen::Map<const VectorXd>(row.at.data(), static_cast<Index>(row.at.size()));
  const auto [value, derivative] = value_and_gradient([&](const auto& v) { return f(v, v); }, x);
  check_same(value, row.value);
  REQUIRE(derivative.size() == static_cast<Index>(row.derivative.size()));
  for (Index i = 0; i < x.size(); ++i) {
    const double expected = row.derivative[static_cast<std::size_t>(i)];
    check_same(derivative(i), expected);
    const Dual<VectorXd> along(x, VectorXd::Unit(x.size(), i));
    const Dual<double> dual = f(along, along);
    check_same(dual.value(), row.value);
    check_same(dual.tangent(), expected);
  }
}

/// The function of this text; notes that it is documented.
template <class Family>
const typename Family::All& function(const std::vector<Kink<Family>>& kinks, const std::string& text,
                                     std::set<std::string>& documented) {
  documented.insert(text);
  for (const auto& kink : kinks)
    if (kink.text == text) return *kink.f;
  throw Error("documented, but not tested: " + text);
}

TEST_CASE("every line of the documentation's table of kinks and conventions holds, in forward and in reverse mode") {
  const std::vector<Documented> rows = documentation();
  REQUIRE(rows.size() > 70);
  std::set<std::string> documented;
  for (const Documented& row : rows) {
    INFO(row.f, " at ", row.at[0]);
    if (row.is_vector)
      check_of_vector(function(of_vectors, row.f, documented), row);
    else
      check_elementwise(function(elementwise, row.f, documented), row);
  }
  for (const auto& kink : elementwise) CHECK_MESSAGE(documented.contains(kink.text), kink.text);
  for (const auto& kink : of_vectors) CHECK_MESSAGE(documented.contains(kink.text), kink.text);
}

}  // namespace
}  // namespace gradus::test::conventions_test
