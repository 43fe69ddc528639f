#include "affine.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <type_traits>

#include "../../autodiff/kernels/packets.hpp"

namespace gradus::nn::kernels {

namespace {

template <class S>
using Column = Eigen::Map<Eigen::Array<S, Eigen::Dynamic, 1>>;
template <class S>
using ConstColumn = Eigen::Map<const Eigen::Array<S, Eigen::Dynamic, 1>>;

// A loop that compilers turn into masked vector code, which Eigen's comparison does not become.
template <class S>
void pull_relu(Index n, S* delta, const S* g, const S* y) {
  for (Index i = 0; i < n; ++i) delta[i] = y[i] > S(0) ? g[i] : S(0);
}

namespace packet = gradus::kernels::packet;

// delta = g max(0, ·)'(y), or delta = g, in a strip of rows that `load` and `save` take at once. Their sums, which are
// added to b_bar, wait in a register from column to column. What is there already is not put down again: the next
// column, if it is short, would wait for it.
template <class Rule, class S, class Load, class Save>
void pull_strip(View<S> delta, const S* g, const S* y, S* b_bar, const Load& load, const Save& save) {
  using P = gradus::kernels::Packet<S>;
  const P zero = packet::pset1<P>(S(0));
  P sum = zero;
  for (Index j = 0; j < delta.cols; ++j) {
    const Index at = j * delta.rows;
    P column = load(g + at);
    if constexpr (std::is_same_v<Rule, rules::Relu>)
      column = packet::pand(packet::pcmp_lt(zero, P(load(y + at))), column);
    if (std::is_same_v<Rule, rules::Relu> || delta.data != g) save(delta.data + at, column);
    sum = packet::padd(sum, column);
  }
  if (b_bar != nullptr) save(b_bar, P(packet::padd(P(load(b_bar)), sum)));
}

// All rows, strip by strip.
template <class Rule, class S>
void pull_strips(View<S> delta, const S* g, const S* y, S* b_bar) {
  using P = gradus::kernels::Packet<S>;
  for (Index i = 0; i < delta.rows; i += gradus::kernels::width<S>) {
    const int count = static_cast<int>(std::min<Index>(gradus::kernels::width<S>, delta.rows - i));
    View<S> strip = delta;
    strip.data += i;
    S* const sums = b_bar == nullptr ? nullptr : b_bar + i;
    if (count == gradus::kernels::width<S>)
      pull_strip<Rule>(
          strip, g + i, y + i, sums, [](const S* from) { return packet::ploadu<P>(from); },
          [](S* to, const P& x) { packet::pstoreu(to, x); });
    else
      pull_strip<Rule>(
          strip, g + i, y + i, sums, [=](const S* from) { return P(gradus::kernels::load_first(from, count)); },
          [=](S* to, const P& x) { gradus::kernels::store_first(to, x, count); });
  }
}

// y = f(y + b) for n numbers.
template <class Rule, class S>
void add_and_activate(Index n, S* y, const S* b) {
  if constexpr (std::is_same_v<Rule, rules::Relu>) {
    for (Index i = 0; i < n; ++i) y[i] = rules::relu(y[i] + b[i]);
  } else {
    Column<S> column(y, n);
    column = Rule::value(column + ConstColumn<S>(b, n));
  }
}

// The same of short columns, several of them at once.
template <class Rule, class S>
void add_and_activate_short_columns(View<S> y, const S* b) {
  constexpr Index room = 64;
  S repeated[room];
  const Index group = std::min(room / y.rows, y.cols);
  for (Index c = 0; c < group; ++c) std::copy_n(b, y.rows, repeated + c * y.rows);
  for (Index j = 0; j < y.cols; j += group)
    add_and_activate<Rule>(y.rows * std::min(group, y.cols - j), y.data + j * y.rows, repeated);
}

}  // namespace

template <class Rule, class S>
void add_bias_and_activate(View<S> y, const S* b) {
  if (y.rows < 16 && y.cols > 4) return add_and_activate_short_columns<Rule>(y, b);
  for (Index j = 0; j < y.cols; ++j) add_and_activate<Rule>(y.rows, y.data + j * y.rows, b);
}

template <class Rule, class S>
void pull_activation(View<S> delta, const S* g, const S* y, S* b_bar, Store store) {
  const Index rows = delta.rows;
  Column<S> sum(b_bar, b_bar == nullptr ? 0 : rows);
  if (store == Store::assign) sum.setZero();
  if constexpr (std::is_same_v<Rule, rules::Relu> || std::is_same_v<Rule, rules::Copy>)
    if (rows <= 64) return pull_strips<Rule>(delta, g, y, b_bar);  // of more, strips lie too far apart
  for (Index j = 0; j < delta.cols; ++j) {
    const Index at = j * rows;
    Column<S> column(delta.data + at, rows);
    const ConstColumn<S> result(y + at, rows), adjoint(g + at, rows);
    if constexpr (std::is_same_v<Rule, rules::Relu>)
      pull_relu(rows, delta.data + at, g + at, y + at);
    else if constexpr (std::is_same_v<Rule, rules::Copy>) {
      if (delta.data != g) column = adjoint;
    } else
      column = chain(adjoint, Rule::derivative(result, result));
    if (b_bar != nullptr) sum += column;
  }
}

template void add_bias_and_activate<rules::Copy>(View<float>, const float*);
template void add_bias_and_activate<rules::Relu>(View<float>, const float*);
template void add_bias_and_activate<rules::Tanh>(View<float>, const float*);
template void add_bias_and_activate<rules::Logistic>(View<float>, const float*);
template void add_bias_and_activate<rules::Copy>(View<double>, const double*);
template void add_bias_and_activate<rules::Relu>(View<double>, const double*);
template void add_bias_and_activate<rules::Tanh>(View<double>, const double*);
template void add_bias_and_activate<rules::Logistic>(View<double>, const double*);
template void pull_activation<rules::Copy>(View<float>, const float*, const float*, float*, Store);
template void pull_activation<rules::Relu>(View<float>, const float*, const float*, float*, Store);
template void pull_activation<rules::Tanh>(View<float>, const float*, const float*, float*, Store);
template void pull_activation<rules::Logistic>(View<float>, const float*, const float*, float*, Store);
template void pull_activation<rules::Copy>(View<double>, const double*, const double*, double*, Store);
template void pull_activation<rules::Relu>(View<double>, const double*, const double*, double*, Store);
template void pull_activation<rules::Tanh>(View<double>, const double*, const double*, double*, Store);
template void pull_activation<rules::Logistic>(View<double>, const double*, const double*, double*, Store);

}  // namespace gradus::nn::kernels
