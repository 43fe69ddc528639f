// Sums, scalings, broadcasts and reductions of matrices.
#include "../support/matrix_operations.hpp"

namespace gradus::test {
namespace {

// Results with temporaries in them are evaluated at once: Eigen's own expressions would refer to what is gone.

// clang-format off
TEST_CASE("matrices element by element") {
  check({
      {"sum",              {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a + b; }},
      {"difference",       {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a - b; }},
      {"negative",         {3, 4}, {3, 4}, [](const auto& a, const auto&) { return -a; }},
      {"cwiseProduct",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseProduct(b); }},
      {"cwiseMax",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseMax(b).cwiseProduct(a); }},
      {"cwiseMin",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseMin(b).cwiseProduct(a); }},
      {"cwiseAbs",         {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.cwiseAbs().cwiseProduct(a); }},
      {"cwiseAbs2",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.cwiseAbs2(); }},
      {"constant beside",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((constant_like(a).array() * b.array()).matrix() - (constant_like(a) + a)).eval(); }},
      {"constant after",   {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b.cwiseProduct(constant_like(a)) + (a - constant_like(a))).eval(); }},
      {"relu",             {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (relu(a - b).cwiseProduct(b)).eval(); }},
      {"sigmoid",          {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return sigmoid(a + b); }},
      {"compound",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { auto s = (a + b).eval(); s += a; s -= 2 * b; s *= 0.5; s /= 2; return (s.cwiseProduct(a)).eval(); }},
  });
  check({
      {"cwiseQuotient",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseQuotient(b); }},
      {"cwiseSqrt",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.cwiseSqrt(); }},
      {"cwiseInverse",     {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.cwiseInverse(); }},
      {"constant divided", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((constant_like(a).array() / b.array()).matrix() + a.cwiseQuotient(constant_like(b))).eval(); }},
  }, 0.5, 1.5);
}

TEST_CASE("a matrix and a scalar") {
  check({
      {"variable times matrix", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return b(1, 2) * a; }},
      {"matrix times variable", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a * b(0, 3); }},
      {"its own element",       {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a * a(2, 1); }},
      {"number",                {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return 2 * a - b * 3; }},
      {"variable times constant", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((b(1, 2) * constant_like(a)).cwiseProduct(a)).eval(); }},
      {"constant times variable", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((constant_like(a) * b(1, 2)).cwiseProduct(a)).eval(); }},
      {"expression times matrix", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b(1, 2) * b(0, 0) + 1) * a; }},
      {"array plus scalar",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.array() + b(0, 0)) * (2 - a.array()); }},
      {"scalar minus array",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b(0, 0) - a.array()) * (a.array() - 0.5); }},
      {"maximum with variable", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.array().max(b(0, 0)) * a.array().min(b(1, 1)); }},
      {"normalized",            {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a / a.norm(); }},
      {"of a reduction",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a * b.sum() + a.squaredNorm() * b; }},
  });
  check({
      {"matrix over variable", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a / b(0, 3); }},
      {"power of variable",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.array().pow(b(0, 3)); }},
      {"scalar over array",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return b(0, 3) / a.array() + 1 / b.array(); }},
  }, 0.5, 1.5);
}

TEST_CASE("reductions") {
  check({
      {"sum",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.sum() * b.sum(); }},
      {"mean",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.mean() * b.mean(); }},
      {"squaredNorm", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a - b).squaredNorm(); }},
      {"norm",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a - b).norm(); }},
      {"trace",       {4, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.trace() * b.block(0, 1, 3, 3).trace(); }},
      {"dot",         {4, 1}, {4, 1}, [](const auto& a, const auto& b) { return a.col(0).dot(b.col(0)); }},
      {"dot of rows", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.row(0).dot(b.row(2)); }},
      {"dot with itself", {4, 2}, {1, 1}, [](const auto& a, const auto&) { return a.col(0).dot(a.col(0)) * a.col(0).dot(a.col(1)); }},
      {"dot with a constant", {4, 1}, {4, 1}, [](const auto& a, const auto& b) { return a.col(0).dot(constant_like(b).col(0)) * b.col(0).dot(2 * constant_like(a).col(0)); }},
      {"sum of a transpose", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.transpose().sum() * b.transpose().squaredNorm(); }},
      {"of arrays",   {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.array() * b.array()).mean() + a.array().sum(); }},
  });
}

