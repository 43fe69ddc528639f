// What cannot be put together is told; the cross product of fixed sizes and of constants.
#include "../support/check_gradients.hpp"

namespace gradus::test::assembly_test {
namespace {

TEST_CASE("the cross product of columns, of rows and with a constant") {
  const auto cross = [](const auto& a, const auto& b) { return contract(a.cross(b)); };
  check_gradients<2>(cross, Eigen::Vector3d(1, -2, 0.5), Eigen::Vector3d(0.25, 3, -1));
  check_gradients<2>(cross, Eigen::RowVector3d(1, -2, 0.5), Eigen::RowVector3d(0.25, 3, -1));
  const Eigen::Vector3d constant(2, 1, -1);
  check_gradients<2>(
      [&](const auto& a) {
        return contract(gradus::cross(
            constant.cast<typename detail::NumberOf<std::remove_cvref_t<decltype(a)>>::type>().eval(), a));
      },
      Eigen::Vector3d(1, -2, 0.5));
}
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
}  // namespace gradus::test::assembly_test
