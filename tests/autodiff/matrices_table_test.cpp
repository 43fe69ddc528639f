// Matrices element by element, and matrices with scalars: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::matrices_table_test {
namespace {

// Results with temporaries in them are evaluated at once: Eigen's own expressions would refer to what is gone.

// clang-format off
const Table element_by_element({
    {"sum",              {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a + b; }},
    {"difference",       {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a - b; }},
    {"negative",         {3, 4}, {3, 4}, [](const auto& a, const auto&) { return -a; }},
    {"cwiseProduct",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseProduct(b); }},
    {"cwiseQuotient",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseQuotient(b); }, positive},
    {"cwiseMax",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseMax(b).cwiseProduct(a); }},
    {"cwiseMin",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseMin(b).cwiseProduct(a); }},
    {"cwiseAbs",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseAbs().cwiseProduct(b.cwiseAbs2()); }},
    {"cwiseSqrt",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.cwiseSqrt().cwiseProduct(b.cwiseInverse()); }, positive},
    {"constants beside", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((constant_like(a).array() * b.array()).matrix() - (constant_like(a) + a)).eval(); }},
    {"constants after",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b.cwiseProduct(constant_like(a)) + (a - constant_like(a))).eval(); }},
    {"constants divided", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((constant_like(a).array() / b.array()).matrix() + a.cwiseQuotient(constant_like(b))).eval(); }, positive},
    {"relu",             {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (relu(a - b).cwiseProduct(sigmoid(b))).eval(); }},
    {"compound",         {3, 4}, {3, 4}, [](const auto& a, const auto& b) { auto s = (a + b).eval(); s += a; s -= 2 * b; s *= 0.5; s /= 2; return (s.cwiseProduct(a)).eval(); }},
});
const Table with_a_scalar({
    {"variable times matrix", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return b(1, 2) * a + a * b(0, 3); }},
    {"its own element",       {3, 4}, {3, 4}, [](const auto& a, const auto&) { return a * a(2, 1); }},
    {"number",                {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return 2 * a - b * 3 + a / 4; }},
    {"variable times constant", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((b(1, 2) * constant_like(a) + constant_like(a) * b(0, 2)).cwiseProduct(a)).eval(); }},
    {"expression times matrix", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b(1, 2) * b(0, 0) + 1) * a; }},
    {"matrix over variable",  {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a / b(0, 3); }, positive},
    {"array plus scalar",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (a.array() + b(0, 0)) * (2 - a.array()); }},
    {"scalar minus array",    {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return (b(0, 0) - a.array()) * (a.array() - 0.5); }},
    {"scalar and constant",   {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return ((constant_like(a).array() + b(0, 1)) * (b(1, 1) - constant_like(a).array())).eval(); }},
    {"scalar over array",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return b(0, 3) / a.array() + 1 / b.array(); }, positive},
    {"maximum with variable", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.array().max(b(0, 0)) * a.array().min(b(1, 1)); }},
    {"power of variable",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a.array().pow(b(0, 3)); }, positive},
    {"of a reduction",        {3, 4}, {3, 4}, [](const auto& a, const auto& b) { return a * b.sum() + a.squaredNorm() * b; }},
});
// clang-format on

TEST_CASE("table: matrices element by element") { element_by_element.check(); }
TEST_CASE("table: a matrix and a scalar") { with_a_scalar.check(); }

}  // namespace
}  // namespace gradus::test::matrices_table_test
