// Operations that a user defines by a struct with a value and a pullback: see also custom_rule_test.cpp, of elementwise
// rules.
#include "../support/allocation_counter.hpp"
#include "../support/check_gradients.hpp"

namespace {

/// y = s·A·x: two matrices and a scalar.
struct ScaledProduct {
  static constexpr std::string_view name = "scaled product";
  static auto value(const auto& s, const auto& a, const auto& x) { return s * (a * x); }
  static void pullback(const auto& g, const auto&, const auto& s, const auto& a, const auto& x, auto& s_bar,
                       auto& a_bar, auto& x_bar) {
    s_bar += g.cwiseProduct(a * x).sum();
    a_bar += s * g * x.transpose();
    x_bar += s * (a.transpose() * g);
  }
};

/// Σ xᵢᵖ, with an option.
struct PowerSum {
  static constexpr std::string_view name = "power sum";
  int power;
  auto value(const auto& x) const { return x.array().pow(power).sum(); }
  void pullback(const auto& g, const auto&, const auto& x, auto& x_bar) const {
    x_bar += (g * static_cast<double>(power)) * x.array().pow(power - 1);
  }
};

/// x / |x|, which keeps |x| for the pullback.
struct Normalize {
  static constexpr std::string_view name = "normalize";
  static auto value(const auto& x) {
    const auto norm = gradus::detail::held(x.norm());
    return std::pair(gradus::evaluated(x / norm), norm);
  }
  static void pullback(const auto& g, const auto& kept, const auto&, auto& x_bar) {
    const auto& [y, norm] = kept;
    x_bar += g / norm;
    x_bar -= y * (y.dot(g) / norm);
  }
};

/// 2x + x², keeping an expression of x.
struct Doubled {
  static constexpr std::string_view name = "doubled";
  static auto value(const auto& x) { return std::pair((2 * x + x.cwiseProduct(x)).eval(), 2 * x); }
  static void pullback(const auto& g, const auto& y, const auto&, auto& x_bar) {
    x_bar += 2 * g;
    x_bar += g.cwiseProduct(y.second);
  }
};

/// (a − b)·c of scalars.
struct Triple {
  static constexpr std::string_view name = "triple";
  static auto value(const auto& a, const auto& b, const auto& c) { return (a - b) * c; }
  static void pullback(const auto& g, const auto&, const auto& a, const auto& b, const auto& c, auto& a_bar,
                       auto& b_bar, auto& c_bar) {
    a_bar += g * c;
    b_bar -= g * c;
    c_bar += g * (a - b);
  }
};

/// Returns too little.
struct Wrong {
  static constexpr std::string_view name = "wrong one";
  static auto value(const auto& x) { return 2 * x; }
  static void pullback(const auto& g, const auto&, const auto&, auto& x_bar) { x_bar += 2 * g.topRows(1); }
};

/// y = A x.
struct Apply {
  static constexpr std::string_view name = "apply";
  static auto value(const auto& a, const auto& x) { return a * x; }
  static void pullback(const auto& g, const auto&, const auto& a, const auto& x, auto& a_bar, auto& x_bar) {
    a_bar += g * x.transpose();
    x_bar += a.transpose() * g;
  }
};

/// Holds something with a destructor, in the operation and for the pullback.
struct Holding {
  static constexpr std::string_view name = "holding";
  std::shared_ptr<int> held;
  auto value(const auto& x) const { return std::pair(gradus::evaluated(3 * x), held); }
  void pullback(const auto& g, const auto& y, const auto&, auto& x_bar) const {
    x_bar += g * static_cast<double>(*y.second);
  }
};

/// Counts the work that a pullback does for a constant.
struct Saving {
  static constexpr std::string_view name = "saving";
  int* wanted;
  auto value(const auto& a, const auto& b) const { return a + b; }
  void pullback(const auto& g, const auto&, const auto&, const auto&, auto& a_bar, auto&& b_bar) const {
    *wanted += a_bar.wanted() + b_bar.wanted();
    a_bar += g;
    b_bar += g;
  }
};

}  // namespace

namespace gradus::test::custom_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

