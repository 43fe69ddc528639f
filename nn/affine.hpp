// The affine map with activation, f(W x + b): one record where its composition has three.
#pragma once

#include "kernels/affine.hpp"
#include "plain.hpp"

namespace gradus::nn {

template <class Rule, class W, class X, class B>
auto affine(const W& weight, const X& x, const B& bias);

namespace detail {

using gradus::detail::for_lanes, gradus::detail::LaneMask, gradus::detail::LaneView, gradus::detail::shared;

/// Whether the fused kernels exist: for the activations whose derivative is known from their value.
template <class Rule, class S>
inline constexpr bool is_fused = (std::is_same_v<Rule, rules::Copy> || std::is_same_v<Rule, rules::Relu> ||
                                  std::is_same_v<Rule, rules::Tanh> ||
                                  std::is_same_v<Rule, rules::Logistic>)&&(std::is_same_v<S, float> ||
                                                                           std::is_same_v<S, double>);

/// y = f(W x + b), or with two products f(W x + b + V z).
template <class Rule, class S, int products = 1>
struct AffineRecord : Record<S> {
  MatrixHandle<S> operands[2 * products + 1];  // W, x, b, V, z
  Node<S>* node;
  const S* y;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& r = static_cast<AffineRecord&>(base);
    auto& adjoints = tape.adjoints();
    MatrixHandle<S>&weight = r.operands[0], &x = r.operands[1], &bias = r.operands[2];
    if (!adjoints.collect(*r.node)) return;
    // The adjoint of W x + b takes the place of the adjoint of y, unless that is still to be read.
    const S* g = adjoints.read(*r.node);
    S* block = tape.retains() ? adjoints.acquire(r.node->size()) : const_cast<S*>(g);
    const View<S> delta(block, Layout::dense(r.node->rows, r.node->cols));
    typename Adjoints<S>::DenseTarget bias_bar{nullptr, Store::add};
    if (!bias.is_constant()) bias_bar = adjoints.dense_target(*bias.node, bias.layout.offset, bias.layout.rows);
    const View<const S> d = delta;
    if (products == 1 && x.layout.cols == 1 && !weight.is_constant()) {
      const Target<S> weight_bar = adjoints.target(weight);
      kernels::pull_column<Rule>(delta, g, r.y, numbers(x), bias_bar.data, bias_bar.store, weight_bar.view,
                                 weight_bar.store);
      pull_second(tape, d, weight, x);
    } else {
      kernels::pull_activation<Rule>(delta, g, r.y, bias_bar.data, bias_bar.store);
      for_products(r, [&](MatrixHandle<S>& left, MatrixHandle<S>& right) {
        pull_second(tape, d, left, right);
        if (!left.is_constant())
          gradus::detail::put_last(tape, left, rules::Product::by_first(d, numbers(left), numbers(right)));
      });
    }
    if (tape.retains())
      adjoints.give_up(block, r.node->size());
    else
      adjoints.release(*r.node);
  }
  static void pull_lanes(Lanes<S>& lanes, Record<S>& base) {
    auto& r = static_cast<AffineRecord&>(base);
    const MatrixHandle<S>& bias = r.operands[2];
    const LaneMask arrived = lanes.collect(*r.node);
    if (arrived == 0) return;
    const LaneView<S> delta = lanes.lanes_of(*r.node);
    LaneView<S> bias_bar;
    Store how = Store::add;
    if (!bias.is_constant()) bias_bar = lanes.target(bias, arrived, how);
    for_lanes(arrived, [&](int l) {
      const View<S> lane = delta.lane(l);
      kernels::pull_activation<Rule>(lane, lane.data, r.y, bias_bar.lane(l).data, how);
    });
    const LaneView<const S> d = delta;
    for_products(r, [&](const MatrixHandle<S>& weight, const MatrixHandle<S>& x) {
      const auto w = shared(numbers(weight)), h = shared(numbers(x));
      if (!x.is_constant()) lanes.put(x, rules::Product::by_second(d, w, h), arrived);
      if (!weight.is_constant()) lanes.put(weight, rules::Product::by_first(d, w, h), arrived);
    });
    lanes.release(*r.node);
  }
  static void push_lanes(Lanes<S>& lanes, Record<S>& base) {
    auto& r = static_cast<AffineRecord&>(base);
    const MatrixHandle<S>& bias = r.operands[2];
    const Index rows = r.node->rows, cols = r.node->cols;
    LaneView<const S> by_bias;
    const LaneMask from_bias = lanes.tangents(bias.broadcast(rows, cols), by_bias);
    LaneMask all = from_bias;
    for_products(r, [&](const MatrixHandle<S>& weight, const MatrixHandle<S>& x) {
      LaneView<const S> unread;
      all = static_cast<LaneMask>(all | lanes.tangents(weight, unread) | lanes.tangents(x, unread));
    });
    const LaneView<S> y = lanes.place({r.node, 0}, Layout::dense(rows, cols), all);
    LaneMask there = 0;
    for_products(r, [&](const MatrixHandle<S>& weight, const MatrixHandle<S>& x) {
      LaneView<const S> by_weight, by_x;
      const LaneMask from_weight = lanes.tangents(weight, by_weight), from_x = lanes.tangents(x, by_x);
      lanes.add_up(there, from_weight, [&](Store how, LaneMask which) {
        put(y, how, rules::Product::value(by_weight, shared(numbers(x))), which);
      });
      lanes.add_up(there, from_x, [&](Store how, LaneMask which) {
        put(y, how, rules::Product::value(shared(numbers(weight)), by_x), which);
      });
    });
    lanes.add_up(there, from_bias, [&](Store how, LaneMask which) {
      elementwise(kernel_of<rules::Copy, S>().forward, y, how, &by_bias, 1, which);
    });
    for_lanes(all, [&](int l) {
      const View<S> lane = y.lane(l);
      kernels::pull_activation<Rule, S>(lane, lane.data, r.y, nullptr, Store::assign);
    });
  }
  static RecordView<S> look(Record<S>& base) {
    auto& r = static_cast<AffineRecord&>(base);
    return {"affine",
            r.operands,
            {},
            {r.node, 0},
            {products == 1 ? Dependence::Kind::product : Dependence::Kind::every, {}}};
  }

