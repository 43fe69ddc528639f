// Softmax cross-entropy: its formula, its derivatives, its behaviour at the limits of numbers.
#include <gradus/nn/cross_entropy.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::cross_entropy_test {
namespace {

using Eigen::Dynamic, Eigen::MatrixXd, Eigen::VectorXd, Eigen::VectorXi;
using nn::softmax_cross_entropy;
template <class S>
constexpr double eps = double(std::numeric_limits<S>::epsilon());

const MatrixXd scores = (MatrixXd(3, 5) << 0.5, -1, 2, 0, 3, 0.25, 1.5, -2, 0, 3, -0.5, 0.75, 1, 0, -3).finished();
const VectorXi labels = (VectorXi(5) << 0, 2, 1, 1, 0).finished();

MatrixXd softmax(const MatrixXd& z) {
  const MatrixXd e = z.array().exp();
  return e.array().rowwise() / e.colwise().sum().array();
}
MatrixXd one_hot(const VectorXi& classes, Index count) {
  MatrixXd y = MatrixXd::Zero(count, classes.size());
  for (Index j = 0; j < classes.size(); ++j) y(classes[j], j) = 1;
  return y;
}

/// Loss and gradient on a tape of S.
template <class S>
auto differentiated(const MatrixXd& z, const VectorXi& y) {
  const Eigen::Matrix<S, Dynamic, Dynamic> x = z.cast<S>();
  const auto all = value_and_gradient([&](const auto& v) { return softmax_cross_entropy(v, y); }, x);
  return std::tuple(double(std::get<0>(all)), MatrixXd(std::get<1>(all).template cast<double>()));
}

TEST_CASE("cross-entropy is the mean of -log softmax, its gradient (softmax - one-hot)/n") {
  const MatrixXd p = softmax(scores), expected = (p - one_hot(labels, 3)) / 5;
  double loss = 0;
  for (Index j = 0; j < 5; ++j) loss -= std::log(p(labels[j], j)) / 5;
  const auto check = [&]<class S>(S) {
    // Five terms below 8, each a few roundings off.
    check_close(double(softmax_cross_entropy(scores.cast<S>(), labels)), loss, 40 * eps<S>);
    const auto [value, gradient] = differentiated<S>(scores, labels);
    check_close(value, loss, 40 * eps<S>);
    check_close((gradient - expected).norm(), 0, 40 * eps<S>);
  };
  check(double());
  check(float());
}

TEST_CASE("cross-entropy: the fused operation is the composition") {
  Tape tape;
  const auto z = tape.variable(scores);
  const auto fused = softmax_cross_entropy(z, labels);
  const Var<double> composed = nn::detail::composed_cross_entropy(z, labels);
  check_close(value_of(fused), value_of(composed), 40 * eps<double>);
  for (const Retain retain : {Retain::variables, Retain::everything}) {
    tape.backward(3 * fused, retain);
    const MatrixXd gradient = tape.adjoint(z);
    tape.backward(3 * composed, retain);
    check_close((gradient - tape.adjoint(z)).norm(), 0, 40 * eps<double>);
  }
}

TEST_CASE("cross-entropy: derivatives of first and second order are those of differences") {
  check_gradients<2>([](const auto& z) { return softmax_cross_entropy(z, labels); }, scores);
  check_gradients<2>([](const auto& z) { return softmax_cross_entropy(z.transpose(), labels); },
                     MatrixXd(scores.transpose()));
  // Of part of a variable, twice, in a sum with others.
  check_gradients<2>(
      [](const auto& z) {
        return softmax_cross_entropy(z.middleCols(1, 3), labels.head(3)) * z(0, 0) +
               softmax_cross_entropy(z.row(2), VectorXi::Zero(5)) + softmax_cross_entropy(z, labels);
      },
      scores);
}

TEST_CASE("cross-entropy of a linear model: the Hessian is kron(diag p - pp', xx')") {
  const MatrixXd x = MatrixXd::Random(2, 5), W = MatrixXd::Random(3, 2);
  const auto loss = [&](const auto& w) { return softmax_cross_entropy(w * x, labels); };
  const MatrixXd p = softmax(W * x);
  for (Index a = 0; a < 3; ++a)
    for (Index i = 0; i < 2; ++i) {
      const auto derivative = [&](const auto& w) { return gradient(loss, w)(a, i); };
      MatrixXd expected = MatrixXd::Zero(3, 2);  // ∂²/∂W(a,i)∂W(b,j), mean over the samples
      for (Index b = 0; b < 3; ++b)
        for (Index j = 0; j < 2; ++j)
          for (Index s = 0; s < 5; ++s)
            expected(b, j) += ((a == b ? p(a, s) : 0) - p(a, s) * p(b, s)) * x(i, s) * x(j, s) / 5;
      check_close((gradient(derivative, W) - expected).norm(), 0, 100 * eps<double>);
    }
}

TEST_CASE("cross-entropy: Hessian products by reverse over forward are those by reverse over reverse") {
  const MatrixXd v = MatrixXd::Random(scores.rows(), scores.cols());
  const auto check = [&](const auto& loss) {
    const auto slope = [&](const auto& z) { return (gradient(loss, z).array() * v.array()).sum(); };
    check_close((hessian_vector_product(loss, scores, v) - gradient(slope, scores)).norm(), 0, 100 * eps<double>);
  };
  check([](const auto& z) { return softmax_cross_entropy(z, labels); });
  check([](const auto& z) {
    return softmax_cross_entropy(z.middleCols(1, 3), labels.head(3)) * z(0, 0) + softmax_cross_entropy(z, labels) +
           softmax_cross_entropy((2 * z.transpose()).transpose(), labels);
  });
}

TEST_CASE("cross-entropy of scores of any size is finite and precise") {
  // Classes that differ by so much that one of them takes it all.
  for (const double size : {1e4, 1e9, 1e30, 3e38}) {
    CAPTURE(size);
    const MatrixXd z = (MatrixXd(3, 3) << size, size, -size, 0, -size, -size, -size / 2, 0, -size).finished();
    const auto [right, right_gradient] = differentiated<float>(z.leftCols(2), Eigen::Vector2i(0, 0));
    CHECK(right == 0);
    CHECK(right_gradient.isZero(0));
    const auto [wrong, wrong_gradient] = differentiated<float>(z.leftCols(1), VectorXi::Constant(1, 1));
    CHECK(wrong == double(float(size)));
    CHECK(wrong_gradient == Eigen::Vector3d(1, -1, 0));
    const auto [equal, equal_gradient] = differentiated<float>(z.rightCols(1), VectorXi::Constant(1, 1));
    check_close(equal, std::log(3.0), 4 * eps<float>);
    check_close((equal_gradient - Eigen::Vector3d(1. / 3, -2. / 3, 1. / 3)).norm(), 0, 4 * eps<float>);
  }
}

TEST_CASE("cross-entropy: adding a number to a column's scores changes nothing") {
  const auto check = [&]<class S>(S, double shift) {
    CAPTURE(shift);
    // Scores and shifts are multiples of 1/4, so that their sums are exact.
    const auto before = differentiated<S>(scores, labels), after = differentiated<S>(scores.array() + shift, labels);
    CHECK(std::get<0>(before) == std::get<0>(after));
    CHECK(std::get<1>(before) == std::get<1>(after));
  };
  for (const double shift : {1024.0, -1024.0, 1048576.0}) check(float(), shift), check(double(), shift);
  const auto shifted = [](const auto& z) { return softmax_cross_entropy(z, labels); };
  const auto along_ones = [&](const auto& z) { return gradient(shifted, z).sum(); };  // so is its derivative zero
  check_close(along_ones(scores), 0, 10 * eps<double>);
  check_close(gradient(along_ones, scores).norm(), 0, 10 * eps<double>);
}

TEST_CASE("cross-entropy: the gradient of every sample's scores sums to zero") {
  const MatrixXd z = 20 * MatrixXd::Random(10, 50);
  const VectorXi y = VectorXi::LinSpaced(50, 0, 9);
  // Ten probabilities, each half a unit off.
  CHECK(std::get<1>(differentiated<float>(z, y)).colwise().sum().cwiseAbs().maxCoeff() <= 10 * eps<float> / 50);
  CHECK(std::get<1>(differentiated<double>(z, y)).colwise().sum().cwiseAbs().maxCoeff() <= 10 * eps<double> / 50);
}

TEST_CASE("cross-entropy: a score of minus infinity is a class left out, NaN is not hidden") {
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto [loss, gradient] = differentiated<double>(Eigen::Vector3d(1, -infinity, 1), VectorXi::Zero(1));
  check_close(loss, std::log(2.0), 4 * eps<double>);
  check_close((gradient - Eigen::Vector3d(-0.5, 0, 0.5)).norm(), 0, 4 * eps<double>);
  CHECK(std::get<0>(differentiated<double>(Eigen::Vector3d(1, -infinity, 1), VectorXi::Ones(1))) == infinity);
  CHECK(std::isnan(std::get<0>(differentiated<double>(Eigen::Vector3d(1, nan, 1), VectorXi::Zero(1)))));
  CHECK(std::isnan(std::get<0>(differentiated<double>(Eigen::Vector3d(nan, nan, nan), VectorXi::Zero(1)))));
}

TEST_CASE("cross-entropy: one class costs nothing, one sample is enough") {
  CHECK(softmax_cross_entropy(MatrixXd::Random(1, 4), VectorXi::Zero(4)) == 0);
  const auto [loss, gradient] = differentiated<double>(Eigen::Vector2d(0, 0), VectorXi::Ones(1));
  check_close(loss, std::log(2.0), 2 * eps<double>);
  CHECK(gradient == Eigen::Vector2d(0.5, -0.5));
}

TEST_CASE("cross-entropy: labels are a vector of any integers, logits may be plain or recorded, matrix or array") {
  Tape tape;
  const auto z = tape.variable(scores);
  const double loss = softmax_cross_entropy(scores, labels);
  const auto check = [&](const auto& y) {
    CHECK(softmax_cross_entropy(scores, y) == loss);
    CHECK(value_of(softmax_cross_entropy(z, y)) == loss);
  };
  check(Eigen::RowVectorXi(labels.transpose()));
  check(Eigen::Matrix<std::uint8_t, Dynamic, 1>(labels.cast<std::uint8_t>()));
  check(Eigen::Array<std::int64_t, Dynamic, 1>(labels.cast<std::int64_t>()));
  check(Eigen::Map<const VectorXi>(labels.data(), 5));
  check((labels.array() + 1 - 1).matrix());
  check_close(softmax_cross_entropy(scores.array(), labels), loss, 0);
  check_close(softmax_cross_entropy(1 * scores, labels), loss, 0);
  check_close(value_of(softmax_cross_entropy(z.array(), labels)), loss, 0);
  check_close(value_of(softmax_cross_entropy(tape.constant(scores), labels)), loss, 0);
}

TEST_CASE("cross-entropy: labels that are no class, too few or too many, are errors with numbers") {
  Tape tape;
  const auto z = tape.variable(scores);
  const auto message = [&](std::initializer_list<int> y) -> std::string {
    const VectorXi given = Eigen::Map<const VectorXi>(y.begin(), Index(y.size()));
    std::string texts[2];
    try {
      softmax_cross_entropy(z, given);
    } catch (const Error& error) {
      texts[0] = error.what();
    }
    try {
      softmax_cross_entropy(scores, given);
    } catch (const Error& error) {
      texts[1] = error.what();
    }
    return texts[0] == texts[1] ? texts[0] : "two errors";
  };
  CHECK(message({0, 1, 2, 0, -1}) == "softmax_cross_entropy: expected labels of 0 to 2, got -1 for sample 4");
  CHECK(message({0, 3, 2, 0, 1}) == "softmax_cross_entropy: expected labels of 0 to 2, got 3 for sample 1");
  CHECK(message({0, 1}) == "softmax_cross_entropy: expected a label for each of 5 samples, got 2");
  CHECK(message({0, 1, 2, 0, 1, 2}) == "softmax_cross_entropy: expected a label for each of 5 samples, got 6");
  CHECK_THROWS_WITH_AS(softmax_cross_entropy(MatrixXd(3, 0), VectorXi(0)),
                       "softmax_cross_entropy: expected at least one sample, got 0", ShapeError);
  tape.clear();
  CHECK_THROWS_AS(softmax_cross_entropy(z, labels), TapeError);
}

}  // namespace
}  // namespace gradus::test::cross_entropy_test
