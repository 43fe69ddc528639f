// Sparse Jacobians against dense ones: patterns, values, sweeps.
#include <gradus/autodiff/sparse.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::sparse_jacobian_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd, Eigen::VectorXf;
using SparseMatrix = Eigen::SparseMatrix<double>;

constexpr Index n = 12;

/// A vector of numbers made element by element.
template <class X>
using Elements = std::vector<typename std::remove_cvref_t<X>::Scalar>;

template <int Level, class P>
using VectorSignature =
    std::function<NestedVar<Level, Eigen::Matrix<typename P::Scalar, Eigen::Dynamic, 1>>(const NestedVar<Level, P>&)>;

/// A function of a vector with a vector for result, as sparse Jacobians need it: for two levels, double and float.
struct VectorFunction {
  VectorSignature<1, VectorXd> first;
  VectorSignature<2, VectorXd> second;
  VectorSignature<1, VectorXf> first_of_float;
  VectorSignature<2, VectorXf> second_of_float;

  explicit VectorFunction(const auto& f) : first(f), second(f), first_of_float(f), second_of_float(f) {}
  auto operator()(const Var<VectorXd>& x) const { return first(x); }
  auto operator()(const Var<Var<VectorXd>>& x) const { return second(x); }
  auto operator()(const Var<VectorXf>& x) const { return first_of_float(x); }
  auto operator()(const Var<Var<VectorXf>>& x) const { return second_of_float(x); }
};

struct Case {
  std::string name;
  VectorFunction f;
  int by_columns, by_rows, fewest;  // sweeps

  Case(std::string name_, int by_columns_, int by_rows_, int fewest_, const auto& function)
      : name(std::move(name_)), f(function), by_columns(by_columns_), by_rows(by_rows_), fewest(fewest_) {}
};

MatrixXd bidiagonal() {
  MatrixXd a = MatrixXd::Identity(n, n);
  a.diagonal(1).setConstant(-3);
  return a;
}

std::vector<Case> cases() {
  const MatrixXd two = bidiagonal(), dense = MatrixXd::Random(4, n), tall = MatrixXd::Random(2 * n, 2);
  const auto constants = [](const auto& a, const auto& x) {
    return cast<typename detail::NumberOf<decltype(x)>::type>(a);
  };
  return {
      {"Broyden's tridiagonal function", 3, 3, 3,
       [](const auto& x) {
         Elements<decltype(x)> y;
         for (Index i = 0; i < n; ++i) {
           typename std::remove_cvref_t<decltype(x)>::Scalar sum = (3 - 2 * x(i)) * x(i) + 1;
           if (i > 0) sum -= x(i - 1);
           if (i + 1 < n) sum -= 2 * x(i + 1) * x(i);
           y.push_back(sum);
         }
         return stack(y);
       }},
      {"arrow-head, tip first", n, n, 3,
       [](const auto& x) {
         Elements<decltype(x)> y;
         y.push_back(x(0));
         for (Index i = 1; i < n; ++i) {
           y.push_back(sin(x(i)) * x(0));
           y[0] += x(i) * x(i);
         }
         return stack(y);
       }},
      {"arrow-head, tip last", n, n, 3,
       [](const auto& x) {
         Elements<decltype(x)> y;
         for (Index i = 0; i + 1 < n; ++i) y.push_back(exp(x(i) + x(n - 1)));
         y.push_back(x.squaredNorm());
         return stack(y);
       }},
      {"a full row", n, 2, 2,
       [](const auto& x) {
         Elements<decltype(x)> y;
         for (Index i = 0; i < n; ++i) y.push_back(i == 4 ? x.sum() * x(4) : x(i) * x(i));
         return stack(y);
       }},
      {"a full column", 2, n, 2, [](const auto& x) { return (x.array() * x(3) + x.array().exp()).matrix().eval(); }},
      {"more results than variables", 2, 4, 2,
       [](const auto& x) {
         Elements<decltype(x)> y;
         for (Index i = 0; i + 1 < n; ++i)
           for (int k = 1; k <= 2; ++k) y.push_back(sin(k * x(i)) * x(i + 1));
         return stack(y);
       }},
      {"elementwise", 1, 1, 1, [](const auto& x) { return x.array().sin().matrix().eval(); }},
      {"a constant matrix with zeros", 2, 2, 2,
       [=](const auto& x) { return (constants(two, x) * x.array().cube().matrix()).eval(); }},
      {"a dense constant matrix", n, 4, 4, [=](const auto& x) { return (constants(dense, x) * x).eval(); }},
      {"of two of them", 2, 2 * n, 2, [=](const auto& x) { return (constants(tall, x) * x.segment(5, 2)).eval(); }},
      {"segments", 2, 2, 2,
       [](const auto& x) { return (x.head(n - 1).array() * x.tail(n - 1).array()).matrix().eval(); }},
      {"permuted", 1, 1, 1,
       [](const auto& x) {
         Elements<decltype(x)> y;
         for (Index i = 0; i < n; ++i) y.push_back(2 * x(5 * i % n));
         return stack(y);
       }},
      {"row sums", n / 3, 1, 1,
       [](const auto& x) { return x.reshaped(3, n / 3).rowwise().squaredNorm().matrix().eval(); }},
      {"column sums", 3, 1, 1,
       [](const auto& x) { return x.reshaped(3, n / 3).array().square().colwise().sum().transpose().matrix().eval(); }},
      {"a product of matrices", 4, 2, 2,
       [](const auto& x) {
         const auto a = x.head(4).reshaped(2, 2).eval();
         const auto b = x.segment(4, 2).eval();
         return (a * b).eval();
       }},
      {"a recurrence", 5, n, 5,
       [](const auto& x) {
         Elements<decltype(x)> y = {x(0) * x(1)};
         for (Index i = 1; i < n; ++i) y.push_back(sin(y.back()) + x(i % 5));
         return stack(y);
       }},
      {"nothing of x", 0, 0, 0, [](const auto& x) { return (0 * x.head(3)).eval(); }},
  };
}

