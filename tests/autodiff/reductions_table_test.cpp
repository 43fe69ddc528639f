// Sums and products of elements, and logarithms of sums: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::reductions_table_test {
namespace {

// clang-format off
const Table sums({
    {"sum",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.sum() * b.mean(); }},
    {"norm",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a - b).norm() * a.squaredNorm(); }},
    {"trace",       {4, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.trace() * b.block(0, 1, 3, 3).trace(); }},
    {"dot",         {4, 1}, {4, 1}, [](const auto& a, const auto& b) { return a.col(0).dot(b.col(0)) * a.col(0).dot(a.col(0)); }},
    {"dot of rows", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.row(0).dot(b.row(2)); }},
    {"dot with a constant", {4, 1}, {4, 1}, [](const auto& a, const auto& b) { return a.col(0).dot(constant_like(b).col(0)) * b.col(0).dot(2 * constant_like(a).col(0)); }},
    {"sum of a transpose", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.transpose().sum() * b.transpose().squaredNorm(); }},
    {"of arrays",   {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.array() * b.array()).mean() + a.array().sum(); }},
    {"prod",        {3, 3}, {3, 4}, [](const auto& a, const auto& b) { return a.prod() + b.row(1).prod() * a.transpose().block(0, 0, 2, 3).prod(); }},
});
const Table sums_of_exponentials({
    {"logsumexp",           {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return logsumexp(a.cwiseProduct(b)); }},
    {"softmax",             {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return softmax((a - b).eval()); }},
    {"log_softmax",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return log_softmax((a - b).eval()); }},
});
// clang-format on

TEST_CASE("table: sums and products") { sums.check(); }
TEST_CASE("table: logsumexp and its kin") { sums_of_exponentials.check(); }

}  // namespace
}  // namespace gradus::test::reductions_table_test
