#include "triangular.hpp"

#include <algorithm>

#include "dense.hpp"
#include "product.hpp"
#include "scratch.hpp"

namespace gradus::kernels {

namespace {

template <class T, class X>
void substitute_in(const T& t, bool lower, bool unit, X& x) {
  if (lower && unit)
    t.template triangularView<Eigen::UnitLower>().solveInPlace(x);
  else if (lower)
    t.template triangularView<Eigen::Lower>().solveInPlace(x);
  else if (unit)
    t.template triangularView<Eigen::UnitUpper>().solveInPlace(x);
  else
    t.template triangularView<Eigen::Upper>().solveInPlace(x);
}

template <class S>
void substitute(const View<const S>& t, bool lower, bool unit, const View<S>& x) {
  using ByRows = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Stride = Eigen::OuterStride<>;
  Eigen::Map<Dense<S>, 0, Stride> result(x.data, x.rows, x.cols, Stride(x.col_stride));
  if (t.row_stride == 1)
    substitute_in(Eigen::Map<const Dense<S>, 0, Stride>(t.data, t.rows, t.cols, Stride(t.col_stride)), lower, unit,
                  result);
  else if (t.col_stride == 1)
    substitute_in(Eigen::Map<const ByRows, 0, Stride>(t.data, t.rows, t.cols, Stride(t.row_stride)), lower, unit,
                  result);
  else
    substitute_in(Dense<S>(strided_map(t)), lower, unit, result);
}

// Block of rows by block of rows in the order of substitution: Xᵢ = Tᵢᵢ⁻¹ (Bᵢ − Σⱼ Tᵢⱼ Xⱼ), the sum being one product.
template <class S>
void solve_by_blocks(const View<const S>& t, bool lower, bool unit, const View<S>& x) {
  constexpr Index block = 32;
  struct BlockOfSystems;
  S* const room = scratch<BlockOfSystems, S>(block * (x.cols + block));
  const Index blocks = (t.rows + block - 1) / block;
  for (Index k = 0; k < blocks; ++k) {
    const Index i = (lower ? k : blocks - 1 - k) * block, rows = std::min(block, t.rows - i);
    const Index from = lower ? 0 : i + rows, done = lower ? i : t.rows - from;
    auto right = dense_map(room, rows, x.cols), triangle = dense_map(room + block * x.cols, rows, rows);
    auto result = strided_map(part(x, i, 0, rows, x.cols));
    if (done > 0) {
      const View<S> sum(room, Layout::dense(rows, x.cols));
      product<S>(sum, part(t, i, from, rows, done), part(x, from, 0, done, x.cols), Store::assign);
      right = result - right;
    } else {
      right = result;
    }
    triangle = strided_map(part(t, i, i, rows, rows));
    substitute_in(triangle, lower, unit, right);
    result = right;
  }
}

}  // namespace

template <class S>
void solve_triangular(const View<const S>& t, bool lower, bool unit, const View<S>& x) {
  constexpr Index large = 96, many = 8;
  if (x.size() == 0) return;
  if (t.rows > large && x.cols >= many)
    solve_by_blocks(t, lower, unit, x);
  else
    substitute(t, lower, unit, x);
}

template void solve_triangular(const View<const float>&, bool, bool, const View<float>&);
template void solve_triangular(const View<const double>&, bool, bool, const View<double>&);

}  // namespace gradus::kernels
