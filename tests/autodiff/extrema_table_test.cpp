// Extrema and norms: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::extrema_table_test {
namespace {

// clang-format off
const Table extrema({
    {"maxCoeff",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.maxCoeff() * b.sum() + b.maxCoeff() * b.maxCoeff(); }},
    {"minCoeff",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.minCoeff() * b.transpose().minCoeff(); }},
    {"lpNorm 1",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.template lpNorm<1>() * b.template lpNorm<2>(); }, positive},
    {"lpNorm 3",         {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.template lpNorm<3>(); }},
    {"lpNorm infinity",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.template lpNorm<Eigen::Infinity>() * b.template lpNorm<Eigen::Infinity>(); }},
    {"stableNorm",       {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return a.col(0).stableNorm() * b.col(1).stableNorm(); }},
    {"normalized",       {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return (a.col(0).normalized() + b.col(2).stableNormalized()).eval(); }},
});
// clang-format on

TEST_CASE("table: extrema and norms") { extrema.check(); }

}  // namespace
}  // namespace gradus::test::extrema_table_test
