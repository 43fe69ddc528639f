// Parts, transposes and reshapes of a variable as operands: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::views_table_test {
namespace {

// clang-format off
const Table parts({
    {"elements",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a(0, 0) * b(2, 3) + a.coeff(1, 2) * a(1, 2) * b(7); }},
    {"of a vector",  {4, 1}, {6, 1}, [](const auto& a, const auto& b) { const auto x = a.col(0); return x.x() * x.y() + x.z() * x.w() * b.col(0)[5] + b.block(1, 0, 1, 1).value(); }},
    {"row",          {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.row(1).cwiseProduct(b.row(2)); }},
    {"col",          {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.col(1).cwiseProduct(b.col(2)); }},
    {"block",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.block(1, 1, 2, 3).cwiseProduct(b.block(0, 0, 2, 3)); }},
    {"static block", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.template block<2, 2>(1, 1).cwiseProduct(b.template block<2, 2>(0, 1)); }},
    {"rows",         {4, 3}, {4, 3}, [](const auto& a, const auto& b) { return a.topRows(2) + a.bottomRows(2).cwiseProduct(b.middleRows(1, 2)); }},
    {"columns",      {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.leftCols(2) + a.rightCols(2).cwiseProduct(b.middleCols(1, 2)); }},
    {"static rows",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.template topRows<2>().cwiseProduct(b.template bottomRows<2>()) + a.template middleRows<2>(1)).eval(); }},
    {"static columns", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.template leftCols<2>().cwiseProduct(b.template rightCols<2>()) + a.template middleCols<2>(1)).eval(); }},
    {"corners",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.topLeftCorner(2, 3).cwiseProduct(b.bottomRightCorner(2, 3)) + a.topRightCorner(2, 3).cwiseProduct(b.bottomLeftCorner(2, 3))).eval(); }},
    {"static corners", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.template topLeftCorner<2, 3>().cwiseProduct(b.template bottomRightCorner<2, 3>()) + a.template topRightCorner<2, 3>().cwiseProduct(b.template bottomLeftCorner<2, 3>())).eval(); }},
    {"segments",        {6, 1}, {6, 1}, [](const auto& a, const auto& b) { const auto x = a.col(0), y = b.col(0); return (x.head(3).cwiseProduct(y.tail(3)) + x.segment(1, 3)).eval(); }},
    {"static segments", {6, 1}, {2, 6}, [](const auto& a, const auto& b) { const auto x = a.col(0); const auto y = b.row(1); return (x.template head<3>().cwiseProduct(y.template tail<3>().transpose()) + x.template segment<3>(2)).eval(); }},
    {"diagonal",     {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a.diagonal().cwiseProduct(b.diagonal()); }},
    {"transpose",    {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a.transpose().cwiseProduct(b) + a.adjoint(); }},
    {"reshaped",     {3, 4}, {2, 6}, [](const auto& a, const auto& b) { return a.reshaped(2, 6).cwiseProduct(b); }},
    {"one column",   {3, 4}, {2, 6}, [](const auto& a, const auto& b) { return a.reshaped().cwiseProduct(b.reshaped()); }},
    {"of a product", {3, 4}, {4, 3}, [](const auto& a, const auto& b) { const auto p = (a * b).eval(); return (p.row(0) + p.col(1).transpose() + p.diagonal().transpose()).eval(); }},
    {"elements in a loop", {3, 4}, {3, 4}, [](const auto& a, const auto& b) {
       auto sum = a(0, 0);
       for (Index j = 0; j < 4; ++j)
         for (Index i = 0; i < 3; ++i) sum += a(i, j) * b(2 - i, 3 - j) * a(0, j);
       return sum; }},
});
// clang-format on

TEST_CASE("table: parts of a matrix") { parts.check(); }

}  // namespace
}  // namespace gradus::test::views_table_test
