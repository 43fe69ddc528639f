// Chooses among the kernels of this folder, which are Gradus's own: register tiles over Eigen's packets. Measured on
// one core, the products of whole training steps take at most 5 % longer than with oneDNN's dnnl_sgemm (layers of
// hundreds), much less than that below, and less than with OpenBLAS or Eigen, in float and in double (64-32-10 in
// double excepted: 3 % behind OpenBLAS). Unlike oneDNN they allocate nothing per call and give the same bits for any
// number of threads.
#include "product.hpp"

#include "../threads.hpp"
#include "product_blocked.hpp"
#include "product_streamed.hpp"
#include "product_vector.hpp"

namespace gradus::kernels {
namespace {

// Up to these sizes A is read where it lies. Measured on one core with AVX-512 and 1 or 2 MiB of second-level cache.
constexpr Index in_place_bytes = 1 << 20;            // when B lies column by column,
constexpr Index in_strips_cols = 768;                // or B has up to so many columns: A is read again for every eight
constexpr Index in_place_bytes_across_b = 16 << 10;  // when B does not: its panels are better copied, too,
constexpr Index short_row_bytes = 512;               // but for short rows one after the other

constexpr Index shared_multiplications = 1 << 20;  // from here on a product is worth a second thread

/// Calls multiply(part of C, part of A, part of B) for one part of C per thread. A number of C comes out the same
/// whatever part it falls into.
template <class S, class F>
void in_parts(const View<S>& c, const View<const S>& a, const View<const S>& b, F&& multiply) {
  const int parts = c.rows * c.cols * a.cols < shared_multiplications ? 1 : threads();
  if (parts == 1) return multiply(c, a, b);
  const bool by_rows = c.rows >= c.cols;
  const Index count = by_rows ? c.rows : c.cols, grain = by_rows ? width<S> : max_tile_cols;
  const Index part = ((count + parts - 1) / parts + grain - 1) / grain * grain;
#if defined(_OPENMP)
#pragma omp parallel for num_threads(parts) schedule(static)
#endif
  for (int t = 0; t < parts; ++t) {
    const Index first = t * part, some = std::min(part, count - first);
    if (some <= 0) continue;
    if (by_rows)
      multiply(View<S>(&c(first, 0), some, c.cols, c.row_stride, c.col_stride),
               View<const S>(&a(first, 0), some, a.cols, a.row_stride, a.col_stride), b);
    else
      multiply(View<S>(&c(0, first), c.rows, some, c.row_stride, c.col_stride), a,
               View<const S>(&b(0, first), b.rows, some, b.row_stride, b.col_stride));
  }
}

template <class S>
void product_columns(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store);

/// Whether to transpose B and the product takes less time than to transpose A. A number that is transposed
/// costs as much as four multiplications (measured on one core); what only fills up a register is multiplied, too.
template <class S>
bool is_better_transposed(const View<S>& c, const View<const S>& a) {
  if (a.row_stride == 1 || a.col_stride != 1) return false;
  const auto filled_up = [](Index n) { return (n + width<S> - 1) / width<S> * width<S>; };
  const Index m = c.rows, n = c.cols, k = a.cols;
  return m * k * filled_up(n) + 4 * (n * k + 2 * m * n) < n * k * filled_up(m) + 4 * m * k;
}
/// C (+)= A·B by way of Cᵀ = Bᵀ·Aᵀ.
template <class S>
void product_by_transposes(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  struct TransposedC;
  const View<S> transposed(scratch<TransposedC, S>(c.size()), c.cols, c.rows, 1, c.cols);
  product_columns<S>(transposed, b.transpose(), a.transpose(), Store::assign);
  put_transposed<S>(c, transposed, store);
}

template <class S>
void product_columns(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  if (a.cols == 1) return product_outer<S>(c, a, b.transpose(), store);
  if (is_better_transposed(c, a)) return product_by_transposes(c, a, b, store);
  const bool whole_packets = masked_loads || c.rows % width<S> == 0, down_b = b.row_stride == 1;
  const bool in_order = down_b || (b.col_stride == 1 && b.row_stride * Index(sizeof(S)) <= short_row_bytes);
  const Index limit = in_order || c.rows <= width<S> ? in_place_bytes : in_place_bytes_across_b;
  const bool read_once = c.cols <= tile_cols<S>(c.rows), stays_in_cache = a.size() * Index(sizeof(S)) <= limit;
  const bool can_be_read = a.row_stride == 1 && whole_packets, in_place = can_be_read && (read_once || stays_in_cache);
  const bool in_strips = can_be_read && in_order && c.cols <= in_strips_cols;
  in_parts(c, a, b, [&](const View<S>& c_part, const View<const S>& a_part, const View<const S>& b_part) {
    if (in_place)
      product_in_place(c_part, a_part, b_part, store);
    else if (in_strips)
      product_in_strips(c_part, a_part, b_part, store);
    else
      product_packed(c_part, a_part, b_part, store, !down_b);
  });
}

/// C with gaps between its rows: through a dense copy.
template <class S>
void product_scattered(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  struct DenseC;
  const View<S> dense(scratch<DenseC, S>(c.size()), c.rows, c.cols, 1, c.rows);
  product_columns(dense, a, b, Store::assign);
  for (Index j = 0; j < c.cols; ++j)
    for (Index i = 0; i < c.rows; ++i) c(i, j) = store == Store::add ? c(i, j) + dense(i, j) : dense(i, j);
}

}  // namespace

template <class S>
void product(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  if (c.size() == 0) return;
  if (a.cols == 0) {
    if (store == Store::add) return;
    for (Index j = 0; j < c.cols; ++j)
      for (Index i = 0; i < c.rows; ++i) c(i, j) = S(0);
  } else if (c.cols == 1) {
    product_vector(c, a, b, store);
  } else if (c.rows == 1) {
    product_vector<S>(c.transpose(), b.transpose(), a.transpose(), store);
  } else if (c.row_stride == 1) {
    product_columns(c, a, b, store);
  } else if (c.col_stride == 1) {
    product_columns<S>(c.transpose(), b.transpose(), a.transpose(), store);
  } else {
    product_scattered(c, a, b, store);
  }
}

template <class S>
void product_to_sink(GradientSink<S>& sink, Index offset, const View<const S>& a, const View<const S>& b) {
  const int parts = a.rows * b.cols * a.cols < shared_multiplications ? 1 : threads();
  if (parts == 1) return product_streamed(sink, offset, a, b);
  const Index part = (b.cols + parts - 1) / parts;
#if defined(_OPENMP)
#pragma omp parallel for num_threads(parts) schedule(static)
#endif
  for (Index first = 0; first < b.cols; first += part)
    product_streamed(sink, offset + first * a.rows, a,
                     View<const S>(&b(0, first), b.rows, std::min(part, b.cols - first), b.row_stride, b.col_stride));
}

template void product_to_sink(GradientSink<float>&, Index, const View<const float>&, const View<const float>&);
template void product_to_sink(GradientSink<double>&, Index, const View<const double>&, const View<const double>&);
template void product(const View<float>&, const View<const float>&, const View<const float>&, Store);
template void product(const View<double>&, const View<const double>&, const View<const double>&, Store);

}  // namespace gradus::kernels
