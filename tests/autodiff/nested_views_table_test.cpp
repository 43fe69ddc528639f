// Views of views, and views that overlap in one operation: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::nested_views_table_test {
namespace {

// clang-format off
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

TEST_CASE("table: views of views") { views_of_views.check(); }
TEST_CASE("table: overlapping views in one operation") { overlapping.check(); }

}  // namespace
}  // namespace gradus::test::nested_views_table_test
