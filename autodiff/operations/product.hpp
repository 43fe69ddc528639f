// The matrix product, and the form of any other operation of two matrices.
#pragma once

#include "../kernels/product_generic.hpp"
#include "../rules/product.hpp"
#include "elementwise.hpp"

namespace gradus {

namespace detail {

template <class Rule, class S>
struct BinaryRecord : Record<S> {
  MatrixHandle<S> operands[2];
  Result<S> result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<BinaryRecord&>(base);
    const auto& [a, b] = record.operands;
    const Layout whole = Layout::dense(record.result.node->rows, record.result.node->cols);
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, record.result, unused, g, whole)) return;
      const auto put = [&](const MatrixHandle<S>& operand, const auto& contribution) {
        const Target<S> target = tape.adjoints().target(operand);
        kernels::put(target.view, target.store, contribution);
      };
      if (!a.is_constant()) put(a, Rule::by_first(g, numbers(a), numbers(b)));
      if (!b.is_constant()) put(b, Rule::by_second(g, numbers(a), numbers(b)));
    } else {
      decltype(a.value) g;
      if (!take_adjoint(tape, record.result, g, whole)) return;
      if (!a.is_constant()) tape.adjoints().contribute(a, Rule::by_first(g, a.value, b.value));
      if (!b.is_constant()) tape.adjoints().contribute(b, Rule::by_second(g, a.value, b.value));
    }
    give_back(tape, record.result);
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<BinaryRecord&>(base);
    constexpr bool is_product = std::is_same_v<Rule, rules::Product>;
    return {Rule::name.data(),
            record.operands,
            {},
            record.result,
            {is_product ? Dependence::Kind::product : Dependence::Kind::every, {}}};
  }
};

/// A factor that kernels can read and write in place: broadcasts and repeated scalars are copied out.
template <class S>
MatrixHandle<S> factor(const MatrixHandle<S>& x) {
  const Layout& l = x.layout;
  const bool repeats = (l.rows > 1 && l.row_stride == 0) || (l.cols > 1 && l.col_stride == 0) || x.slot != 0;
  return repeats ? scatter(x, Layout::dense(l.rows, l.cols), l.rows, l.cols) : x;
}

}  // namespace detail

/// The matrix product. The caller has checked the shapes.
template <class S>
MatrixHandle<S> operator*(const MatrixHandle<S>& left, const MatrixHandle<S>& right) {
  MatrixHandle<S> a = detail::factor(left), b = detail::factor(right);
  Tape<S>& tape = bring_together(a, b);
  const Index rows = a.layout.rows, cols = b.layout.cols;
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  if constexpr (Number<S>) {
    S* block;
    y = new_constant(tape, rows, cols, block);
    kernels::put(View<S>(block, y.layout), Store::assign, rules::Product::value(numbers(a), numbers(b)));
  } else {
    y.value = rules::Product::value(a.value, b.value);
  }
  if (a.is_constant() && b.is_constant()) return y;
  y.node = tape.add_node(rows, cols);
  using R = detail::BinaryRecord<rules::Product, S>;
  tape.add_record(R{{}, {a, b}, {y.node, 0}});
  return y;
}

}  // namespace gradus
