// Chains of elementwise operations, evaluated and pulled chunk by chunk: the same as one operation after the other,
// which is what a tape with a journal does.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <random>
#include <vector>

#include <gradus/autodiff/checkpoint.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::chains_test {
namespace {

using Eigen::ArrayX, Eigen::ArrayXd, Eigen::VectorX, Eigen::VectorXd;

constexpr Index n = 1100;  // two chunks and a part

/// A random program over arrays: operations of one and two operands, numbers beside arrays, constants, operands used
/// again, parts, elements, sums in between.
template <class S>
class Program {
 public:
  explicit Program(unsigned seed) : seed_(seed), constant_(ArrayX<S>::LinSpaced(n, S(0.5), S(1.5))) {}

  auto operator()(const auto& x, const auto& number) const {
    using Array = std::remove_cvref_t<decltype((x.array() * S(2)).eval())>;
    using Number = typename Array::Scalar;
    std::mt19937 random(seed_);
    std::vector<Array> arrays{(x.array() + S(1)).eval(), Array(x.array().square() * number)};
    Number total = 0;
    for (int step = 0; step < 14; ++step) {
      const auto any = [&] { return arrays[random() % arrays.size()]; };
      const Array a = random() % 3 == 0 ? any() : arrays.back();
      const Array b = any();
      arrays.push_back(operation(static_cast<unsigned>(random() % 25), a, b, number));
      if (random() % 5 == 0) total += arrays.back().sum();
      if (random() % 7 == 0) total += a(static_cast<Index>(random() % n)) * any()(3);
      if (random() % 9 == 0) total += (a.head(n - 90) * b.tail(n - 90) * a.tail(n - 90)).square().sum();
    }
    return Number(total + arrays.back().square().sum() + arrays[arrays.size() / 2].matrix().norm());
  }

 private:
  template <class Array>
  Array operation(unsigned which, const Array& a, const Array& b, const auto& number) const {
    switch (which) {
      case 0:
        return Array(a + b);
      case 1:
        return Array(a - b);
      case 2:
        return Array(a * b / (1 + b.square()));
      case 3:
        return Array(tanh(a));
      case 4:
        return Array(a.sin());
      case 5:
        return Array(number * a);
      case 6:
        return Array(a - S(0.25));
      case 7:
        return Array(S(1) / (S(2) + a.square()));
      case 8:
        return Array(-a);
      case 9:
        return Array(exp(-a.square()));
      case 10:
        return Array(a.abs() + b.abs());
      case 11:
        return Array(constant_ * a);
      case 12:
        return Array(a.max(b));
      case 13:
        return Array((a - number) / S(3));
      case 14:
        return Array(a.logistic().cube());
      case 15:
        return Array(a.max(S(0.1)));
      case 16:
        return Array((a.square() + S(1)).sqrt() - S(1));
      case 17:
        return Array(a * a.mean());
      case 18:
        return Array(((a - S(0.25)) * S(1.5)).square());
      case 19:
        return Array(exp(S(-0.5) * (S(0.25) + a)) * ((a + number) * S(0.5)).abs());
      case 20:
        return Array((S(2) * a).square() + (a - S(0.5)).abs() + ((constant_ - number) * S(2)).square());
      case 21: {
        const Array z = (a - S(0.1)) * S(0.75);
        return Array(z.square() + z * exp(-z.square()));
      }
      case 22:
        return Array(a + (a * S(0.5)).sum() / S(n) + ((a - S(1)) * S(2)).square().mean());
      case 23:
        return Array(a + normal_log_density(a, S(0.5), S(2)) / S(n) - normal_log_density(b, number, S(1.5)) / S(n));
      default:
        return Array(a * a);
    }
  }
  unsigned seed_;
  ArrayX<S> constant_;
};

template <class S>
struct Outcome {
  S value, by_number;
  VectorX<S> gradient;
};
template <class S>
Outcome<S> differentiated(const auto& f, const VectorX<S>& x, S number, bool one_by_one) {
  Tape<S> tape;
  if (one_by_one) tape.keep_journal();
  const auto v = tape.variable(x);
  const auto s = tape.variable(number);
  const auto y = f(v, s);
  tape.backward(y);
  return {y.value(), tape.adjoint(s), tape.adjoint(v)};
}

template <class S>
void check_programs() {
  const VectorX<S> x = VectorX<S>::LinSpaced(n, S(-1), S(1.2));
  const S eps = 2000 * std::numeric_limits<S>::epsilon();
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    const Program<S> f(seed);
    const auto chains = differentiated<S>(f, x, S(0.7), false), steps = differentiated<S>(f, x, S(0.7), true);
    REQUIRE(steps.gradient.allFinite());
    CHECK(std::abs(chains.value - steps.value) <= eps * (1 + std::abs(steps.value)));
    CHECK(std::abs(chains.by_number - steps.by_number) <= eps * (n + std::abs(steps.by_number)));
    CHECK((chains.gradient - steps.gradient).norm() <= eps * (1 + steps.gradient.norm()));
  }
}

