// Matrices put together from matrices and scalars, diagonal matrices and the cross product: their lines of the table.
#include <Eigen/Geometry>

#include "../support/operation_table.hpp"

namespace gradus::test::assembly_table_test {
namespace {

// clang-format off
const Table assembled({
    {"hcat",            {3, 4}, {3, 2}, [](const auto& a, const auto& b) { return hcat(a, b); }},
    {"vcat",            {3, 4}, {2, 4}, [](const auto& a, const auto& b) { return vcat(a, b); }},
    {"hcat of four",    {3, 4}, {3, 2}, [](const auto& a, const auto& b) { return hcat(constant_like(a), a.block(0, 1, 3, 2), constant_like(b), b); }},
    {"vcat of columns", {3, 1}, {2, 1}, [](const auto& a, const auto& b) { return vcat(a.col(0), b.col(0), a.col(0)); }},
    {"vector",          {2, 2}, {2, 2}, [](const auto& a, const auto& b) { using P = std::remove_cvref_t<decltype((a + b).eval())>; return (vcat(std::vector<P>{a, b, P(a * 2)}) * hcat(std::vector<P>{a, P(a + b)})).eval(); }},
    {"blocks",          {2, 2}, {2, 3}, [](const auto& a, const auto& b) { return vcat(hcat(a, b), hcat(b.transpose().eval(), constant_like((b.transpose() * b).eval()))); }},
    {"stack",           {2, 2}, {1, 1}, [](const auto& a, const auto& b) { return stack(a(0) * b(0), a(1), a(0) * a(3), b(0)).eval(); }},
});
const Table diagonals({
    {"diagonal times matrix", {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return (a.col(0).asDiagonal() * b).eval(); }},
    {"matrix times diagonal", {4, 1}, {3, 4}, [](const auto& a, const auto& b) { return (b * a.col(0).asDiagonal()).eval(); }},
    {"of a row",              {1, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b * a.row(0).asDiagonal()).eval(); }},
    {"dense",                 {4, 1}, {3, 4}, [](const auto& a, const auto& b) { return (b * a.col(0).asDiagonal().toDenseMatrix()).eval(); }},
    {"constant matrix",       {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return (a.col(0).asDiagonal() * constant_like(b)).eval(); }},
    {"constant diagonal",     {3, 1}, {3, 4}, [](const auto& a, const auto& b) { const auto c = constant_like(a); return (c.col(0).asDiagonal() * b).eval(); }},
    {"constant diagonal after", {4, 1}, {3, 4}, [](const auto& a, const auto& b) { const auto c = constant_like(a); return (b * c.col(0).asDiagonal()).eval(); }},
    {"cross",                 {3, 1}, {3, 1}, [](const auto& a, const auto& b) { return a.template block<3, 1>(0, 0).cross(b.template block<3, 1>(0, 0)).eval(); }},
});
// clang-format on

TEST_CASE("table: matrices put together") { assembled.check(); }
TEST_CASE("table: diagonal matrices and the cross product") { diagonals.check(); }

}  // namespace
}  // namespace gradus::test::assembly_table_test
