// Elementwise operations, broadcasts, sums and scatters: one record for all.
#pragma once

#include <algorithm>

#include "../kernels/elementwise_runs.hpp"
#include "../kernels/elementwise_walk.hpp"
#include "chain.hpp"
#include "result.hpp"

namespace gradus {

namespace detail {
template <class Rule, class R>
struct NestedKernel;  // see nested.hpp
}

/// The kernel of an elementwise rule on the tape over S.
template <class Rule, class S>
const ElementwiseKernel<S>& kernel_of() {
  constexpr int index = kernels::IndexIn<Rule, rules::Compiled>::value;
  constexpr bool compiled = index >= 0 && (std::is_same_v<BaseOf<S>, float> || std::is_same_v<BaseOf<S>, double>);
  if constexpr (compiled && level_of<S> == 0) {
    return kernels::compiled_kernel<S>(index);
  } else if constexpr (compiled && level_of<S> == 1) {
    return kernels::compiled_nested_kernel<S>(index);
  } else if constexpr (Number<S>) {
    return kernels::runs_of<Rule, S>;
  } else {
    return detail::NestedKernel<Rule, std::remove_cvref_t<decltype(std::declval<S>().value())>>::kernel;
  }
}

namespace detail {

template <class S>
struct ElementwiseRecord : Record<S> {
  const ElementwiseKernel<S>* kernel;
  MatrixHandle<S> operands[2];  // of one shape
  Layout seen;                  // how that shape lies in the result's storage
  decltype(MatrixHandle<S>::value) y;
  Result<S> result;
  Link<S> link{};

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<ElementwiseRecord&>(base);
    if constexpr (forms_chains<S>)
      if (record.link.is_chained && !tape.retains()) {
        const Node<S>* const node = record.result.node;
        if (node == nullptr || node->has_adjoint() || node->slots != 0) pull_chain(tape, record);
        return;
      }
    pull_alone(tape, record);
  }
  [[gnu::noinline]] static void pull_alone(Tape<S>& tape, ElementwiseRecord& record) {
    auto& adjoints = tape.adjoints();
    const auto& [a, b] = record.operands;
    if constexpr (Number<S>) {
      S scalar;
      View<const S> g;
      if (!take_adjoint(tape, record.result, scalar, g, record.seen)) return;
      const View<const S> read[] = {g, record.value(), numbers(a), numbers(b)};
      for (int i = 0; i < 2; ++i) {
        if (record.operands[i].is_constant() || !record.kernel->active[i]) continue;
        if (i == 0 && record.hands_on(tape)) continue;
        const Target<S> target = adjoints.target(record.operands[i]);
        kernels::elementwise(record.kernel->pull[i], target.view, target.store, read, 4);
      }
    } else {
      decltype(record.y) g;
      if (!take_adjoint(tape, record.result, g, record.seen)) return;
      for (int i = 0; i < 2; ++i) {
        if (record.operands[i].is_constant() || !record.kernel->active[i]) continue;
        adjoints.contribute(record.operands[i], record.kernel->pull[i](g, record.y, a.value, b.value));
      }
    }
    give_back(tape, record.result);
  }
  static void pull_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<ElementwiseRecord&>(base);
    LaneView<const S> g;
    const LaneMask arrived = lanes.take(record.result, record.seen, g);
    if (arrived == 0) return;
    for (int i = 0; i < 2; ++i) {
      if (!record.varies(i)) continue;
      Store how;
      const LaneView<S> target = lanes.target(record.operands[i], arrived, how);
      elementwise(record.kernel->pull[i], target, how, record.read(g).data(), 4, arrived);
    }
    lanes.give_back(record.result);
  }
  // A diagonal Jacobian does the same to tangents as to adjoints.
  static void push_lanes(Lanes<S>& lanes, Record<S>& base) requires Number<S> {
    auto& record = static_cast<ElementwiseRecord&>(base);
    LaneView<const S> tangents[2];
    LaneMask given[2] = {};
    for (int i = 0; i < 2; ++i)
      if (record.varies(i)) given[i] = lanes.tangents(record.operands[i], tangents[i]);
    const LaneMask all = given[0] | given[1];
    const LaneView<S> target = lanes.place(record.result, record.seen, all);
    LaneMask there = 0;
    if (record.y == nullptr) {  // elements that are summed, or none
      if (record.result.node != nullptr) lanes.zero(*record.result.node, 0, record.result.node->size(), all);
      there = all;
    }
    for (int i = 0; i < 2; ++i)
      Lanes<S>::add_up(there, given[i], [&](Store how, LaneMask which) {
        elementwise(record.kernel->pull[i], target, how, record.read(tangents[i]).data(), 4, which);
      });
  }
  View<const S> value() const requires Number<S> {
    if (y == nullptr) return {};
    settle(*result.node);
    return {y, seen};
  }
  /// The first term of a sum or difference, where it is a matrix that nothing has arrived at, gets the adjoint as it
  /// is.
  bool hands_on(Tape<S>& tape) const requires Number<S> {
    return kernel->is_unit[0] && y != nullptr && operands[0].node != operands[1].node && !tape.retains() &&
           tape.journal() == nullptr && tape.adjoints().hand_on(*result.node, operands[0]);
  }
  bool varies(int i) const { return !operands[i].is_constant() && kernel->active[i]; }
  /// What the kernels of a pullback read, for adjoints g of the result or tangents of an operand.
  std::array<LaneView<const S>, 4> read(const LaneView<const S>& g) const requires Number<S> {
    return {g, shared(value()), shared(numbers(operands[0])), shared(numbers(operands[1]))};
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<ElementwiseRecord&>(base);
    const bool binary = record.operands[1].tape != nullptr;
    const auto& active = record.kernel->active;
    return {record.kernel->name,
            {record.operands, binary ? 2u : 1u},
            {},
            record.result,
            {Dependence::Kind::elementwise, record.seen, {active[0], active[1]}}};
  }
};

}  // namespace detail

