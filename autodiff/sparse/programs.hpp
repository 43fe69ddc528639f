// Derivatives recorded once and swept many times: what sparse Jacobians and Hessians are computed from.
#pragma once

#include "../gradient.hpp"
#include "colouring.hpp"
#include "dependencies.hpp"

namespace gradus::detail {

template <class S>
using DynamicMatrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

/// What a function returned, as a matrix of the tape: a recorded matrix or scalar, or a constant.
template <class S, class Y>
MatrixHandle<S> matrix_result(Tape<S>& tape, const Y& y) {
  if constexpr (MatrixOperand<Y>) {
    return operand(tape, y);
  } else {
    const Var<S> scalar(y);
    return pack(tape, &scalar, 1, 1);
  }
}

/// A handle as a variable of the tape over S.
template <class S>
auto matrix_of(const MatrixHandle<S>& handle) {
  return NestedVar<level_of<Var<S>>, DynamicMatrix<BaseOf<S>>>(handle);
}

/// Sweeps back from y seeded with the sum of the unit vectors of one colour (in column order), and gives the adjoint of
/// x as a column, valid until the next sweep. `seed` is memory to be used again.
template <class S>
Eigen::Map<const Eigen::Matrix<S, Eigen::Dynamic, 1>> swept(Tape<S>& tape, const MatrixHandle<S>& y,
                                                            const MatrixHandle<S>& x, const Colouring& colouring,
                                                            int colour, DynamicMatrix<S>& seed) {
  seed.resize(y.layout.rows, y.layout.cols);
  for (Index i = 0; i < seed.size(); ++i) seed.data()[i] = S(colouring.colours[static_cast<std::size_t>(i)] == colour);
  tape.backward(matrix_of(y), seed);
  const auto adjoint = tape.adjoint(matrix_of(x));
  return {adjoint.data(), adjoint.size()};
}

/// f recorded at x. Its sweeps are vector-Jacobian products.
template <class S>
class RecordedFunction {
 public:
  template <class F, class X>
  void record(const F& f, const X& x) {
    tape_.clear();
    const auto variable = tape_.variable(x);
    x_ = variable.handle();
    y_ = matrix_result(tape_, f(variable));
  }
  Index results() const { return y_.layout.size(); }
  SparsityPattern pattern() const { return dependency_pattern(tape_, x_, y_); }
  /// Jᵀu, u being 1 for the rows of a colour; valid until the next call.
  auto product(const Colouring& rows, int colour) { return swept(tape_, y_, x_, rows, colour, seed_); }

 private:
  Tape<S> tape_;
  MatrixHandle<S> x_, y_;
  DynamicMatrix<S> seed_;
};

/// u ↦ Jᵀu recorded for f at x, by a reverse sweep of recorded numbers. It is linear in u, so its own reverse sweeps
/// are Jacobian-vector products: one recording serves all of them.
template <class S>
class RecordedTranspose {
 public:
  template <class F, class X>
  void record(const F& f, const X& x) {
    above_.clear();
    tape_.clear();
    above_.lies_above(&tape_);  // x is a constant there, from which it could not tell
    const auto variable = above_.variable(tape_.constant(x));
    const MatrixHandle<Var<S>> y = matrix_result(above_, f(variable));
    const auto u = tape_.variable(DynamicMatrix<S>::Ones(y.layout.rows, y.layout.cols));
    u_ = u.handle();
    above_.backward(matrix_of(y), u);
    product_ = matrix_result(tape_, above_.adjoint(variable));
  }
  Index results() const { return u_.layout.size(); }
  /// J v, v being 1 for the columns of a colour; valid until the next call.
  auto product(const Colouring& columns, int colour) { return swept(tape_, product_, u_, columns, colour, seed_); }

 private:
  Tape<S> tape_;
  Tape<Var<S>> above_;
  MatrixHandle<S> u_, product_;
  DynamicMatrix<S> seed_;
};

/// The gradient of f recorded at x. It is a function like any other: its Jacobian is f's Hessian, and its reverse
/// sweeps are Hessian-vector products.
template <class S>
class RecordedGradient {
 public:
  template <class F, class X>
  void record(const F& f, const X& x) {
    above_.clear();
    gradient_.record(
        [&](const auto& inner) {
          const auto variable = above_.variable(inner);
          const Var<Var<S>> y = scalar_result<Var<S>>(f(variable));
          above_.backward(y);
          return above_.adjoint(variable);
        },
        x);
  }
  SparsityPattern pattern() const { return symmetrized(gradient_.pattern()); }
  /// H v, v being 1 for the columns of a colour; valid until the next call.
  auto product(const Colouring& columns, int colour) { return gradient_.product(columns, colour); }

 private:
  Tape<Var<S>> above_;
  RecordedFunction<S> gradient_;
};

}  // namespace gradus::detail
