// The matrix product with everything that can stand on either side of it.
#include "../support/matrix_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("the matrix product of variables") {
  check({
      {"matrix by matrix",     {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a * b; }},
      {"matrix by vector",     {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a * b.col(1); }},
      {"row by matrix",        {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a.row(2) * b; }},
      {"row by column",        {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return (a.row(1) * b.col(0)).value(); }},
      {"outer product",        {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a.col(1) * b.col(0).transpose(); }},
      {"transposed left",      {4, 3}, {4, 2}, [](const auto& a, const auto& b) { return a.transpose() * b; }},
      {"transposed right",     {3, 4}, {2, 4}, [](const auto& a, const auto& b) { return a * b.transpose(); }},
      {"both transposed",      {4, 3}, {2, 4}, [](const auto& a, const auto& b) { return a.transpose() * b.transpose(); }},
      {"transpose of product", {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return (a * b).transpose(); }},
      {"blocks",               {5, 6}, {6, 5}, [](const auto& a, const auto& b) { return a.block(1, 2, 2, 3) * b.block(3, 0, 3, 4); }},
      {"transposed blocks",    {5, 6}, {6, 5}, [](const auto& a, const auto& b) { return a.block(1, 2, 3, 2).transpose() * b.block(2, 1, 3, 4); }},
      {"three factors",        {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a * b * a; }},
      {"chained from right",   {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a * (b * a.col(0)); }},
      {"larger than a tile",   {17, 9}, {9, 13}, [](const auto& a, const auto& b) { return 0.1 * (a * b); }},
      {"one by one",           {1, 1}, {1, 1}, [](const auto& a, const auto& b) { return a * b; }},
      {"quadratic form",       {4, 4}, {4, 1}, [](const auto& a, const auto& b) { return (b.transpose() * a * b).value(); }},
  });
}

TEST_CASE("a product of a variable with itself or its own parts") {
  check({
      {"A A^T",          {3, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a.transpose(); }},
      {"A^T A",          {3, 4}, {1, 1}, [](const auto& a, const auto&) { return a.transpose() * a; }},
      {"A A",            {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a * a; }},
      {"A A A",          {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a * a * a; }},
      {"A by its column", {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a * a.col(1); }},
      {"overlapping blocks", {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.block(0, 0, 3, 3) * a.block(1, 1, 3, 2); }},
      {"row by its matrix", {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a.row(0) * a; }},
      {"diagonal",       {3, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a.diagonal().replicate(1, 2).block(0, 0, 3, 1).transpose().replicate(4, 1); }},
  });
}

TEST_CASE("a product with a constant on either side") {
  // Results are evaluated where they are made: Eigen's own expressions refer to the constants in them.
  const auto constant = [](const auto& like, Index rows, Index cols) {
    using S = typename detail::NumberOf<std::remove_cvref_t<decltype(like)>>::type;
    return Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>::NullaryExpr(rows, cols, [](Index i, Index j) {
      return static_cast<S>(std::sin(static_cast<double>(1 + 2 * i + 3 * j)));
    }).eval();
  };
  check({
      {"left",             {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (constant(a, 2, 3) * a).eval(); }},
      {"right",            {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (a * constant(a, 4, 2)).eval(); }},
      {"both sides",       {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (constant(a, 2, 3) * a * constant(a, 4, 2)).eval(); }},
      {"vector",           {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (a * constant(a, 4, 1).col(0)).eval(); }},
      {"row",              {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (constant(a, 3, 3).row(1) * a).eval(); }},
      {"transposed",       {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (constant(a, 3, 2).transpose() * a.col(0)).eval(); }},
      {"block",            {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (constant(a, 5, 5).block(1, 2, 2, 3) * a).eval(); }},
      {"expression",       {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (a * (constant(a, 4, 2) * 2 - constant(a, 4, 2).cwiseAbs2())).eval(); }},
      {"product",          {3, 4}, {1, 1}, [=](const auto& a, const auto&) { return (a * (constant(a, 4, 2) * constant(a, 2, 3))).eval(); }},
      {"row major",        {3, 4}, {1, 1}, [=](const auto& a, const auto&) {
         using S = typename detail::NumberOf<std::remove_cvref_t<decltype(a)>>::type;
         const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> c = constant(a, 4, 2);
         return (a * c).eval(); }},
  });
}
// clang-format on

}  // namespace
}  // namespace gradus::test
