// Profiles: calls, multiplications and bytes by formula. Times are only looked at for being there.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <gradus/autodiff/profile.hpp>
#include <sstream>

namespace gradus::test::profile_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

const OperationProfile& of(const Profile& profile, const std::string& operation) {
  for (const OperationProfile& o : profile.operations)
    if (o.operation == operation) return o;
  throw Error("no operation " + operation);
}

TEST_CASE("a profile counts calls and multiplications as the formulas say") {
  const Index m = 7, k = 5, n = 3;
  const MatrixXd X = MatrixXd::Random(k, n);
  const auto f = [&](const auto& W, const auto& V) {
    const auto h = (W * X).array().tanh().matrix().eval();  // m×k · k×n, X constant
    return (V * h).squaredNorm() + 2.0 * W.cwiseProduct(W).sum();
  };
  const Profile profile = gradus::profile(f, MatrixXd(MatrixXd::Random(m, k)), MatrixXd(MatrixXd::Random(2, m)));
  const auto& product = of(profile, "product");
  CHECK(product.calls == 2);
  CHECK(product.forward_multiplications == m * k * n + 2 * m * n);
  CHECK(product.reverse_multiplications == m * k * n + 2 * (2 * m * n));
  CHECK(of(profile, "tanh").forward_multiplications == m * n);
  CHECK(of(profile, "tanh").reverse_multiplications == m * n);
  CHECK(of(profile, "multiply").reverse_multiplications == 2 * m * k);
  CHECK(of(profile, "sum of squares").forward_multiplications == 2 * n);
  CHECK(of(profile, "sum").forward_multiplications == 0);
  CHECK(of(profile, "variable").calls == 2);
  CHECK(of(profile, "expression").reverse_multiplications == 2);

  double forward = 0, reverse = 0;
  std::size_t bytes = 0;
  for (const OperationProfile& o : profile.operations) {
    CHECK(o.forward_seconds >= 0);
    CHECK(o.reverse_seconds >= 0);
    forward += o.forward_seconds, reverse += o.reverse_seconds, bytes += o.bytes;
  }
  CHECK(profile.total.forward_seconds == doctest::Approx(forward));
  CHECK(profile.total.reverse_seconds == doctest::Approx(reverse));
  CHECK(profile.total.bytes == bytes);
  CHECK(profile.total.calls == 9);
  CHECK(profile.tape_bytes >= bytes);
  CHECK(product.bytes >= static_cast<std::size_t>(m * n + 2 * n) * sizeof(double));  // their values
  CHECK(product.bytes <
        static_cast<std::size_t>(m * n + 2 * n + k * n) * sizeof(double) + 2048);  // a copy of X, records
}

TEST_CASE("a profile of large products finds its time in them") {
  const auto f = [](const auto& A) { return (A * A).sum(); };
  const Profile profile = gradus::profile(f, MatrixXd(MatrixXd::Random(150, 150)));
  CHECK(profile.operations.front().operation == "product");
  CHECK(profile.operations.front().forward_seconds > 0);
  CHECK(profile.operations.front().reverse_seconds > 0);
}

TEST_CASE("a profile of a tape, of float, and its table") {
  Tape<float> tape;
  tape.keep_journal();
  const auto x = tape.variable(Eigen::VectorXf(Eigen::VectorXf::Ones(4)));
  const Var<float> y = x(0) * x(1) + x(2);
  tape.backward(y + x.squaredNorm());
  const Profile profile = gradus::profile(tape);
  CHECK(of(profile, "expression").calls == 2);
  CHECK(of(profile, "expression").bytes == (3 * 8 + 8) + (2 * 8 + 8));
  std::ostringstream out;
  out << profile;
  for (const char* const part : {"operation", "reverse µs", "sum of squares", "expression", "total", "the tape holds"})
    CHECK(out.str().find(part) != std::string::npos);
}

}  // namespace
}  // namespace gradus::test::profile_test
