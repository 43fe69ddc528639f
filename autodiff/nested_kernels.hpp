// The elementwise kernels of recorded numbers, to be compiled once in the library.
#pragma once

#include "autodiff.hpp"

namespace gradus::kernels {

template <class S, class... Rules>
constexpr std::array<const ElementwiseKernel<S>*, sizeof...(Rules)> nested_table(std::tuple<Rules...>*) {
  using R = std::remove_cvref_t<decltype(std::declval<S>().value())>;
  return {&gradus::detail::NestedKernel<Rules, R>::kernel...};
}

template <class S>
const ElementwiseKernel<S>& compiled_nested_kernel(int index) {
  static constexpr auto table = nested_table<S>(static_cast<rules::Compiled*>(nullptr));
  return *table[static_cast<std::size_t>(index)];
}

}  // namespace gradus::kernels
