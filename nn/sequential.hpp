// Layers one after the other.
#pragma once

#include "linear.hpp"

namespace gradus::nn {

/// The composition of layers, the first applied first. A Linear with an Activation behind it is one operation.
///     nn::Network net{nn::sequential(nn::Linear{64, 32}, nn::ReLU{}, nn::Linear{32, 10})};
template <class... Layers>
struct Sequential {
  std::tuple<Layers...> layers;

  auto operator()(const auto& x, const auto& w) const { return from<0>(x, w); }

 private:
  template <std::size_t I>
  static constexpr bool fuses() {
    if constexpr (I + 1 < sizeof...(Layers)) return std::is_same_v<Layer<I>, Linear> && requires {
        typename Layer<I + 1>::Rule;
      };
    else
      return false;
  }
  template <std::size_t I>
  using Layer = std::tuple_element_t<I, std::tuple<Layers...>>;

  template <std::size_t I>
  auto from(const auto& x, const auto& w) const {
    if constexpr (I == sizeof...(Layers)) {
      return x;
    } else if constexpr (fuses<I>()) {
      using Rule = typename Layer<I + 1>::Rule;
      const Linear& layer = std::get<I>(layers);
      return from<I + 2>(layer.activated<Rule>(x, w.of(layer)), w);
    } else {
      return from<I + 1>(w(std::get<I>(layers), x), w);
    }
  }
};

template <class... Layers>
Sequential<Layers...> sequential(const Layers&... layers) {
  return {{layers...}};
}

}  // namespace gradus::nn
