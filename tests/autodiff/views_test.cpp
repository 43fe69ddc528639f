// Views: parts, transposes and reshapes of a variable as operands, overlapping ones too.
#include "../support/matrix_operations.hpp"

namespace gradus::test {
namespace {

// clang-format off
TEST_CASE("parts of a matrix") {
  check({
      {"element",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a(0, 0) * b(2, 3) + a(1, 2) * a(1, 2); }},
      {"row",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.row(1).cwiseProduct(b.row(2)); }},
      {"column",      {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.col(1).cwiseProduct(b.col(2)); }},
      {"block",       {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.block(1, 1, 2, 3).cwiseProduct(b.block(0, 0, 2, 3)); }},
      {"fixed block", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.template block<2, 2>(1, 1) * b.template block<2, 3>(0, 1); }},
      {"rows",        {4, 3}, {4, 3}, [](const auto& a, const auto& b) { return a.topRows(2) + a.bottomRows(2).cwiseProduct(b.middleRows(1, 2)); }},
      {"columns",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.leftCols(2) + a.rightCols(2).cwiseProduct(b.middleCols(1, 2)); }},
      {"diagonal",    {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a.diagonal().cwiseProduct(b.diagonal()); }},
      {"transpose",   {3, 4}, {4, 3}, [](const auto& a, const auto& b) { return a.transpose().cwiseProduct(b); }},
      {"reshaped",    {3, 4}, {2, 6}, [](const auto& a, const auto& b) { return a.reshaped(2, 6).cwiseProduct(b); }},
      {"of products", {3, 4}, {4, 3}, [](const auto& a, const auto& b) { const auto p = (a * b).eval(); return (p.row(0) + p.col(1).transpose() + p.diagonal().transpose()).eval(); }},
      {"elements in a loop", {3, 4}, {3, 4}, [](const auto& a, const auto& b) {
         auto sum = a(0, 0);
         for (Index j = 0; j < 4; ++j)
           for (Index i = 0; i < 3; ++i) sum += a(i, j) * b(2 - i, 3 - j) * a(0, j);
         return sum; }},
  });
}

TEST_CASE("parts of a vector") {
  check({
      {"segments",       {6, 1}, {6, 1}, [](const auto& a, const auto& b) { const auto x = a.col(0), y = b.col(0); return x.head(3).cwiseProduct(y.tail(3)) + x.segment(1, 3); }},
      {"fixed segments", {6, 1}, {6, 1}, [](const auto& a, const auto& b) { const auto x = a.col(0), y = b.col(0); return x.template head<3>().cwiseProduct(y.template tail<3>()) + x.template segment<3>(2); }},
      {"of a row",       {2, 6}, {6, 1}, [](const auto& a, const auto&) { const auto x = a.row(1); return x.head(3).cwiseProduct(x.tail(3)) * x(4); }},
      {"elements",       {6, 1}, {6, 1}, [](const auto& a, const auto& b) { const auto x = a.col(0); return x(0) * x[1] + x(2) * b.col(0)(3); }},
  });
}

TEST_CASE("views of views") {
  check({
      {"block of block",        {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 1, 4, 4).block(1, 2, 2, 2); }},
      {"row of transpose",      {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().row(4); }},
      {"transpose of block",    {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 2, 2, 3).transpose(); }},
      {"block of transpose",    {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().block(3, 1, 3, 2); }},
      {"diagonal of block",     {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 1, 3, 4).diagonal(); }},
      {"segment of diagonal",   {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.diagonal().segment(1, 3); }},
      {"segment of a row",      {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.row(2).segment(1, 4); }},
      {"reshaped transpose",    {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().reshaped(10, 3); }},
      {"reshaped block",        {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.block(1, 1, 3, 4).reshaped(4, 3).row(1); }},
      {"reshaped columns",      {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.middleCols(1, 2).reshaped(2, 5).col(3); }},
      {"reshaped row",          {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.row(2).reshaped(2, 3); }},
      {"reshaped of a replica", {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.col(1).replicate(1, 2).reshaped(2, 5); }},
      {"element of a view",     {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().block(1, 1, 3, 3)(2, 0) * a.row(1)(2); }},
      {"array of a transpose",  {5, 6}, {1, 1}, [](const auto& a, const auto&) { return a.transpose().array().square().matrix().col(2); }},
  });
}

TEST_CASE("overlapping views in one operation") {
  check({
      {"with its transpose",    {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a + a.transpose(); }},
      {"times its transpose",   {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.cwiseProduct(a.transpose()); }},
      {"shifted product",       {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return x.head(5).cwiseProduct(x.tail(5)); }},
      {"shifted difference",    {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return x.tail(5) - x.head(5); }},
      {"shifted blocks",        {5, 5}, {1, 1}, [](const auto& a, const auto&) { return a.block(0, 0, 3, 3).cwiseProduct(a.block(1, 1, 3, 3)); }},
      {"whole and a row",       {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.rowwise() + a.row(1); }},
      {"whole and a column",    {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a.array().colwise() * a.col(2).array(); }},
      {"disjoint, last first",  {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return x.head(2).cwiseProduct(x.tail(2)) + x.segment(2, 2); }},
      {"disjoint, first last",  {6, 1}, {1, 1}, [](const auto& a, const auto&) { const auto x = a.col(0); return x.segment(2, 2).cwiseProduct(x.head(2)) + x.tail(2); }},
      {"gaps left untouched",   {5, 5}, {1, 1}, [](const auto& a, const auto&) { return a.row(1) + a.row(3).cwiseProduct(a.col(0).transpose()); }},
      {"elements and whole",    {3, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a(1, 1) + a.row(0).replicate(3, 1) * a(0, 2); }},
      {"with its diagonal",     {4, 4}, {1, 1}, [](const auto& a, const auto&) { return a * a.diagonal(); }},
  });
}
// clang-format on

TEST_CASE("vectors made of scalars") {
  const auto f = [](const auto& x, const auto& y) {
    const auto v = stack(x * y, y, 2.0, x);  // a constant among them
    return contract(v) + v.dot(v) * v(0);
  };
  check_gradients<2>(f, 0.5, 0.75);
  const auto of_elements = [](const auto& x) {
    const auto v = stack(x(2), x(0) * x(1), x(0));
    return contract(x.cwiseProduct(v));
  };
  check_gradients<2>(of_elements, Eigen::Vector3d(0.5, 0.75, -0.25));
}

}  // namespace
}  // namespace gradus::test