TEST_CASE("reductions and broadcasts of columns and rows") {
  check({
      {"colwise sum",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.colwise().sum().cwiseProduct(b.row(0)); }},
      {"rowwise sum",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.rowwise().sum().cwiseProduct(b.col(0)); }},
      {"colwise mean",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().mean(); }},
      {"rowwise mean",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().mean(); }},
      {"colwise squaredNorm", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().squaredNorm(); }},
      {"rowwise squaredNorm", {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().squaredNorm(); }},
      {"colwise norm",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.colwise().norm(); }},
      {"rowwise norm",        {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.rowwise().norm(); }},
      {"of a transpose",      {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.transpose().colwise().sum(); }},
      {"of a block",          {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a.block(1, 1, 2, 3).rowwise().sum(); }},
      {"colwise +",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.colwise() + b.col(0); }},
      {"rowwise +",           {3, 4}, {1, 4}, [](const auto& a, const auto& b) { return a.rowwise() + b.row(0); }},
      {"colwise -",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.colwise() - b.col(0); }},
      {"rowwise -",           {3, 4}, {1, 4}, [](const auto& a, const auto& b) { return a.rowwise() - b.row(0); }},
      {"colwise *",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.array().colwise() * b.col(0).array(); }},
      {"rowwise *",           {3, 4}, {1, 4}, [](const auto& a, const auto& b) { return a.array().rowwise() * b.row(0).array(); }},
      {"centred columns",     {3, 4}, {1, 4}, [](const auto& a, const auto&) { return a.rowwise() - a.colwise().mean(); }},
      {"constant vector",     {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return (a.colwise() + constant_like(b).col(0)).eval(); }},
      {"constant matrix",     {3, 4}, {3, 1}, [](const auto& a, const auto& b) { const auto c = constant_like(a); return ((c.colwise() + b.col(0)).cwiseProduct(a)).eval(); }},
      {"one row",             {1, 4}, {1, 4}, [](const auto& a, const auto& b) { return (a.rowwise() + b.row(0)).colwise().sum(); }},
      {"one column",          {4, 1}, {4, 1}, [](const auto& a, const auto& b) { return (a.colwise() + b.col(0)).rowwise().sum(); }},
      {"one element",         {1, 1}, {1, 1}, [](const auto& a, const auto& b) { return (a.rowwise() + b.row(0)).colwise() - b.col(0); }},
      {"row plus a column of one", {1, 4}, {1, 1}, [](const auto& a, const auto& b) { return a.colwise() + b.col(0); }},
      {"replicate",           {3, 1}, {1, 4}, [](const auto& a, const auto& b) { return a.replicate(1, 4) + b.replicate(3, 1); }},
      {"replicate 1x1",       {3, 4}, {1, 1}, [](const auto& a, const auto& b) { return a.cwiseProduct(b.replicate(3, 4)); }},
      {"product of replicas", {3, 1}, {1, 4}, [](const auto& a, const auto& b) { return a.replicate(1, 4) * b.replicate(3, 1).transpose(); }},
  });
  check({
      {"colwise /",           {3, 4}, {3, 1}, [](const auto& a, const auto& b) { return a.array().colwise() / b.col(0).array(); }},
      {"softmax of rows",     {3, 4}, {3, 1}, [](const auto& a, const auto&) { const auto e = a.array().exp().eval(); return (e.colwise() / e.rowwise().sum()).eval(); }},
  }, 0.5, 1.5);
}
// clang-format on

}  // namespace
}  // namespace gradus::test
