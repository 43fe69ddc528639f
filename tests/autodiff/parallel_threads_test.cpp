// Gradients of sums over samples, on several threads.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <atomic>
#include <gradus/autodiff/autodiff.hpp>
#include <stdexcept>
#include <thread>

#include "../support/allocation_counter.hpp"

namespace gradus::test::parallel_threads_test {
namespace {

/// Samples (columns) of integers, so that sums of them are exact in whatever order they are taken.
template <class S>
struct Samples {
  using Matrix = Eigen::MatrixX<S>;
  using Vector = Eigen::VectorX<S>;
  explicit Samples(Index n)
      : points(Matrix::NullaryExpr(3, n, [](Index i, Index j) { return S((7 * i + 5 * j) % 11 - 5); })) {}

  /// Σ s ‖A pᵢ‖², with matrix operations.
  auto squares() const {
    return [this](Index first, Index count, const auto& a, const auto& s) {
      return s * (a * points.middleCols(first, count)).squaredNorm();
    };
  }
  /// Σ tanh(wᵀpᵢ), with scalar statements.
  auto tanhs() const {
    return [this]<class W>(Index first, Index count, const W& w) {
      using std::tanh;
      typename W::Scalar sum = 0;
      for (Index i = first; i < first + count; ++i)
        sum = sum + tanh(w(0) * points(0, i) + w(1) * points(1, i) + w(2) * points(2, i));
      return sum;
    };
  }

