// Reductions of every column or row: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::vectorwise_table_test {
namespace {

// clang-format off
const Table reductions({
    {"colwise sum",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.colwise().sum().cwiseProduct(b.row(0)); }},
    {"rowwise sum",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.rowwise().sum().cwiseProduct(b.col(0)); }},
    {"colwise mean",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.colwise().mean() - b.colwise().squaredNorm()).eval(); }},
    {"rowwise mean",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.rowwise().mean() - b.rowwise().squaredNorm()).eval(); }},
    {"colwise norm",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().norm(); }},
    {"rowwise norm",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().norm(); }},
    {"of a transpose",      {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.transpose().colwise().sum(); }},
    {"of a block",          {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.block(1, 1, 2, 3).rowwise().sum(); }},
    {"colwise maxCoeff",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.colwise().maxCoeff() + b.colwise().minCoeff(); }},
    {"rowwise maxCoeff",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.rowwise().maxCoeff() + b.rowwise().minCoeff(); }},
    {"colwise prod",        {5, 2}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().prod(); }},
    {"rowwise prod",        {2, 6}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().prod(); }},
    {"colwise lpNorm",      {3, 4}, {3, 4}, [](const auto& a, const auto&) { return (a.colwise().template lpNorm<1>() + a.colwise().template lpNorm<Eigen::Infinity>()).eval(); }},
    {"colwise normalized",  {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().normalized(); }},
    {"rowwise normalized",  {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().normalized(); }},
});
const Table sums_of_exponentials({
    {"colwise logsumexp",   {3, 4}, {3, 4}, [](const auto& a, const auto&) { return logsumexp(a.colwise()); }},
    {"rowwise logsumexp",   {3, 4}, {3, 4}, [](const auto& a, const auto&) { return logsumexp(a.rowwise()); }},
    {"colwise softmax",     {3, 4}, {3, 4}, [](const auto& a, const auto&) { return softmax(a.colwise()); }},
    {"rowwise softmax",     {3, 4}, {3, 4}, [](const auto& a, const auto&) { return softmax(a.rowwise()); }},
    {"colwise log_softmax", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return log_softmax(a.colwise()); }},
    {"rowwise log_softmax", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return log_softmax(a.rowwise()); }},
    {"by hand",             {3, 4}, {3, 1}, [](const auto& a, const auto&) { const auto e = a.array().exp().eval(); return (e.colwise() / e.rowwise().sum()).eval(); }},
});
// clang-format on

TEST_CASE("table: reductions of columns and rows") { reductions.check(); }
TEST_CASE("table: logsumexp and its kin of columns and rows") { sums_of_exponentials.check(); }

}  // namespace
}  // namespace gradus::test::vectorwise_table_test
