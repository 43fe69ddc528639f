// Sparse Hessians against dense ones.
#include <gradus/autodiff/sparse.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::sparse_hessian_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd, Eigen::VectorXf;
using SparseMatrix = Eigen::SparseMatrix<double>;

template <class X>
using ElementOf = typename std::remove_cvref_t<X>::Scalar;

/// Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², element by element.
auto rosenbrock(const auto& x) {
  ElementOf<decltype(x)> sum = 0;
  for (Index i = 0; i + 1 < x.size(); ++i) {
    const auto valley = x(i + 1) - x(i) * x(i);
    const auto slope = 1 - x(i);
    sum += 100 * valley * valley + slope * slope;
  }
  return sum;
}
constexpr Index n = 12;

MatrixXd second_difference() {
  MatrixXd a = MatrixXd::Zero(n, n);
  a.diagonal().setConstant(2);
  a.diagonal(1).setConstant(-1);
  a.diagonal(-1).setConstant(-1);
  return a;
}

/// A scalar function of n numbers, for the levels of a Hessian, and the sweeps its Hessian takes.
struct Case {
  std::string name;
  Function<2, VectorXd> f;
  int direct, substitution;

  Case(std::string name_, int direct_, int substitution_, const auto& function)
      : name(std::move(name_)), f(function), direct(direct_), substitution(substitution_) {}
};

std::vector<Case> cases() {
  const auto constants = [](const auto& a, const auto& x) {
    return cast<typename detail::NumberOf<decltype(x)>::type>(a);
  };
  const MatrixXd tridiagonal = second_difference(), bidiagonal = MatrixXd(tridiagonal.triangularView<Eigen::Upper>());
  const VectorXd mask =
      VectorXd::LinSpaced(n, 0, n - 1).unaryExpr([](double v) { return std::fmod(v, 3) < 1 ? 1. : 0.; });
  return {
      // In scalar loops.
      {"tridiagonal", 3, 2, [](const auto& x) { return rosenbrock(x); }},
      {"arrow-head, tip first", 2, 2,
       [](const auto& x) {
         using std::sin;
         ElementOf<decltype(x)> sum = x(0) * x(0);
         for (Index i = 1; i < n; ++i) sum += sin(x(0) * x(i));
         return sum;
       }},
      {"arrow-head, tip last", 2, 2,
       [](const auto& x) {
         ElementOf<decltype(x)> sum = 0;
         for (Index i = 0; i < n - 1; ++i) sum += x(i) * x(i) * (x(n - 1) * x(n - 1) + 1);
         return sum;
       }},
      {"pentadiagonal", 5, 3,
       [](const auto& x) {
         ElementOf<decltype(x)> sum = 0;
         for (Index i = 0; i + 2 < n; ++i) sum += x(i) * x(i + 1) * x(i + 2) * x(i + 1);
         return sum + x(0) * x(0) * x(0) + x(1) * x(2) * x(1) * x(2) + x(n - 1) * x(n - 1);
       }},
      {"blocks", 3, 3,
       [](const auto& x) {
         using std::exp;
         ElementOf<decltype(x)> sum = 0;
         for (Index i = 0; i < n; i += 3) sum += exp(x(i) + x(i + 1) * x(i + 2)) + exp(x(i) * x(i + 1));
         return sum;
       }},
      {"scattered", 3, 3,
       [](const auto& x) {
         using std::cos;
         ElementOf<decltype(x)> sum = 0;
         for (Index i = 0; i < n; ++i) sum += cos(x(i) * x(5 * i % n)) + x(i) / (2 + x(7 * i % n) * x(7 * i % n));
         return sum;
       }},
      {"linear", 0, 0,
       [](const auto& x) {
         ElementOf<decltype(x)> sum = 1;
         for (Index i = 0; i < n; ++i) sum += static_cast<double>(i) * x(i);
         return sum;
       }},
      {"two elements of many", 2, 2, [](const auto& x) { return x(3) * x(8) + x(1) + x(2); }},
      {"dense by a running sum", n, n,
       [](const auto& x) {
         ElementOf<decltype(x)> sum = 0;
         for (Index i = 0; i < n; ++i) sum += x(i);
         return sum * sum * sum;
       }},
      // In the vocabulary of matrices.
      {"tridiagonal by segments", 3, 2,
       [](const auto& x) {
         const auto here = x.head(n - 1).array(), next = x.tail(n - 1).array();
         return 100 * (next - here.square()).square().sum() + (1 - here).square().sum();
       }},
      {"diagonal", 1, 1, [](const auto& x) { return x.array().cube().exp().sum(); }},
      {"quadratic form with zeros", 3, 2,
       [=](const auto& x) { return 0.5 * x.dot(x.cwiseProduct(x)) + x.dot(constants(tridiagonal, x) * x); }},
      {"least squares with zeros", 3, 2,
       [=](const auto& x) { return (constants(bidiagonal, x) * x).array().square().square().sum(); }},
      {"row vector times a constant with zeros", 5, 3,
       [=](const auto& x) { return (x.transpose() * constants(tridiagonal, x)).array().cube().sum(); }},
      {"masked", 1, 1, [=](const auto& x) { return x.cwiseProduct(constants(mask, x)).array().cube().sum(); }},
      {"columns of a reshaped vector", 3, 3,
       [](const auto& x) { return x.reshaped(3, n / 3).colwise().sum().array().cube().sum(); }},
      {"rows of a reshaped vector", n / 3, n / 3,
       [](const auto& x) { return x.reshaped(3, n / 3).rowwise().squaredNorm().array().square().sum(); }},
      {"products of small matrices", 4, 4,
       [](const auto& x) {
         const auto a = x.head(4).reshaped(2, 2).eval(), b = x.segment(4, 4).reshaped(2, 2).eval();
         return (a * a).array().square().sum() + (b * b.transpose()).trace();
       }},
      {"dense norm", n, n, [](const auto& x) { return x.norm(); }},
      {"log-sum-exp", n, n,
       [](const auto& x) {
         using std::log;
         return log(x.array().exp().sum());
       }},
      // In both.
      {"elements and segments", 2, 2,
       [](const auto& x) { return x.head(4).squaredNorm() * x(5) * x(5) + x.tail(3).array().cube().sum() * x(6); }},
      {"diagonal and an arrow by a scalar", 2, 2,
       [](const auto& x) { return (x(0) * x.array().square()).sum() + x.array().exp().sum(); }},
      {"a constant", 0, 0, [](const auto& x) { return 0 * x(0) + 2.5; }},
  };
}

