// The product kernel agrees with Eigen's product in double for every shape, layout and type, alone or beside others.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include <gradus/autodiff/kernels/product.hpp>
#include <gradus/autodiff/threads.hpp>

namespace gradus::test::product_kernel_test {
namespace {

using gradus::Index;
using gradus::Store;
using gradus::View;
using Random = std::mt19937;

enum class Lie {
  columns,
  rows,
  spaced_columns,
  spaced_rows,
  scattered,
  repeated_rows,
  repeated_columns,
  constant,
  last
};

Index between(Random& random, Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(random); }

/// Storage for a matrix of normal numbers that lies in memory as asked.
template <class S>
struct Matrix {
  std::vector<S> storage;
  View<S> view;

  Matrix(Random& random, Index rows, Index cols, Lie lie) {
    const Index gap = between(random, 1, 5);
    Index row_stride = 1, col_stride = rows;
    switch (lie) {
      case Lie::rows:
        row_stride = cols, col_stride = 1;
        break;
      case Lie::spaced_columns:
        col_stride = rows + gap;
        break;
      case Lie::spaced_rows:
        row_stride = cols + gap, col_stride = 1;
        break;
      case Lie::scattered:
        row_stride = 1 + gap, col_stride = row_stride * rows + gap;
        break;
      case Lie::repeated_rows:
        row_stride = 0, col_stride = gap;
        break;
      case Lie::repeated_columns:
        row_stride = gap, col_stride = 0;
        break;
      case Lie::constant:
        row_stride = 0, col_stride = 0;
        break;
      case Lie::columns:
      case Lie::last:
        break;
    }
    const bool empty = rows == 0 || cols == 0;
    storage.resize(empty ? 0 : std::size_t((rows - 1) * row_stride + (cols - 1) * col_stride + 1));
    std::normal_distribution<S> normal;
    for (S& x : storage) x = normal(random);
    view = {storage.data(), rows, cols, row_stride, col_stride};
  }

  Eigen::MatrixXd in_double() const {
    return Eigen::MatrixXd::NullaryExpr(view.rows, view.cols, [&](Index i, Index j) { return double(view(i, j)); });
  }
};

/// A·B and |A||B| by the definition. (Eigen's product, compiled for a test, takes twenty times as long.)
struct Reference {
  Eigen::MatrixXd product, size;
  Reference(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b)
      : product(Eigen::MatrixXd::Zero(a.rows(), b.cols())), size(product) {
    const Index m = a.rows();
    for (Index j = 0; j < b.cols(); ++j)
      for (Index p = 0; p < a.cols(); ++p) {
        const double factor = b(p, j), *column = a.data() + p * m;
        double *sum = product.data() + j * m, *sum_of_sizes = size.data() + j * m;
        for (Index i = 0; i < m; ++i) {
          const double term = column[i] * factor;
          sum[i] += term;
          sum_of_sizes[i] += std::abs(term);
        }
      }
  }
};

/// C (+)= A·B, and the number of entries farther from the product in double than rounding explains: a sum of k products
/// in any order is within (k + 1) ε Σ|a||b|, once for the kernel, once for the reference, and adding C costs one more
/// ε.
template <class S>
int wrong_entries(Random& random, Index m, Index n, Index k, Lie a_lies, Lie b_lies, Lie c_lies, Store store) {
  const Matrix<S> a(random, m, k, a_lies), b(random, k, n, b_lies);
  Matrix<S> c(random, m, n, c_lies);
  auto [exact, size] = Reference(a.in_double(), b.in_double());
  if (store == Store::add) {
    exact += c.in_double();
    size += c.in_double().cwiseAbs();
  } else {  // what stood in C must not matter
    for (Index j = 0; j < n; ++j)
      for (Index i = 0; i < m; ++i) c.view(i, j) = std::numeric_limits<S>::quiet_NaN();
  }
  std::vector<S> expected = c.storage;

  gradus::kernels::product<S>(c.view, a.view, b.view, store);

  const double unit = 2 * double(k + 2) * double(std::numeric_limits<S>::epsilon());
  int wrong = 0;
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      wrong += !(std::abs(double(c.view(i, j)) - exact(i, j)) <= unit * size(i, j));
      expected[std::size_t(i * c.view.row_stride + j * c.view.col_stride)] = c.view(i, j);
    }
  }
  return wrong + (expected != c.storage);  // the gaps of C are as they were
}