TEST_CASE("an operation of matrices and scalars has derivatives of first and second order") {
  const MatrixXd a = MatrixXd::Random(3, 4);
  const VectorXd x = VectorXd::Random(4);
  const auto f = [](const auto& s, const auto& m, const auto& v) { return contract(custom(ScaledProduct{}, s, m, v)); };
  check_gradients<2>(f, 1.5, a, x);
  check_gradients<2>([](const auto& m) { return custom(PowerSum{3}, m); }, a);
  check_gradients<2>([](const auto& p, const auto& q, const auto& r) { return custom(Triple{}, p, q * r, p * r); }, 0.5,
                     1.5, 2.5);
}

TEST_CASE("what value keeps may be an expression") {
  const auto f = [](const auto& v) { return contract(custom(Doubled{}, v)); };
  check_gradients<2>(f, VectorXd(VectorXd::Random(4)));
}

TEST_CASE("what value keeps is differentiated again") {
  check_gradients<2>([](const auto& v) { return contract(custom(Normalize{}, v)); }, VectorXd(VectorXd::Random(4)));
}

TEST_CASE("third derivative of a user's operation") {
  const auto d = [](const auto& f) { return [f](const auto& x) { return gradient(f, x).sum(); }; };
  const auto f = [](const auto& x) { return custom(PowerSum{5}, x); };
  const MatrixXd x = MatrixXd::Constant(1, 1, 2);
  CHECK(std::abs(d(d(f))(x) - 20 * 8) < 1e-12);
  CHECK(std::abs(d(d(d(f)))(x) - 60 * 4) < 1e-12);
}

TEST_CASE("on numbers an operation is its value, of maps, blocks, expressions and integers too") {
  std::vector<double> memory = {1, 2, 3, 4, 5, 6};
  const Eigen::Map<const Eigen::Matrix<double, 2, 3, Eigen::RowMajor>> a(memory.data());
  const Eigen::Vector3d x(1, 0, 2);
  const VectorXd expected = 2 * a * x;
  CHECK(custom(ScaledProduct{}, 2, a, x) == expected);
  CHECK(custom(ScaledProduct{}, 2.0, a.block(0, 0, 2, 3), x) == expected);
  CHECK(custom(ScaledProduct{}, 2, a, borrow(x)) == expected);
  CHECK(custom(ScaledProduct{}, 1, a + a, x.head(3)) == expected);
  CHECK(custom(PowerSum{2}, x) == 5);
  CHECK(custom(Normalize{}, x) == x.normalized());
  static_assert(std::is_same_v<decltype(custom(PowerSum{2}, Eigen::Vector3f())), float>);
}

TEST_CASE("views, broadcasts, constants and several contributions to one operand") {
  const auto f = [](const auto& m) {
    const auto last = m.col(3).tail(2);
    return contract(custom(ScaledProduct{}, m(0, 1), m.topRows(2).transpose(), last)) +
           contract(custom(ScaledProduct{}, 2, m.col(0).replicate(1, 3).eval(), m.col(1))) +
           contract(custom(ScaledProduct{}, 1.0, m, constant_like(m).row(0).transpose()));
  };
  check_gradients<2>(f, MatrixXd(MatrixXd::Random(3, 4)));
}

TEST_CASE("constants alone stay constants") {
  Tape tape;
  const auto c = tape.constant(MatrixXd(MatrixXd::Identity(2, 2)));
  CHECK(custom(PowerSum{2}, c).slot() == 0);
  CHECK(custom(ScaledProduct{}, 2, c, c).handle().is_constant());
  const Var<double> three = 3;  // of no tape
  CHECK(custom(Triple{}, three, 1, 2).value() == 4);
}

TEST_CASE("a contribution of the wrong shape is an error that names the operation") {
  Tape tape;
  const auto x = tape.variable(MatrixXd(MatrixXd::Ones(3, 2)));
  const auto y = custom(Wrong{}, x);
  std::string text;
  try {
    tape.backward(y.sum());
  } catch (const ShapeError& error) {
    text = error.what();
  }
  CHECK(text == "wrong one: expected its pullback to contribute a 3×2 matrix to an operand of that shape, got 1×2");
  tape.backward(x.sum());  // and all goes on
  CHECK(tape.adjoint(x) == MatrixXd::Ones(3, 2));
}

