// The modes of differentiation and what they are compared with: see operation_table.hpp.
#include "operation_table.hpp"

namespace gradus::test {
namespace {

using Eigen::MatrixXd;

// An operation's result as one scalar.
template <class X>
typename X::Scalar contracted(const Outcome<X>& y) {
  if (y.matrix) return contract(*y.matrix);
  return contract(*y.scalar);
}
template <class X>
X contracted(const X& y) {
  return contract(y);
}
template <class Functions>
struct Contracted {
  const Functions* f;
  template <class X>
  auto operator()(const X& a, const X& b) const {
    return contracted((*f)(a, b));
  }
};

/// Directions in which the arguments move.
template <class P>
struct Direction {
  P a, b;
};

// ---- the modes ------------------------------------------------------------------------------------------------------

/// The derivative of f along d, a function like f.
template <class F, class P>
auto reverse(const F& f, const Direction<P>& d) {
  return [=](const auto& a, const auto& b) {
    const auto [by_a, by_b] = gradient(f, a, b);
    return inner(by_a, d.a) + inner(by_b, d.b);
  };
}
template <class F, class P>
auto forward(const F& f, const Direction<P>& d) {
  return [=](const auto& a, const auto& b) {
    return jacobian_vector_product(f, std::tuple(a, b), std::tuple(d.a, d.b)).second;
  };
}

/// The derivative along d with Duals for numbers: of a gradient, by one sweep that carries tangents.
template <class F>
double forward_by_numbers(const F& f, const Direction<MatrixXd>& d, const MatrixXd& a, const MatrixXd& b) {
  const auto directed = [](const MatrixXd& x, const MatrixXd& v) {
    return Eigen::MatrixX<Dual<double>>(x.binaryExpr(v, [](double p, double t) { return Dual<double>(p, t); }));
  };
  return f(directed(a, d.a), directed(b, d.b)).tangent();
}

struct Answer {
  int order;
  const char* mode;
  double value;
};
/// The derivatives of f along u, then v, then w, in every mode.
template <class F, class P>
std::vector<Answer> answers(const F& f, const std::array<Direction<P>, 3>& directions, const P& a, const P& b) {
  const auto& [u, v, w] = directions;
  const auto r = reverse(f, u);
  const auto f_ = forward(f, u);
  std::vector<Answer> all{{1, "reverse", static_cast<double>(r(a, b))}, {1, "forward", static_cast<double>(f_(a, b))}};
  constexpr bool is_double = std::is_same_v<typename detail::NumberOf<P>::type, double>;
  if constexpr (is_double || second_order_in_float) {
    all.push_back({2, "reverse over reverse", static_cast<double>(reverse(r, v)(a, b))});
    all.push_back({2, "forward over reverse", static_cast<double>(forward(r, v)(a, b))});
    all.push_back({2, "reverse over forward", static_cast<double>(reverse(f_, v)(a, b))});
  }
  if constexpr (is_double) all.push_back({2, "forward over forward", forward(f_, v)(a, b)});
  if constexpr (std::is_same_v<P, MatrixXd>)
    all.push_back({2, "forward over reverse, by Duals as numbers", forward_by_numbers(r, v, a, b)});
  if constexpr (is_double && third_order_in_double) {
    all.push_back({3, "reverse over reverse over reverse", reverse(reverse(r, v), w)(a, b)});
    all.push_back({3, "reverse over forward over forward", reverse(forward(f_, v), w)(a, b)});
  }
  return all;
}

// ---- how far they may be off ----------------------------------------------------------------------------------------

// Σ |terms| of what contract() sums: what its rounding errors are relative to.
double magnitude(double y) { return std::abs(y) + 0.5 * y * y; }
double magnitude(const Outcome<MatrixXd>& y) {
  if (y.scalar) return magnitude(*y.scalar);
  return y.matrix->cwiseAbs().cwiseProduct(constant_like(*y.matrix) + 0.5 * y.matrix->cwiseAbs()).sum();
}
double absolute_inner(double a, double b) { return std::abs(a * b); }
double absolute_inner(const MatrixXd& a, const MatrixXd& b) { return a.cwiseProduct(b).cwiseAbs().sum(); }

/// Σ |∂f/∂xᵢ dᵢ|
template <class F, class P>
double magnitude_along(const F& f, const Direction<P>& d, const P& a, const P& b) {
  const auto [by_a, by_b] = gradient(f, a, b);
  return absolute_inner(by_a, d.a) + absolute_inner(by_b, d.b);
}

/// What f(0) and its derivatives along a line may be off by: so many roundings of numbers of this size.
struct Rounding {
  double count;                     // the sums' lengths, and the operations that a line strings together
  std::array<double, 4> size = {};  // of the terms of the value, of the first derivative…
  double of_order(int order, double epsilon) const {
    // A derivative is made of values and derivatives of lower order; and an error on the way to it acts as one of the
    // arguments does, by the derivative of the next order.
    double sum = 0;
    for (int k = 0; k <= std::min(order + 1, 3); ++k) sum += size[static_cast<std::size_t>(k)];
    return count * epsilon * sum;
  }
};
template <class Functions, class P>
Rounding rounding(const Contracted<Functions>& f, const std::array<Direction<P>, 3>& d, const P& a, const P& b,
                  Index elements) {
  const auto first = reverse(f, d[0]);
  const double second = magnitude_along(first, d[1], a, b);
  double third = second;
  if constexpr (third_order_in_double) third = magnitude_along(reverse(first, d[1]), d[2], a, b);
  return {static_cast<double>(elements) + 8, {magnitude((*f.f)(a, b)), magnitude_along(f, d[0], a, b), second, third}};
}

struct Difference {
  double slope, error;
};
/// The slope of g at 0 by central differences, which are g′ + h²g‴/6 + O(h⁴): those of h and 2h together are of fourth
/// order, and what doubling the step changes is 15 times the error that is left. An error of g(t) by δ changes the
/// slope by (4/3 · 2/2h + 1/3 · 2/4h) δ = 1.5 δ/h. With h = ε^(1/5) both errors are about as large.
template <class G>
Difference central_difference(const G& g, double delta) {
  const double h = std::pow(std::numeric_limits<double>::epsilon(), 0.2);
  const double d1 = (g(h) - g(-h)) / (2 * h), d2 = (g(2 * h) - g(-2 * h)) / (4 * h),
               d4 = (g(4 * h) - g(-4 * h)) / (8 * h);
  const double fine = (4 * d1 - d2) / 3, coarse = (4 * d2 - d4) / 3;
  return {fine, std::abs(fine - coarse) / 15 * 2 + 1.5 * delta / h};
}

// ---- the checks -----------------------------------------------------------------------------------------------------

template <class S, class P>
auto cast_all(const std::array<Direction<P>, 3>& d) {
  using Q = decltype(cast<S>(d[0].a));
  std::array<Direction<Q>, 3> all;
  for (std::size_t i = 0; i < 3; ++i) all[i] = {cast<S>(d[i].a), cast<S>(d[i].b)};
  return all;
}
Index size_of(double) { return 1; }
Index size_of(const MatrixXd& x) { return x.size(); }

void check_values(const auto& f, const auto& a, const auto& b, double value, double tolerance) {
  check_close(static_cast<double>(std::get<0>(value_and_gradient(f, a, b))), value, tolerance);
  check_close(static_cast<double>(jacobian_vector_product(f, std::tuple(a, b), std::tuple(a, b)).first), value,
              tolerance);
}

template <class Functions, class P>
void check_at(const Functions& functions, const P& a, const P& b, std::mt19937& random) {
  const Contracted<Functions> f{&functions};
  std::array<Direction<P>, 3> d;
  for (auto& each : d) each = {direction_like(a, random), direction_like(b, random)};
  const Rounding rounded = rounding(f, d, a, b, size_of(a) + size_of(b));
  const double value = f(a, b);
  const Difference difference =
      central_difference([&](double t) { return static_cast<double>(f(P(a + t * d[0].a), P(b + t * d[0].b))); },
                         rounded.of_order(0, std::numeric_limits<double>::epsilon()));
  REQUIRE(difference.error < 1e-8 * (1 + rounded.size[0] + rounded.size[1]));  // or the check would show nothing

  std::array<std::optional<double>, 4> expected{value, difference.slope};  // then what the first mode says
  const auto compare = [&](const std::vector<Answer>& all, double epsilon) {
    for (const Answer& answer : all) {
      INFO(std::string(answer.mode));
      auto& of_order = expected[static_cast<std::size_t>(answer.order)];
      if (!of_order) of_order = answer.value;
      check_close(answer.value, *of_order,
                  rounded.of_order(answer.order, epsilon) + (answer.order == 1 ? difference.error : 0));
    }
  };
  {
    const double epsilon = std::numeric_limits<double>::epsilon();
    check_values(f, a, b, value, rounded.of_order(0, epsilon));
    compare(answers(f, d, a, b), epsilon);
  }
  {
    INFO("float");
    const double epsilon = double{std::numeric_limits<float>::epsilon()};
    const auto x = cast<float>(a), y = cast<float>(b);
    check_values(f, x, y, value, rounded.of_order(0, epsilon));
    compare(answers(f, cast_all<float>(d), x, y), epsilon);
  }
}

MatrixXd matrix_of(const std::vector<double>& numbers, Index from, Shape shape) {
  return Eigen::Map<const MatrixXd>(numbers.data() + from, shape.rows, shape.cols);
}

void check_matrices(const Line& line, Shape a, Shape b, std::mt19937& random) {
  INFO("matrices ", a.rows, " x ", a.cols, " and ", b.rows, " x ", b.cols);
  const Index size = a.rows * a.cols;
  const auto numbers = distinct_numbers(size + b.rows * b.cols, line.domain.low, line.domain.high, random);
  check_at(*line.of_matrices, matrix_of(numbers, 0, a), matrix_of(numbers, size, b), random);
}

void check_scalars(const Line& line, std::mt19937& random) {
  INFO("scalars");
  const auto numbers = distinct_numbers(6, line.domain.low, line.domain.high, random);
  for (std::size_t i = 0; i < 6; i += 2) check_at(*line.of_scalars, numbers[i], numbers[i + 1], random);
}

}  // namespace

void Table::check() const {
  std::mt19937 random(1);
  for (const Line& line : lines_) {
    INFO(std::string(line.name));
    check_matrices(line, line.shapes[0], line.shapes[1], random);
    if (line.of_scalars == nullptr) continue;
    check_matrices(line, {7, 1}, {7, 1}, random);  // a vector
    check_scalars(line, random);
  }
}

std::set<std::string> recorded_operations(const Line& line) {
  std::set<std::string> names;
  const auto note = [&](const auto& tape) {
    for (const auto& entry : tape.journal()->entries) names.insert(entry.operation);
  };
  std::mt19937 random(1);
  const auto& [a, b] = line.shapes;
  const auto numbers = distinct_numbers(a.rows * a.cols + b.rows * b.cols, line.domain.low, line.domain.high, random);
  {
    Tape<double> tape;
    tape.keep_journal();
    const auto x = tape.variable(matrix_of(numbers, 0, a)), y = tape.variable(matrix_of(numbers, a.rows * a.cols, b));
    (*line.of_matrices)(x, y);
    note(tape);
  }
  if (line.of_scalars != nullptr) {
    Tape<double> below;
    Tape<Var<double>> tape;  // where every operation of a scalar is a statement
    tape.keep_journal();
    const auto x = tape.variable(below.variable(numbers[0])), y = tape.variable(below.variable(numbers[1]));
    (*line.of_scalars)(x, y);
    note(tape);
  }
  return names;
}

}  // namespace gradus::test
