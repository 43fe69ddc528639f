// Vector-Jacobian products: reverse mode as a function of the adjoint of the result.
#pragma once

#include <memory>

#include "recorded_sweeps.hpp"

namespace gradus {

/// ȳ ↦ Jᵀȳ, for the Jacobian of a function at the point where it was recorded: see vector_jacobian_product. Owns its
/// tape; can be moved, and called as often as one likes. It belongs to one thread.
template <class Recorded, class... X>
class Pullback {
  using S = typename Recorded::S;

 public:
  Pullback(std::unique_ptr<Tape<S>> tape, const Recorded& recording) : tape_(std::move(tape)), recording_(recording) {}

  /// Jᵀȳ of the argument's shape, or a std::tuple of as many as there are arguments. ȳ has the shape of the result (a
  /// number for a scalar); a function that returned a std::tuple takes one for each of its components. Throws
  /// ShapeError otherwise. Cost: one sweep.
  template <class... Seed>
  auto operator()(const Seed&... y_bar) const {
    recording_.sweep(y_bar...);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (sizeof...(X) == 1)
        return recording_.template adjoint<X...>(0);
      else
        return std::tuple<X...>(recording_.template adjoint<X>(I)...);
    }
    (std::index_sequence_for<X...>());
  }

  /// Jᵀ·Ȳ for many adjoints at once, the columns of Ȳ: m × k → n × k, the m elements of the result and the n of the
  /// argument in column order. A std::tuple of as many matrices as there are arguments; a function that returned a
  /// std::tuple takes a matrix for each component, all of k columns. Column by column it is what the pullback gives,
  /// but eight of them share a sweep, in which products of matrices with vectors become products of matrices. (JAX's
  /// vmap(pullback), PyTorch's is_grads_batched.) Of numbers. Throws ShapeError if the shapes do not fit.
  template <EigenDense... Seeds>
  auto batch(const Seeds&... y_bars) const requires Number<S> {
    static_assert(sizeof...(Seeds) == Recorded::result_count, "as many adjoints as the function has results");
    const Index count = std::get<0>(std::tie(y_bars...)).cols();
    const std::array<detail::DynamicMatrix<S>, sizeof...(Seeds)> seeds{detail::DynamicMatrix<S>(y_bars)...};
    for (std::size_t k = 0; k < seeds.size(); ++k)
      if (const Index rows = recording_.results[k].layout.size(); seeds[k].rows() != rows || seeds[k].cols() != count)
        throw_shapes_differ("pullback of a batch: elements of the result and adjoints", rows, count, seeds[k].rows(),
                            seeds[k].cols());
    std::array<detail::DynamicMatrix<S>, sizeof...(X)> products;
    std::array<detail::Rows<S>, sizeof...(X)> targets;
    for (std::size_t k = 0; k < products.size(); ++k) {
      products[k].resize(recording_.arguments[k].layout.size(), count);
      targets[k] = {products[k].data(), products[k].rows()};
    }
    detail::pull_seeds(recording_, count, targets, [&](VectorSweep<S>& sweep, int lane, Index c) {
      for (std::size_t k = 0; k < seeds.size(); ++k)
        sweep.seed_adjoints(recording_.results[k], lane, [&](Index i) { return seeds[k](i, c); });
    });
    if constexpr (sizeof...(X) == 1)
      return std::move(products[0]);
    else
      return std::apply([](auto&... product) { return std::tuple(std::move(product)...); }, products);
  }

 private:
  std::unique_ptr<Tape<S>> tape_;
  Recorded recording_;
};

/// f(x…) and its pullback, the function ȳ ↦ Jᵀȳ of an adjoint of the result:
///
///     auto [y, pullback] = vector_jacobian_product(f, x);
///     auto x_bar = pullback(y_bar);                        // (∂f/∂x)ᵀ y_bar, of x's shape
///
/// f is any generic function of numbers, Eigen objects or both, as for value_and_gradient; it returns a scalar, a
/// vector or a matrix, or a std::tuple of them. Arguments may be recorded variables: the results are then, too. f is
/// evaluated once, and every call of the pullback is one sweep. (The form of JAX's vjp.)
template <class F, class... X>
requires(sizeof...(X) > 0) auto vector_jacobian_product(const F& f, const X&... x) {
  using S = detail::ScalarTypeOf<std::tuple_element_t<0, std::tuple<X...>>>;
  auto tape = std::make_unique<Tape<S>>();
  const auto recording = detail::record(*tape, f, detail::held(x)...);
  auto value = recording.value();
  using P = Pullback<std::remove_cvref_t<decltype(recording)>, decltype(detail::held(x))...>;
  return std::pair(std::move(value), P(std::move(tape), recording));
}

/// The same for one adjoint: `auto [y, x_bar] = value_and_vector_jacobian_product(f, x, y_bar)`. x and x_bar, y and
/// y_bar are each one object, or a std::tuple of several.
template <class F, class X, class Y>
auto value_and_vector_jacobian_product(const F& f, const X& x, const Y& y_bar) {
  auto [y, pullback] = std::apply([&](const auto&... argument) { return vector_jacobian_product(f, argument...); },
                                  detail::arguments_of(x));
  auto x_bar = std::apply(pullback, detail::arguments_of(y_bar));
  return std::pair(std::move(y), std::move(x_bar));
}

/// For loops: the same with a tape that is cleared and used again, and an x_bar that the caller holds. x is an Eigen
/// matrix, vector, Map or Block, read in place, and the sweep writes into x_bar directly, so that once the tape has
/// grown nothing is allocated. Throws ShapeError if x_bar is not contiguous or not of x's shape, or y_bar not of f's.
template <Number S, class F, class X, class Y, class G>
requires(EigenDense<X>&& EigenDense<G>) void vector_jacobian_product(Tape<S>& tape, const F& f, const X& x,
                                                                     const Y& y_bar, G&& x_bar) {
  detail::check_gradient_memory("vector_jacobian_product", x, x_bar);
  const auto recording = detail::record(tape, f, borrow(x));
  tape.bind(detail::matrix_of(recording.arguments[0]), x_bar.data());
  recording.sweep(y_bar);
}

}  // namespace gradus