TEST_CASE_TEMPLATE("product equals the sums of the definition in double up to rounding", S, float, double) {
  Random random(20240607);
  auto dimension = [&] {
    switch (between(random, 0, 9)) {
      case 0:
        return Index(1);
      case 1:
        return Index(16) << between(random, 0, 2);
      case 2:
        return between(random, 50, 150);
      default:
        return between(random, 1, 40);
    }
  };
  auto lies = [&](Lie end) { return Lie(between(random, 0, Index(end) - 1)); };
  for (int trial = 0; trial < 2000; ++trial) {
    const Index m = dimension(), n = dimension(), k = dimension();
    const Lie a = lies(Lie::last), b = lies(Lie::last), c = lies(Lie::repeated_rows);
    const Store store = trial % 2 ? Store::add : Store::assign;
    INFO(m, "×", k, " times ", k, "×", n, ", layouts ", int(a), " ", int(b), " ", int(c), ", store ", int(store));
    REQUIRE(wrong_entries<S>(random, m, n, k, a, b, c, store) == 0);
  }
}

TEST_CASE_TEMPLATE("product is right where it is cut into blocks", S, float, double) {
  Random random(7);
  struct Shape {
    Index m, n, k;
  };
  for (const Shape& of :
       {Shape{1000, 9, 400}, Shape{37, 1100, 390}, Shape{970, 1030, 17}, Shape{5, 3, 2000}, Shape{330, 32, 1100},
        Shape{1500, 1, 300}, Shape{1, 300, 1500}, Shape{300, 700, 1}, Shape{1, 1, 5000}})
    for (const Lie a : {Lie::columns, Lie::rows, Lie::scattered})
      for (const Lie b : {Lie::columns, Lie::spaced_rows}) {
        const Store store = (a == Lie::rows) == (b == Lie::columns) ? Store::add : Store::assign;
        INFO(of.m, "×", of.k, " times ", of.k, "×", of.n, ", layouts ", int(a), " ", int(b), ", store ", int(store));
        CHECK(wrong_entries<S>(random, of.m, of.n, of.k, a, b, Lie::columns, store) == 0);
      }
}

TEST_CASE("an empty sum is zero, and an empty result is nothing to do") {
  float c[6] = {1, 2, 3, 4, 5, 6};
  const View<float> view(c, 2, 3, 1, 2);
  const View<const float> a(nullptr, 2, 0, 1, 2), b(nullptr, 0, 3, 1, 0);
  gradus::kernels::product<float>(view, a, b, Store::add);
  for (int i = 0; i < 6; ++i) CHECK(c[i] == float(i + 1));
  gradus::kernels::product<float>(view, a, b, Store::assign);
  for (const float x : c) CHECK(x == 0);
  const View<const float> some(c, 3, 2, 1, 3), none(nullptr, 2, 0, 1, 2);
  gradus::kernels::product<float>({nullptr, 3, 0, 1, 3}, some, none, Store::assign);
}

TEST_CASE("infinities and NaNs stay in the rows and columns where they belong") {
  Eigen::MatrixXf a = Eigen::MatrixXf::Ones(19, 21), b = Eigen::MatrixXf::Ones(21, 13), c(19, 13);
  a(3, 5) = std::numeric_limits<float>::infinity();
  b(7, 2) = std::numeric_limits<float>::quiet_NaN();
  gradus::kernels::product<float>({c.data(), 19, 13, 1, 19}, {a.data(), 19, 21, 1, 19}, {b.data(), 21, 13, 1, 21},
                                  Store::assign);
  for (Index j = 0; j < 13; ++j)
    for (Index i = 0; i < 19; ++i) {
      if (j == 2)
        CHECK(std::isnan(c(i, j)));
      else
        CHECK(c(i, j) == (i == 3 ? std::numeric_limits<float>::infinity() : 21.f));
    }
}

TEST_CASE("a product is the same, bit for bit, for any number of threads and of callers") {
  const Index m = 384, n = 200, k = 500;
  const Eigen::MatrixXf a = Eigen::MatrixXf::Random(m, k), b = Eigen::MatrixXf::Random(k, n);
  auto product = [&] {
    Eigen::MatrixXf c(m, n);
    gradus::kernels::product<float>({c.data(), m, n, 1, m}, {a.data(), m, k, 1, m}, {b.data(), k, n, 1, k},
                                    Store::assign);
    return c;
  };
  REQUIRE(gradus::threads() == 1);
  const Eigen::MatrixXf alone = product();
  for (const int helpers : {2, 3, 7}) {
    gradus::set_threads(helpers);
    CHECK(gradus::threads() == helpers);
    CHECK(product() == alone);
  }
  gradus::set_threads(0);
  CHECK(gradus::threads() == 1);

  std::vector<int> right(4, 0);
  std::vector<std::thread> callers;
  for (std::size_t t = 0; t < right.size(); ++t)
    callers.emplace_back([&, t] {
      gradus::set_threads(1 + int(t) % 2);
      right[t] = true;
      for (int repeat = 0; repeat < 5; ++repeat) right[t] = right[t] && product() == alone;
    });
  for (std::thread& caller : callers) caller.join();
  for (const int is_right : right) CHECK(is_right);
}

}  // namespace
}  // namespace gradus::test::product_kernel_test
