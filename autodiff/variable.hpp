// Making variables and reading their adjoints: the members of Tape that speak of Eigen types.
#pragma once

#include "functions.hpp"

namespace gradus {

namespace detail {

/// Adds a matrix or number to the adjoint of a result, of the same shape, where a sweep begins.
template <class S, class Seed>
void plant(Tape<S>& tape, const MatrixHandle<S>& at, const Seed& seed) {
  if (at.is_constant()) return;
  tape.note(at);
  if constexpr (!Number<S>) {
    tape.adjoints().contribute(at, operand(tape.below(), seed, at.layout.rows, at.layout.cols));
  } else {
    const Target<S> target = tape.adjoints().target(at);
    const auto add = [&](Index i, Index j, const S& value) {
      S& adjoint = target.view(i, j);
      adjoint = target.store == Store::assign ? value : adjoint + value;
    };
    if constexpr (MatrixOperand<Seed>) {
      const auto& values = seed.eval();
      for (Index j = 0; j < at.layout.cols; ++j)
        for (Index i = 0; i < at.layout.rows; ++i) add(i, j, values.coeff(i, j));
    } else {
      add(0, 0, static_cast<S>(seed));
    }
  }
}

}  // namespace detail

template <class S>
template <class X>
auto Tape<S>::constant(const X& x) {
  if constexpr (Scalar<X> || std::is_arithmetic_v<X> || ScalarVar<X>) {
    return Var<S>(static_cast<S>(x), 0, this, epoch_);
  } else {
    using V = NestedVar<level_of<Var<S>>, PlainOf<X>>;
    return V(detail::from_record, [&] { return detail::operand(*this, x); });
  }
}

template <class S>
template <class X>
auto Tape<S>::variable(const X& x) {
  if constexpr (!MatrixOperand<X>) {
    const auto value = static_cast<S>(x);
    if constexpr (!Number<S>)
      if (value.tape() != nullptr) lies_above(value.tape());
    return scalar_leaf(value);
  } else {
    using V = NestedVar<level_of<Var<S>>, PlainOf<X>>;
    return V(detail::from_record, [&]() -> MatrixHandle<S> {
      const auto& read = detail::operand(*this, x);
      const Index rows = read.layout.rows, cols = read.layout.cols;
      auto value = read.value;
      if constexpr (Number<S>)  // what is borrowed row by row or with gaps is copied after all
        value = read.layout.is_dense() ? numbers(read).data : numbers(dense(read)).data;
      Node<S>* const node = add_node(rows, cols);
      make_leaf(*node);
      return {.tape = this, .node = node, .value = value, .layout = Layout::dense(rows, cols), .epoch = epoch_};
    });
  }
}

template <class S>
template <class M>
requires(!Scalar<M>) void Tape<S>::backward(const Var<M>& y, Retain retain) {
  if (y.size() != 1) throw_not_scalar("backward", y.rows(), y.cols());
  backward(Var<S>(y.value()), retain);
}

template <class S>
template <class M, class Seed>
requires(!Scalar<M> && !std::is_same_v<Seed, Retain>) void Tape<S>::backward(const Var<M>& y, const Seed& seed,
                                                                             Retain retain) {
  check(y.tape(), y.epoch());
  if (seed.rows() != y.rows() || seed.cols() != y.cols())
    throw_shapes_differ("backward: result and seed", y.rows(), y.cols(), seed.rows(), seed.cols());
  sweep_from([&] { detail::plant(*this, y.handle(), seed); }, retain);
}

template <class S>
template <class M>
requires Number<S>
void Tape<S>::backward(const Var<S>& y, const Var<M>& x, GradientSink<S>& sink) {
  check(x.tape(), x.epoch());
  if (y.tape() != nullptr) check(y.tape(), y.epoch());
  Node<S>* const node = x.handle().node;
  if (node == nullptr || !node->is_leaf || x.size() != node->size())
    throw TapeError("backward: expected a matrix made by tape.variable(), whole, for the gradient to be handed over");
  deliver(y, *node, sink);
}

template <class S>
template <class T>
auto Tape<S>::adjoint(const Var<T>& x) const {
  if (x.tape() == nullptr) throw_no_adjoint("a constant has none");
  check(x.tape(), x.epoch());
  constexpr const char* not_kept =
      "not kept; call backward() first, and with Retain::everything for an intermediate result";
  if constexpr (Scalar<T>) {
    if (x.slot() == 0) throw_no_adjoint("a constant has none");
    if (const Node<S>* matrix = is_leaf(x.slot()) ? nullptr : matrix_of(x.slot())) {
      if (!is_kept(*matrix)) throw_no_adjoint(not_kept);
      const Index position = x.slot() - matrix->slots;
      if constexpr (Number<S>)
        return S(adjoints_.read(*matrix)[position]);
      else if (!matrix->adjoint_present)
        return S{};
      else
        return matrix->adjoint.tape->element(matrix->adjoint, position % matrix->rows, position / matrix->rows);
    }
    if (!is_kept(x.slot())) throw_no_adjoint(not_kept);
    return S(adjoints_.scalars[x.slot()]);
  } else {
    const MatrixHandle<S>& handle = x.handle();
    if (handle.node == nullptr) throw_no_adjoint("a constant has none");
    if (!is_kept(*handle.node)) throw_no_adjoint(not_kept);
    if constexpr (Number<S>) {
      MatrixHandle<S> read = handle;
      read.node = nullptr;
      read.value = adjoints_.read(*handle.node);
      return value_of(Var<T>(read));
    } else {
      const Node<S>& node = *handle.node;
      auto& lower = const_cast<Tape*>(this)->below();
      if (node.adjoint_present) return T(gathered(node.adjoint, handle.layout));
      return T(lower.constant(BaseOf<T>::Zero(x.rows(), x.cols())).handle());
    }
  }
}

}  // namespace gradus
