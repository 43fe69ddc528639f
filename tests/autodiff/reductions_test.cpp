// Extrema, products, norms and logarithms of sums of exponentials.
#include "../support/matrix_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("extrema, products and norms") {
  check({
      {"maxCoeff",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.maxCoeff() * b.sum() + b.maxCoeff() * b.maxCoeff(); }},
      {"minCoeff",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.minCoeff() * b.transpose().minCoeff(); }},
      {"colwise maxCoeff", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().maxCoeff(); }},
      {"rowwise maxCoeff", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().maxCoeff(); }},
      {"colwise minCoeff", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().minCoeff(); }},
      {"rowwise minCoeff", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().minCoeff(); }},
      {"prod",             {3, 3}, {3, 4}, [](const auto& a, const auto& b) { return a.prod() + b.row(1).prod() * a.transpose().block(0, 0, 2, 3).prod(); }},
      {"colwise prod",     {5, 2}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().prod(); }},
      {"rowwise prod",     {2, 6}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().prod(); }},
  });
  check({
      {"lpNorm 1",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.template lpNorm<1>() * b.template lpNorm<1>(); }},
      {"lpNorm 2",         {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.template lpNorm<2>(); }},
      {"lpNorm 3",         {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.template lpNorm<3>(); }},
      {"lpNorm infinity",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.template lpNorm<Eigen::Infinity>() * b.template lpNorm<Eigen::Infinity>(); }},
      {"colwise lpNorm",   {3, 4}, {3, 4}, [](const auto& a, const auto&) { return (a.colwise().template lpNorm<1>() + a.colwise().template lpNorm<Eigen::Infinity>()).eval(); }},
      {"stableNorm",       {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return a.col(0).stableNorm() * b.col(1).stableNorm(); }},
      {"normalized",       {3, 1}, {3, 4}, [](const auto& a, const auto& b) { return (a.col(0).normalized() + b.col(2).stableNormalized()).eval(); }},
      {"colwise normalized", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().normalized(); }},
      {"rowwise normalized", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().normalized(); }},
  });
}

TEST_CASE("logsumexp and its kin") {
  check({
      {"logsumexp",           {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return logsumexp(a.cwiseProduct(b)); }},
      {"colwise logsumexp",   {3, 4}, {3, 4}, [](const auto& a, const auto&) { return logsumexp(a.colwise()); }},
      {"rowwise logsumexp",   {3, 4}, {3, 4}, [](const auto& a, const auto&) { return logsumexp(a.rowwise()); }},
      {"softmax",             {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return softmax((a - b).eval()); }},
      {"colwise softmax",     {3, 4}, {3, 4}, [](const auto& a, const auto&) { return softmax(a.colwise()); }},
      {"rowwise softmax",     {3, 4}, {3, 4}, [](const auto& a, const auto&) { return softmax(a.rowwise()); }},
      {"log_softmax",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return log_softmax((a - b).eval()); }},
      {"colwise log_softmax", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return log_softmax(a.colwise()); }},
      {"rowwise log_softmax", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return log_softmax(a.rowwise()); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