  Matrix points;
};

TEST_CASE_TEMPLATE("a sum over samples has the same gradient on any number of threads", S, float, double) {
  using Matrix = Eigen::MatrixX<S>;
  for (const Index n : {1, 2, 5, 64, 1001}) {
    const Samples<S> samples(n);
    const auto f = samples.squares();
    const Matrix a = Matrix::NullaryExpr(2, 3, [](Index i, Index j) { return S(i - 2 * j); });
    const S s = 3;
    // By hand: s Σ‖A p‖², 2 s A P Pᵀ, Σ‖A p‖². All are integers below 2²⁴.
    const Matrix gram = samples.points * samples.points.transpose();
    const S squares = (a * samples.points).squaredNorm();
    for (const int threads : {1, 2, 3, 8})
      for (const Index at_most : {Index(1), Index(7), Index(2000)}) {
        CAPTURE(n);
        CAPTURE(threads);
        CAPTURE(at_most);
        ParallelTapes<S> tapes(threads);
        const auto [value, by_a, by_s] = value_and_gradient(tapes, sum_over(n, f, at_most), std::tie(a, s));
        CHECK(value == s * squares);
        CHECK(by_a == 2 * s * a * gram);
        CHECK(by_s == squares);

        Matrix in_place = Matrix::Constant(2, 3, -1);
        S number = -1;
        value_and_gradient(tapes, sum_over(n, f, at_most), std::tie(a, s), std::tie(in_place, number));
        CHECK(in_place == by_a);
        CHECK(number == by_s);
      }
  }
}

TEST_CASE_TEMPLATE("parts of a mean count by their numbers of samples", S, float, double) {
  using Vector = Eigen::VectorX<S>;
  const Index n = 103;
  const Samples<S> samples(n);
  const auto f = samples.tanhs();
  const auto mean = [&](Index first, Index count, const auto& w) { return f(first, count, w) / S(count); };
  const Vector w(Eigen::Vector3<S>(S(0.1), S(-0.2), S(0.3)));
  const auto [expected, expected_gradient] = value_and_gradient(mean_over(n, mean), w);
  for (const int threads : {1, 2, 3, 5, 16})
    for (const Index at_most : {Index(1), Index(10), n}) {
      ParallelTapes<S> tapes(threads);
      Vector gradient(3);
      const S value = value_and_gradient(tapes, mean_over(n, mean, at_most), w, gradient);
      const S rounding = 103 * std::numeric_limits<S>::epsilon();  // one for each term of size below 1
      CHECK(std::abs(value - expected) <= rounding);
      CHECK((gradient - expected_gradient).cwiseAbs().maxCoeff() <= 5 * rounding);  // times |p| ≤ 5
    }
}

TEST_CASE_TEMPLATE("one thread gives the bits of a single tape, and each number of threads always the same", S, float,
                   double) {
  using Vector = Eigen::VectorX<S>;
  const Index n = 500, size = 40000;  // large enough to be summed up by several threads
  const Vector w = Vector::LinSpaced(size, S(-1), S(1));
  const auto f = [](Index first, Index count, const auto& v) {
    return (v.array() * (S(first) + S(0.3))).sin().sum() / S(count) + v.squaredNorm();
  };
  Tape<S> tape;
  Vector expected(size);
  const S value = value_and_gradient(tape, sum_over(n, f), w, expected);
  ParallelTapes<S> one(1);
  Vector gradient(size);
  CHECK(value_and_gradient(one, sum_over(n, f), w, gradient) == value);
  CHECK(gradient == expected);

  for (const int threads : {2, 3, 4, 7}) {
    ParallelTapes<S> tapes(threads);
    const S first = value_and_gradient(tapes, sum_over(n, f), w, expected);
    // In order of the parts: part after part on a single tape, and added.
    S sum = 0;
    Vector sums = Vector::Zero(size), part(size);
    for (Index k = 0, begin = 0; k < threads; ++k) {
      const Index count = n / threads + (k < n % threads ? 1 : 0);
      const auto of_part = [&](const auto& v) { return f(begin, count, v); };
      sum += value_and_gradient(tape, of_part, w, part);
      sums += part;
      begin += count;
    }
    CHECK(first == sum);
    CHECK(expected == sums);
    for (int again = 0; again < 5; ++again) {
      CHECK(value_and_gradient(tapes, sum_over(n, f), w, gradient) == first);
      CHECK(gradient == expected);
    }
    const auto [whole, returned] = value_and_gradient(tapes, sum_over(n, f), w);
    CHECK(whole == first);
    CHECK(returned == expected);
  }
}

TEST_CASE("arguments of any kind, stored in any way") {
  const Index n = 10;
  ParallelTapes tapes(3);
  using RowMajor = Eigen::Matrix<double, -1, -1, Eigen::RowMajor>;
  const RowMajor a = Eigen::MatrixXd::Random(3, 4);
  const Eigen::Array3d b = Eigen::Array3d::Random();
  const auto f = []<class K>(Index first, Index count, const auto& x, const auto& y, const K& k) {
    K sum = k * (x.row(0).sum() * double(count)) + x.squaredNorm() * double(count);
    for (Index i = first; i < first + count; ++i) sum = sum + double(i) * x(1, 2) * y(0) * k + y.square().sum();
    return sum;
  };
  const auto [value, by_a, by_b, by_k] = value_and_gradient(tapes, sum_over(n, f), std::tuple(a, b, 2));
  const auto [expected, expected_a, expected_b, expected_k] = value_and_gradient(sum_over(n, f), a, b, 2);
  static_assert(std::is_same_v<decltype(by_a), decltype(expected_a)>);
  static_assert(std::is_same_v<decltype(by_b), decltype(expected_b)>);
  static_assert(std::is_same_v<decltype(by_k), decltype(expected_k)>);
  CHECK(value == doctest::Approx(expected).epsilon(1e-13));
  CHECK((by_a - expected_a).norm() < 1e-12);
  CHECK((by_b - expected_b).matrix().norm() < 1e-12);
  CHECK(by_k == doctest::Approx(expected_k).epsilon(1e-13));

  // An expression, a block in place, a function that ignores its argument, one of constants.
  const auto squares = [](Index, Index count, const auto& x) { return x.squaredNorm() * double(count); };
  CHECK((std::get<1>(value_and_gradient(tapes, sum_over(n, squares), a + a)) - 40 * a).norm() < 1e-12);
  Eigen::MatrixXd wide = Eigen::MatrixXd::Zero(3, 6);
  const Eigen::MatrixXd x = a;
  value_and_gradient(tapes, sum_over(n, squares), x, wide.middleCols(1, 4));
  CHECK((wide.middleCols(1, 4) - 20 * x).norm() < 1e-12);
  CHECK(wide.col(0).isZero(0));
  CHECK(wide.col(5).isZero(0));
  const auto count_only = [](Index, Index count, const auto&) { return count; };
  const auto [all, nothing] = value_and_gradient(tapes, sum_over(n, count_only), x);
  CHECK(all == 10);
  CHECK(nothing == Eigen::MatrixXd::Zero(3, 4));
}

TEST_CASE("a function of no samples is zero, and is not called") {
  ParallelTapes tapes(2);
  const auto never = [](Index, Index, const auto& x) -> std::remove_cvref_t<decltype(x(0) * 1)> {
    throw std::runtime_error("called");
  };
  const Eigen::VectorXd x = Eigen::VectorXd::Ones(3);
  const auto [value, gradient] = value_and_gradient(tapes, sum_over(0, never), x);
  CHECK(value == 0);
  CHECK(gradient == Eigen::VectorXd::Zero(3));
}

TEST_CASE("what cannot be is an error") {
  const auto f = [](Index, Index, const auto& x) { return x.squaredNorm(); };
  CHECK_THROWS_WITH_AS(sum_over(-1, f), "sum_over: expected a number of samples of at least 0, got -1", Error);
  CHECK_THROWS_WITH_AS(mean_over(0, f), "mean_over: expected a number of samples of at least 1, got 0", Error);
  CHECK_THROWS_WITH_AS(sum_over(3, f, 0), "sum_over: expected a number of samples at a time of at least 1, got 0",
                       Error);
  CHECK_THROWS_WITH_AS(ParallelTapes<>(0), "ParallelTapes: expected a number of threads of at least 1, got 0", Error);
  ParallelTapes tapes(2);
  const Eigen::VectorXd x = Eigen::VectorXd::Ones(4);
  Eigen::VectorXd wrong(3);
  Eigen::MatrixXd rows(2, 4);
  CHECK_THROWS_AS(value_and_gradient(tapes, sum_over(4, f), x, wrong), ShapeError);
  CHECK_THROWS_AS(value_and_gradient(tapes, sum_over(4, f), x.transpose(), rows.row(0)), ShapeError);
  const auto matrix = [](Index, Index, const auto& v) { return v * v.transpose(); };
  CHECK_THROWS_AS(value_and_gradient(tapes, sum_over(4, matrix), x), ShapeError);
  const auto itself = [&](Index, Index, const auto& v) {
    value_and_gradient(tapes, sum_over(4, f), x);
    return v.squaredNorm();
  };
  CHECK_THROWS_AS(value_and_gradient(tapes, sum_over(4, itself), x), TapeError);
  CHECK(value_and_gradient(tapes, sum_over(2, f), x) == value_and_gradient(tapes, sum_over(2, f), x));
}

TEST_CASE("an exception in a thread reaches the caller, who finds everything as it was") {
  ParallelTapes tapes(4);
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(5, 1, 2);
  int bad = 0;
  const auto f = [&](Index first, Index, const auto& v) {
    if (first >= bad) throw std::runtime_error("sample " + std::to_string(first));
    return v.squaredNorm();
  };
  Eigen::VectorXd gradient = Eigen::VectorXd::Constant(5, 7);
  for (bad = 0; bad < 8; bad += 2) {  // several parts throw: the first counts
    const std::string expected = "sample " + std::to_string(bad);
    CHECK_THROWS_WITH_AS(value_and_gradient(tapes, sum_over(8, f), x, gradient), expected.c_str(), std::runtime_error);
    CHECK(gradient == Eigen::VectorXd::Constant(5, 7));
  }
  CHECK(value_and_gradient(tapes, sum_over(8, f), x, gradient) == 4 * x.squaredNorm());
  CHECK(gradient == 8 * x);
}

TEST_CASE("each part runs on a thread of its own, with products on one thread, and what is within stays there") {
  ParallelTapes tapes(3), inner(2);
  std::atomic<int> wrong = 0;
  set_threads(2);
  const auto f = [&](Index, Index count, const auto& x) {
    if (threads() != 1) ++wrong;
    ParallelTapes own(2);
    const auto here = std::this_thread::get_id();
    const auto g = [&](Index, Index, const auto& y) {
      if (std::this_thread::get_id() != here) ++wrong;
      return y.squaredNorm();
    };
    const auto slope = value_and_gradient(own, sum_over(4, g), Eigen::VectorXd(Eigen::VectorXd::Ones(2)));
    return x.squaredNorm() * double(count) * std::get<1>(slope)(0);
  };
  const Eigen::VectorXd x = Eigen::VectorXd::Ones(3);
  for (int i = 0; i < 20; ++i) CHECK(std::get<0>(value_and_gradient(tapes, sum_over(6, f), x)) == 6 * 3 * 4);
  CHECK(wrong == 0);
  CHECK(threads() == 2);  // as it was
  set_threads(1);
}

TEST_CASE("threads may each have parallel tapes") {
  const Samples<double> samples(300);
  const auto f = samples.tanhs();
  const Eigen::Vector3d w(0.1, -0.2, 0.3);
  ParallelTapes tapes(3);
  const auto expected = value_and_gradient(tapes, sum_over(300, f), w);
  std::vector<int> failures(3, 0);
  std::vector<std::thread> users;
  for (std::size_t k = 0; k < failures.size(); ++k)
    users.emplace_back([&, k] {
      ParallelTapes own(3);
      for (int i = 0; i < 20; ++i) failures[k] += value_and_gradient(own, sum_over(300, f), w) != expected;
    });
  for (std::thread& user : users) user.join();
  CHECK(failures == std::vector<int>(3, 0));
}

TEST_CASE("second derivatives: a Hessian-vector product over samples") {
  const Index n = 90;
  const Samples<double> samples(n);
  const auto f = samples.tanhs();
  const Eigen::Vector3d w(0.1, -0.2, 0.3), v(1, 2, -1);
  const auto slope = [&](Index first, Index count, const auto& x) {
    return gradient([&](const auto& y) { return f(first, count, y); }, x).dot(v);
  };
  ParallelTapes tapes(3);
  const Eigen::Vector3d product = std::get<1>(value_and_gradient(tapes, sum_over(n, slope), w));
  CHECK((product - hessian_vector_product(sum_over(n, f), w, v)).norm() < 1e-12 * product.norm());
}

TEST_CASE("a call that is repeated allocates nothing, in no thread") {
  if (!AllocationCounter::available()) return;
  const Index n = 64, size = 70000;
  const int parts = 3;
  std::vector<std::size_t> allocations(parts, 1);
  int call = 0;
  const auto f = [&](Index first, Index, const auto& w) {
    // From the third call of this part to the last, whatever its thread does in between.
    thread_local std::size_t before = 0;
    thread_local const AllocationCounter counter;
    if (call == 2) before = counter.count();
    if (call == 9) allocations[std::size_t(first / 20)] = counter.count() - before;
    return (w.array() * double(first + 1)).square().sum();
  };
  const Eigen::VectorXd w = Eigen::VectorXd::Ones(size);
  Eigen::VectorXd gradient(size);
  ParallelTapes tapes(parts);
  std::size_t caller = 1;
  const auto over = sum_over(n, f);
  for (call = 0; call < 10; ++call) {
    const AllocationCounter counter;
    value_and_gradient(tapes, over, w, gradient);
    caller = counter.count();
  }
  CHECK(caller == 0);
  CHECK(allocations == std::vector<std::size_t>(parts, 0));
  const std::size_t memory = tapes.memory();
  value_and_gradient(tapes, over, w, gradient);
  CHECK(tapes.memory() == memory);
  CHECK(memory > 3 * sizeof(double) * size);
}

}  // namespace
}  // namespace gradus::test::parallel_threads_test
