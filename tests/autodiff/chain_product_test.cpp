// Brackets of matrix chains: the best against all, what is said against what is counted, and products of every kind.
#include <doctest/doctest.h>

#include <array>
#include <gradus/autodiff/autodiff.hpp>
#include <random>
#include <set>

#include "../support/check_gradients.hpp"

namespace gradus::test {
namespace {

using Products = std::vector<Bracketing::Product>;

/// All ways to bracket the part [first, last) of a chain.
std::vector<Products> all_products(Index first, Index last) {
  if (last - first == 1) return {{}};
  std::vector<Products> all;
  for (Index middle = first + 1; middle < last; ++middle)
    for (const Products& left : all_products(first, middle))
      for (const Products& right : all_products(middle, last)) {
        all.push_back(left);
        all.back().insert(all.back().end(), right.begin(), right.end());
        all.back().push_back({first, middle, last});
      }
  return all;
}

template <class M>
std::vector<M> matrices_of(const std::vector<Index>& sizes) {
  std::vector<M> matrices;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    matrices.push_back(Eigen::MatrixXd::Random(sizes[i], sizes[i + 1]).cast<typename M::Scalar>());
  return matrices;
}

/// The product of plain matrices by Eigen, from the left.
Eigen::MatrixXd by_eigen(const std::vector<Eigen::MatrixXd>& matrices) {
  Eigen::MatrixXd product = matrices.front();
  for (std::size_t i = 1; i < matrices.size(); ++i) product = (product * matrices[i]).eval();
  return product;
}

/// The text of the error that f throws.
template <class E>
std::string message(const auto& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST_CASE("the best bracketing takes as few multiplications as the cheapest of all, and all take what they say") {
  std::mt19937 random(7);
  const std::size_t catalan[] = {0, 1, 1, 2, 5, 14, 42, 132, 429};
  for (Index length = 1; length <= 8; ++length) {
    const std::vector<Products> all = all_products(0, length);
    REQUIRE(all.size() == catalan[length]);
    for (int repetition = 0; repetition < 4; ++repetition) {
      std::uniform_int_distribution<Index> size(repetition == 0 ? 0 : 1, repetition == 1 ? 2 : 6);
      std::vector<Index> sizes(static_cast<std::size_t>(length) + 1);
      for (Index& s : sizes) s = size(random);
      const auto matrices = matrices_of<Eigen::MatrixX<Counted>>(sizes);
      REQUIRE(chain_sizes(matrices) == sizes);
      std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
      bool all_as_said = true;
      for (const Products& products : all) {
        const Bracketing order(products);
        const std::int64_t said = order.multiplications(sizes);
        all_as_said &= count_operations([&] { chain_product(order, matrices); }).multiplications == said;
        fewest = std::min(fewest, said);
      }
      CHECK(all_as_said);
      CAPTURE(Bracketing::best(sizes).text());
      CHECK(Bracketing::best(sizes).multiplications(sizes) == fewest);
      CHECK(count_operations([&] { chain_product(matrices); }).multiplications == fewest);
    }
  }
}

TEST_CASE("bracketings are printed as one writes them") {
  CHECK(Bracketing::left_to_right(1).text() == "M1");
  CHECK(Bracketing::left_to_right(2).text() == "(M1 M2)");
  CHECK(Bracketing::left_to_right(4).text() == "(((M1 M2) M3) M4)");
  CHECK(Bracketing::right_to_left(4).text() == "(M1 (M2 (M3 M4)))");
  CHECK(Bracketing({{2, 3, 4}, {0, 1, 2}, {0, 2, 4}}).text() == "((M1 M2) (M3 M4))");
  std::ostringstream out;
  out << Bracketing::best({10, 100, 5, 50});
  CHECK(out.str() == "((M1 M2) M3)");
  std::set<std::string> texts;  // all different
  for (const Products& products : all_products(0, 7)) texts.insert(Bracketing(products).text());
  CHECK(texts.size() == 132);
}

TEST_CASE("the textbook's chain of six is bracketed as in the textbook") {
  // Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, on matrix-chain multiplication
  const std::vector<Index> sizes = {30, 35, 15, 5, 10, 20, 25};
  CHECK(Bracketing::best(sizes).text() == "((M1 (M2 M3)) ((M4 M5) M6))");
  CHECK(Bracketing::best(sizes).multiplications(sizes) == 15125);
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

TEST_CASE("gradients flow through a chain, in any order and to any order") {
  using Eigen::MatrixXd;
  const MatrixXd a = MatrixXd::Random(3, 2), b = MatrixXd::Random(2, 4);
  const Eigen::VectorXd v = Eigen::VectorXd::Random(4);
  const auto best = [](const auto& x, const auto& y, const auto& z) { return chain_product(x, y, z).squaredNorm(); };
  check_gradients<3>(best, a, b, v);
  const auto forward = [](const auto& x, const auto& y, const auto& z) {
    return chain_product(Bracketing::left_to_right(4), x, y, z, z.transpose()).squaredNorm();
  };
  check_gradients<2>(forward, a, b, v);
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
  std::vector<Index> sizes(601);
  for (Index& s : sizes) s = size(random);
  std::vector<Eigen::MatrixXd> matrices;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)  // of ones and scaled, so that the product is 1 everywhere
    matrices.push_back(Eigen::MatrixXd::Constant(sizes[i], sizes[i + 1], 1.0 / double(sizes[i + 1])));
  const auto best = Bracketing::best(sizes), left = Bracketing::left_to_right(600),
             right = Bracketing::right_to_left(600);
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

TEST_CASE("counts that do not fit are an error, unless another order has fewer") {
  const Index n = Index{1} << 31;
  const std::vector<Index> outer = {n, 1, n, 1, n};
  CHECK_THROWS_AS(Bracketing({{1, 2, 3}, {1, 3, 4}, {0, 1, 4}}).multiplications({n, n, 1, n, n}), Error);
  CHECK(Bracketing::best(outer).text() == "(M1 ((M2 M3) M4))");
  CHECK(Bracketing::best(outer).multiplications(outer) == n + n + n * n);
  CHECK(message<Error>([&] { Bracketing::best({n, n, n, n}); }).find("fewer than 2⁶³") != std::string::npos);
  const Index most = std::numeric_limits<Index>::max();
  CHECK(Bracketing::best({most, most, 0, most}).multiplications({most, most, 0, most}) == 0);
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
  CHECK(message<Error>([&] {
          Bracketing::left_to_right(2).multiplications({2, 3});
        }) == "bracketing: expected the 3 sizes of a chain of 2 matrices, got 2");
  CHECK(message<Error>([&] {
          Bracketing::best({2, -3, 4});
        }) == "bracketing: expected sizes of matrices, got -3 as size 1 (counted from 0)");
  CHECK(message<Error>([&] { Bracketing::best({2}); }) ==
        "bracketing: expected a chain of at least one matrix, got 0 of them");
  CHECK_THROWS_AS(Bracketing::best({}), Error);
  CHECK_THROWS_AS(Bracketing::left_to_right(0), Error);
  CHECK_THROWS_AS(Bracketing::right_to_left(-1), Error);
  CHECK(message<Error>([&] {
          Bracketing({{0, 1, 2}, {1, 2, 3}});
        }) ==
        "bracketing: expected products of neighbours that are done already, in a chain of 3 matrices, got [1, 2, 3)");
  CHECK_THROWS_AS(Bracketing({{0, 1, 3}}), Error);             // beyond the chain
  CHECK_THROWS_AS(Bracketing({{0, 2, 3}, {0, 1, 2}}), Error);  // M1 M2 is not there yet
  CHECK_THROWS_AS(Bracketing({{-1, 0, 1}}), Error);
  CHECK_THROWS_AS(Bracketing({{0, 0, 1}}), Error);
}

}  // namespace
}  // namespace gradus::test
