// Vector modes: many seeds in one sweep, backwards and forwards, are as many single sweeps.
#include <gradus/autodiff/jacobian.hpp>
#include <gradus/autodiff/pullback.hpp>

#include "../support/vector_modes.hpp"

namespace gradus::test::vector_modes_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

TEST_CASE("matrix programs with views, broadcasts, products and reductions") {
  const MatrixXd a = MatrixXd::Random(4, 3), b = MatrixXd::Random(5, 12);
  const auto f = [&](const auto& x) {  // 12 elements
    const auto m = x.reshaped(3, 4);
    const auto layer = ((a * m).colwise() + x.head(4)).array().tanh().matrix();  // 4 × 4
    const auto sums = layer.rowwise().sum() + m.transpose() * m.col(1);
    const auto scaled = (layer.transpose() * layer.block(0, 1, 4, 2)) / (1 + layer.squaredNorm());
    return vcat(sums, scaled.reshaped(), (b * x).array().square().matrix(), m.row(2).transpose(), x.tail(3));
  };
  check_vector_modes(f, spread_numbers(12));
}

TEST_CASE("scalar statements between matrix records, fan-out, elements of results") {
  const auto f = [](const auto& x) {  // 10 elements
    using Scalar = typename std::remove_cvref_t<decltype(x)>::Scalar;
    Scalar s = x(0) * x(1) + sin(x(2)) / x(3);
    for (Index i = 1; i < x.size(); ++i) s = s * (1 + x(i) * x(i - 1) / 8) + cos(s);
    const auto y = (x * s).eval();
    const auto t = y(4) * y(4) - y(5) * x(6) + y.sum();
    const auto z = y.cwiseProduct(x) + t * x;
    std::vector<Scalar> elements;
    for (Index i = 0; i < z.size(); ++i) elements.push_back(z(i) * s + x(9 - i) * t);
    elements.push_back(s);
    elements.push_back(x(3));
    elements.push_back(7.0);
    return vcat(stacked(elements), y.segment(2, 5));
  };
  check_vector_modes(f, spread_numbers(10));
}

TEST_CASE("one seed more or less than a sweep carries, and results of every size") {
  const VectorXd x = spread_numbers(3);
  for (const Index m : {1, 2, 4, 5, 7, 8, 9, 16, 17}) {
    INFO("rows: ", m);
    const MatrixXd a = MatrixXd::Random(m, 3);
    const auto f = [&](const auto& v) { return (a * v).array().sin().matrix(); };
    const MatrixXd expected = (a * x).array().cos().matrix().asDiagonal() * a;
    CHECK(same(jacobian<Mode::reverse>(f, x), expected));
    CHECK(same(jacobian<Mode::forward>(f, x), expected));
    const auto transposed = [&](const auto& v) { return (a.transpose() * v).array().sin().matrix(); };
    const VectorXd u = spread_numbers(m);
    const MatrixXd other = (a.transpose() * u).array().cos().matrix().asDiagonal() * a.transpose();
    CHECK(same(jacobian<Mode::forward>(transposed, u), other));
    CHECK(same(jacobian(transposed, u), other));
  }
}

