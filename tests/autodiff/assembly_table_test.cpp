// Matrices put together from matrices and scalars, diagonal matrices, the cross product and the members of arrays: their
// lines of the table of operations.
#include <Eigen/Geometry>

#include "../support/operation_table.hpp"

namespace gradus::test {
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
// The members of arrays that have functions of the same name.
const Table members({
    {"powers",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.sqrt() * y.cube() + x.square() * y.inverse() + x.rsqrt() * y.abs2() + x.pow(y)).eval(); }, positive},
    {"exponentials", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.exp() * y.log() + x.expm1() * y.log1p() + x.log2() * y.log10()).eval(); }, positive},
    {"circular",   {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.sin() * y.cos() + x.tan() * y.atan() + x.asin() * y.acos()).eval(); }, {0.1, 0.7}},
    {"hyperbolic", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.sinh() * y.cosh() + x.tanh() * y.logistic() + x.asinh() * y.atanh() + (x + 2).acosh()).eval(); }, {-0.7, 0.7}},
    {"steps",      {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.abs() * x.sign() * x.floor() + y * y.ceil() + x * (x + 0.5).round() + y * (y + 0.5).rint()).eval(); }, {0.1, 0.9}},
});
// clang-format on

TEST_CASE("table: matrices put together") { assembled.check(); }
TEST_CASE("table: diagonal matrices and the cross product") { diagonals.check(); }
TEST_CASE("table: members of arrays") { members.check(); }

}  // namespace
}  // namespace gradus::test