TEST_CASE("variables of two tapes do not meet in an operation") {
  Tape tape, other;
  const auto a = tape.variable(MatrixXd(MatrixXd::Ones(2, 2)));
  const auto s = other.variable(1.0);
  CHECK_THROWS_AS(custom(ScaledProduct{}, s, a, a), TapeError);
  CHECK_THROWS_AS(custom(ScaledProduct{}, 2, a, other.variable(MatrixXd(MatrixXd::Ones(2, 2)))), TapeError);
}

TEST_CASE("what an operation holds lives until its tape is cleared") {
  const auto state = std::make_shared<int>(3);
  {
    Tape tape;
    for (int round = 0; round < 3; ++round) {
      const auto x = tape.variable(VectorXd(VectorXd::Ones(2)));
      tape.backward((custom(Holding{state}, x) + custom(Holding{state}, 2 * x)).sum());
      CHECK(tape.adjoint(x) == VectorXd::Constant(2, 9));
      CHECK(state.use_count() == 5);  // twice in each of two records
      tape.clear();
      CHECK(state.use_count() == 1);
    }
    custom(Holding{state}, tape.variable(VectorXd(VectorXd::Ones(2))));
    CHECK(state.use_count() == 3);
  }
  CHECK(state.use_count() == 1);  // or until the tape is gone
}

TEST_CASE("an operation of expressions allocates nothing once its tape has grown") {
  if (!AllocationCounter::available()) return;
  Tape tape;
  const MatrixXd a = MatrixXd::Random(5, 5);
  const VectorXd x = VectorXd::Random(5);
  VectorXd gradient(5);
  const auto f = [&](const auto& v) {
    return custom(PowerSum{2}, custom(Apply{}, borrow(a), custom(Apply{}, borrow(a), v)));
  };
  value_and_gradient(tape, f, x, gradient);
  value_and_gradient(tape, f, x, gradient);
  const AllocationCounter counter;
  value_and_gradient(tape, f, x, gradient);
  CHECK(counter.count() == 0);
  CHECK((gradient - 2 * (a * a).transpose() * (a * a) * x).norm() < 1e-13);
}

TEST_CASE("what operations contribute reaches a sink, too") {
  struct Sink : GradientSink<double> {
    VectorXd gradient = VectorXd::Constant(20000, std::nan(""));
    void take(Index offset, Index count, const double* part) override {
      gradient.segment(offset, count) = Eigen::Map<const VectorXd>(part, count);
    }
  } sink;
  const VectorXd v = VectorXd::Random(100), w = VectorXd::Random(20000);
  const auto f = [&](const auto& x) {
    const auto a = x.head(10000).reshaped(100, 100), b = x.tail(10000).reshaped(100, 100);
    return custom(PowerSum{2}, custom(Apply{}, a, custom(Apply{}, b, borrow(v)))) + custom(PowerSum{3}, b);
  };
  VectorXd x = w;
  Tape tape;
  value_and_gradient(tape, f, x, sink);
  CHECK((sink.gradient - gradient(f, w)).norm() <= 1e-13 * sink.gradient.norm());
}

TEST_CASE("a pullback can ask whose derivative is wanted") {
  Tape tape;
  int wanted = 0;
  const auto x = tape.variable(VectorXd(VectorXd::Ones(2)));
  tape.backward(custom(Saving{&wanted}, x, VectorXd(VectorXd::Ones(2))).sum());
  CHECK(wanted == 1);
  tape.backward(custom(Saving{&wanted}, x, x).sum());
  CHECK(wanted == 3);
  CHECK(tape.adjoint(x) == VectorXd::Constant(2, 2));
}

TEST_CASE("intermediate adjoints around an operation are kept when asked for") {
  Tape tape;
  const auto x = tape.variable(VectorXd(Eigen::Vector2d(1, 2)));
  const auto y = custom(ScaledProduct{}, 2, MatrixXd::Identity(2, 2), x);
  const Var<double> z = custom(PowerSum{2}, y);
  tape.backward(z, Retain::everything);
  CHECK(tape.adjoint(z) == 1);
  CHECK(tape.adjoint(y) == 2 * value_of(y));
  CHECK(tape.adjoint(x) == 4 * value_of(y));
}

}  // namespace
}  // namespace gradus::test::custom_test
