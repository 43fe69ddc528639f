// The operations on matrix variables: every function of matrix.hpp ends in one of these.
#pragma once

#include <algorithm>

#include "kernels/elementwise_runs.hpp"
#include "kernels/elementwise_walk.hpp"
#include "kernels/product_generic.hpp"
#include "rules/product.hpp"
#include "tape.hpp"

namespace gradus {

namespace detail {
template <class Rule, class R>
struct NestedKernel;  // see nested.hpp
}

/// The kernel of an elementwise rule on the tape over S.
template <class Rule, class S>
const ElementwiseKernel<S>& kernel_of() {
  constexpr int index = kernels::IndexIn<Rule, rules::Compiled>::value;
  if constexpr (!Number<S>) {
    return detail::NestedKernel<Rule, std::remove_cvref_t<decltype(std::declval<S>().value())>>::kernel;
  } else if constexpr (index >= 0 && (std::is_same_v<S, float> || std::is_same_v<S, double>)) {
    return kernels::compiled_kernel<S>(index);
  } else {
    return kernels::runs_of<Rule, S>;
  }
}

// ---- constants and scalars as operands ------------------------------------------------------------------------------

/// A scalar, repeated over a rows × cols matrix; a variable on its own tape, a constant on the one given.
template <class S>
MatrixHandle<S> repeated(Tape<S>& constants, const Var<S>& scalar, Index rows, Index cols) {
  Tape<S>& tape = scalar.slot() != 0 ? *scalar.tape() : constants;
  MatrixHandle<S> h{.tape = &tape, .layout = {0, rows, cols, 0, 0}, .slot = scalar.slot(), .epoch = tape.epoch()};
  if constexpr (Number<S>)
    h.value = new (tape.arena().template allocate_array<S>(1)) S(scalar.value());
  else
    h.value = repeated(tape.below(), scalar.value(), rows, cols);
  return h;
}

/// A constant with a block of memory to be filled in.
template <Number S>
MatrixHandle<S> new_constant(Tape<S>& tape, Index rows, Index cols, S*& block) {
  block = tape.arena().template allocate_array<S>(rows * cols);
  return {.tape = &tape, .value = block, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
}

/// A constant of another tape, copied to this one.
template <class S>
MatrixHandle<S> adopted(Tape<S>& tape, const MatrixHandle<S>& constant) {
  const Index rows = constant.layout.rows, cols = constant.layout.cols;
  if constexpr (Number<S>) {
    S* block;
    const MatrixHandle<S> copy = new_constant(tape, rows, cols, block);
    const View<const S> from = numbers(constant);
    for (Index j = 0; j < cols; ++j)
      for (Index i = 0; i < rows; ++i) block[i + j * rows] = from(i, j);
    return copy;
  } else {
    auto value = constant.value;
    if (value.is_constant()) value = adopted(tape.below(), value);
    return {.tape = &tape, .value = value, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  }
}

/// Both operands on the tape of the first that is a variable. A tape of recorded scalars may meet constants before it
/// can know which tape lies below it; those are then on one of its own.
template <class S>
Tape<S>& bring_together(MatrixHandle<S>& a, MatrixHandle<S>& b) {
  if (a.tape == b.tape || b.tape == nullptr) [[likely]]
    return *a.tape;
  if (a.is_constant()) {
    a = adopted(*b.tape, a);
  } else if (b.is_constant()) {
    b = adopted(*a.tape, b);
  } else {
    throw_other_tape();
  }
  return *a.tape;
}

namespace detail {

/// The result of an operation and where its adjoint is found.
template <class S>
struct Result {
  Node<S>* node = nullptr;  // a matrix…
  Slot slot = 0;            // …or a scalar
};

/// The adjoint of a result as a record of numbers reads it; false if it is zero. Consumed unless the tape retains.
template <Number S>
bool take_adjoint(Tape<S>& tape, const Result<S>& result, S& scalar, View<const S>& g, const Layout& seen) {
  if (result.node != nullptr) {
    if (!tape.adjoints().collect(*result.node)) {
      if (tape.retains()) tape.adjoints().complete(*result.node);
      return false;
    }
    g = View<const S>(result.node->adjoint, seen);
    return true;
  }
  S& adjoint = tape.adjoints().scalars[result.slot];
  if (adjoint == S(0)) return false;
  scalar = adjoint;
  if (!tape.retains()) adjoint = S(0);
  g = View<const S>(&scalar, seen.rows, seen.cols, 0, 0);
  return true;
}

template <class S>
void give_back(Tape<S>& tape, const Result<S>& result) {
  if (result.node != nullptr && !tape.retains()) tape.adjoints().release(*result.node);
}

/// The same for records of recorded numbers.
template <class R>
bool take_adjoint(Tape<Var<R>>& tape, const Result<Var<R>>& result, MatrixHandle<R>& g, const Layout& seen) {
  if (result.node != nullptr) {
    if (!tape.adjoints().collect(*result.node, tape.below())) return false;
    g = gathered(result.node->adjoint, seen);
    return true;
  }
  Var<R>& adjoint = tape.adjoints().scalars[result.slot];
  if (is_structural_zero(adjoint)) return false;
  g = repeated(tape.below(), adjoint, seen.rows, seen.cols);
  if (!tape.retains()) adjoint = Var<R>{};
  return true;
}

}  // namespace detail

// ---- elementwise operations, broadcasts, reductions, scatters -------------------------------------------------------

namespace detail {

template <class S>
struct ElementwiseRecord : Record<S> {
  const ElementwiseKernel<S>* kernel;
  MatrixHandle<S> operands[2];  // of one shape
  Layout seen;                  // how that shape lies in the result's storage
  decltype(MatrixHandle<S>::value) y;
  Result<S> result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<ElementwiseRecord&>(base);
    auto& adjoints = tape.adjoints();
    const auto& [a, b] = record.operands;
    if constexpr (Number<S>) {
      S scalar;
      View<const S> g;
      if (!take_adjoint(tape, record.result, scalar, g, record.seen)) return;
      const View<const S> y = record.y == nullptr ? View<const S>() : View<const S>(record.y, record.seen);
      const View<const S> read[] = {g, y, numbers(a), numbers(b)};
      for (int i = 0; i < 2; ++i) {
        if (record.operands[i].is_constant() || !record.kernel->active[i]) continue;
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
};

}  // namespace detail

/// y = f(a, b) element by element, y lying in the rows × cols result as `seen` says: dense for a plain operation, with
/// zero strides for a sum over rows or columns, anything else for a scatter into zeros. a and b are of seen's shape.
template <class S>
MatrixHandle<S> record_elementwise(const ElementwiseKernel<S>& kernel, MatrixHandle<S> a, MatrixHandle<S> b,
                                   const Layout& seen, Index rows, Index cols) {
  Tape<S>& tape = bring_together(a, b);
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  const bool plain = seen == y.layout;
  if constexpr (Number<S>) {
    S* block;
    y = new_constant(tape, rows, cols, block);
    if (!plain) std::fill(block, block + rows * cols, S(0));
    const View<const S> read[] = {numbers(a), numbers(b)};
    kernels::elementwise(kernel.forward, View<S>(block, seen), plain ? Store::assign : Store::add, read, 2);
  } else {
    y.value = kernel.forward(a.value, b.value);
    if (!plain) y.value = scatter(y.value, seen, rows, cols);
  }
  if (a.is_constant() && b.is_constant()) return y;
  y.node = tape.add_node(rows, cols);
  using R = detail::ElementwiseRecord<S>;
  tape.add_record(R{{}, &kernel, {a, b}, seen, plain ? y.value : decltype(y.value){}, {y.node, 0}}, R::pull);
  return y;
}

/// Σ f(a, b) over all elements.
template <class S>
Var<S> record_total(const ElementwiseKernel<S>& kernel, MatrixHandle<S> a, MatrixHandle<S> b) {
  Tape<S>& tape = bring_together(a, b);
  const Layout seen{0, a.layout.rows, a.layout.cols, 0, 0};
  S value{};
  if constexpr (Number<S>) {
    const View<const S> read[] = {numbers(a), numbers(b)};
    kernels::elementwise(kernel.forward, View<S>(&value, seen), Store::add, read, 2);
  } else {
    value = kernel.total(a.value, b.value);
  }
  if (a.is_constant() && b.is_constant()) return Var<S>(value, 0, nullptr, 0);
  const Slot slot = tape.take_slots(1);
  using R = detail::ElementwiseRecord<S>;
  tape.add_record(R{{}, &kernel, {a, b}, seen, {}, {nullptr, slot}}, R::pull);
  return {value, slot, &tape, tape.epoch()};
}

/// Zeros of the given shape, to which x is added at the positions `at`.
template <class S>
MatrixHandle<S> scatter(const MatrixHandle<S>& x, const Layout& at, Index rows, Index cols) {
  return record_elementwise(kernel_of<rules::Copy, S>(), x, {}, at, rows, cols);
}

/// x without gaps, at every level: copied if need be.
template <class S>
MatrixHandle<S> dense(const MatrixHandle<S>& x) {
  if (x.is_dense() && x.slot == 0) return x;
  const Index rows = x.layout.rows, cols = x.layout.cols;
  MatrixHandle<S> y = scatter(x, Layout::dense(rows, cols), rows, cols);
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
  return record_elementwise(kernel_of<rules::Add, S>(), a, b, Layout::dense(a.layout.rows, a.layout.cols),
                            a.layout.rows, a.layout.cols);
}

template <class S>
Var<S> total(const MatrixHandle<S>& x) {
  return record_total(kernel_of<rules::Copy, S>(), x, {});
}

// ---- the matrix product ---------------------------------------------------------------------------------------------

namespace detail {

template <class Rule, class S>
struct BinaryRecord : Record<S> {
  MatrixHandle<S> a, b;
  Result<S> result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<BinaryRecord&>(base);
    const auto& [a, b] = std::tie(record.a, record.b);
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
  tape.add_record(R{{}, a, b, {y.node, 0}}, R::pull);
  return y;
}

// ---- matrices made of scalars ---------------------------------------------------------------------------------------

namespace detail {

template <class S>
struct PackRecord : Record<S> {
  const Slot* slots;
  Node<S>* node;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<PackRecord&>(base);
    Node<S>& node = *record.node;
    const Result<S> result{&node, 0};
    const Layout whole = Layout::dense(node.rows, node.cols);
    auto& scalars = tape.adjoints().scalars;
    if constexpr (Number<S>) {
      S unused;
      View<const S> g;
      if (!take_adjoint(tape, result, unused, g, whole)) return;
      for (Index i = 0; i < node.size(); ++i) scalars[record.slots[i]] += g.data[i];
    } else {
      decltype(MatrixHandle<S>::value) g;
      if (!take_adjoint(tape, result, g, whole)) return;
      for (Index i = 0; i < node.size(); ++i)
        if (record.slots[i] != 0)
          accumulate(scalars[record.slots[i]], S(1), g.tape->element(g, i % node.rows, i / node.rows));
    }
    give_back(tape, result);
  }
};

}  // namespace detail

/// A rows × cols matrix of the given scalars, in column order; on the tape of the variables among them, or if there are
/// none on the one given.
template <class S>
MatrixHandle<S> pack(Tape<S>& constants, const Var<S>* scalars, Index rows, Index cols) {
  const Index size = rows * cols;
  const Var<S>* const end = scalars + size;
  const Var<S>* const variable = std::find_if(scalars, end, [](const Var<S>& x) { return x.slot() != 0; });
  Tape<S>& tape = variable == end ? constants : *variable->tape();
  MatrixHandle<S> y{.tape = &tape, .layout = Layout::dense(rows, cols), .epoch = tape.epoch()};
  if constexpr (Number<S>) {
    S* block;
    y = new_constant(tape, rows, cols, block);
    for (Index i = 0; i < size; ++i) block[i] = scalars[i].value();
  } else {
    S* values = tape.arena().template allocate_array<S>(size);
    for (Index i = 0; i < size; ++i) new (values + i) S(scalars[i].value());
    y.value = pack(tape.below(), values, rows, cols);
  }
  Slot* slots = tape.arena().template allocate_array<Slot>(size);
  for (Index i = 0; i < size; ++i) {
    slots[i] = scalars[i].slot();
    if (slots[i] != 0) tape.check(scalars[i].tape(), scalars[i].epoch());
  }
  if (variable == end) return y;
  y.node = tape.add_node(rows, cols);
  using R = detail::PackRecord<S>;
  tape.add_record(R{{}, slots, y.node}, R::pull);
  return y;
}

// Compiled once, in the library, for numbers.
extern template class Tape<float>;
extern template MatrixHandle<float> record_elementwise(const ElementwiseKernel<float>&, MatrixHandle<float>,
                                                       MatrixHandle<float>, const Layout&, Index, Index);
extern template Var<float> record_total(const ElementwiseKernel<float>&, MatrixHandle<float>, MatrixHandle<float>);
extern template MatrixHandle<float> scatter(const MatrixHandle<float>&, const Layout&, Index, Index);
extern template MatrixHandle<float> operator*(const MatrixHandle<float>&, const MatrixHandle<float>&);
extern template MatrixHandle<float> pack(Tape<float>&, const Var<float>*, Index, Index);
extern template class Tape<double>;
extern template MatrixHandle<double> record_elementwise(const ElementwiseKernel<double>&, MatrixHandle<double>,
                                                        MatrixHandle<double>, const Layout&, Index, Index);
extern template Var<double> record_total(const ElementwiseKernel<double>&, MatrixHandle<double>, MatrixHandle<double>);
extern template MatrixHandle<double> scatter(const MatrixHandle<double>&, const Layout&, Index, Index);
extern template MatrixHandle<double> operator*(const MatrixHandle<double>&, const MatrixHandle<double>&);
extern template MatrixHandle<double> pack(Tape<double>&, const Var<double>*, Index, Index);

}  // namespace gradus
