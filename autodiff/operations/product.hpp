// The matrix product, and the form of any other operation of two matrices.
#pragma once

#include "../kernels/product_generic.hpp"
#include "../rules/product.hpp"
#include "elementwise.hpp"

namespace gradus {

namespace detail {

/// A contribution to an operand, stored where its adjoint stands.
template <class S, class Contribution>
void put(Tape<S>& tape, const MatrixHandle<S>& operand, const Contribution& contribution) {
  const Target<S> target = tape.adjoints().target(operand);
  kernels::put(target.view, target.store, contribution);
}

/// The last thing that a record does: a contribution that need not be stored if there is a sink for it, nothing else
/// reaches that part of the variable, and it is large enough to be worth it. It may change the operand.
template <class S>
void put_last(Tape<S>& tape, MatrixHandle<S>& operand, const ViewProduct<S>& contribution) {
  if constexpr (std::is_same_v<S, float> || std::is_same_v<S, double>) {
    const bool transposed = !operand.layout.is_dense();
    const View<const S> a = transposed ? contribution.b.transpose() : contribution.a;
    const View<const S> b = transposed ? contribution.a.transpose() : contribution.b;
    if (operand.completes && kernels::is_worth_streaming(a, b)) [[unlikely]] {
      const Target<S> target = tape.adjoints().target(operand);
      if (target.store == Store::add) return kernels::put(target.view, target.store, contribution);
      kernels::product_to_sink(tape.delivery().sink(), operand.layout.offset, a, b);
      return tape.delivery().streamed(operand);
    }
  }
  put(tape, operand, contribution);
}

template <class Rule, class S>
struct BinaryRecord : Record<S> {
  MatrixHandle<S> operands[2];
  Result<S> result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<BinaryRecord&>(base);
    auto& [a, b] = record.operands;
    const Layout whole = Layout::dense(record.result.node->rows, record.result.node->cols);
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, record.result, unused, g, whole)) return;
      if (a.is_constant()) {
        put_last(tape, b, Rule::by_second(g, numbers(a), numbers(b)));
      } else {
        if (!b.is_constant()) put(tape, b, Rule::by_second(g, numbers(a), numbers(b)));
        put_last(tape, a, Rule::by_first(g, numbers(a), numbers(b)));
      }
    } else {
      decltype(a.value) g;
      if (!take_adjoint(tape, record.result, g, whole)) return;
      if (!a.is_constant()) tape.adjoints().contribute(a, Rule::by_first(g, a.value, b.value));
      if (!b.is_constant()) tape.adjoints().contribute(b, Rule::by_second(g, a.value, b.value));
    }
    give_back(tape, record.result);
  }
  static void pull_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<BinaryRecord&>(base);
    const MatrixHandle<S>&a = record.operands[0], &b = record.operands[1];
    LaneView<const S> g;
    const Layout whole = Layout::dense(record.result.node->rows, record.result.node->cols);
    const LaneMask arrived = lanes.take(record.result, whole, g);
    if (arrived == 0) return;
    const auto left = shared(numbers(a)), right = shared(numbers(b));
    if (!a.is_constant()) lanes.put(a, Rule::by_first(g, left, right), arrived);
    if (!b.is_constant()) lanes.put(b, Rule::by_second(g, left, right), arrived);
    lanes.give_back(record.result);
  }
  // The rule is linear in each operand.
  static void push_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<BinaryRecord&>(base);
    const MatrixHandle<S>&a = record.operands[0], &b = record.operands[1];
    LaneView<const S> by_a, by_b;
    const LaneMask from_a = lanes.tangents(a, by_a), from_b = lanes.tangents(b, by_b);
    const Layout whole = Layout::dense(record.result.node->rows, record.result.node->cols);
    const LaneView<S> target = lanes.place(record.result, whole, from_a | from_b);
    LaneMask there = 0;
    Lanes<S>::add_up(there, from_a, [&](Store how, LaneMask which) {
      put(target, how, Rule::value(by_a, shared(numbers(b))), which);
    });
    Lanes<S>::add_up(there, from_b, [&](Store how, LaneMask which) {
      put(target, how, Rule::value(shared(numbers(a)), by_b), which);
    });
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

template <class S>
[[gnu::noinline]] const MatrixHandle<S>& copied_out(const MatrixHandle<S>& x) {
  const Layout& l = x.layout;
  return *new (x.tape->arena()) MatrixHandle<S>(scatter(x, Layout::dense(l.rows, l.cols), l.rows, l.cols));
}
/// A factor that kernels can read and write in place: broadcasts and repeated scalars are copied out.
template <class S>
GRADUS_INLINE const MatrixHandle<S>& factor(const MatrixHandle<S>& x) {
  const Layout& l = x.layout;
  const bool repeats = (l.rows > 1 && l.row_stride == 0) || (l.cols > 1 && l.col_stride == 0) || x.slot != 0;
  return repeats ? copied_out(x) : x;
}

}  // namespace detail

/// The matrix product. The caller has checked the shapes.
template <class S>
MatrixHandle<S> operator*(const MatrixHandle<S>& left, const MatrixHandle<S>& right) {
  const MatrixHandle<S>*a = &detail::factor(left), *b = &detail::factor(right);
  Tape<S>& tape = bring_together(a, b);
  const Index rows = a->layout.rows, cols = b->layout.cols;
  decltype(MatrixHandle<S>::value) value{};
  if constexpr (Number<S>) {
    S* const block = tape.arena().template allocate_array<S>(rows * cols);
    value = block;
    kernels::put(View<S>(block, Layout::dense(rows, cols)), Store::assign,
                 rules::Product::value(numbers(*a), numbers(*b)));
  } else {
    value = rules::Product::value(a->value, b->value);
  }
  Node<S>* node = nullptr;
  if (!a->is_constant() || !b->is_constant()) {
    node = tape.add_node(rows, cols);
    using R = detail::BinaryRecord<rules::Product, S>;
    tape.add_record(new (tape.arena()) R{{}, {*a, *b}, {node, 0}});
  }
  return {.tape = &tape, .node = node, .value = value, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
}

}  // namespace gradus
