// Matrices put together from matrices, parts of matrices by Eigen's names, diagonal matrices and the cross product.
#include <Eigen/Geometry>

#include "../support/matrix_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("matrices side by side and one above the other") {
  check({
      {"hcat",            {3, 4}, {3, 2}, [](const auto& a, const auto& b) { return hcat(a, b); }},
      {"vcat",            {3, 4}, {2, 4}, [](const auto& a, const auto& b) { return vcat(a, b); }},
      {"hcat of four",    {3, 4}, {3, 2}, [](const auto& a, const auto& b) { return hcat(constant_like(a), a.block(0, 1, 3, 2), constant_like(b), b); }},
      {"vcat of columns", {3, 1}, {2, 1}, [](const auto& a, const auto& b) { return vcat(a.col(0), b.col(0), a.col(0)); }},
      {"itself",          {3, 4}, {3, 2}, [](const auto& a, const auto&) { return hcat(a, a); }},
      {"vector",          {3, 4}, {3, 4}, [](const auto& a, const auto& b) { using P = std::remove_cvref_t<decltype((a + b).eval())>; return vcat(std::vector<P>{a, b, P(a * 2), a, P(a + b)}); }},
      {"blocks",          {2, 2}, {2, 3}, [](const auto& a, const auto& b) { return vcat(hcat(a, b), hcat(b.transpose().eval(), constant_like((b.transpose() * b).eval()))); }},
  });
}

TEST_CASE("parts by the names that Eigen gives them") {
  check({
      {"corners",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.topLeftCorner(2, 3).cwiseProduct(b.bottomRightCorner(2, 3)) + a.topRightCorner(2, 3).cwiseProduct(b.bottomLeftCorner(2, 3))).eval(); }},
      {"static corners",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.template topLeftCorner<2, 3>().cwiseProduct(b.template bottomRightCorner<2, 3>()) + a.template topRightCorner<2, 3>().cwiseProduct(b.template bottomLeftCorner<2, 3>())).eval(); }},
      {"static rows",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.template topRows<2>().cwiseProduct(b.template bottomRows<2>()) + a.template middleRows<2>(1)).eval(); }},
      {"static columns",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.template leftCols<2>().cwiseProduct(b.template rightCols<2>()) + a.template middleCols<2>(1)).eval(); }},
  });
}

TEST_CASE("diagonal matrices and the cross product") {
  check({
      {"diagonal times matrix", {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return (a.col(0).asDiagonal() * b).eval(); }},
      {"matrix times diagonal", {4, 1}, {3, 4}, [](const auto& a, const auto& b) { return (b * a.col(0).asDiagonal()).eval(); }},
      {"of a row",              {1, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b * a.row(0).asDiagonal()).eval(); }},
      {"dense",                 {4, 1}, {3, 4}, [](const auto& a, const auto& b) { return (b * a.col(0).asDiagonal().toDenseMatrix()).eval(); }},
      {"constant matrix",       {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return (a.col(0).asDiagonal() * constant_like(b)).eval(); }},
      {"constant diagonal",     {3, 1}, {3, 4}, [](const auto& a, const auto& b) { const auto c = constant_like(a); return (c.col(0).asDiagonal() * b).eval(); }},
      {"constant diagonal after", {4, 1}, {3, 4}, [](const auto& a, const auto& b) { const auto c = constant_like(a); return (b * c.col(0).asDiagonal()).eval(); }},
  });
  const auto cross = [](const auto& a, const auto& b) { return contract(a.cross(b)); };
  check_gradients<2>(cross, Eigen::Vector3d(1, -2, 0.5), Eigen::Vector3d(0.25, 3, -1));
  check_gradients<2>(cross, Eigen::RowVector3d(1, -2, 0.5), Eigen::RowVector3d(0.25, 3, -1));
  const Eigen::Vector3d constant(2, 1, -1);
  check_gradients<2>([&](const auto& a) { return contract(gradus::cross(constant.cast<typename detail::NumberOf<std::remove_cvref_t<decltype(a)>>::type>().eval(), a)); }, Eigen::Vector3d(1, -2, 0.5));
}
// clang-format on

TEST_CASE("parts that do not fit are told apart") {
  Tape<double> tape;
  const auto a = tape.variable(Eigen::MatrixXd(Eigen::MatrixXd::Ones(3, 4)));
  const auto v = tape.variable(Eigen::VectorXd(Eigen::VectorXd::Ones(4)));
  CHECK_THROWS_AS(hcat(a, a.topRows(2)), ShapeError);
  CHECK_THROWS_AS(vcat(a, a.leftCols(2)), ShapeError);
  CHECK_THROWS_AS(v.asDiagonal() * a, ShapeError);
  CHECK_THROWS_AS(v.cross(v), ShapeError);
  CHECK_THROWS_AS(a.topLeftCorner(4, 2), ShapeError);
}

}  // namespace
}  // namespace gradus::test
