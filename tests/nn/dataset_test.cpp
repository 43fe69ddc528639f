// Data sets: from tables, split, standardized, in mini-batches.
#include <doctest/doctest.h>
#include <gradus/nn/data/batches.hpp>
#include <gradus/nn/data/dataset.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <type_traits>

#include "../support/allocation_counter.hpp"

namespace gradus::test::dataset_test {

using gradus::DataError;
using gradus::Error;
using gradus::Index;
using namespace gradus::nn;

namespace {

/// n samples of 2 features and a label that all tell which sample it is.
Dataset<double> numbered(int n) {
  Dataset<double> data;
  data.inputs.resize(2, n);
  data.inputs.row(0).setLinSpaced(n, 0, n - 1);
  data.inputs.row(1) = 0.5 * data.inputs.row(0);
  data.labels.setLinSpaced(n, 0, n - 1);
  return data;
}

std::vector<int> sorted(std::vector<int> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}
std::vector<int> first_integers(int n) {
  std::vector<int> numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

template <class Inputs, class Labels>
bool belong_together(const Inputs& inputs, const Labels& labels) {
  return inputs.row(0) == labels.transpose().template cast<double>() && inputs.row(1) == 0.5 * inputs.row(0);
}

}  // namespace

TEST_CASE("Dataset: rows of a table become columns, its last column the labels") {
  Table table{.rows = 2, .cols = 3, .values = {1, 2, 0, 3, 4, 7}, .names = {}, .path = {}, .lines = {}};
  const auto data = Dataset<float>::from_table(table);
  CHECK(data.inputs == (Eigen::MatrixXf(2, 2) << 1, 3, 2, 4).finished());
  CHECK(data.labels == Eigen::Vector2i(0, 7));
  CHECK(data.size() == 2);
  CHECK(data.features() == 2);
  CHECK(data.classes() == 8);
}

TEST_CASE("Dataset: a label is a whole number from 0 on") {
  const auto with_label = [](double label) {
    return Table{.rows = 2, .cols = 2, .values = {1, 0, 2, label}, .names = {}, .path = "x.csv", .lines = {1, 4}};
  };
  CHECK_NOTHROW(Dataset<double>::from_table(with_label(2147483647)));
  for (const auto& [label, text] :
       {std::pair{0.5, "0.5"}, {-1.0, "-1."}, {2147483648.0, "2147483648."}, {std::nan(""), "nan"}}) {
    const std::string error = std::string("x.csv:4:2: expected a label (a whole number from 0 on), got ") + text;
    CHECK_THROWS_WITH_AS(Dataset<double>::from_table(with_label(label)), error.c_str(), DataError);
  }
  CHECK_THROWS_WITH_AS(
      Dataset<double>::from_table({.rows = 1, .cols = 1, .values = {1}, .names = {}, .path = {}, .lines = {}}),
      "table: expected at least 2 columns (features, label), got 1", DataError);
}

TEST_CASE("uniform_below: every remainder is equally often") {
  std::mt19937_64 random(1);
  const int sides = 6, throws = 60000;
  std::array<int, sides> seen{};
  for (int k = 0; k < throws; ++k) ++seen[uniform_below(sides, random)];
  // χ² with 5 degrees of freedom exceeds 20.5 once in a thousand seeds.
  double chi_squared = 0;
  for (const int count : seen) chi_squared += std::pow(count - throws / sides, 2) / (throws / double(sides));
  CHECK(chi_squared < 20.5);
  CHECK(uniform_below(1, random) == 0);
}

TEST_CASE("shuffle: each of the 4! orders is equally often, and the same with every compiler") {
  std::mt19937_64 random(2);
  std::map<std::vector<int>, int> seen;
  const int shuffles = 24000;
  for (int k = 0; k < shuffles; ++k) {
    std::vector<int> order = {0, 1, 2, 3};
    shuffle(order, random);
    ++seen[order];
  }
  CHECK(seen.size() == 24);
  // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand seeds.
  double chi_squared = 0;
  for (const auto& [order, count] : seen) chi_squared += std::pow(count - shuffles / 24, 2) / (shuffles / 24.0);
  CHECK(chi_squared < 49.7);

  // By hand from the generator's first outputs with its default seed, the first of which the standard's 10000th fixes.
  std::mt19937_64 fixed;
  std::mt19937_64 same;
  std::vector<int> order = first_integers(5);
  shuffle(order, fixed);
  std::vector<int> expected = first_integers(5);
  for (const std::size_t n : {5u, 4u, 3u, 2u}) std::swap(expected[same() % n], expected[n - 1]);
  CHECK(order == expected);
}

TEST_CASE("split: every sample is in exactly one part, with its label") {
  const auto data = numbered(101);
  std::mt19937_64 random(3);
  const auto [train, test] = split(data, 0.8, random);
  CHECK(train.size() == 81);  // round(80.8)
  CHECK(test.size() == 20);
  CHECK(belong_together(train.inputs, train.labels));
  CHECK(belong_together(test.inputs, test.labels));
  std::vector<int> all(train.labels.begin(), train.labels.end());
  CHECK(all != sorted(all));
  all.insert(all.end(), test.labels.begin(), test.labels.end());
  CHECK(sorted(all) == first_integers(101));

  std::mt19937_64 again(3), other(4);
  CHECK(split(data, 0.8, again).first.labels == train.labels);
  CHECK(split(data, 0.8, other).first.labels != train.labels);
}

TEST_CASE("split: a part without samples is an error") {
  std::mt19937_64 random;
  for (const double fraction : {0.0, 1.0, 0.04, 0.96, -0.5, 1.5, std::nan("")})
    CHECK_THROWS_AS(split(numbered(10), fraction, random), Error);
  CHECK_THROWS_WITH_AS(split(numbered(10), 1, random),
                       "split: expected a fraction that gives both parts a sample, got 1.000000 of 10 samples", Error);
}

TEST_CASE_TEMPLATE("Standardization: mean 0 and variance 1, also far from zero, constants become 0", S, float, double) {
  using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
  const Index n = 1000;
  Matrix inputs(3, n);
  for (Index k = 0; k < n; ++k) inputs.col(k) << S(1000 + k % 7), S(0.1), S(k % 2 ? -1e-3 : 1e-3);
  const Matrix original = inputs;
  const Standardization<S> scaling(inputs);
  scaling.apply(inputs);
  // The mean of n numbers of size m is known to m·ε·log₂(n), in units of the deviation; here m/deviation ≤ 500.
  const double tolerance = 500 * 10 * static_cast<double>(std::numeric_limits<S>::epsilon());
  for (const Index feature : {0, 2}) {
    CHECK(std::abs(double(inputs.row(feature).mean())) < tolerance);
    CHECK(std::abs(double(inputs.row(feature).array().square().mean()) - 1) < 2 * tolerance);
  }
  CHECK(inputs.row(1).isZero(0));
  // An affine map: what it does to the training data it does to others.
  Matrix one = original.col(17);
  scaling.apply(one);
  CHECK(one == inputs.col(17));

  Matrix wrong(2, 1);
  CHECK_THROWS_WITH_AS(scaling.apply(wrong), "Standardization: expected 3 features, got 2", gradus::ShapeError);
  CHECK_THROWS_AS(Standardization<S>(Matrix(3, 0)), Error);
}

TEST_CASE("Batches: an epoch has every sample once, each epoch in another order") {
  const auto data = numbered(50);
  std::mt19937_64 random(5);
  Batches batches(data, {.size = 16}, random);
  CHECK(batches.count() == 4);
  std::vector<int> previous;
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::vector<int> seen;
    std::vector<Index> sizes;
    for (const auto [inputs, labels] : batches) {
      CHECK(belong_together(inputs, labels));
      seen.insert(seen.end(), labels.begin(), labels.end());
      sizes.push_back(inputs.cols());
    }
    CHECK(sizes == std::vector<Index>{16, 16, 16, 2});
    CHECK(sorted(seen) == first_integers(50));
    CHECK(seen != previous);
    previous = seen;
  }
}

TEST_CASE("Batches: drop_last leaves out the short batch, other samples each epoch") {
  const auto data = numbered(50);
  std::mt19937_64 random(6);
  Batches batches(data, {.size = 16, .drop_last = true}, random);
  CHECK(batches.count() == 3);
  std::vector<int> ever;
  for (int epoch = 0; epoch < 20; ++epoch) {
    std::vector<int> seen;
    for (const auto [inputs, labels] : batches) {
      CHECK(inputs.cols() == 16);
      seen.insert(seen.end(), labels.begin(), labels.end());
    }
    seen = sorted(seen);
    CHECK(seen.size() == 48);
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    ever.insert(ever.end(), seen.begin(), seen.end());
  }
  // A sample misses all 20 epochs with probability 0.04²⁰.
  ever = sorted(ever);
  ever.erase(std::unique(ever.begin(), ever.end()), ever.end());
  CHECK(ever == first_integers(50));
}

TEST_CASE("Batches: the order is a function of the generator's state, or that of the data") {
  const auto data = numbered(20);
  const auto epoch_of = [](auto& batches) {
    std::vector<int> seen;
    for (const auto [inputs, labels] : batches) seen.insert(seen.end(), labels.begin(), labels.end());
    return seen;
  };
  std::mt19937_64 random(7), same(7);
  Batches a(data, {.size = 6}, random), b(data, {.size = 6}, same);
  random.discard(1000);  // what is drawn later does not matter
  CHECK(epoch_of(a) == epoch_of(b));
  CHECK(epoch_of(a) == epoch_of(b));

  Batches in_order(data, {.size = 6, .shuffle = false}, random);
  CHECK(epoch_of(in_order) == first_integers(20));
}

TEST_CASE("Batches: sizes at the limits") {
  const auto data = numbered(5);
  std::mt19937_64 random;
  CHECK(Batches(data, {.size = 1}, random).count() == 5);
  CHECK(Batches(data, {.size = 5, .drop_last = true}, random).count() == 1);
  Batches all(data, {.size = 1000}, random);
  CHECK(all.count() == 1);
  for (const auto [inputs, labels] : all) CHECK(inputs.cols() == 5);

  CHECK_THROWS_WITH_AS(Batches(data, {.size = 0}, random), "Batches: expected a batch size of at least 1, got 0",
                       Error);
  CHECK_THROWS_WITH_AS(Batches(data, {.size = 6, .drop_last = true}, random),
                       "Batches: expected at least one batch of 6, got 5 samples", Error);
  const Dataset<double> none;
  CHECK_THROWS_WITH_AS(Batches(none, {.size = 6}, random), "Batches: expected at least one batch of 6, got 0 samples",
                       Error);
  static_assert(!std::is_constructible_v<Batches<double>, Dataset<double>, BatchOptions, std::mt19937_64&>,
                "would refer to a data set that is gone");
}

TEST_CASE("Batches: no epoch allocates") {
  const auto data = numbered(50);
  std::mt19937_64 random(8);
  Batches batches(data, {.size = 16}, random);
  const gradus::test::AllocationCounter counter;
  double sum = 0;
  for (int epoch = 0; epoch < 3; ++epoch)
    for (const auto [inputs, labels] : batches) sum += inputs.sum();
  CHECK(counter.count() == 0);
  CHECK(sum == 3 * 1.5 * (49 * 50 / 2));
}

}  // namespace gradus::test::dataset_test