 private:
  template <class F>
  static void for_products(AffineRecord& r, const F& f) {
    f(r.operands[0], r.operands[1]);
    if constexpr (products == 2) f(r.operands[3], r.operands[4]);
  }
  static void pull_second(Tape<S>& tape, const View<const S>& d, const MatrixHandle<S>& w, const MatrixHandle<S>& x) {
    if (!x.is_constant()) gradus::detail::put(tape, x, rules::Product::by_second(d, numbers(w), numbers(x)));
  }
};

/// On numbers.
template <class Rule, class S>
MatrixHandle<S> record_affine(const MatrixHandle<S>& w, const MatrixHandle<S>& h, const MatrixHandle<S>& b) {
  using gradus::detail::factor;
  Tape<S>& tape = *w.tape;
  const MatrixHandle<S>&weight = factor(w), &x = factor(h), &bias = dense(factor(b));
  const Layout whole = Layout::dense(weight.layout.rows, x.layout.cols);
  S* const block = tape.arena().template allocate_array<S>(whole.size());
  kernels::affine<Rule, S>(View<S>(block, whole), numbers(weight), numbers(x), numbers(bias).data);
  Node<S>* node = nullptr;
  if (!weight.is_constant() || !x.is_constant() || !bias.is_constant()) [[likely]] {
    node = tape.add_node(whole.rows, whole.cols);
    using R = AffineRecord<Rule, S>;
    tape.add_record(new (tape.arena()) R{{}, {weight, x, bias}, node, block});
  }
  return {.tape = &tape, .node = node, .value = block, .layout = whole, .epoch = tape.epoch()};
}

/// W x + b + V z on numbers.
template <class S>
MatrixHandle<S> record_affine_sum(const MatrixHandle<S>& w, const MatrixHandle<S>& h, const MatrixHandle<S>& b,
                                  const MatrixHandle<S>& v, const MatrixHandle<S>& z) {
  using gradus::detail::factor;
  Tape<S>& tape = *w.tape;
  const MatrixHandle<S>&weight = factor(w), &x = factor(h), &bias = dense(factor(b)), &left = factor(v),
        &right = factor(z);
  const Layout whole = Layout::dense(weight.layout.rows, x.layout.cols);
  S* const block = tape.arena().template allocate_array<S>(whole.size());
  const View<S> y(block, whole);
  kernels::affine<rules::Copy, S>(y, numbers(weight), numbers(x), numbers(bias).data);
  gradus::kernels::put(y, Store::add, rules::Product::value(numbers(left), numbers(right)));
  Node<S>* node = nullptr;
  if (!weight.is_constant() || !x.is_constant() || !bias.is_constant() || !left.is_constant() || !right.is_constant()) {
    node = tape.add_node(whole.rows, whole.cols);
    using R = AffineRecord<rules::Copy, S, 2>;
    tape.add_record(new (tape.arena()) R{{}, {weight, x, bias, left, right}, node, block});
  }
  return {.tape = &tape, .node = node, .value = block, .layout = whole, .epoch = tape.epoch()};
}

// Compiled once, in the library.
extern template MatrixHandle<float> record_affine_sum(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                      const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                      const MatrixHandle<float>&);
extern template MatrixHandle<double> record_affine_sum(const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                       const MatrixHandle<double>&, const MatrixHandle<double>&,
                                                       const MatrixHandle<double>&);
extern template MatrixHandle<float> record_affine<rules::Copy>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                               const MatrixHandle<float>&);
extern template MatrixHandle<double> record_affine<rules::Copy>(const MatrixHandle<double>&,
                                                                const MatrixHandle<double>&,
                                                                const MatrixHandle<double>&);
