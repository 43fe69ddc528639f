#include "affine.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <type_traits>

#include "../../autodiff/kernels/product_vector.hpp"

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

// g max(0, ·)'(y), or g.
template <class Rule, class P, class S, class Load>
P pulled(const P& g, const S* y, const Load& load) {
  if constexpr (std::is_same_v<Rule, rules::Relu>)
    return packet::pand(packet::pcmp_lt(packet::pset1<P>(S(0)), P(load(y))), g);
  else
    return g;
}
template <class S, class P, class Load, class Save>
void put(S* to, P x, Store store, const Load& load, const Save& save) {
  if (store == Store::add) x = packet::padd(P(load(to)), x);
  save(to, x);
}

// delta = g max(0, ·)'(y), or delta = g, in a strip. Its sums, which go to b_bar, wait in a register from column to
// column. What is there already is not put down again: the next column, if it is short, would wait for it.
template <class Rule, class S, class Load, class Save>
void pull_strip(const View<S>& delta, const S* g, const S* y, S* b_bar, Store store, const Load& load,
                const Save& save) {
  using P = gradus::kernels::Packet<S>;
  P sum = packet::pset1<P>(S(0));
  for (Index j = 0; j < delta.cols; ++j) {
    const Index at = j * delta.rows;
    const P column = pulled<Rule, P>(load(g + at), y + at, load);
    if (std::is_same_v<Rule, rules::Relu> || delta.data != g) save(delta.data + at, column);
    sum = packet::padd(sum, column);
  }
  if (b_bar != nullptr) put(b_bar, sum, store, load, save);
}

// The same of one column, which goes on to the columns of W̄.
template <class Rule, class S, class Load, class Save>
void pull_strip_of_column(S* delta, const S* g, const S* y, const View<const S>& x, S* b_bar, Store b_store,
                          const View<S>& w_bar, Store w_store, const Load& load, const Save& save) {
  using P = gradus::kernels::Packet<S>;
  const P column = pulled<Rule, P>(load(g), y, load);
  if (std::is_same_v<Rule, rules::Relu> || delta != g) save(delta, column);
  if (b_bar != nullptr) put(b_bar, column, b_store, load, save);
  S* to = w_bar.data;
  const S* factor = x.data;
  for (Index j = 0; j < w_bar.cols; ++j, to += w_bar.col_stride, factor += x.row_stride)
    put<S, P>(to, packet::pmul(column, packet::pset1<P>(*factor)), w_store, load, save);
}

// max(0, x), where NaN stays NaN, or x.
template <class Rule, class P>
P activated(const P& x) {
  if constexpr (std::is_same_v<Rule, rules::Relu>)
    return packet::pandnot(x, packet::pcmp_lt(x, packet::pset1<P>(0)));
  else
    return x;
}