/// y = f(a, b) element by element, y lying in the rows × cols result as `seen` says: dense for a plain operation, with
/// zero strides for a sum over rows or columns, anything else for a scatter into zeros. a and b are of seen's shape.
template <class S>
MatrixHandle<S> record_elementwise(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& left,
                                   const MatrixHandle<S>& right, const Layout& seen, Index rows, Index cols) {
  using Record = detail::ElementwiseRecord<S>;
  const MatrixHandle<S>*a = &left, *b = &right;
  Tape<S>& tape = bring_together(a, b);
  const bool is_plain = seen == Layout::dense(rows, cols);
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  if constexpr (Number<S>) {
    y.value = tape.arena().template allocate_array<S>(rows * cols);
  } else {
    y.value = kernel.forward(a->value, b->value);
    if (!is_plain) y.value = scatter(y.value, seen, rows, cols);
  }
  Record* record = nullptr;
  if (!a->is_constant() || !b->is_constant()) {
    y.node = tape.add_node(rows, cols);
    record =
        new (tape.arena()) Record{{}, &kernel, {*a, *b}, seen, is_plain ? y.value : decltype(y.value){}, {y.node, 0}};
    if constexpr (forms_chains<S>)
      if (is_plain) detail::link(tape, *record, *a, *b);
  }
  if constexpr (Number<S>)
    if (record == nullptr || !record->link.is_chained) {
      S* const block = const_cast<S*>(y.value);
      if (!is_plain) std::fill(block, block + rows * cols, S(0));
      const View<const S> read[] = {numbers(*a), numbers(*b)};
      kernels::elementwise(kernel.forward, View<S>(block, seen), is_plain ? Store::assign : Store::add, read, 2);
    }
  if (record != nullptr) tape.add_record(record);
  return y;
}
template <class S>
MatrixHandle<S> record_elementwise(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& a,
                                   const MatrixHandle<S>& b) {
  const Index rows = a.layout.rows, cols = a.layout.cols;
  return record_elementwise(kernel, a, b, Layout::dense(rows, cols), rows, cols);
}

/// The sums of f(a, b) over every column, a row, or over every row, a column.
template <bool Columns, class S>
MatrixHandle<S> record_sums(const ElementwiseKernel<S>& kernel, const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
  const Index rows = a.layout.rows, cols = a.layout.cols;
  // The result's storage seen with a stride of zero along what is summed.
  const Layout seen = Columns ? Layout{0, rows, cols, 0, 1} : Layout{0, rows, cols, 1, 0};
  return record_elementwise(kernel, a, b, seen, Columns ? 1 : rows, Columns ? cols : 1);
}

/// Zeros of the given shape, to which x is added at the positions `at`.
template <class S>
MatrixHandle<S> scatter(const MatrixHandle<S>& x, const Layout& at, Index rows, Index cols) {
  return record_elementwise(kernel_of<rules::Copy, S>(), x, no_operand<S>, at, rows, cols);
}

namespace detail {
template <class S>
const MatrixHandle<S>& dense_copy(const MatrixHandle<S>& x);
}
/// x without gaps, at every level: copied if need be.
template <class S>
GRADUS_INLINE const MatrixHandle<S>& dense(const MatrixHandle<S>& x) {
  return x.is_dense() && x.slot == 0 ? x : detail::dense_copy(x);
}
template <class S>
[[gnu::noinline]] const MatrixHandle<S>& detail::dense_copy(const MatrixHandle<S>& x) {
  const Index rows = x.layout.rows, cols = x.layout.cols;
  auto& y = *new (x.tape->arena()) MatrixHandle<S>(scatter(x, Layout::dense(rows, cols), rows, cols));
  if constexpr (!Number<S>) y.value = dense(y.value);  // a copy of records is the same record
  return y;
}

/// The elements of x at the positions `at`, counted over x in column order: the adjoint of scatter.
template <class S>
MatrixHandle<S> gathered(const MatrixHandle<S>& x, const Layout& at) {
  if (at == Layout::dense(x.layout.rows, x.layout.cols)) return x;
  return dense(x).viewed([&](const Layout& l) {
    Layout seen = at;
    seen.offset += l.offset;
    return seen;
  });
}

template <class S>
MatrixHandle<S> add(const MatrixHandle<S>& a, const MatrixHandle<S>& b) {
  return record_elementwise(kernel_of<rules::Add, S>(), a, b);
}

}  // namespace gradus
