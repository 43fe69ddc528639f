// The choice between two matrices, element by element: one record.
#pragma once

#include "elementwise.hpp"

namespace gradus {

namespace detail {

// Runs (see kernels/elementwise.hpp) that read the weight, which is 1 where the first operand is chosen and 0 where
// the second is, and then what is chosen from.
template <class S>
void choose(Index n, S* y, const S* const* operands, kernels::Put put) {
  const auto chosen = [](const auto& take, const auto& w, const auto& a, const auto& b) {
    return take((w > S(0)).select(a, b));
  };
  kernels::detail::put_down(put, n, y, chosen, operands[0], operands[1], operands[2]);
}
template <class S, bool first>
void pull_choice(Index n, S* target, const S* const* operands, kernels::Put put) {
  const auto picked = [](const auto& take, const auto& w, const auto& g) {
    if constexpr (first)
      return take((w > S(0)).select(g, S(0)));
    else
      return take((w > S(0)).select(S(0), g));
  };
  kernels::detail::put_down(put, n, target, picked, operands[0], operands[1]);
}

/// Elements of the first operand where the weight is 1, of the second where it is 0.
template <class S>
struct SelectRecord : Record<S> {
  MatrixHandle<S> operands[2], weight;
  Node<S>* node;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<SelectRecord&>(base);
    const auto& [a, b] = record.operands;
    const Result<S> result{record.node, 0};
    const Layout whole = Layout::dense(record.node->rows, record.node->cols);
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, result, unused, g, whole)) return;
      const View<const S> read[] = {numbers(record.weight), g};
      const auto put = [&](const MatrixHandle<S>& operand, kernels::Run<S> run) {
        if (operand.is_constant()) return;
        const Target<S> target = tape.adjoints().target(operand);
        kernels::elementwise(run, target.view, target.store, read, 2);
      };
      put(a, pull_choice<S, true>);
      put(b, pull_choice<S, false>);
    } else {
      decltype(a.value) g;
      if (!take_adjoint(tape, result, g, whole)) return;
      using R = std::remove_cvref_t<decltype(std::declval<S>().value())>;
      const auto picked = [&](const MatrixHandle<R>& taken) {
        return record_elementwise(kernel_of<rules::Pick, R>(), taken, g);
      };
      const MatrixHandle<R>& w = record.weight.value;
      if (!a.is_constant()) tape.adjoints().contribute(a, picked(w));
      if (!b.is_constant()) {
        const auto ones = repeated(*w.tape, Var<R>(R(1)), whole.rows, whole.cols);
        tape.adjoints().contribute(b, picked(record_elementwise(kernel_of<rules::Subtract, R>(), ones, w)));
      }
    }
    give_back(tape, result);
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<SelectRecord&>(base);
    const Layout whole = Layout::dense(record.node->rows, record.node->cols);
    return {"select", record.operands, {}, {record.node, 0}, {Dependence::Kind::elementwise, whole}};
  }
};

}  // namespace detail

/// a where the weight is 1, b where it is 0. All are of one shape; the weight is a constant.
template <class S>
MatrixHandle<S> record_select(MatrixHandle<S> weight, const MatrixHandle<S>& left, const MatrixHandle<S>& right) {
  const MatrixHandle<S>*a = &left, *b = &right;
  Tape<S>& tape = bring_together(a, b);
  if (weight.tape != &tape) weight = adopted(tape, weight);
  const Index rows = a->layout.rows, cols = a->layout.cols;
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  if constexpr (Number<S>) {
    S* block;
    y = new_constant(tape, rows, cols, block);
    const View<const S> read[] = {numbers(weight), numbers(*a), numbers(*b)};
    kernels::elementwise(detail::choose<S>, View<S>(block, y.layout), Store::assign, read, 3);
  } else {
    y.value = record_select(weight.value, a->value, b->value);
  }
  if (a->is_constant() && b->is_constant()) return y;
  y.node = tape.add_node(rows, cols);
  using R = detail::SelectRecord<S>;
  tape.add_record(new (tape.arena()) R{{}, {*a, *b}, weight, y.node});
  return y;
}

}  // namespace gradus
