// Recorded functions that keep their tapes, and their products with the Jacobian and its transpose.
#pragma once

#include "recording.hpp"

namespace gradus::detail {

/// A recording of one argument and one result, whatever the types of the function's.
template <class S>
using MatrixRecording = Recording<S, std::tuple<NestedVar<level_of<Var<S>>, DynamicMatrix<BaseOf<S>>>>, 1>;

/// `matrix`, resized to the shape of a handle.
template <class S>
DynamicMatrix<S>& shaped_like(const MatrixHandle<S>& handle, DynamicMatrix<S>& matrix) {
  matrix.resize(handle.layout.rows, handle.layout.cols);
  return matrix;
}

/// f recorded at x. Its sweeps are vector-Jacobian products.
template <Number S>
class RecordedFunction {
 public:
  template <class F, class X>
  void record(const F& f, const X& x) {
    const auto recorded = detail::record(tape_, f, x);
    recording_ = {&tape_, recorded.arguments, recorded.results};
  }
  Index results() const { return recording_.rows(); }
  /// Jᵀu, of x's shape; valid until the next call. Throws ShapeError if u is not of f's shape.
  template <class U>
  auto product(const U& u) {
    recording_.sweep(u);
    return tape_.adjoint(matrix_of(recording_.arguments[0]));
  }
  /// A matrix of f's shape, to be filled with a u.
  auto& seed() { return shaped_like(recording_.results[0], seed_); }
  const auto& recording() const { return recording_; }

 private:
  Tape<S> tape_;
  MatrixRecording<S> recording_;
  DynamicMatrix<S> seed_;
};

/// u ↦ Jᵀu recorded for f at x, by a reverse sweep of recorded numbers. It is linear in u, so its own reverse sweeps
/// are Jacobian-vector products: one recording serves all of them.
template <Number S>
class RecordedTranspose {
 public:
  /// x is an Eigen object, which is copied.
  template <class F, class X>
  void record(const F& f, const X& x) {
    above_.clear();
    tape_.clear();
    above_.lies_above(&tape_);  // x is a constant there, from which it could not tell
    const auto variable = above_.variable(tape_.constant(x));
    const MatrixHandle<Var<S>> y = matrix_result(above_, f(variable));
    const auto u = tape_.variable(DynamicMatrix<S>::Ones(y.layout.rows, y.layout.cols));
    above_.backward(matrix_of(y), u);
    recording_ = {&tape_, {u.handle()}, {matrix_result(tape_, above_.adjoint(variable))}};
  }
  Index results() const { return recording_.cols(); }
  /// J v, of f's shape; valid until the next call. Throws ShapeError if v is not of x's shape.
  template <class V>
  auto product(const V& v) {
    recording_.sweep(v);
    return tape_.adjoint(matrix_of(recording_.arguments[0]));
  }
  /// A matrix of x's shape, to be filled with a v.
  auto& seed() { return shaped_like(recording_.results[0], seed_); }

 private:
  Tape<S> tape_;
  Tape<Var<S>> above_;
  MatrixRecording<S> recording_;
  DynamicMatrix<S> seed_;
};

}  // namespace gradus::detail
