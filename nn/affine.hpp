// The affine map with activation, f(W x + b): one record where its composition has three.
#pragma once

#include "../autodiff/autodiff.hpp"
#include "kernels/affine.hpp"

namespace gradus::nn {

namespace detail {

/// Whether the fused kernels exist: for the activations whose derivative is known from their value.
template <class Rule, class S>
inline constexpr bool is_fused = (std::is_same_v<Rule, rules::Copy> || std::is_same_v<Rule, rules::Relu> ||
                                  std::is_same_v<Rule, rules::Tanh> || std::is_same_v<Rule, rules::Logistic>) &&
                                 (std::is_same_v<S, float> || std::is_same_v<S, double>);

template <class Rule, class S>
struct AffineRecord : Record<S> {
  MatrixHandle<S> weight, x, bias;
  Node<S>* node;
  const S* y;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& r = static_cast<AffineRecord&>(base);
    auto& adjoints = tape.adjoints();
    if (!adjoints.collect(*r.node)) return;
    // The adjoint of W x + b takes the place of the adjoint of y, unless that is still to be read.
    const S* g = adjoints.read(*r.node);
    S* block = tape.retains() ? adjoints.acquire(r.node->size()) : const_cast<S*>(g);
    const View<S> delta(block, Layout::dense(r.node->rows, r.node->cols));
    Target<S> bias{{}, Store::add};
    if (!r.bias.is_constant()) bias = adjoints.target(r.bias);
    kernels::pull_activation<Rule>(delta, g, r.y, bias.view.data, bias.store);
    const auto put = [&](const MatrixHandle<S>& operand, const auto& contribution) {
      const Target<S> target = adjoints.target(operand);
      gradus::kernels::put(target.view, target.store, contribution);
    };
    const View<const S> d = delta;
    if (!r.weight.is_constant()) put(r.weight, rules::Product::by_first(d, numbers(r.weight), numbers(r.x)));
    if (!r.x.is_constant()) put(r.x, rules::Product::by_second(d, numbers(r.weight), numbers(r.x)));
    if (tape.retains()) adjoints.give_up(block, r.node->size());
    else adjoints.release(*r.node);
  }
};

/// On numbers; the bias contiguous, no operand a broadcast.
template <class Rule, class S>
MatrixHandle<S> record_affine(const MatrixHandle<S>& weight, const MatrixHandle<S>& x, const MatrixHandle<S>& bias) {
  Tape<S>& tape = *weight.tape;
  S* block;
  MatrixHandle<S> y = new_constant(tape, weight.layout.rows, x.layout.cols, block);
  const View<S> view(block, y.layout);
  gradus::kernels::put(view, Store::assign, rules::Product::value(numbers(weight), numbers(x)));
  kernels::add_bias_and_activate<Rule>(view, numbers(bias).data);
  if (weight.is_constant() && x.is_constant() && bias.is_constant()) return y;
  y.node = tape.add_node(y.layout.rows, y.layout.cols);
  using R = AffineRecord<Rule, S>;
  tape.add_record(R{{}, weight, x, bias, y.node, block}, R::pull);
  return y;
}

template <class X>
auto plain_view(const X& x) {
  if constexpr (requires { x.view; }) return x.view;
  else return borrow(x).view;
}

}  // namespace detail

/// f(W x + b), b added to every column: W is m × k, x is k × n (a sample a column), b has m rows; the result is m × n.
/// Rule is the activation's (rules::Copy for none). Recorded if any operand is; otherwise an Eigen matrix. Throws
/// ShapeError if the shapes do not fit.
template <class Rule, class W, class X, class B>
auto affine(const W& weight, const X& x, const B& bias) {
  using gradus::detail::cols_of, gradus::detail::rows_of;
  if (cols_of(weight) != rows_of(x)) throw_inner_sizes_differ(rows_of(weight), cols_of(weight), rows_of(x), cols_of(x));
  if (rows_of(bias) != rows_of(weight)) throw_shapes_differ("bias", rows_of(weight), 1, rows_of(bias), cols_of(bias));
  constexpr int level = gradus::detail::meeting_level<W, X, B>;
  using S = typename PlainOf<W>::Scalar;
  using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
  if constexpr (level == 0 && detail::is_fused<Rule, S>) {
    Matrix y(rows_of(weight), cols_of(x));
    const View<S> view(y.data(), Layout::dense(y.rows(), y.cols()));
    gradus::kernels::put(view, Store::assign, detail::plain_view(weight) * detail::plain_view(x));
    kernels::add_bias_and_activate<Rule>(view, detail::plain_view(bias).data);
    return y;
  } else if constexpr (level == 1 && detail::is_fused<Rule, S>) {
    Tape<S>& tape = *gradus::detail::meeting_tape<1>(weight, x, bias);
    const auto factor = [&](const auto& operand) {
      return gradus::detail::factor(gradus::detail::operand(tape, operand));
    };
    return Var<Matrix>(detail::record_affine<Rule>(factor(weight), factor(x), dense(factor(bias))));
  } else if constexpr (level == 0) {
    return Matrix(Rule::value(((weight * x).colwise() + bias).array()).matrix());
  } else {
    return apply<Rule>((weight * x).colwise() + bias);
  }
}

}  // namespace gradus::nn