TEST_CASE("a chain gives what its operations give one by one") {
  SUBCASE("double") { check_programs<double>(); }
  SUBCASE("float") { check_programs<float>(); }
}

template <class S>
void check_zero_times_infinity() {
  constexpr S infinity = std::numeric_limits<S>::infinity(), nan = std::numeric_limits<S>::quiet_NaN();
  VectorX<S> x = VectorX<S>::LinSpaced(n, S(-1), S(1));
  x.template head<4>() << 0, infinity, -infinity, S(0.5);
  const auto same = [](S a, S b) { return a == b || (a != a && b != b); };
  for (const S weight : {S(1), S(-2), S(0), infinity, nan})
    for (const S scale : {S(1), S(-3), S(0), infinity, nan}) {
      CAPTURE(weight);
      CAPTURE(scale);
      for (int which = 0; which < 7; ++which) {
        CAPTURE(which);
        const auto f = [&](const auto& v, const auto& number) {
          const auto z = (v.array() - S(0.5)) * scale;
          const auto u = v.array() * scale;
          const auto sum = which == 0   ? z.square().sum()
                           : which == 1 ? z.abs().sum()
                           : which == 2 ? z.exp().sum()
                           : which == 3 ? z.sum()
                           : which == 4 ? (u * v.array()).sum()
                           : which == 5 ? v.squaredNorm() * scale
                                        : sum_of<rules::SquaredDifference>(v, S(0.5)) * scale;
          return weight * number * sum;
        };
        const auto chains = differentiated<S>(f, x, S(1), false), steps = differentiated<S>(f, x, S(1), true);
        for (Index i = 0; i < 8; ++i) CHECK(same(chains.gradient(i), steps.gradient(i)));
      }
    }
}
TEST_CASE("zero times infinity is zero in the sweep of a sum, too") {
  SUBCASE("double") { check_zero_times_infinity<double>(); }
  SUBCASE("float") { check_zero_times_infinity<float>(); }
}

/// ln N(x; μ, σ²), and something of everything a chain is made of.
const auto chain = [](const auto& x) {
  const auto z = (x.array() - 0.3) * 0.8;
  const auto e = exp(-z.square());
  return (z.cube() / (1 + e) + e * z - tanh(z * e)).square().sum();
};

TEST_CASE("chains have derivatives of higher order") {
  check_gradients<2>(chain, VectorXd(VectorXd::LinSpaced(n, -1, 1)));
}

TEST_CASE("values and adjoints within a chain can be asked for, in any order") {
  const VectorXd x = VectorXd::LinSpaced(n, -1, 1);
  for (const bool reads_values : {false, true}) {
    CAPTURE(reads_values);
    Tape<double> tape;
    const auto v = tape.variable(x);
    const auto a = v.array() - 0.5, b = a * 2, c = b.square(), d = c * a;
    if (reads_values) CHECK(value_of(c)(5) == doctest::Approx(4 * (x(5) - 0.5) * (x(5) - 0.5)));
    const auto y = d.sum() + b.sum();
    CHECK(y.value() == doctest::Approx((4 * (x.array() - 0.5).cube() + 2 * (x.array() - 0.5)).sum()));
    for (const Retain retain : {Retain::variables, Retain::everything, Retain::variables}) {
      tape.backward(y, retain);
      CHECK(tape.adjoint(v).isApprox((12 * (x.array() - 0.5).square() + 2).matrix(), 1e-14));
      if (retain == Retain::variables) continue;
      CHECK(tape.adjoint(a).isApprox(12 * (x.array() - 0.5).square() + 2, 1e-14));
      CHECK(tape.adjoint(b).isApprox(4 * (x.array() - 0.5).square() + 1, 1e-14));
      CHECK(tape.adjoint(c).isApprox(x.array() - 0.5, 1e-14));
      CHECK(tape.adjoint(d).isApprox(ArrayXd::Ones(n)));
    }
    tape.backward(c(7));
    CHECK(tape.adjoint(v)(7) == doctest::Approx(8 * (x(7) - 0.5)));
    CHECK(tape.adjoint(v).cwiseAbs().sum() == doctest::Approx(8 * std::abs(x(7) - 0.5)));
    tape.backward(b, ArrayXd::LinSpaced(n, 0, 1).eval());
    CHECK(tape.adjoint(v).isApprox(VectorXd::LinSpaced(n, 0, 2)));
    CHECK(value_of(a).isApprox(x.array() - 0.5));
    CHECK(value_of(d.head(3)).isApprox(4 * (x.array() - 0.5).cube().head(3)));
  }
}

