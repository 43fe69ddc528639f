// Views: parts, transposes and reshapes of a variable as operands, overlapping ones too: their lines of the table.
#include "../support/operation_table.hpp"

namespace gradus::test {
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
const Table views_of_views({
    {"block of block",        {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 1, 4, 4).block(1, 2, 2, 2); }},
    {"parts of a transpose",  {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().block(3, 1, 3, 2) + a.block(1, 2, 2, 3).transpose(); }},
    {"row of a transpose",    {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().row(4).segment(1, 3); }},
    {"diagonal of a block",   {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 1, 3, 4).diagonal() + a.diagonal().segment(1, 3); }},
    {"reshaped transpose",    {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().reshaped(10, 3); }},
    {"reshaped block",        {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 1, 3, 4).reshaped(4, 3).row(1); }},
    {"reshaped columns",      {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.middleCols(1, 2).reshaped(2, 5).col(3); }},
    {"reshaped row",          {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.row(2).reshaped(2, 3); }},
    {"reshaped replica",      {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.col(1).replicate(1, 2).reshaped(2, 5); }},
    {"element of a view",     {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().block(1, 1, 3, 3)(2, 0) * a.row(1)(2); }},
    {"array of a transpose",  {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().array().square().matrix().col(2); }},
});
const Table overlapping({
    {"with its transpose",    {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a + a.transpose(); }},
    {"times its transpose",   {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.cwiseProduct(a.transpose()); }},
    {"shifted product",       {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return x.head(5).cwiseProduct(x.tail(5)).eval(); }},
    {"shifted difference",    {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return (x.tail(5) - x.head(5)).eval(); }},
    {"shifted blocks",        {5, 5}, {1, 1}, [](const auto& a, const auto&) { return a.block(0, 0, 3, 3).cwiseProduct(a.block(1, 1, 3, 3)); }},
    {"whole and a row",       {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.rowwise() + a.row(1); }},
    {"whole and a column",    {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.array().colwise() * a.col(2).array(); }},
    {"disjoint, last first",  {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return (x.head(2).cwiseProduct(x.tail(2)) + x.segment(2, 2)).eval(); }},
    {"disjoint, first last",  {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return (x.segment(2, 2).cwiseProduct(x.head(2)) + x.tail(2)).eval(); }},
    {"gaps left untouched",   {5, 5}, {1, 1}, [](const auto& a, const auto&) { return a.row(1) + a.row(3).cwiseProduct(a.col(0).transpose()); }},
    {"elements and whole",    {3, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a(1, 1) + a.row(0).replicate(3, 1) * a(0, 2); }},
});
// clang-format on

TEST_CASE("table: parts of a matrix") { parts.check(); }
TEST_CASE("table: views of views") { views_of_views.check(); }
TEST_CASE("table: overlapping views in one operation") { overlapping.check(); }

}  // namespace
}  // namespace gradus::test
