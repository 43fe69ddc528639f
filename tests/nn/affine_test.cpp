// f(W x + b) in one operation is the composition of three: values, derivatives, errors.
#include <gradus/nn/activations.hpp>
#include <gradus/nn/affine.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::affine_test {
namespace {

using Eigen::Dynamic, Eigen::MatrixXd, Eigen::VectorXd;
using nn::affine;
template <class S>
using Matrix = Eigen::Matrix<S, Dynamic, Dynamic>;
template <class S>
using Vector = Eigen::Matrix<S, Dynamic, 1>;

auto composed_affine(const auto& rule, const auto& weight, const auto& x, const auto& bias) {
  return apply<std::remove_cvref_t<decltype(rule)>>((weight * x).colwise() + bias);
}

/// Sums of at most 8 products of numbers below 8, or 12 of numbers below 1, in another order, and an activation good to
/// a few roundings.
template <class S>
constexpr double tolerance = 8 * 8 * 8 * double(std::numeric_limits<S>::epsilon());

template <class A, class B>
bool near(const A& a, const B& b) {
  using S = typename A::Scalar;
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         (a.size() == 0 || double((a - b).cwiseAbs().maxCoeff()) <= tolerance<S>);
}

/// Runs f(rule, S) for every fused activation in both precisions.
void for_every_kernel(const auto& f) {
  const auto both = [&](const auto& rule) {
    CAPTURE(std::string(rule.name));
    f(rule, float());
    f(rule, double());
  };
  both(rules::Copy{});
  both(rules::Relu{});
  both(rules::Tanh{});
  both(rules::Logistic{});
}

/// Numbers like W, x and b, all in (−1, 1).
struct Sample {
  explicit Sample(Index units = 4, Index columns = 7)
      : W(MatrixXd::Random(units, 6)), x(MatrixXd::Random(6, columns)), seed(MatrixXd::Random(units, columns)) {}
  MatrixXd W, x, seed;
  VectorXd b = VectorXd::Random(W.rows());
};

TEST_CASE("affine: the fused operation is the composition, whichever operands are variables") {
  // Less than a register, a few, and many; of several samples and of one.
  const Sample samples[] = {Sample(), Sample(21), Sample(70), Sample(4, 1), Sample(21, 1), Sample(70, 1)};
  for_every_kernel([&]<class Rule, class S>(const Rule& rule, S) {
    for (int variables = 0; variables < 48; ++variables)
      for (const Retain retain : {Retain::variables, Retain::everything}) {
        CAPTURE(variables);
        const Sample& sample = samples[variables / 8];
        const auto run = [&](const auto& f) {
          Tape<S> tape;
          const auto on_tape = [&](int bit, const auto& x) {
            return (variables & bit) != 0 ? tape.variable(x.template cast<S>()) : tape.constant(x.template cast<S>());
          };
          const auto W = on_tape(1, sample.W), x = on_tape(2, sample.x);
          const auto b = on_tape(4, sample.b);
          const auto y = f(W, x, b);
          tape.backward(y, sample.seed.cast<S>(), retain);
          const auto gradient = [&](int bit, const auto& v) {
            return (variables & bit) != 0 ? Matrix<S>(tape.adjoint(v)) : Matrix<S>();
          };
          // With everything retained the adjoint of the result is still the seed, not what the sweep made of it.
          const bool keeps_result = variables % 8 != 0 && retain == Retain::everything;
          return std::array{Matrix<S>(value_of(y)), gradient(1, W), gradient(2, x), gradient(4, b),
                            keeps_result ? Matrix<S>(tape.adjoint(y)) : Matrix<S>()};
        };
        const auto fused = run([](const auto&... operands) { return affine<Rule>(operands...); });
        const auto expected = run([&](const auto&... operands) { return composed_affine(rule, operands...); });
        for (std::size_t i = 0; i < fused.size(); ++i) {
          CAPTURE(i);
          CHECK(near(fused[i], expected[i]));
        }
      }
  });
}

/// W x + b + V z, which tangents are made of, and its composition.
constexpr auto fused_sum = [](const auto& W, const auto& x, const auto& b, const auto& V, const auto& z) {
  using S = typename std::remove_cvref_t<decltype(b)>::S;
  return nn::detail::affine_sum<Var<Matrix<S>>>(W, x, b, V, z);
};
constexpr auto composed_sum = [](const auto& W, const auto& x, const auto& b, const auto& V, const auto& z) {
  return (W * x + V * z).colwise() + b;
};

TEST_CASE_TEMPLATE("affine: with a second product it is the composition, whichever operands are variables", S, float,
                   double) {
  for (const Sample& sample : {Sample(), Sample(21, 1)}) {
    const Matrix<S> V = MatrixXd::Random(sample.W.rows(), 5).cast<S>(),
                    z = MatrixXd::Random(5, sample.x.cols()).cast<S>();
    for (int variables = 0; variables < 32; ++variables)
      for (const Retain retain : {Retain::variables, Retain::everything}) {
        CAPTURE(variables);
        const auto run = [&](const auto& f) {
          Tape<S> tape;
          const auto on_tape = [&](int bit, const auto& x) {
            return (variables & bit) != 0 ? tape.variable(x) : tape.constant(x);
          };
          const auto W = on_tape(1, Matrix<S>(sample.W.cast<S>())), x = on_tape(2, Matrix<S>(sample.x.cast<S>()));
          const auto b = on_tape(4, Vector<S>(sample.b.cast<S>()));
          const auto v = on_tape(8, V), u = on_tape(16, z);
          const auto y = f(W, x, b, v, u);
          tape.backward(y, sample.seed.cast<S>(), retain);
          const auto gradient = [&](int bit, const auto& of) {
            return (variables & bit) != 0 ? Matrix<S>(tape.adjoint(of)) : Matrix<S>();
          };
          return std::array{Matrix<S>(value_of(y)), gradient(1, W), gradient(2, x),
                            gradient(4, b),         gradient(8, v), gradient(16, u)};
        };
        const auto fused = run(fused_sum), expected = run(composed_sum);
        for (std::size_t i = 0; i < fused.size(); ++i) {
          CAPTURE(i);
          CHECK(near(fused[i], expected[i]));
        }
      }
  }
}

TEST_CASE("affine: with a second product, Jacobians are those of the composition in every mode") {
  // All operands are parts of p, some of two: rows and columns of matrices, many at once.
  const VectorXd p = VectorXd::Random(40);
  const auto of_parts = [](const auto& f) {
    return [=](const auto& q) {
      return f(q.head(12).reshaped(4, 3), q.segment(9, 6).reshaped(3, 2), q.segment(20, 4),
               q.segment(22, 8).reshaped(4, 2), q.tail(4).reshaped(2, 2));
    };
  };
  const MatrixXd expected = jacobian<Mode::reverse>(of_parts(composed_sum), p);
  CHECK(near(MatrixXd(jacobian<Mode::reverse>(of_parts(fused_sum), p)), expected));
  CHECK(near(MatrixXd(jacobian<Mode::forward>(of_parts(fused_sum), p)), expected));
}

TEST_CASE("affine: of one column, layers that share their weights add up") {
  for_every_kernel([&]<class Rule, class S>(const Rule& rule, S) {
    for (const Index units : {3, 8, 16, 21, 32, 48, 64, 80}) {
      CAPTURE(units);
      const Matrix<S> W = MatrixXd(MatrixXd::Random(units, units) / double(units)).cast<S>();
      const Vector<S> b = VectorXd::Random(units).cast<S>();
      const auto gradients = [&](const auto& layer) {
        return gradient(
            [&](const auto& weight, const auto& bias) {
              return layer(weight, layer(weight, layer(weight, bias, bias), bias), bias).squaredNorm();
            },
            W, b);
      };
      const auto [by_W, by_b] = gradients([](const auto&... operands) { return affine<Rule>(operands...); });
      const auto [W_bar, b_bar] =
          gradients([&](const auto&... operands) { return composed_affine(rule, operands...); });
      CHECK(by_W.isApprox(W_bar, S(tolerance<S>)));
      CHECK(by_b.isApprox(b_bar, S(tolerance<S>)));
    }
  });
}

TEST_CASE("affine: operands may be views, of one variable too") {
  // All are parts of one variable p, and some overlap: contributions to p add up.
  const VectorXd p0 = VectorXd::Random(60);
  for_every_kernel([&]<class Rule, class S>(const Rule& rule, S) {
    const auto run = [&](const auto& f) {
      Tape<S> tape;
      const auto p = tape.variable(p0.cast<S>());
      const auto square = p.head(49).reshaped(7, 7), wide = p.tail(40).reshaped(4, 10);
      const Var<Matrix<S>> weights[] = {square.block(1, 2, 3, 4), square.block(2, 1, 4, 3).transpose(),
                                        wide.block(0, 5, 3, 4)};
      const Var<Matrix<S>> inputs[] = {wide,
                                       square.block(0, 0, 4, 7),
                                       square.topRows(4).col(2),
                                       wide.leftCols(3),
                                       square.middleRows(3, 4).transpose().topRows(4),
                                       wide.col(1).replicate(1, 3)};  // one column, three times
      const Var<Vector<S>> biases[] = {p.segment(7, 3), square.block(2, 1, 1, 3).row(0).transpose(),
                                       wide.row(1).segment(4, 3).transpose(), p.segment(5, 1).replicate(3, 1)};
      Var<S> sum = S(0);
      std::vector<Matrix<S>> values;
      for (const auto& W : weights)
        for (const auto& x : inputs)
          for (const auto& b : biases) {
            const auto y = f(W, x, b);
            values.emplace_back(value_of(y));
            sum = sum + y.squaredNorm() / 72;
          }
      tape.backward(sum);
      values.emplace_back(tape.adjoint(p));
      return values;
    };
    const auto fused = run([](const auto&... operands) { return affine<Rule>(operands...); });
    const auto expected = run([&](const auto&... operands) { return composed_affine(rule, operands...); });
    for (std::size_t i = 0; i < fused.size(); ++i) CHECK(near(fused[i], expected[i]));
  });
}

TEST_CASE(
    "affine: constants are Eigen objects, expressions, views, or borrowed, and plain operands give plain results") {
  const Sample s;
  using Rule = rules::Tanh;
  const MatrixXd y = ((s.W * s.x).colwise() + s.b).array().tanh();
  const MatrixXd W_transposed = s.W.transpose(), x_transposed = s.x.transpose();
  const Eigen::Matrix<double, Dynamic, Dynamic, Eigen::RowMajor> x_by_rows = s.x;
  const MatrixXd b_in_a_row = s.b.transpose().replicate(2, 1);

  const auto check = [&](const auto& W, const auto& x, const auto& b) {
    const auto result = affine<Rule>(W, x, b);
    if constexpr (level_of<decltype(result)> == 0)
      CHECK(near(result, y));
    else
      CHECK(near(MatrixXd(value_of(result)), y));
  };
  const auto with_every = [&](const auto& W, const auto& b) {
    check(W, s.x, b);
    check(W, borrow(s.x), b);
    check(W, x_transposed.transpose(), b);
    check(W, 0.5 * s.x + 0.5 * s.x, b);
    check(W, borrow(x_by_rows), b);
  };
  Tape tape;
  with_every(s.W, s.b);
  with_every(2 * (0.5 * s.W), b_in_a_row.row(1).transpose());
  with_every(tape.variable(s.W), s.b);
  with_every(tape.variable(W_transposed).transpose(), borrow(s.b));
  with_every(s.W, tape.variable(s.b));
  with_every(borrow(s.W), tape.variable(s.b));
  check(s.W, tape.variable(s.x), 1 * s.b);
  check(W_transposed.transpose(), tape.variable(x_transposed).transpose(), borrow(s.b));

  const auto fixed = affine<Rule>(Eigen::Matrix2d{{1, 2}, {3, 4}}, Eigen::Vector2d(0.5, -0.25), Eigen::Vector2d(1, 0));
  CHECK(near(fixed, Eigen::Vector2d(std::tanh(1.0), std::tanh(0.5))));
}

TEST_CASE("affine: derivatives of first and second order are those of differences") {
  const Sample s;
  const auto like = [](const auto& x, const auto& constant) {
    return cast<typename detail::NumberOf<std::remove_cvref_t<decltype(x)>>::type>(constant);
  };
  const auto check = [&]<class Rule>(const Rule&) {
    CAPTURE(std::string(Rule::name));
    check_gradients<2>([](const auto&... operands) { return contract(affine<Rule>(operands...)); }, s.W, s.x, s.b);
    check_gradients<2>([&](const auto& W) { return contract(affine<Rule>(W, like(W, s.x), like(W, s.b))); }, s.W);
    check_gradients<2>([&](const auto& b) { return contract(affine<Rule>(like(b, s.W), like(b, s.x), b)); }, s.b);
  };
  check(rules::Copy{});
  check(rules::Tanh{});
  check(rules::Logistic{});
  check(rules::Relu{});  // none of the 28 sums is as near to zero as a step
}

/// A rule of the user's own, for which there is no fused kernel: x/(1 + |x|).
struct Softsign {
  static constexpr std::string_view name = "softsign";
  static auto value(const auto& x) {
    using std::abs;
    return x / (1 + abs(x));
  }
  static auto derivative(const auto& x, const auto&) {
    using rules::inverse, rules::square, std::abs;
    return square(inverse(1 + abs(x)));
  }
};

TEST_CASE("affine: a rule of the user's own is composed") {
  const Sample s;
  Tape tape;
  const MatrixXd z = (s.W * s.x).colwise() + s.b;
  const MatrixXd y = z.array() / (1 + z.array().abs());
  CHECK(near(affine<Softsign>(s.W, borrow(s.x), s.b), y));
  const auto x = tape.variable(s.x);
  const auto result = affine<Softsign>(borrow(s.W), x, s.b);
  CHECK(near(MatrixXd(value_of(result)), y));
  tape.backward(result.sum());
  const MatrixXd slope = (1 + z.array().abs()).square().inverse();
  CHECK(near(MatrixXd(tape.adjoint(x)), s.W.transpose() * slope));
  CHECK(near(nn::Activation<Softsign>{}(z), y));
}

TEST_CASE("affine: at zero the derivative of ReLU is zero, and NaN is not hidden") {
  Tape tape;
  const auto W = tape.variable(MatrixXd::Zero(2, 3));
  const auto b = tape.variable(Eigen::Vector2d(0, std::numeric_limits<double>::quiet_NaN()));
  const auto y = affine<rules::Relu>(W, MatrixXd::Ones(3, 4), b);
  CHECK(value_of(y).row(0).isZero(0));
  CHECK(value_of(y).row(1).array().isNaN().all());
  tape.backward(y.row(0).sum());
  CHECK(tape.adjoint(W) == MatrixXd::Zero(2, 3));
  CHECK(tape.adjoint(b) == Eigen::Vector2d::Zero());
}

TEST_CASE("affine: no sample, no result, no error") {
  Tape tape;
  const auto W = tape.variable(MatrixXd::Ones(3, 2));
  const auto y = affine<rules::Relu>(W, MatrixXd(2, 0), VectorXd::Ones(3));
  CHECK(y.rows() == 3);
  CHECK(y.cols() == 0);
  tape.backward(y.sum());
  CHECK(tape.adjoint(W) == MatrixXd::Zero(3, 2));
}

TEST_CASE("affine: shapes that do not fit are errors with both shapes") {
  const auto message = [](const MatrixXd& W, const MatrixXd& x, const MatrixXd& b) -> std::string {
    try {
      Tape tape;
      affine<rules::Relu>(tape.variable(W), x, b);
    } catch (const ShapeError& error) {
      return error.what();
    }
    return "no error";
  };
  const auto zeros = [](Index rows, Index cols) { return MatrixXd::Zero(rows, cols); };
  CHECK(message(zeros(3, 2), zeros(4, 5), zeros(3, 1)) ==
        "matrix product: expected as many columns on the left as rows on the right, got 3×2 times 4×5");
  CHECK(message(zeros(3, 2), zeros(2, 5), zeros(2, 1)).find("bias") != std::string::npos);
  CHECK(message(zeros(3, 2), zeros(2, 5), zeros(2, 1)).find("2×1") != std::string::npos);
  CHECK(message(zeros(1, 2), zeros(2, 5), zeros(1, 5)).find("1×5") != std::string::npos);  // a row is no bias
}

}  // namespace
}  // namespace gradus::test::affine_test
