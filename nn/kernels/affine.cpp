#include "affine.hpp"

#include <Eigen/Core>
#include <type_traits>

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

}  // namespace

template <class Rule, class S>
void add_bias_and_activate(View<S> y, const S* b) {
  const ConstColumn<S> bias(b, y.rows);
  for (Index j = 0; j < y.cols; ++j) {
    Column<S> column(y.data + j * y.rows, y.rows);
    if constexpr (std::is_same_v<Rule, rules::Relu>) {
      S* const at = column.data();
      for (Index i = 0; i < y.rows; ++i) at[i] = rules::relu(at[i] + b[i]);
    } else {
      column = Rule::value(column + bias);
    }
  }
}

template <class Rule, class S>
void pull_activation(View<S> delta, const S* g, const S* y, S* b_bar, Store store) {
  const Index rows = delta.rows;
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