TEST_CASE("several arguments, numbers among them, and in float") {
  const auto f = [](const auto& s, const auto& m, const auto& v) {
    return vcat(s * (m * v), m.transpose() * v.head(2), (v * (s * s)).array().exp().matrix());
  };
  const double s = 0.75;
  const MatrixXd m = MatrixXd::Random(2, 3);
  const VectorXd v = VectorXd::Random(3);
  const auto back = jacobian<Mode::reverse>(f, s, m, v), forward = jacobian<Mode::forward>(f, s, m, v);
  CHECK(same(std::get<0>(back), std::get<0>(forward)));
  CHECK(same(std::get<1>(back), std::get<1>(forward)));
  CHECK(same(std::get<2>(back), std::get<2>(forward)));
  CHECK(std::get<0>(back).rows() == 8);
  const VectorXd by_s =
      vcat(m * v, VectorXd::Zero(3).eval(), ((s * s * v).array().exp() * (2 * s * v).array()).matrix().eval());
  CHECK((std::get<0>(forward) - by_s).cwiseAbs().maxCoeff() < 1e-14);

  const auto [by_s32, by_m32, by_v32] =
      jacobian<Mode::forward>(f, 0.75f, m.cast<float>().eval(), v.cast<float>().eval());
  CHECK((by_m32.cast<double>() - std::get<1>(back)).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((jacobian<Mode::reverse>([&](const auto& z) { return f(0.75f, m.cast<float>().eval(), z); },
                                 v.cast<float>().eval()) -
         by_v32)
            .cwiseAbs()
            .maxCoeff() < 1e-6f);
}

TEST_CASE("a zero seed meets no infinite derivative") {
  // sqrt at 0: the rows of the other results must stay finite, in every lane.
  const auto f = [](const auto& x) { return stack(sqrt(x(0)), x(1) * x(1), x(0) + x(1), x.sum()); };
  const VectorXd x{{0, 3}};
  const double inf = std::numeric_limits<double>::infinity();
  const MatrixXd expected{{inf, 0}, {0, 6}, {1, 1}, {1, 1}};
  CHECK(jacobian<Mode::reverse>(f, x) == expected);
  CHECK(jacobian<Mode::forward>(f, x) == expected);
  // log of a matrix: a column of zeros in the seeds is a column of zeros in the products.
  const auto [y, pullback] = vector_jacobian_product([](const auto& v) { return v.array().sqrt().matrix(); }, x);
  const MatrixXd products = pullback.batch(MatrixXd{{0, 0, 1}, {0, 1, 0}});
  CHECK(products.col(0) == VectorXd::Zero(2));
  CHECK(products(0, 1) == 0);
  CHECK(products(0, 2) == inf);
}

TEST_CASE("what does not depend on x, no elements at all") {
  const VectorXd x = VectorXd::Ones(3), none(0), c = VectorXd::LinSpaced(9, 1, 2);
  CHECK(jacobian<Mode::forward>([&](const auto&) { return c; }, x) == MatrixXd::Zero(9, 3));
  CHECK(jacobian<Mode::reverse>([&](const auto&) { return c; }, x) == MatrixXd::Zero(9, 3));
  CHECK(jacobian<Mode::forward>([&](const auto& v) { return vcat(c, v.tail(2)); }, x).bottomRows(2) ==
        MatrixXd{{0, 1, 0}, {0, 0, 1}});
  CHECK(jacobian<Mode::forward>([](const auto& v) { return v.head(0); }, x).rows() == 0);
  CHECK(jacobian<Mode::forward>([](const auto& v) { return 2 * v; }, none).size() == 0);
  CHECK(jacobian<Mode::forward>([](const auto& v) { return v.sum(); }, none).rows() == 1);
  CHECK(jacobian_matrix_product([](const auto& v) { return 2 * v; }, x, MatrixXd(3, 0)).second.cols() == 0);
}

TEST_CASE("wrong shapes are refused, with both") {
  const auto f = [](const auto& v) { return (v * v.transpose()).eval(); };
  const VectorXd x = VectorXd::Ones(3);
  const auto [y, pullback] = vector_jacobian_product(f, x);
  CHECK_THROWS_WITH_AS((void)pullback.batch(MatrixXd::Ones(3, 4)),
                       doctest::Contains("pullback of a batch: elements of the result and adjoints"), ShapeError);
  CHECK_THROWS_WITH_AS((void)jacobian_matrix_product(f, x, MatrixXd::Ones(2, 4)), doctest::Contains("2×4"), ShapeError);
  CHECK(pullback.batch(MatrixXd::Identity(9, 9)).rows() == 3);  // and nothing is left behind
  CHECK(pullback(MatrixXd::Identity(3, 3)) == VectorXd(2 * x));
}

}  // namespace
}  // namespace gradus::test::vector_modes_test
