// What a network's output depends on.
#include <doctest/doctest.h>

#include <gradus/autodiff/sparse.hpp>
#include <gradus/nn/nn.hpp>

namespace gradus::test::sparse_test {
namespace {

TEST_CASE("samples of a batch do not depend on each other: the Jacobian by the inputs is of blocks") {
  std::mt19937_64 random(1);
  const nn::MLP net({2, 5, 3});
  const Eigen::VectorXd w = net.init<double>(random);
  const Index samples = 4;
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, samples);
  const auto f = [&](const auto& inputs) { return net(inputs, w); };
  const SparsityPattern pattern = jacobian_pattern(f, x);
  CHECK(pattern.nonzeros() == samples * 3 * 2);
  for (Index i = 0; i < 3 * samples; ++i)
    for (const int j : pattern.row(i)) CHECK(i / 3 == j / 2);
  CHECK(JacobianPlan(pattern).sweeps() == 2);
  const Eigen::MatrixXd jacobian = sparse_jacobian(f, x);
  for (Index s = 0; s < samples; ++s) {
    const Eigen::MatrixXd alone = sparse_jacobian(f, Eigen::MatrixXd(x.col(s)));
    CHECK((jacobian.block(3 * s, 2 * s, 3, 2) - alone).norm() <= 1e-14);
  }
}

}  // namespace
}  // namespace gradus::test::sparse_test
