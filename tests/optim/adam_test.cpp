// Adam against PyTorch's iterates, against its formula in higher precision, and against its laws.
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <type_traits>

#include <gradus/autodiff/error.hpp>
#include <gradus/optim/optim.hpp>

#include "../support/allocation_counter.hpp"

namespace gradus::test::adam_test {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Eigen::VectorXf;
using gradus::optim::Adam;
using gradus::optim::AdamOptions;

/// x after 5 steps on f(x) = Σxᵢ² (1 + decay/2) from (1, 2, 3).
VectorXd descend_parabola(Adam<double> adam, double decay = 0) {
  VectorXd x(3);
  x << 1, 2, 3;
  for (int t = 0; t < 5; ++t) adam.step(x, 2 * x + decay * x);
  return x;
}

TEST_CASE("Adam makes PyTorch's iterates on the parabola") {
  struct Row {
    AdamOptions options;
    double x5[3];
  };
  const Row rows[] = {
      {{.learning_rate = 0.003}, {0.9850039745296598, 1.9850019684120024, 2.9850013081071345}},
      // A large ε tells where it stands: outside the root of the corrected second moment.
      {{.learning_rate = 0.1, .epsilon = 1}, {0.6770239861957287, 1.6050354575027668, 2.5744764389053065}},
  };
  for (const Row& row : rows) {
    const VectorXd x5 = descend_parabola(Adam(row.options));
    for (Index i = 0; i < 3; ++i) CHECK(std::abs(x5[i] - row.x5[i]) < 1e-12);
  }
}

/// How far w is from the textbook's in `Reference` precision after some steps, divided by what rounding explains; the
/// gradients are spread over many orders of magnitude, and change sign.
template <class Scalar, class Reference>
double worst_error_over_tolerance(AdamOptions options, Index n, int steps) {
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  using Array = Eigen::Array<Reference, Eigen::Dynamic, 1>;
  std::srand(3);
  Adam<Scalar> adam(options);
  Vector w = Vector::Random(n);
  const Eigen::Array<Scalar, Eigen::Dynamic, 1> magnitude =
      Eigen::exp(Eigen::Array<Scalar, Eigen::Dynamic, 1>::Random(n) * Scalar(20));
  Array exact = w.template cast<Reference>().array(), m = Array::Zero(n), v = m, absolute_m = m, tolerance = m;
  const Reference beta1 = options.beta1, beta2 = options.beta2, epsilon = options.epsilon, rate = options.learning_rate;
  const Reference unit = std::numeric_limits<Scalar>::epsilon();
  for (int t = 1; t <= steps; ++t) {
    const Vector gradient = Vector::Random(n).array() * magnitude;
    adam.step(w, gradient);
    const Array g = gradient.template cast<Reference>().array();
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g.square();
    absolute_m = beta1 * absolute_m + (1 - beta1) * g.abs();
    const Array scale =
        rate / (1 - std::pow(beta1, Reference(t))) / ((v / (1 - std::pow(beta2, Reference(t)))).sqrt() + epsilon);
    exact -= scale * m;
    // Of its own size, each summand of m and v is off by 2 roundings for every step it has lived, the root by half of
    // v's, and the rest of the formula by at most 8; then w is rounded.
    tolerance += unit * ((3 * t + 8) * scale * absolute_m + exact.abs());
  }
  return double(((w.template cast<Reference>().array() - exact).abs() / tolerance).maxCoeff());
}

TEST_CASE("Adam keeps to its formula up to rounding, in float and in double") {
  for (const AdamOptions options : {AdamOptions{}, AdamOptions{.learning_rate = 0.1, .beta1 = 0.5, .beta2 = 0.9},
                                    AdamOptions{.beta1 = 0, .beta2 = 0, .epsilon = 1e-3}}) {
    CHECK(worst_error_over_tolerance<float, double>(options, 1003, 25) < 1);
    CHECK(worst_error_over_tolerance<double, long double>(options, 1003, 25) < 1);
  }
}

TEST_CASE_TEMPLATE("an entry's steps depend neither on its place nor on its neighbours", Scalar, float, double) {
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Index n = 71;
  const Vector start = Vector::Random(n), g1 = Vector::Random(n), g2 = Vector::Random(n);
  Vector whole = start;
  Adam<Scalar> adam({.learning_rate = 0.1});
  adam.step(whole, g1);
  adam.step(whole, g2);
  for (const Index piece : {1, 2, 7, 16, 33})
    for (Index first = 0; first + piece <= n; first += piece) {
      Vector part = start.segment(first, piece);
      Adam<Scalar> alone({.learning_rate = 0.1});
      alone.step(part, g1.segment(first, piece));
      alone.step(part, g2.segment(first, piece));
      CHECK(part == whole.segment(first, piece));
    }
}

TEST_CASE("the first step is the learning rate against the sign of the gradient") {
  VectorXd w = VectorXd::Zero(4), gradient(4);
  gradient << 1e-3, -1, 1e10, -1e-3;
  Adam adam({.learning_rate = 0.5, .epsilon = 1e-30});
  adam.step(w, gradient);
  for (Index i = 0; i < 4; ++i) CHECK(w[i] == doctest::Approx(gradient[i] > 0 ? -0.5 : 0.5).epsilon(1e-14));
}

TEST_CASE("a penalty proportional to the loss changes nothing: Adam sees directions, not sizes") {
  // On Σxᵢ² the gradient of the penalty λ/2 Σxᵢ² is parallel to the gradient; what is left is of the order of ε.
  const AdamOptions options{.learning_rate = 0.003};
  CHECK((descend_parabola(Adam(options)) - descend_parabola(Adam(options), 0.1)).cwiseAbs().maxCoeff() <
        5 * options.learning_rate * options.epsilon);
}

TEST_CASE_TEMPLATE("zero gradients move nothing, however small epsilon is, and however large the rate", Scalar, float,
                   double) {
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Vector start = Vector::Random(21);
  for (const double rate : {1e-30, 1., 1e30}) {
    CAPTURE(rate);
    Vector w = start;
    Adam<Scalar> adam({.learning_rate = rate, .epsilon = 1e-300});  // rounds to 0 in float
    for (int t = 0; t < 3; ++t) adam.step(w, Vector::Zero(21));
    CHECK(w == start);
  }
}

TEST_CASE("a gradient whose square overflows stops its parameter and no other") {
  Adam<float> adam({.learning_rate = 0.5});
  VectorXf w = VectorXf::Zero(20), gradient = VectorXf::Ones(20);
  gradient[3] = 1e30f;
  adam.step(w, gradient);
  CHECK(w.allFinite());
  CHECK(w[4] == doctest::Approx(-0.5).epsilon(1e-6));
}

TEST_CASE("an Adam that was reset is a new one, for any size") {
  Adam adam({.learning_rate = 0.003});
  VectorXd other = VectorXd::Ones(8);
  adam.step(other, other);
  adam.reset();
  CHECK(descend_parabola(adam) == descend_parabola(Adam({.learning_rate = 0.003})));
}

TEST_CASE("a step is proportional to the learning rate of its moment") {
  Adam slow({.learning_rate = 0.125}), changed({.learning_rate = 4});
  VectorXd w = VectorXd::Zero(9), u = w, before_w, before_u;
  const VectorXd g1 = VectorXd::Random(9), g2 = VectorXd::Random(9);
  slow.step(w, g1);
  changed.step(u, g1);
  CHECK(u == 32 * w);  // powers of two: exactly
  changed.set_learning_rate(0.125);
  CHECK(changed.options().learning_rate == 0.125);
  w.setZero(), u.setZero();
  slow.step(w, g2);
  changed.step(u, g2);
  CHECK(u == w);
}

TEST_CASE("Adam steps on segments and maps in place, without allocating") {
  Adam<float> adam({.learning_rate = 0.5});
  VectorXf storage = VectorXf::Ones(50);
  const VectorXf gradient = VectorXf::Ones(37);
  adam.step(storage.segment(5, 37), gradient);
  CHECK(storage.head(5) == VectorXf::Ones(5));
  CHECK(storage.tail(8) == VectorXf::Ones(8));
  if (!gradus::test::AllocationCounter::available()) return;
  const gradus::test::AllocationCounter counter;
  adam.step(Eigen::Map<VectorXf>(storage.data(), 37), gradient);
  adam.set_learning_rate(0.25);
  adam.step(storage.tail(37), gradient);
  CHECK(counter.count() == 0);
}

TEST_CASE("Adam names the option that is out of its range") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(Adam({.learning_rate = -1}), "Adam: learning_rate must be positive and finite, got -1",
                       gradus::Error);
  CHECK_THROWS_AS(Adam({.learning_rate = infinity}), gradus::Error);
  CHECK_THROWS_WITH_AS(Adam<float>({.beta1 = 1}), "Adam: beta1 must be at least 0 and below 1, got 1", gradus::Error);
  CHECK_THROWS_AS(Adam({.beta2 = -0.5}), gradus::Error);
  CHECK_THROWS_WITH_AS(Adam({.epsilon = 0}), "Adam: epsilon must be positive and finite, got 0", gradus::Error);
  Adam adam;
  CHECK_THROWS_AS(adam.set_learning_rate(0), gradus::Error);
  CHECK(adam.options().learning_rate == AdamOptions().learning_rate);
}

TEST_CASE("sizes that do not fit are told, and the Adam is as it was") {
  Adam adam({.learning_rate = 0.1}), undisturbed = adam;
  VectorXd w = VectorXd::Ones(3), u = w, five = VectorXd::Ones(5);
  CHECK_THROWS_WITH_AS(adam.step(w, VectorXd::Ones(2)), "Adam: the gradient must have as many entries as w, 3, got 2",
                       gradus::ShapeError);
  for (int t = 0; t < 3; ++t) {
    adam.step(w, 2 * w);
    undisturbed.step(u, 2 * u);
    CHECK_THROWS_AS(adam.step(w, five), gradus::ShapeError);
    CHECK_THROWS_WITH_AS(
        adam.step(five, five),
        "Adam: w must have as many entries as in the steps before, 3, got 5 (reset() forgets those steps)",
        gradus::ShapeError);
    CHECK(w == u);
  }
  CHECK(five == VectorXd::Ones(5));
}

static_assert(std::is_same_v<decltype(Adam({.learning_rate = 1e-3})), Adam<double>>);

}  // namespace

}  // namespace gradus::test::adam_test
