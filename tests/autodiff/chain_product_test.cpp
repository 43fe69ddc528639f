// Products of matrix chains: of every kind of operand, in every order.
#include <doctest/doctest.h>

#include <array>
#include <gradus/autodiff/autodiff.hpp>
#include <random>
#include <type_traits>

#include "../support/bracketings.hpp"
#include "../support/check_gradients.hpp"

namespace gradus::test::chain_product_test {
namespace {

/// The product of plain matrices by Eigen, from the left.
Eigen::MatrixXd by_eigen(const std::vector<Eigen::MatrixXd>& matrices) {
  Eigen::MatrixXd product = matrices.front();
  for (std::size_t i = 1; i < matrices.size(); ++i) product = (product * matrices[i]).eval();
  return product;
}

TEST_CASE("every bracketing gives the same product") {
  const std::vector<Index> sizes = {4, 2, 5, 3, 6, 1};
  const auto matrices = matrices_of<Eigen::MatrixXd>(sizes);
  const Eigen::MatrixXd expected = by_eigen(matrices);
  const double rounding = 1e-15 * 2 * 5 * 3 * 6;  // sums of so many terms of at most 1
  for (const Products& products : all_products(0, 5)) {
    CHECK((chain_product(Bracketing(products), matrices) - expected).cwiseAbs().maxCoeff() < rounding);
    Tape tape;
    std::vector<Var<Eigen::MatrixXd>> variables;
    for (const auto& matrix : matrices) variables.push_back(tape.variable(matrix));
    CHECK((value_of(chain_product(Bracketing(products), variables)) - expected).cwiseAbs().maxCoeff() < rounding);
  }
}

TEST_CASE("a chain takes matrices, vectors, views, expressions, borrowed ones and ranges of them") {
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(5, 5), b = Eigen::MatrixXd::Random(5, 3);
  const Eigen::Matrix<double, 3, 5, Eigen::RowMajor> c = Eigen::Matrix<double, 3, 5>::Random();
  const Eigen::VectorXd v = Eigen::VectorXd::Random(5);
  const auto near = [](const auto& x, const auto& y) { return (x - y).cwiseAbs().maxCoeff() < 1e-13; };

  const auto column = chain_product(a, b, c, v);
  static_assert(std::is_same_v<decltype(column), const Eigen::VectorXd>);
  CHECK(near(column, (a * (b * (c * v))).eval()));
  const auto row = chain_product(v.transpose(), b, c);
  static_assert(std::is_same_v<decltype(row), const Eigen::Matrix<double, 1, 5>>);
  CHECK(near(row, (v.transpose() * b * c).eval()));
  const auto number = chain_product(v.transpose(), a, v);
  static_assert(std::is_same_v<decltype(number), const Eigen::Matrix<double, 1, 1>>);
  CHECK(near(number, (v.transpose() * a * v).eval()));
  const auto fixed = chain_product(c, a, c.transpose());
  static_assert(std::is_same_v<decltype(fixed), const Eigen::Matrix3d>);
  CHECK(near(fixed, (c * a * c.transpose()).eval()));

  const Eigen::MatrixXd turned = a.reverse(), part = a.block(1, 0, 4, 3);
  CHECK(near(chain_product(2 * a, a.reverse(), b, a.block(1, 0, 4, 3).transpose(), v.head(4)),
             (2 * a * turned * b * part.transpose() * v.head(4)).eval()));
  CHECK(near(chain_product(a.row(2), Eigen::Map<const Eigen::MatrixXd>(b.data(), 5, 3), borrow(c), a.col(1)),
             (a.row(2) * b * c * a.col(1)).eval()));
  CHECK(near(chain_product(a.diagonal().transpose(), b.middleCols<2>(1)),
             (a.diagonal().transpose() * b.middleCols<2>(1)).eval()));
  const std::vector<Eigen::MatrixXd> many = {a, a, b}, none;
  const std::array<Eigen::Matrix3d, 2> small = {Eigen::Matrix3d::Random(), Eigen::Matrix3d::Random()};
  CHECK(near(chain_product(many, small, none, c, v), (a * a * b * small[0] * small[1] * c * v).eval()));
  CHECK(chain_product(a) == a);
  CHECK(chain_product(v.transpose()) == v.transpose());
  CHECK(chain_product(a + a) == 2 * a);
}

/// f of each matrix, made when it is asked for. (What std::views::transform is; clang 14 cannot compile that.)
template <class F>
struct Transformed {
  Transformed(const std::vector<Eigen::MatrixXd>& of, F map) : matrices(of), f(map) {}
  struct iterator {
    using difference_type = std::ptrdiff_t;
    using value_type = std::invoke_result_t<F, const Eigen::MatrixXd&>;
    const Transformed* range = nullptr;
    std::size_t at = 0;
    auto operator*() const { return range->f(range->matrices[at]); }
    iterator& operator++() { return ++at, *this; }
    iterator operator++(int) { return {range, at++}; }
    bool operator==(const iterator&) const = default;
  };
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, matrices.size()}; }

