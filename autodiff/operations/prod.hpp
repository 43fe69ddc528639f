// The product of all elements of a matrix of numbers.
#pragma once

#include "../kernels/prod.hpp"
#include "elementwise.hpp"

namespace gradus {

namespace detail {

template <Number S>
struct ProdRecord : Record<S> {
  MatrixHandle<S> x;  // without gaps
  Slot slot;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<ProdRecord&>(base);
    S& adjoint = tape.adjoints().scalars[record.slot];
    const S g = adjoint;
    if (is_structural_zero(g)) return;
    if (!tape.retains()) adjoint = S(0);
    const Index n = record.x.layout.size();
    const S* const x = numbers(record.x).data;
    const Target<S> target = tape.adjoints().target(record.x);
    if (target.store == Store::assign) return kernels::prod_of_others(n, x, g, target.view.data);
    S* const block = tape.adjoints().acquire(n);
    kernels::prod_of_others(n, x, g, block);
    const View<const S> contribution(block, Layout::dense(record.x.layout.rows, record.x.layout.cols));
    kernels::elementwise(kernel_of<rules::Copy, S>().forward, target.view, Store::add, &contribution, 1);
    tape.adjoints().give_up(block, n);
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<ProdRecord&>(base);
    return {"prod", {&record.x, 1}, {}, {nullptr, record.slot}};
  }
};

}  // namespace detail

/// Π xᵢ over all elements.
template <Number S>
Var<S> record_prod(const MatrixHandle<S>& matrix) {
  const MatrixHandle<S>& x = dense(matrix);
  Tape<S>& tape = *x.tape;
  const S value = kernels::prod(x.layout.size(), numbers(x).data);
  if (x.is_constant()) return Var<S>(value, 0, nullptr, 0);
  const Slot slot = tape.take_slots(1);
  tape.add_record(new (tape.arena()) detail::ProdRecord<S>{{}, x, slot});
  return tape.scalar(value, slot);
}

// Compiled once, in the library.
extern template Var<float> record_prod(const MatrixHandle<float>&);
extern template Var<double> record_prod(const MatrixHandle<double>&);

}  // namespace gradus