MatrixXd dense_hessian(const auto& f, const VectorXd& x) {
  MatrixXd hessian(x.size(), x.size());
  for (Index i = 0; i < x.size(); ++i) hessian.col(i) = gradient([&](const auto& y) { return gradient(f, y)(i); }, x);
  return hessian;
}

VectorXd random_point() {
  std::mt19937 random(3);
  const std::vector<double> numbers = distinct_numbers(n, 0.5, 1.5, random);
  return Eigen::Map<const VectorXd>(numbers.data(), n);
}

TEST_CASE("sparse Hessians are the dense ones, and store nothing that is always zero") {
  const VectorXd x = random_point();
  for (const Case& c : cases()) {
    INFO(c.name);
    const MatrixXd expected = dense_hessian(c.f, x);
    const double size = 1 + expected.norm();
    const SparseMatrix hessian = sparse_hessian(c.f, x);
    CHECK((MatrixXd(hessian) - expected).norm() <= 1e-13 * size);
    CHECK(hessian.nonZeros() == (expected.array().abs() > 1e-12).count());
    CHECK(hessian.isCompressed());
    CHECK((MatrixXd(sparse_hessian(c.f, x, {.recovery = Recovery::substitution})) - expected).norm() <= 1e-12 * size);
    CHECK((MatrixXd(sparse_hessian(c.f, x, {.ordering = Ordering::smallest_last})) - expected).norm() <= 1e-13 * size);
    const Eigen::SparseMatrix<float> of_floats = sparse_hessian(c.f, VectorXf(x.cast<float>()));
    CHECK((of_floats.toDense().cast<double>() - expected).norm() <= 1e-4 * size);
  }
}

/// A random program of scalars and of parts of vectors, the same for every kind of vector.
auto random_program(const auto& x, unsigned seed) {
  using std::sin;
  std::mt19937 random(seed);
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  std::vector<ElementOf<decltype(x)>> values;
  for (Index i = 0; i < x.size(); ++i) values.push_back(x(i));
  for (int step = 0; step < 25; ++step) {
    const auto a = values[below(values.size())], b = values[below(values.size())];
    const auto from = static_cast<Index>(below(n - 3));
    switch (below(6)) {
      case 0:
        values.push_back(a + b);
        break;
      case 1:
        values.push_back(a - 2 * b);
        break;
      case 2:
        values.push_back(0.5 * a * b);
        break;
      case 3:
        values.push_back(sin(a));
        break;
      case 4:
        values.push_back(x.segment(from, 3).dot(x.segment(n - 3 - from, 3)) - a);
        break;
      default:
        values.push_back((x.segment(from, 2).array() * b).square().sum());
        break;
    }
  }
  ElementOf<decltype(x)> sum = 0;
  for (std::size_t k = 0; k < 4; ++k) sum += values[values.size() - 1 - k];
  return sum;
}

TEST_CASE("sparse Hessians of random programs are the dense ones") {
  const VectorXd x = random_point();
  Index nonzeros = 0, stored = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const auto f = [&](const auto& v) { return random_program(v, seed); };
    const MatrixXd expected = dense_hessian(f, x);
    const SparseMatrix hessian = sparse_hessian(f, x);
    CHECK((hessian - expected).norm() <= 1e-12 * (1 + expected.norm()));
    nonzeros += (expected.array() != 0).count();
    stored += hessian.nonZeros();
  }
  CHECK(nonzeros <= stored);
  CHECK(static_cast<double>(stored) <= 1.02 * static_cast<double>(nonzeros));  // terms may cancel
}

TEST_CASE("the pattern does not depend on the values, and takes as many sweeps as it has colours") {
  const VectorXd x = random_point();
  for (const Case& c : cases()) {
    INFO(c.name);
    const SparsityPattern pattern = hessian_pattern(c.f, x);
    CHECK(hessian_pattern(c.f, VectorXd(VectorXd::Zero(n))) == pattern);
    CHECK(hessian_pattern(c.f, VectorXd(VectorXd::Ones(n))) == pattern);
    CHECK(HessianPlan(pattern).sweeps() == c.direct);
    CHECK(HessianPlan(pattern, {.recovery = Recovery::substitution}).sweeps() == c.substitution);
  }
}

}  // namespace
}  // namespace gradus::test::sparse_hessian_test
