// The matrix product with everything that can stand on either side of it: its lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::products_table_test {
namespace {

/// A constant of the number type of `like`.
template <class X>
auto constant(const X& like, Index rows, Index cols) {
  return constant_like(like).replicate(rows, cols).topLeftCorner(rows, cols).eval();
}

// clang-format off
const Table of_variables({
    {"matrix by matrix",     {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a * b; }},
    {"matrix by vector",     {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a * b.col(1); }},
    {"row by matrix",        {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a.row(2) * b; }},
    {"row by column",        {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return (a.row(1) * b.col(0)).value(); }},
    {"outer product",        {3, 4}, {4, 2}, [](const auto& a, const auto& b) { return a.col(1) * b.col(0).transpose(); }},
    {"transposed left",      {4, 3}, {4, 2}, [](const auto& a, const auto& b) { return a.transpose() * b; }},
    {"transposed right",     {3, 4}, {2, 4}, [](const auto& a, const auto& b) { return a * b.transpose(); }},
    {"both transposed",      {4, 3}, {2, 4}, [](const auto& a, const auto& b) { return (a.transpose() * b.transpose()).transpose(); }},
    {"blocks",               {5, 6}, {6, 5}, [](const auto& a, const auto& b) { return a.block(1, 2, 2, 3) * b.block(3, 0, 3, 4); }},
    {"transposed blocks",    {5, 6}, {6, 5}, [](const auto& a, const auto& b) { return a.block(1, 2, 3, 2).transpose() * b.block(2, 1, 3, 4); }},
    {"chained from right",   {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a * (b * a.col(0)); }},
    {"larger than a tile",   {17, 9}, {9, 13}, [](const auto& a, const auto& b) { return 0.1 * (a * b); }},
    {"one by one",           {1, 1}, {1, 1}, [](const auto& a, const auto& b) { return a * b; }},
    {"chain_product",        {3, 3}, {3, 3}, [](const auto& a, const auto& b) { return chain_product(a, constant_like(b), b, a.col(0)); }},
    {"chain of a vector",    {3, 3}, {3, 3}, [](const auto& a, const auto& b) { return chain_product(std::vector{a, b, a}, constant_like(a)); }},
    {"quadratic form",       {4, 4}, {4, 1}, [](const auto& a, const auto& b) { return (b.transpose() * a * b).value(); }},
});
const Table with_itself({
    {"A A^T",              {3, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a.transpose(); }},
    {"A A A",              {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a * a * a; }},
    {"A by its column",    {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a * a.col(1); }},
    {"A by its diagonal",  {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a.diagonal(); }},
    {"row by its matrix",  {3, 3}, {1, 1}, [](const auto& a, const auto&) { return a.row(0) * a; }},
    {"overlapping blocks", {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.block(0, 0, 3, 3) * a.block(1, 1, 3, 2); }},
    {"replicas",           {3, 1}, {1, 4}, [](const auto& a, const auto& b) { return a.replicate(1, 4) * b.replicate(3, 1).transpose(); }},
});
// Results are evaluated where they are made: Eigen's own expressions refer to the constants in them.
const Table with_a_constant({
    {"both sides",       {3, 4}, {1, 1}, [](const auto& a, const auto&) { return (constant(a, 2, 3) * a * constant(a, 4, 2)).eval(); }},
    {"vector",           {3, 4}, {1, 1}, [](const auto& a, const auto&) { return (a * constant(a, 4, 1).col(0)).eval(); }},
    {"row",              {3, 4}, {1, 1}, [](const auto& a, const auto&) { return (constant(a, 3, 3).row(1) * a).eval(); }},
    {"transposed block", {3, 4}, {1, 1}, [](const auto& a, const auto&) { return (constant(a, 5, 5).block(1, 2, 3, 2).transpose() * a.col(0)).eval(); }},
    {"expression",       {3, 4}, {1, 1}, [](const auto& a, const auto&) { return (a * (constant(a, 4, 2) * 2 - constant(a, 4, 2).cwiseAbs2())).eval(); }},
    {"product",          {3, 4}, {1, 1}, [](const auto& a, const auto&) { return (a * (constant(a, 4, 2) * constant(a, 2, 3))).eval(); }},
    {"row major",        {3, 4}, {1, 1}, [](const auto& a, const auto&) {
       using S = typename detail::NumberOf<std::remove_cvref_t<decltype(a)>>::type;
       const Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> c = constant(a, 4, 2);
       return (a * c).eval(); }},
});
// clang-format on

TEST_CASE("table: the matrix product of variables") { of_variables.check(); }
TEST_CASE("table: a product of a variable with itself or its own parts") { with_itself.check(); }
TEST_CASE("table: a product with a constant on either side") { with_a_constant.check(); }

}  // namespace
}  // namespace gradus::test::products_table_test