MatrixXd dense_jacobian(const auto& f, const VectorXd& x) {
  Tape<double> tape;
  const auto variable = tape.variable(x);
  const auto y = f(variable);
  MatrixXd jacobian(y.rows(), x.size());
  for (Index i = 0; i < y.rows(); ++i) {
    tape.backward(y(i));
    jacobian.row(i) = tape.adjoint(variable);
  }
  return jacobian;
}

VectorXd random_point() {
  std::mt19937 random(3);
  const std::vector<double> numbers = distinct_numbers(n, 0.5, 1.5, random);
  return Eigen::Map<const VectorXd>(numbers.data(), n);
}

TEST_CASE("sparse Jacobians are the dense ones, by columns, by rows and by both") {
  const VectorXd x = random_point();
  for (const Case& c : cases()) {
    INFO(c.name);
    const MatrixXd expected = dense_jacobian(c.f, x);
    const double size = 1 + expected.norm();
    for (const Compression compression :
         {Compression::automatic, Compression::columns, Compression::rows, Compression::both}) {
      const SparseMatrix jacobian = sparse_jacobian(c.f, x, {.compression = compression});
      REQUIRE(jacobian.rows() == expected.rows());
      CHECK((jacobian - expected).norm() <= 1e-13 * size);
      const Eigen::SparseMatrix<float> of_floats =
          sparse_jacobian(c.f, VectorXf(x.cast<float>()), {.compression = compression});
      CHECK((of_floats.toDense().cast<double>() - expected).norm() <= 1e-5 * size);
    }
  }
}

TEST_CASE("the pattern of a Jacobian does not depend on the values, and gives the sweeps") {
  const VectorXd x = random_point();
  for (const Case& c : cases()) {
    INFO(c.name);
    const SparsityPattern pattern = jacobian_pattern(c.f, x);
    CHECK(jacobian_pattern(c.f, VectorXd(VectorXd::Zero(n))) == pattern);
    CHECK(JacobianPlan(pattern, {.compression = Compression::columns}).sweeps() == c.by_columns);
    CHECK(JacobianPlan(pattern, {.compression = Compression::rows}).sweeps() == c.by_rows);
    CHECK(JacobianPlan(pattern).sweeps() == c.fewest);
    if (c.name != "nothing of x") CHECK(pattern.nonzeros() == (dense_jacobian(c.f, x).array().abs() > 1e-12).count());
  }
}

