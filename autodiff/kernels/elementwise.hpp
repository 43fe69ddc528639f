// Kernels of elementwise operations, broadcasts and reductions on numbers.
#pragma once

#include <array>
#include <tuple>

#include "../handle.hpp"
#include "../layout.hpp"
#include "../rules/elementwise.hpp"

namespace gradus {

namespace kernels {

/// How a run of results is put down.
enum class Put { assign, add, sum };  // y = r, y += r, *y += Σ r

/// A kernel works on runs: n results from n contiguous elements of every operand.
template <class S>
using Run = void (*)(Index n, S* y, const S* const* operands, Put put);

inline constexpr int most_operands = 4;

/// What an operation of two operands does with an array x and a number s: x + s, x − s, x·s.
enum class WithNumber { something_else, plus, minus, times };

/// Applies a run to whole matrices of one shape and any strides. Zero strides repeat an operand (broadcast), and in the
/// result they sum (reduction; with Store::add). An operand whose data is null is not read and passed on as null.
template <class S>
void elementwise(Run<S> run, const View<S>& y, Store store, const View<const S>* operands, int count);

extern template void elementwise(Run<float>, const View<float>&, Store, const View<const float>*, int);
extern template void elementwise(Run<double>, const View<double>&, Store, const View<const double>*, int);

/// The largest element, or −∞ if there is none. NaN may be passed over.
template <class S>
S largest(const View<const S>& x);

extern template float largest(const View<const float>&);
extern template double largest(const View<const double>&);

/// eᵢ = exp(xᵢ − shift) of n numbers. Returns their sum.
template <class S>
S exponentials(Index n, const S* x, S shift, S* e);

extern template float exponentials(Index, const float*, float, float*);
extern template double exponentials(Index, const double*, double, double*);

}  // namespace kernels

/// An elementwise operation as a tape over S executes it, without its rule's type.
template <class S>
struct ElementwiseKernel;

/// Which matrices the contribution to an operand depends on, besides the adjoint.
struct Reads {
  bool result, operands[2];
};

namespace kernels {

/// Runs of a sum, and what they read: forward (a, b), pull[i] (g, null, a, b) of one number g for all elements, neither
/// 0 nor infinite nor NaN. Null where there are none.
template <class S>
struct TotalRuns {
  Run<S> forward = nullptr, pull[2] = {nullptr, nullptr};
};

/// An operation of (x + shift)·scale: the forward run reads (x, {shift, scale}), the pull (g, y, x, {shift, scale}) and
/// gives the contribution to x. All are null where there are no such runs.
template <class S>
struct PrefixedRuns {
  Run<S> forward = nullptr, pull = nullptr;
  Run<S> number_pull = nullptr;  // of a scale, too, that is neither 0 nor infinite nor NaN: see ElementwiseKernel
};

}  // namespace kernels

/// On numbers: runs. forward reads (a, b); pull[i] reads (g, y, a, b) and gives the contribution to operand i.
template <Number S>
struct ElementwiseKernel<S> {
  const char* name;
  bool active[2];
  kernels::Run<S> forward;
  kernels::Run<S> pull[2];
  kernels::TotalRuns<S> total, total_beside_number;  // the latter of a number b
  bool is_light;    // evaluating it again costs less than reading its value from memory
  bool is_unit[2];  // the contribution to the operand is the adjoint itself
  Reads reads[2];   // of pull[i]
  kernels::WithNumber with_number;
  kernels::PrefixedRuns<S> prefixed;
};

/// On recorded numbers: operations of the level below. The second operand of a unary operation is ignored.
template <class R>
struct ElementwiseKernel<Var<R>> {
  using Handle = MatrixHandle<R>;
  const char* name;
  bool active[2];
  Handle (*forward)(const Handle& a, const Handle& b);
  Var<R> (*total)(const Handle& a, const Handle& b);  // the sum of forward's elements
  Handle (*pull[2])(const Handle& g, const Handle& y, const Handle& a, const Handle& b);
};

namespace kernels {

/// The kernels of rules::Compiled, in its order, from the library.
template <class S>
const ElementwiseKernel<S>& compiled_kernel(int index);
extern template const ElementwiseKernel<float>& compiled_kernel<float>(int);
extern template const ElementwiseKernel<double>& compiled_kernel<double>(int);
/// The same on recorded numbers.
template <class S>
const ElementwiseKernel<S>& compiled_nested_kernel(int index);
extern template const ElementwiseKernel<Var<float>>& compiled_nested_kernel<Var<float>>(int);
extern template const ElementwiseKernel<Var<double>>& compiled_nested_kernel<Var<double>>(int);

template <class Rule, class List>
struct IndexIn;
template <class Rule, class... Rules>
struct IndexIn<Rule, std::tuple<Rules...>> {
  static constexpr int value = [] {
    constexpr bool same[] = {std::is_same_v<Rule, Rules>...};
    for (int i = 0; i < static_cast<int>(sizeof...(Rules)); ++i)
      if (same[i]) return i;
    return -1;
  }();
};

}  // namespace kernels
}  // namespace gradus
