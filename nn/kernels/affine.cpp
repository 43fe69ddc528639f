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

template <class Rule>
inline constexpr bool goes_in_strips = std::is_same_v<Rule, rules::Relu> || std::is_same_v<Rule, rules::Copy>;
constexpr Index most_rows_in_strips = 64;  // of more, strips lie too far apart

// Calls f(i, load, save) for strips of rows from i on that fill a register, or less at the end; load and save take one.
template <class S, class F>
void for_strips(Index rows, const F& f) {
  using P = gradus::kernels::Packet<S>;
  constexpr int width = gradus::kernels::width<S>;
  Index i = 0;
  for (; i + width <= rows; i += width)
    f(
        i, [](const S* from) { return packet::ploadu<P>(from); }, [](S* to, const P& x) { packet::pstoreu(to, x); });
  if (const int left = static_cast<int>(rows - i))
    f(
        i, [=](const S* from) { return P(gradus::kernels::load_first(from, left)); },
        [=](S* to, const P& x) { gradus::kernels::store_first(to, x, left); });
}

// delta = g max(0, ·)'(y), or delta = g, in a strip. Its sums, which go to b_bar, wait in a register from column to
// column. What is there already is not put down again: the next column, if it is short, would wait for it.
template <class Rule, class S, class Load, class Save>
void pull_strip(const View<S>& delta, const S* g, const S* y, S* b_bar, Store store, const Load& load,
                const Save& save) {
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
  if (b_bar == nullptr) return;
  if (store == Store::add) sum = packet::padd(P(load(b_bar)), sum);
  save(b_bar, sum);
}

// y = max(0, y + b), or y = y + b, in a strip.
template <class Rule, class S, class Load, class Save>
void activate_strip(const View<S>& y, const S* b, const Load& load, const Save& save) {
  using P = gradus::kernels::Packet<S>;
  const P bias = load(b), zero = packet::pset1<P>(S(0));
  for (Index j = 0; j < y.cols; ++j) {
    S* const at = y.data + j * y.rows;
    P column = packet::padd(P(load(at)), bias);
    if constexpr (std::is_same_v<Rule, rules::Relu>)  // NaN stays NaN
      column = packet::pandnot(column, packet::pcmp_lt(column, zero));
    save(at, column);
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
void add_bias_and_activate(const View<S>& y, const S* b) {
  if (y.rows < 16 && y.cols > 4) return add_and_activate_short_columns<Rule>(y, b);
  if constexpr (goes_in_strips<Rule>)
    if (y.rows <= most_rows_in_strips)
      return for_strips<S>(y.rows, [&](Index i, const auto& load, const auto& save) {
        activate_strip<Rule>(View<S>(y.data + i, y.rows, y.cols, 1, y.rows), b + i, load, save);
      });
  for (Index j = 0; j < y.cols; ++j) add_and_activate<Rule>(y.rows, y.data + j * y.rows, b);
}

template <class Rule, class S>
void pull_activation(const View<S>& delta, const S* g, const S* y, S* b_bar, Store store) {
  const Index rows = delta.rows;
  if constexpr (goes_in_strips<Rule>)
    if (rows <= most_rows_in_strips)
      return for_strips<S>(rows, [&](Index i, const auto& load, const auto& save) {
        const View<S> strip(delta.data + i, rows, delta.cols, 1, rows);
        pull_strip<Rule>(strip, g + i, y + i, b_bar == nullptr ? nullptr : b_bar + i, store, load, save);
      });
  Column<S> sum(b_bar, b_bar == nullptr ? 0 : rows);
  if (store == Store::assign) sum.setZero();
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

template void add_bias_and_activate<rules::Copy>(const View<float>&, const float*);
template void add_bias_and_activate<rules::Relu>(const View<float>&, const float*);
template void add_bias_and_activate<rules::Tanh>(const View<float>&, const float*);
template void add_bias_and_activate<rules::Logistic>(const View<float>&, const float*);
template void add_bias_and_activate<rules::Copy>(const View<double>&, const double*);
template void add_bias_and_activate<rules::Relu>(const View<double>&, const double*);
template void add_bias_and_activate<rules::Tanh>(const View<double>&, const double*);
template void add_bias_and_activate<rules::Logistic>(const View<double>&, const double*);
template void pull_activation<rules::Copy>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Relu>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Tanh>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Logistic>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Copy>(const View<double>&, const double*, const double*, double*, Store);
template void pull_activation<rules::Relu>(const View<double>&, const double*, const double*, double*, Store);
template void pull_activation<rules::Tanh>(const View<double>&, const double*, const double*, double*, Store);
template void pull_activation<rules::Logistic>(const View<double>&, const double*, const double*, double*, Store);

}  // namespace gradus::nn::kernels
