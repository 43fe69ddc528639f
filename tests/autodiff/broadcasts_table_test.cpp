// Broadcasts to every column or row: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::broadcasts_table_test {
namespace {

// clang-format off
const Table broadcasts({
    {"colwise +",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.colwise() + b.col(0); }},
    {"rowwise +",           {3, 4}, {1, 4}, [](const auto& a, const auto& b) { return a.rowwise() + b.row(0); }},
    {"colwise -",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.colwise() - b.col(0); }},
    {"rowwise -",           {3, 4}, {1, 4}, [](const auto& a, const auto&) { return a.rowwise() - a.colwise().mean(); }},
    {"colwise *",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.array().colwise() * b.col(0).array(); }},
    {"rowwise *",           {3, 4}, {1, 4}, [](const auto& a, const auto& b) { return a.array().rowwise() * b.row(0).array(); }},
    {"colwise /",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.array().colwise() / b.col(0).array(); }, positive},
    {"constant vector",     {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return (a.colwise() + constant_like(b).col(0)).eval(); }},
    {"constant matrix",     {3, 4}, {3, 1}, [](const auto& a, const auto& b) { const auto c = constant_like(a); return ((c.colwise() + b.col(0)).cwiseProduct(a)).eval(); }},
    {"one row",             {1, 4}, {1, 4}, [](const auto& a, const auto& b) { return (a.rowwise() + b.row(0)).colwise().sum(); }},
    {"one column",          {4, 1}, {4, 1}, [](const auto& a, const auto& b) { return (a.colwise() + b.col(0)).rowwise().sum(); }},
    {"one element",         {1, 1}, {1, 1}, [](const auto& a, const auto& b) { return (a.rowwise() + b.row(0)).colwise() - b.col(0); }},
    {"row plus a column of one", {1, 4}, {1, 1}, [](const auto& a, const auto& b) { return a.colwise() + b.col(0); }},
    {"replicate",           {3, 1}, {1, 4}, [](const auto& a, const auto& b) { return a.replicate(1, 4) + b.replicate(3, 1); }},
    {"replicate 1x1",       {3, 4}, {1, 1}, [](const auto& a, const auto& b) { return a.cwiseProduct(b.replicate(3, 4)); }},
});
// clang-format on

TEST_CASE("table: broadcasts to columns and rows") { broadcasts.check(); }

}  // namespace
}  // namespace gradus::test::broadcasts_table_test