extern template MatrixHandle<float> record_affine<rules::Relu>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                               const MatrixHandle<float>&);
extern template MatrixHandle<double> record_affine<rules::Relu>(const MatrixHandle<double>&,
                                                                const MatrixHandle<double>&,
                                                                const MatrixHandle<double>&);
extern template MatrixHandle<float> record_affine<rules::Tanh>(const MatrixHandle<float>&, const MatrixHandle<float>&,
                                                               const MatrixHandle<float>&);
extern template MatrixHandle<double> record_affine<rules::Tanh>(const MatrixHandle<double>&,
                                                                const MatrixHandle<double>&,
                                                                const MatrixHandle<double>&);
extern template MatrixHandle<float> record_affine<rules::Logistic>(const MatrixHandle<float>&,
                                                                   const MatrixHandle<float>&,
                                                                   const MatrixHandle<float>&);
extern template MatrixHandle<double> record_affine<rules::Logistic>(const MatrixHandle<double>&,
                                                                    const MatrixHandle<double>&,
                                                                    const MatrixHandle<double>&);

/// The same, recorded if any operand is.
template <class Rule, int level, class W, class X, class B>
auto recorded_affine(const W& weight, const X& x, const B& bias) {
  using S = typename gradus::detail::NumberAt<level, W, X, B>::type;
  using Matrix = NestedVar<level, Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>>;
  using Vector = NestedVar<level, Eigen::Matrix<S, Eigen::Dynamic, 1>>;
  if constexpr (level == 0) {
    Tape<S> tape;
    const auto constant = [&](const auto& operand) { return tape.constant(detail::lent(operand)); };
    return detail::plain(recorded_affine<Rule, 1>(constant(weight), constant(x), constant(bias)));
  } else {
    auto& tape = *gradus::detail::meeting_tape<level>(weight, x, bias);
    const auto& w = gradus::detail::operand(tape, weight);
    const auto& h = gradus::detail::operand(tape, x);
    const auto& b = gradus::detail::operand(tape, bias);
    if constexpr (level == 1 && detail::is_fused<Rule, S>)
      return Matrix(gradus::detail::from_record, [&] { return detail::record_affine<Rule>(w, h, b); });
    else
      return Matrix(apply<Rule>((Matrix(w) * Matrix(h)).colwise() + Vector(b)));
  }
}

/// A product of operands that may both be plain.
template <class A, class B>
auto product_of(const A& a, const B& b) {
  using namespace gradus::detail;
  if constexpr (whole_depth<A> == 0 && whole_depth<B> == 0)
    return evaluated(in_memory(a) * in_memory(b));
  else
    return a * b;
}

