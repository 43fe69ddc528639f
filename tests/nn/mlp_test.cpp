// Multilayer perceptrons as they are trained.
#include <gradus/nn/nn.hpp>

#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::mlp_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd, Eigen::VectorXf, Eigen::VectorXi;
using nn::MLP;

std::string sizes_message(const std::vector<Index>& sizes) {
  try {
    MLP{sizes};
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_CASE("MLP: sizes that make no network are an error") {
  const std::string expectation = "MLP: expected at least two layer sizes, each positive, got ";
  CHECK(sizes_message({}) == expectation + "{}");
  CHECK(sizes_message({64}) == expectation + "{64}");
  CHECK(sizes_message({64, 0, 10}) == expectation + "{64, 0, 10}");
  CHECK(sizes_message({64, 32, -10}) == expectation + "{64, 32, -10}");
  CHECK(sizes_message({1, 1}) == "no error");
}

TEST_CASE("MLP: a network of any depth, the gradient of its loss along random directions is that of differences") {
  for (const std::vector<Index>& sizes : {std::vector<Index>{5, 3}, {5, 7, 3}, {5, 4, 4, 4, 4, 4, 4, 4, 3}}) {
    const MLP net(sizes, nn::Tanh{});
    std::mt19937_64 random(1);
    const VectorXd w = net.init(random);
    const MatrixXd x = MatrixXd::Random(5, 6);
    const VectorXi labels = VectorXi::LinSpaced(6, 0, 2);
    const auto loss = [&](const auto& v) {
      return nn::softmax_cross_entropy(
          net(cast<typename detail::NumberOf<std::remove_cvref_t<decltype(v)>>::type>(x), v), labels);
    };
    for (int direction = 0; direction < 3; ++direction) check_gradients<2>(loss, w);
  }
}

TEST_CASE("MLP: a batch is its samples one by one, in value and in gradient") {
  const MLP net({6, 10, 4});
  std::mt19937_64 random(2);
  const VectorXd w = net.init(random);
  const MatrixXd x = MatrixXd::Random(6, 9);
  const VectorXi labels = VectorXi::LinSpaced(9, 0, 3);
  const auto part = [&](Index first, Index count) {
    return value_and_gradient(
        [&, first, count](const auto& v) {
          return nn::softmax_cross_entropy(net(x.middleCols(first, count), v), labels.segment(first, count));
        },
        w);
  };
  double loss = 0;
  VectorXd gradient = VectorXd::Zero(w.size());
  for (Index j = 0; j < 9; ++j) {
    const auto [value, slope] = part(j, 1);
    loss += value / 9;
    gradient += slope / 9;
  }
  const auto [value, slope] = part(0, 9);
  check_close(value, loss, 100 * std::numeric_limits<double>::epsilon());
  CHECK(slope.isApprox(gradient, 1e-14));
}

TEST_CASE("MLP: eight layers of 256 in float keep the size of signals and have a finite gradient in every layer") {
  const MLP net({256, 256, 256, 256, 256, 256, 256, 256, 256});
  CHECK(net.size() == 8 * (256 * 256 + 256));
  std::mt19937_64 random(3);
  const VectorXf w = net.init<float>(random);
  const Eigen::MatrixXf x =
      Eigen::MatrixXf::NullaryExpr(256, 64, [&] { return static_cast<float>(nn::normal(random)); });
  const VectorXi labels = VectorXi::LinSpaced(64, 0, 255);
  // He's rule keeps E y² from ReLU to ReLU: each of seven layers changes it by about a factor 1 ± √(5/256) for a
  // sample, and the 64 samples are not independent. Without the factor 2 it would be 2⁻⁷ of that.
  const double power = net(x, w).squaredNorm() / x.squaredNorm();
  CHECK(power > 0.25);
  CHECK(power < 4);
  const VectorXf slope =
      gradient([&](const auto& v) { return nn::softmax_cross_entropy(net(borrow(x), v), labels); }, w);
  CHECK(slope.allFinite());
  for (const auto& p : net.parameters()) CHECK(slope.segment(p.offset, p.rows * p.cols).norm() > 0.0f);
}

TEST_CASE("a training step of an MLP in the steady state allocates nothing") {
  if (!AllocationCounter::available()) {
    MESSAGE("test skipped: a sanitizer has replaced the allocator");
    return;
  }
  const auto check = [&](auto activation) {
    const MLP net({20, 16, 8, 4}, activation);
    std::mt19937_64 random(4);
    nn::Dataset<float> data{Eigen::MatrixXf::Random(20, 90), VectorXi::LinSpaced(90, 0, 3)};
    nn::Batches<float> batches(data, {.size = 32}, random);  // the last one smaller
    VectorXf w = net.template init<float>(random), gradient(net.size());
    Tape<float> tape;
    const auto epoch = [&] {
      for (const auto& batch : batches) {
        const auto loss = [&](const auto& v) {
          return nn::softmax_cross_entropy(net(borrow(batch.inputs), v), batch.labels);
        };
        value_and_gradient(tape, loss, w, gradient);
        w -= 0.1f * gradient;
      }
    };
    epoch();
    const AllocationCounter counter;
    epoch();
    epoch();
    CHECK(counter.count() == 0);
  };
  check(nn::ReLU{});
  check(nn::Tanh{});
}

TEST_CASE("an MLP learns what no linear model can") {
  // Whether a point lies within a circle.
  std::mt19937_64 random(5);
  const MatrixXd x = MatrixXd::NullaryExpr(2, 400, [&] { return 2 * nn::uniform(random) - 1; });
  const VectorXi labels = (x.colwise().squaredNorm().array() < 0.5).cast<int>().transpose();
  const MLP net({2, 16, 2}, nn::Tanh{});
  VectorXd w = net.init(random), gradient(net.size());
  Tape tape;
  for (int step = 0; step < 2000; ++step) {
    value_and_gradient(
        tape, [&](const auto& v) { return nn::softmax_cross_entropy(net(borrow(x), v), labels); }, w, gradient);
    w -= 0.5 * gradient;
  }
  CHECK(nn::accuracy(net(x, w), labels) > 0.97);
}

}  // namespace
}  // namespace gradus::test::mlp_test
