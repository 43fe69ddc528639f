#include "product.hpp"

#include "../threads.hpp"
#include "product_blocked.hpp"
#include "product_vector.hpp"

namespace gradus::kernels {
namespace {

// Up to these sizes A is read where it lies. Measured on one core with AVX-512 and 2 MiB of second-level cache.
constexpr Index in_place_bytes = 1 << 20;             // when B lies column by column
constexpr Index in_place_bytes_across_b = 16 << 10;   // when B does not: its panels are better copied, too

template <class S>
void product_columns(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  if (a.cols == 1) return product_outer<S>(c, a, b.transpose(), store);
  const bool whole_packets = masked_loads || c.rows % width<S> == 0, down_b = b.row_stride == 1;
  const Index limit = down_b ? in_place_bytes : in_place_bytes_across_b;
  if (a.row_stride == 1 && whole_packets && a.size() * Index(sizeof(S)) <= limit)
    return product_in_place(c, a, b, store);
  product_packed(c, a, b, store, !down_b);
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
void product(View<S> c, View<const S> a, View<const S> b, Store store) {
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

template void product(View<float>, View<const float>, View<const float>, Store);
template void product(View<double>, View<const double>, View<const double>, Store);

}  // namespace gradus::kernels
