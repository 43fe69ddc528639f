#include "elementwise_runs.hpp"
#include "elementwise_walk.hpp"

namespace gradus::kernels {

namespace {
template <class S, class... Rules>
constexpr std::array<const ElementwiseKernel<S>*, sizeof...(Rules)> table(std::tuple<Rules...>*) {
  return {&runs_of<Rules, S>...};
}
}  // namespace

template <class S>
const ElementwiseKernel<S>& compiled_kernel(int index) {
  static constexpr auto kernels = table<S>(static_cast<rules::Compiled*>(nullptr));
  return *kernels[static_cast<std::size_t>(index)];
}

template const ElementwiseKernel<float>& compiled_kernel<float>(int);
template const ElementwiseKernel<double>& compiled_kernel<double>(int);

template void elementwise(Run<float>, View<float>, Store, const View<const float>*, int);
template void elementwise(Run<double>, View<double>, Store, const View<const double>*, int);

}  // namespace gradus::kernels
