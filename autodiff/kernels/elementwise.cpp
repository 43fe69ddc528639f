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

template <class S>
S largest(const View<const S>& x) {
  S most = -std::numeric_limits<S>::infinity();
  if (x.size() == 0) return most;
  const View<const S> v = x.row_stride == 1 ? x : x.transpose();
  const bool joined = v.col_stride == v.rows || v.cols == 1;
  const Index rows = joined ? v.size() : v.rows, cols = joined ? 1 : v.cols;
  for (Index j = 0; j < cols; ++j) {
    if (v.row_stride == 1)
      most = std::max(most, detail::Elements<S>(&v(0, j), rows).maxCoeff());
    else
      for (Index i = 0; i < rows; ++i) most = std::max(most, v(i, j));
  }
  return most;
}
template float largest(const View<const float>&);
template double largest(const View<const double>&);

template <class S>
S exponentials(Index n, const S* x, S shift, S* e) {
  S sum = 0;
  for (Index from = 0; from < n; from += detail::chunk) {  // which is summed while it is near the processor
    const Index size = std::min(detail::chunk, n - from);
    const auto exponential = [=](const auto& take, const auto& elements)
                                 GRADUS_INLINE_LAMBDA { return take(rules::Exp::value(elements - shift)); };
    detail::put_down(Put::assign, size, e + from, exponential, x + from);
    detail::forward<rules::Copy>(size, &sum, std::array<const S*, 1>{e + from}.data(), Put::sum);
  }
  return sum;
}
template float exponentials(Index, const float*, float, float*);
template double exponentials(Index, const double*, double, double*);

template void elementwise(Run<float>, const View<float>&, Store, const View<const float>*, int);
template void elementwise(Run<double>, const View<double>&, Store, const View<const double>*, int);

}  // namespace gradus::kernels