  const std::vector<Eigen::MatrixXd>& matrices;
  F f;
};

TEST_CASE("a range may make its matrices as it goes, or views of them") {
  const auto matrices = matrices_of<Eigen::MatrixXd>({4, 4, 4, 4});
  const Eigen::VectorXd w = Eigen::VectorXd::Random(4);
  const Transformed transposed{matrices, [](const Eigen::MatrixXd& m) { return m.transpose(); }};
  const Transformed doubled{matrices, [](const Eigen::MatrixXd& m) { return Eigen::MatrixXd(2 * m); }};
  const Eigen::VectorXd once = matrices[0].transpose() * (matrices[1].transpose() * (matrices[2].transpose() * w));
  CHECK((chain_product(transposed, w) - once).norm() < 1e-14);
  CHECK((chain_product(doubled, w) - 8 * matrices[0] * (matrices[1] * (matrices[2] * w))).norm() < 1e-13);
  Tape tape;
  const auto x = tape.variable(w);
  CHECK((value_of(chain_product(transposed, x)) - once).norm() < 1e-14);
  CHECK((value_of(chain_product(doubled, x)) - chain_product(doubled, w)).norm() < 1e-13);
}

TEST_CASE("any type of number is multiplied") {
  const std::vector<Index> sizes = {2, 3, 4, 2};
  const auto expected = by_eigen(matrices_of<Eigen::MatrixXd>(sizes));
  const auto check = [&]<class S>(S) {
    std::vector<Eigen::MatrixX<S>> matrices;
    Eigen::MatrixX<S> product = Eigen::MatrixX<S>::Identity(2, 2);
    for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
      matrices.push_back((4 * Eigen::MatrixXd::Random(sizes[i], sizes[i + 1])).cast<S>());
      product = (product * matrices.back()).eval();
    }
    CHECK((chain_product(matrices) - product).norm() <= 1e-4);
  };
  check(float());
  check(int());
  check((long double)(0));
}

TEST_CASE("gradients flow through a chain in any bracketing") {
  const Eigen::MatrixXd a = Eigen::MatrixXd::Random(3, 2);
  const Eigen::VectorXd v = Eigen::VectorXd::Random(3);
  const auto in = [](const Bracketing& order) {
    return [=](const auto& x, const auto& y) { return chain_product(order, y.transpose(), x, x.transpose(), y).sum(); };
  };
  check_gradients<1>(in(Bracketing::left_to_right(4)), a, v);
  check_gradients<1>(in(Bracketing({{0, 1, 2}, {2, 3, 4}, {0, 2, 4}})), a, v);
}

TEST_CASE("constants and variables of a chain meet on the variables' tape") {
  const auto matrices = matrices_of<Eigen::MatrixXd>({3, 3, 3, 3});
  const Eigen::VectorXd w = Eigen::VectorXd::Random(3), seed = Eigen::VectorXd::Ones(3);
  Tape tape, other;
  const auto constant = other.constant(Eigen::MatrixXd(Eigen::MatrixXd::Random(3, 3)));
  const auto x = tape.variable(w);
  const auto y = chain_product(constant, matrices, x);
  static_assert(std::is_same_v<decltype(y), const Var<Eigen::VectorXd>>);
  CHECK(y.tape() == &tape);
  tape.backward(y, seed);
  const Eigen::MatrixXd whole = value_of(constant) * by_eigen(matrices);
  CHECK((tape.adjoint(x) - whole.transpose() * seed).norm() < 1e-14);
  CHECK_THROWS_AS(chain_product(other.variable(Eigen::MatrixXd(matrices[0])), x), TapeError);

  CHECK(chain_product(constant, matrices).handle().is_constant());
  const auto alone = chain_product(x);
  CHECK(alone.handle().node == x.handle().node);
}

