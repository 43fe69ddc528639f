// The first NaN or infinity of a computation is traced to the operation that made it.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/anomaly.hpp>
#include <sstream>

namespace gradus::test::anomaly_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;
using Sweep = Anomaly::Sweep;

bool mentions(const Anomaly& anomaly, const std::vector<std::string>& parts) {
  std::ostringstream out;
  out << anomaly;
  bool all = true;
  for (const std::string& part : parts) all = all && out.str().find(part) != std::string::npos;
  if (!all) MESSAGE(out.str());
  return all;
}

TEST_CASE("where all is finite there is no anomaly") {
  CHECK_FALSE(find_anomaly([](const auto& x) { return x.array().exp().log().sum(); }, VectorXd(VectorXd::Ones(3))));
  CHECK_FALSE(find_anomaly([](const auto& x) { return x * x; }, 1e150));
}

TEST_CASE("forward, in a scalar expression: the operation is named although the tape has one statement for all") {
  const auto f = [](const auto& x) {
    using std::log;
    const auto shifted = x - 2;
    return (log(shifted) + 3) * x;  // all that follows is NaN too
  };
  const auto found = find_anomaly(f, 1.0);
  REQUIRE(found);
  CHECK(found->sweep == Sweep::forward);
  CHECK(found->operation == "log");
  CHECK(found->place == 2);
  CHECK(std::isnan(found->produced));
  CHECK(mentions(*found, {"forward", "operation 2", "log", "-1", "nan"}));
}

TEST_CASE("forward, in matrices: the first operation, with shapes") {
  const auto f = [](const auto& x) {
    const auto y = (x * 2.0).array().log().matrix().eval();
    return (y * 2.0 - y).sum() + x.squaredNorm();
  };
  const auto found = find_anomaly(f, VectorXd(Eigen::Vector3d(1, 0, 2)));
  REQUIRE(found);
  CHECK(found->sweep == Sweep::forward);
  CHECK(found->operation == "log");
  CHECK(std::isinf(found->produced));
  CHECK(mentions(*found, {"operation 2", "log", "3×1", "inf"}));
}

TEST_CASE("reverse: finite values, but a derivative that is not") {
  const auto scalar = [](const auto& x) {
    using std::sqrt;
    return 3 * sqrt(2 * x);
  };
  const auto found = find_anomaly(scalar, 0.0);
  REQUIRE(found);
  CHECK(found->sweep == Sweep::reverse);
  CHECK(found->operation == "sqrt");
  CHECK(mentions(*found, {"reverse", "operation 2", "sqrt", "inf"}));

  const auto matrix = [](const auto& x) { return (2 * x.array()).sqrt().sum(); };
  const auto in_matrix = find_anomaly(matrix, VectorXd(Eigen::Vector3d(1, 0, 2)));
  REQUIRE(in_matrix);
  CHECK(in_matrix->sweep == Sweep::reverse);
  CHECK(in_matrix->operation == "sqrt");
  CHECK(in_matrix->place == 2);
}

TEST_CASE("what came in not finite is named as such: an argument, a constant") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  const auto argument = find_anomaly([](const auto& x) { return x.sum(); }, VectorXd(VectorXd::Constant(2, inf)));
  REQUIRE(argument);
  CHECK(argument->operation == "variable");
  CHECK(mentions(*argument, {"operation 0", "variable", "inf"}));

  const MatrixXd C = MatrixXd::Constant(2, 3, nan);
  const auto constant = find_anomaly([&](const auto& x) { return (C * x).sum(); }, VectorXd(VectorXd::Ones(3)));
  REQUIRE(constant);
  CHECK(constant->operation == "product");
  CHECK(mentions(*constant, {"a constant (2×3, norm nan)"}));
}

TEST_CASE("of a tape, and in float: overflow") {
  Tape<float> tape;
  tape.keep_journal();
  const auto x = tape.variable(Eigen::Vector2f(100, 1));
  const Var<float> y = x.array().exp().sum();
  tape.backward(y);
  const auto found = find_anomaly(tape);
  REQUIRE(found);
  CHECK(found->operation == "exp");

  Graph graph = graph_of(tape);
  graph.name(x, "scores");
  CHECK(mentions(find_anomaly(graph).value(), {"exp of scores (2×1"}));
}

}  // namespace
}  // namespace gradus::test::anomaly_test