TEST_CASE("100000 equations: a tridiagonal system and an arrow-head take three sweeps") {
  const Index many = 100000;
  const VectorXd x = VectorXd::LinSpaced(many, -1, 1);
  const auto chain = [](const auto& v) {
    const Index m = v.size();
    const auto left = v.head(m - 2).array(), middle = v.segment(1, m - 2).array(), right = v.tail(m - 2).array();
    return ((3 - 2 * middle) * middle - left - 2 * right + 1).matrix();
  };
  const SparseMatrix jacobian = sparse_jacobian(chain, x);
  CHECK(jacobian.nonZeros() == 3 * (many - 2));
  CHECK(JacobianPlan(jacobian_pattern(chain, x)).sweeps() == 3);
  double worst = 0;
  for (Index i = 0; i < many - 2; ++i) worst = std::max(worst, std::abs(jacobian.coeff(i, i + 1) - (3 - 4 * x(i + 1))));
  CHECK(worst <= 1e-14);
  CHECK(jacobian.coeff(7, 7) == -1);
  CHECK(jacobian.coeff(7, 9) == -2);

  const auto arrow = [](const auto& v) {
    Elements<decltype(v)> y = {v.squaredNorm()};
    for (Index i = 1; i < v.size(); ++i) y.push_back(v(0) * v(i));
    return stack(y);
  };
  const SparsityPattern pattern = jacobian_pattern(arrow, x);
  CHECK(pattern.nonzeros() == 3 * many - 2);
  CHECK(JacobianPlan(pattern).sweeps() == 3);
}

TEST_CASE("sums that grow element by element take linear time and memory") {
  const Index many = 20000;
  const auto sums = [](const auto& v) {
    typename std::remove_cvref_t<decltype(v)>::Scalar sum = 0;
    for (Index i = 0; i < v.size(); ++i) sum += v(i) * v(i);
    return stack(sum, v(0));
  };
  const SparsityPattern pattern = jacobian_pattern(sums, VectorXd(VectorXd::Ones(many)));
  CHECK(pattern.row(0).size() == static_cast<std::size_t>(many));
  CHECK(pattern.row(1).size() == 1);
}

TEST_CASE("a planned Jacobian serves every x, and once warm nothing is allocated") {
  const auto f = [](const auto& v) { return (v.head(v.size() - 1).array() * v.tail(v.size() - 1).array()).matrix(); };
  VectorXd x = VectorXd::LinSpaced(40, -1, 1);
  for (const Compression compression : {Compression::columns, Compression::rows}) {
    SparseJacobian jacobian(f, x, {.compression = compression});
    SparseMatrix result = jacobian(f, x);
    for (int k = 0; k < 3; ++k) {
      x *= -1.5;
      const AllocationCounter counter;
      jacobian(f, x, result);
      if (k > 0) CHECK(counter.count() == 0);
      CHECK((result - dense_jacobian(f, x)).norm() == 0);
    }
  }
}

TEST_CASE("the Jacobian of a function of matrices, and of one scalar, in column order") {
  const MatrixXd x = MatrixXd::Random(3, 2), a = MatrixXd::Random(2, 3);
  const MatrixXd jacobian = sparse_jacobian([&](const auto& m) { return a * m; }, x);
  MatrixXd expected = MatrixXd::Zero(4, 6);  // one block for each column
  expected.topLeftCorner(2, 3) = expected.bottomRightCorner(2, 3) = a;
  CHECK((jacobian - expected).norm() <= 1e-15);
  const auto scalar = [](const auto& m) { return m(0, 0) * m(2, 1); };
  for (const Compression compression : {Compression::columns, Compression::rows}) {
    const SparseMatrix row = sparse_jacobian(scalar, x, {.compression = compression});
    CHECK(row.rows() == 1);
    CHECK(row.nonZeros() == 2);
    CHECK(row.coeff(0, 5) == x(0, 0));
  }
  CHECK(sparse_jacobian([](const auto&) { return 3.0; }, x).nonZeros() == 0);
  CHECK(sparse_jacobian([](const auto&) { return VectorXd(VectorXd::Ones(5)); }, x).rows() == 5);
}

TEST_CASE("a given pattern that does not fit is refused, in words") {
  const auto f = [](const auto& v) { return v.head(3).array().square().matrix(); };
  const std::vector<std::pair<Index, Index>> diagonal = {{0, 0}, {1, 1}, {2, 2}};
  for (const Compression compression : {Compression::columns, Compression::rows}) {
    SparseJacobian<double> jacobian(sparsity_pattern(3, 4, diagonal), {.compression = compression});
    const VectorXd x = VectorXd::LinSpaced(4, 1, 4);
    CHECK((jacobian(f, x) - dense_jacobian(f, x)).norm() == 0);
    CHECK_THROWS_WITH_AS(jacobian(f, VectorXd(VectorXd::Ones(5))),
                         "sparse Jacobian: expected 4 elements of x by the pattern, got 5", ShapeError);
    const auto longer = [](const auto& v) { return v.array().square().matrix(); };
    CHECK_THROWS_WITH_AS(jacobian(longer, x), "sparse Jacobian: expected 3 elements of f(x) by the pattern, got 4",
                         ShapeError);
  }
}

}  // namespace
}  // namespace gradus::test::sparse_jacobian_test