// y = f(y + b) in a strip.
template <class Rule, class S, class Load, class Save>
void activate_strip(const View<S>& y, const S* b, const Load& load, const Save& save) {
  using P = gradus::kernels::Packet<S>;
  const P bias = load(b);
  for (Index j = 0; j < y.cols; ++j) {
    S* const at = y.data + j * y.rows;
    save(at, activated<Rule, P>(packet::padd(P(load(at)), bias)));
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

// y = f(y + b) column by column.
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

// y = f(W x + b) for one column x, before it leaves the registers.
template <class Rule, class S>
void affine_column(S* y, const View<const S>& w, const S* x, Index x_stride, const S* b) {
  using P = gradus::kernels::Packet<S>;
  gradus::kernels::all_columns_times_vector(w, x, x_stride, [&](Index i, const P& sum, int n) {
    const P biased = packet::padd(sum, P(gradus::kernels::load_first(b + i, n)));
    gradus::kernels::store_first(y + i, activated<Rule, P>(biased), n);
  });
}

}  // namespace

template <class Rule, class S>
void affine(const View<S>& y, const View<const S>& w, const View<const S>& x, const S* b) {
  if constexpr (goes_in_strips<Rule>)
    if (x.cols == 1 && w.row_stride == 1 && w.rows <= most_rows_in_strips)
      return affine_column<Rule>(y.data, w, x.data, x.row_stride, b);
  gradus::kernels::product(y, w, x, Store::assign);
  add_bias_and_activate<Rule>(y, b);
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

template <class Rule, class S>
void pull_column(const View<S>& delta, const S* g, const S* y, const View<const S>& x, S* b_bar, Store b_store,
                 const View<S>& w_bar, Store w_store) {
  if constexpr (goes_in_strips<Rule>) {
    constexpr Index width = gradus::kernels::width<S>;
    // Part of a register is not to be read where its neighbour has just been put down.
    const bool in_strips =
        w_bar.row_stride == 1 && w_bar.rows < 4 * width && (w_store == Store::assign || w_bar.rows % width == 0);
    if (in_strips)
      return for_strips<S>(delta.rows, [&](Index i, const auto& load, const auto& save) {
        const View<S> strip(w_bar.data + i, w_bar.rows, w_bar.cols, 1, w_bar.col_stride);
        pull_strip_of_column<Rule>(delta.data + i, g + i, y + i, x, b_bar == nullptr ? nullptr : b_bar + i, b_store,
                                   strip, w_store, load, save);
      });
  }
  pull_activation<Rule>(delta, g, y, b_bar, b_store);
  gradus::kernels::product<S>(w_bar, delta, x.transpose(), w_store);
}

template void affine<rules::Copy>(const View<float>&, const View<const float>&, const View<const float>&, const float*);
template void affine<rules::Relu>(const View<float>&, const View<const float>&, const View<const float>&, const float*);
template void affine<rules::Tanh>(const View<float>&, const View<const float>&, const View<const float>&, const float*);
template void affine<rules::Logistic>(const View<float>&, const View<const float>&, const View<const float>&,
                                      const float*);
template void affine<rules::Copy>(const View<double>&, const View<const double>&, const View<const double>&,
                                  const double*);
template void affine<rules::Relu>(const View<double>&, const View<const double>&, const View<const double>&,
                                  const double*);
template void affine<rules::Tanh>(const View<double>&, const View<const double>&, const View<const double>&,
                                  const double*);
template void affine<rules::Logistic>(const View<double>&, const View<const double>&, const View<const double>&,
                                      const double*);
template void pull_activation<rules::Copy>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Relu>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Tanh>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Logistic>(const View<float>&, const float*, const float*, float*, Store);
template void pull_activation<rules::Copy>(const View<double>&, const double*, const double*, double*, Store);
template void pull_activation<rules::Relu>(const View<double>&, const double*, const double*, double*, Store);
template void pull_activation<rules::Tanh>(const View<double>&, const double*, const double*, double*, Store);
template void pull_activation<rules::Logistic>(const View<double>&, const double*, const double*, double*, Store);
template void pull_column<rules::Copy>(const View<float>&, const float*, const float*, const View<const float>&, float*,
                                       Store, const View<float>&, Store);
template void pull_column<rules::Relu>(const View<float>&, const float*, const float*, const View<const float>&, float*,
                                       Store, const View<float>&, Store);
template void pull_column<rules::Tanh>(const View<float>&, const float*, const float*, const View<const float>&, float*,
                                       Store, const View<float>&, Store);
template void pull_column<rules::Logistic>(const View<float>&, const float*, const float*, const View<const float>&,
                                           float*, Store, const View<float>&, Store);
template void pull_column<rules::Copy>(const View<double>&, const double*, const double*, const View<const double>&,
                                       double*, Store, const View<double>&, Store);
template void pull_column<rules::Relu>(const View<double>&, const double*, const double*, const View<const double>&,
                                       double*, Store, const View<double>&, Store);
template void pull_column<rules::Tanh>(const View<double>&, const double*, const double*, const View<const double>&,
                                       double*, Store, const View<double>&, Store);
template void pull_column<rules::Logistic>(const View<double>&, const double*, const double*, const View<const double>&,
                                           double*, Store, const View<double>&, Store);

}  // namespace gradus::nn::kernels
