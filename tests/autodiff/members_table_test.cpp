// The members of arrays that have functions of the same name: their lines of the table of operations.
#include "../support/operation_table.hpp"

namespace gradus::test::members_table_test {
namespace {

// clang-format off
// The members of arrays that have functions of the same name.
const Table members({
    {"powers",     {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.sqrt() * y.cube() + x.square() * y.inverse() + x.rsqrt() * y.abs2() + x.pow(y)).eval(); }, positive},
    {"exponentials", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.exp() * y.log() + x.expm1() * y.log1p() + x.log2() * y.log10()).eval(); }, positive},
    {"circular",   {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.sin() * y.cos() + x.tan() * y.atan() + x.asin() * y.acos()).eval(); }, {0.1, 0.7}},
    {"hyperbolic", {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.sinh() * y.cosh() + x.tanh() * y.logistic() + x.asinh() * y.atanh() + (x + 2).acosh()).eval(); }, {-0.7, 0.7}},
    {"steps",      {3, 4}, {3, 4}, [](const auto& a, const auto& b) { const auto x = a.array(), y = b.array(); return (x.abs() * x.sign() * x.floor() + y * y.ceil() + x * (x + 0.5).round() + y * (y + 0.5).rint()).eval(); }, {0.1, 0.9}},
});
// clang-format on

TEST_CASE("table: members of arrays") { members.check(); }

}  // namespace
}  // namespace gradus::test::members_table_test