TEST_CASE("the sweep of a recorded chain multiplies in its brackets, as often again for each factor not constant") {
  const std::vector<Index> sizes = {5, 2, 6, 3, 1};
  const auto matrices = matrices_of<Eigen::MatrixX<Counted>>(sizes);
  for (const Products& products : all_products(0, 4)) {
    const Bracketing order(products);
    Tape<Counted> tape;
    std::vector<Var<Eigen::MatrixX<Counted>>> variables;
    for (const auto& matrix : matrices) variables.push_back(tape.variable(matrix));
    const auto counted = count_operations([&] {
      const auto y = chain_product(order, variables);
      tape.backward(y, Eigen::MatrixX<Counted>::Ones(5, 1));
    });
    CHECK(counted.multiplications == 3 * order.multiplications(sizes));
  }
}

TEST_CASE("a chain of a thousand matrices is bracketed and multiplied") {
  std::mt19937 random(3);
  std::uniform_int_distribution<Index> size(1, 6);
  std::vector<Index> sizes(1001);
  for (Index& s : sizes) s = size(random);
  std::vector<Eigen::MatrixXd> matrices;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)  // of ones and scaled, so that the product is 1 everywhere
    matrices.push_back(Eigen::MatrixXd::Constant(sizes[i], sizes[i + 1], 1.0 / double(sizes[i + 1])));
  const auto best = Bracketing::best(sizes), left = Bracketing::left_to_right(1000),
             right = Bracketing::right_to_left(1000);
  CHECK(best.multiplications(sizes) < left.multiplications(sizes));
  CHECK(best.multiplications(sizes) < right.multiplications(sizes));
  const double expected = 1.0 / double(sizes.back());
  for (const Bracketing* order : {&best, &left, &right})
    CHECK((chain_product(*order, matrices).array() - expected).abs().maxCoeff() < 1e-12);

  const Index many = 100'000;  // no recursion anywhere
  CHECK(Bracketing::left_to_right(many).text().starts_with("(((("));
  const std::vector<Eigen::Matrix2d> rotations(many, (Eigen::Matrix2d() << 0, -1, 1, 0).finished());
  CHECK(chain_product(Bracketing::right_to_left(many), rotations) == Eigen::Matrix2d::Identity());
}

TEST_CASE("empty matrices cost nothing and give zeros") {
  const Eigen::MatrixXd a(3, 0), b(0, 4);
  const Eigen::MatrixXd c = Eigen::MatrixXd::Random(4, 2);
  CHECK(Bracketing::best({3, 0, 4, 2}).multiplications({3, 0, 4, 2}) == 0);
  CHECK(chain_product(a, b, c) == Eigen::MatrixXd::Zero(3, 2));
  CHECK(chain_product(Bracketing::left_to_right(3), a, b, c) == Eigen::MatrixXd::Zero(3, 2));
  CHECK(chain_product(b, c).rows() == 0);
  Tape tape;
  const auto x = tape.variable(c);
  const auto y = chain_product(a, b, x);
  CHECK(value_of(y) == Eigen::MatrixXd::Zero(3, 2));
  tape.backward(y.sum());
  CHECK(tape.adjoint(x) == Eigen::MatrixXd::Zero(4, 2));
}

TEST_CASE("what is no chain is an error that says where") {
  const Eigen::MatrixXd a(2, 3), b(3, 4), c(5, 2);
  CHECK(message<ShapeError>([&] { chain_product(a, b, c); }) ==
        "chain product: expected as many columns in matrix 2 as rows in matrix 3, got 3×4 times 5×2");
  Tape tape;
  CHECK(message<ShapeError>([&] { chain_product(tape.variable(a), c, b); }) ==
        "chain product: expected as many columns in matrix 1 as rows in matrix 2, got 2×3 times 5×2");
  CHECK(message<Error>([&] { chain_product(std::vector<Eigen::MatrixXd>()); }) ==
        "chain product: expected at least one matrix, got none");
  CHECK(message<Error>([&] { chain_product(Bracketing::left_to_right(3), a, b); }) ==
        "chain product: expected the 3 matrices that the bracketing is for, got 2");
}

}  // namespace
}  // namespace gradus::test::chain_product_test