struct Doubled {  // a rule of a user's, whose derivative is an array of its own
  static constexpr std::string_view name = "doubled square";
  static auto value(const auto& x) { return 2 * x * x; }
  static auto derivative(const auto& x, const auto&) {
    if constexpr (requires { (4 * x).eval(); })
      return (4 * x).eval();
    else
      return 4 * x;
  }
};

TEST_CASE("a chain of rules of one's own") {
  const VectorXd x = VectorXd::LinSpaced(n, -1, 1);
  const auto f = [](const auto& v) { return (gradus::apply<Doubled>(v.array() * 3 - 1) * 0.5).sum(); };
  CHECK(gradient(f, x).isApprox((6 * (3 * x.array() - 1)).matrix(), 1e-14));
  CHECK(hessian_vector_product(f, x, x).isApprox(18 * x, 1e-14));
}

TEST_CASE("a chain may be long, forgotten, or used in parts") {
  const VectorXd x = VectorXd::LinSpaced(n, 0, 1);
  const auto slope = [&](const auto& f) {
    Tape<double> tape;
    const auto v = tape.variable(x);
    tape.backward(f(v));
    return VectorXd(tape.adjoint(v));
  };
  CHECK(slope([](const auto& v) {
          auto y = (v.array() * 1.0).eval();
          for (int i = 0; i < 100000; ++i) y = y + 1e-5;
          return y.square().sum();
        }).isApprox(2 * (x.array() + 1).matrix(), 1e-9));
  CHECK(slope([](const auto& v) {
          const auto a = v.array() * 2;
          for (int i = 0; i < 20; ++i) (void)(a * a - 1);
          return a.sum();
        }) == VectorXd::Constant(n, 2));
  CHECK(slope([](const auto& v) {
          const auto a = v.array() * 2;
          const auto b = a.head(n - 100) * 3, c = b.tail(n - 200) * a.segment(100, n - 200);
          return c.sum();
        }).isApprox((x.array() >= x(100) && x.array() <= x(n - 101)).select(24 * x.array(), 0.).matrix()));
  VectorXd neighbours = VectorXd::Zero(n);
  neighbours.head(n - 90) += x.tail(n - 90);
  neighbours.tail(n - 90) += x.head(n - 90);
  CHECK(slope([](const auto& v) { return (v.array().head(n - 90) * v.array().tail(n - 90)).sum(); }) == neighbours);
  CHECK(slope([](const auto& v) {
          const auto m = (v.array() + 1).matrix().reshaped(110, 10);
          const auto t = (m.transpose() * 2).array() * m.transpose().array();
          return t.sum() + (m.array() * m.array()).sum();
        }).isApprox(6 * (x.array() + 1).matrix()));
}

TEST_CASE("chains within checkpoints, Jacobians and Hessian products") {
  const VectorXd x = VectorXd::LinSpaced(n, -1, 1), v = VectorXd::LinSpaced(n, 1, -2);
  const auto elementwise = [](const auto& u) { return ((u.array() - 0.5) * 3).square().cube().matrix(); };
  const VectorXd z = 3 * (x.array() - 0.5), slope = 18 * z.array().pow(5), curvature = 270 * z.array().pow(4);
  const auto whole = [&](const auto& u) { return elementwise(u).sum(); };
  const auto again = [&](const auto& u) { return checkpoint(elementwise, u).sum(); };
  CHECK(gradient(whole, x).isApprox(slope, 1e-13));
  CHECK(gradient(again, x).isApprox(slope, 1e-13));
  CHECK(vector_jacobian_product(elementwise, x).second(v).isApprox(slope.cwiseProduct(v), 1e-13));
  CHECK(hessian_vector_product(whole, x, v).isApprox(curvature.cwiseProduct(v), 1e-13));
  CHECK(hessian_vector_product(again, x, v).isApprox(curvature.cwiseProduct(v), 1e-13));
  const auto third = [&](const auto& u) { return hessian_vector_product(whole, u, v).dot(v); };
  CHECK(gradient(third, x).isApprox((18 * 15 * 4 * 3 * z.array().cube() * v.array().square()).matrix(), 1e-13));
  Eigen::MatrixXd diagonal = slope.asDiagonal();
  CHECK(jacobian(elementwise, x).isApprox(diagonal, 1e-13));
}

TEST_CASE("a chain allocates nothing once its tape has grown") {
  const VectorXd x = VectorXd::LinSpaced(n, -1, 1);
  VectorXd gradient(n);
  Tape<double> tape;
  const auto step = [&] { return value_and_gradient(tape, chain, x, gradient); };
  const double first = step();
  step();
  const AllocationCounter counter;
  CHECK(step() == first);
  if (AllocationCounter::available()) CHECK(counter.count() == 0);
}

}  // namespace
}  // namespace gradus::test::chains_test