/// W x + b + V z, a matrix Y.
template <class Y, class W, class X, class B, class V, class Z>
Y affine_sum(const W& w, const X& x, const B& b, const V& v, const Z& z) {
  using namespace gradus::detail;
  constexpr int level = meeting_level<W, X, B, V, Z>;
  using S = typename NumberAt<level, W, X, B, V, Z>::type;
  if constexpr (level == 1 && is_fused<rules::Copy, S> && !duals_lead<W, X, B, V, Z>) {
    auto& tape = *meeting_tape<level>(w, x, b, v, z);
    return Y(from_record, [&] {
      return record_affine_sum<S>(operand(tape, w), operand(tape, x), operand(tape, b), operand(tape, v),
                                  operand(tape, z));
    });
  } else {
    const auto sum = affine<rules::Copy>(w, x, b);
    return Y(sum + product_of(v, z));
  }
}

/// What a tangent of W x + b becomes behind an activation that is known from its value y.
template <class Rule, class Y>
Y activated_tangent(const Y& y, Y tangent) {
  if constexpr (std::is_same_v<Rule, rules::Copy>) {
    return tangent;
  } else if constexpr (EigenDense<Y>) {
    using S = typename Y::Scalar;
    const Layout whole = Layout::dense(y.rows(), y.cols());
    const View<S> target(tangent.data(), whole);
    const View<const S> read[] = {target, {y.data(), whole}};
    gradus::kernels::elementwise(kernel_of<rules::Tangent<Rule>, S>().forward, target, Store::assign, read, 2);
    return tangent;
  } else {
    return apply<rules::Tangent<Rule>>(tangent, y);
  }
}

/// Of Duals: the same of what they carry, and f′(W x + b)(Ẇ x + ḃ + W ẋ).
template <class Rule, class W, class X, class B>
auto affine_of_duals(const W& weight, const X& x, const B& bias) {
  using namespace gradus::detail;
  constexpr int depth = deepest<W, X, B>;
  const auto& w = carried_by<depth>(weight);
  const auto& h = carried_by<depth>(x);
  auto y = affine<Rule>(w, h, carried_by<depth>(bias));
  using Y = decltype(y);
  const auto push = [&](Y tangent) { return dual_of(y, activated_tangent<Rule>(y, std::move(tangent))); };
  constexpr bool by_input = is_dual<X> && whole_depth<X> == depth;
  if constexpr (!(is_dual<W> && whole_depth<W> == depth)) {
    return push(Y(product_of(w, x.tangent())));
  } else {
    if constexpr (by_input)
      return push(affine_sum<Y>(weight.tangent(), h, bias.tangent(), w, x.tangent()));
    else
      return push(Y(affine<rules::Copy>(weight.tangent(), h, bias.tangent())));
  }
}

}  // namespace detail

/// f(W x + b), b added to every column: W is m × k, x is k × n (a sample a column), b has m rows; the result is m × n.
/// Rule is the activation's (rules::Copy for none). Recorded if any operand is; otherwise an Eigen matrix. Throws
/// ShapeError if the shapes do not fit.
template <class Rule, class W, class X, class B>
auto affine(const W& weight, const X& x, const B& bias) {
  using gradus::detail::cols_of, gradus::detail::rows_of;
  if (cols_of(weight) != rows_of(x)) throw_inner_sizes_differ(rows_of(weight), cols_of(weight), rows_of(x), cols_of(x));
  if (rows_of(bias) != rows_of(weight) || cols_of(bias) != 1)
    throw_shapes_differ("bias", rows_of(weight), 1, rows_of(bias), cols_of(bias));
  constexpr int level = gradus::detail::meeting_level<W, X, B>;
  if constexpr (gradus::detail::duals_lead<W, X, B>) {
    using S = typename gradus::detail::NumberOf<W>::type;
    if constexpr (detail::is_fused<Rule, S> && gradus::detail::whole_depth<W> == gradus::detail::whole_depth<B>)
      return detail::affine_of_duals<Rule>(weight, x, bias);
    else if constexpr (std::is_same_v<Rule, rules::Copy>)
      return (weight * x).colwise() + bias;
    else
      return apply<Rule>((weight * x).colwise() + bias);
  } else {
    return detail::recorded_affine<Rule, level>(weight, x, bias);
  }
}

}  // namespace gradus::nn
