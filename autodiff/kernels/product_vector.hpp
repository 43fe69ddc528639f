// Matrix times vector, for vectors that lie anyhow.
#pragma once

#include <algorithm>

#include "product_blocked.hpp"

namespace gradus::kernels {

/// y (+)= the first n of a packet; y with any stride.
template <class S>
[[gnu::always_inline]] inline void store_rows(S* y, Index stride, Packet<S> sum, int n, Store store) {
  using P = Packet<S>;
  if (stride == 1) {
    if (store == Store::add) sum = packet::padd(P(load_first(y, n)), sum);
    return store_first(y, sum, n);
  }
  S all[width<S>];
  packet::pstoreu(all, sum);
  for (int i = 0; i < n; ++i) y[i * stride] = store == Store::add ? y[i * stride] + all[i] : all[i];
}

/// `Rows` packets of rows of y (+)= A·x where the rows are contiguous in A. Several sums run side by side so that no
/// addition waits for the one before it.
template <class S, int Rows>
void columns_times_vector(const View<S>& y, const View<const S>& a, const S* x, Index x_stride, Store store) {
  constexpr int W = width<S>, Chains = Rows == 1 ? 4 : 2;
  using P = Packet<S>;
  const int last = int(a.rows) - (Rows - 1) * W;
  P sum[Chains][Rows];
#pragma GCC unroll 4
  for (int s = 0; s < Chains; ++s)
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) sum[s][r] = packet::pset1<P>(S(0));

  auto accumulate = [&](auto load_last) {
    const S* column = a.data;
    auto add_column = [&](P(&to)[Rows]) {
      const P factor = packet::pset1<P>(*x);
#pragma GCC unroll 4
      for (int r = 0; r < Rows - 1; ++r) to[r] = packet::pmadd(packet::ploadu<P>(column + r * W), factor, to[r]);
      to[Rows - 1] = packet::pmadd(P(load_last(column + (Rows - 1) * W)), factor, to[Rows - 1]);
      column += a.col_stride, x += x_stride;
    };
    Index p = 0;
    for (; p + Chains <= a.cols; p += Chains)
#pragma GCC unroll 4
      for (int s = 0; s < Chains; ++s) add_column(sum[s]);
    for (; p < a.cols; ++p) add_column(sum[0]);
  };
  if (last == W)
    accumulate([](const S* from) { return packet::ploadu<P>(from); });
  else
    accumulate([last](const S* from) -> P { return load_first(from, last); });

#pragma GCC unroll 4
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int s = 1; s < Chains; ++s) sum[0][r] = packet::padd(sum[0][r], sum[s][r]);
    store_rows(&y(r * W, 0), y.row_stride, sum[0][r], r < Rows - 1 ? W : last, store);
  }
}

/// One packet of rows of y (+)= A·x where the columns are contiguous in A, and x is: a dot product per row. Fewer rows
/// than a packet repeat the last one.
template <class S>
void rows_times_vector(const View<S>& y, const View<const S>& a, const S* x, Store store) {
  constexpr int W = width<S>;
  using P = Packet<S>;
  P sum[W];
  const S* row[W];
  row[0] = a.data;
#pragma GCC unroll 16
  for (int i = 1; i < W; ++i) row[i] = row[i - 1] + (i < a.rows ? a.row_stride : 0);
#pragma GCC unroll 16
  for (int i = 0; i < W; ++i) sum[i] = packet::pset1<P>(S(0));
  Index p = 0;
  for (; p + W <= a.cols; p += W) {
    const P factor = packet::ploadu<P>(x + p);
#pragma GCC unroll 16
    for (int i = 0; i < W; ++i) sum[i] = packet::pmadd(packet::ploadu<P>(row[i] + p), factor, sum[i]);
  }
  if (const int left = int(a.cols - p)) {
    const P factor = load_first(x + p, left);
#pragma GCC unroll 16
    for (int i = 0; i < W; ++i) sum[i] = packet::pmadd(P(load_first(row[i] + p, left)), factor, sum[i]);
  }
  store_rows<S>(y.data, y.row_stride, sum_each(sum), int(a.rows), store);
}

/// One number: a·x for contiguous a and x.
template <class S>
S dot(const S* a, const S* x, Index n) {
  constexpr int W = width<S>, Chains = 4;
  using P = Packet<S>;
  P sum[Chains];
#pragma GCC unroll 4
  for (int s = 0; s < Chains; ++s) sum[s] = packet::pset1<P>(S(0));
  Index p = 0;
  for (; p + Chains * W <= n; p += Chains * W)
#pragma GCC unroll 4
    for (int s = 0; s < Chains; ++s)
      sum[s] = packet::pmadd(packet::ploadu<P>(a + p + s * W), packet::ploadu<P>(x + p + s * W), sum[s]);
  for (; p < n; p += W) {
    const int some = int(std::min<Index>(W, n - p));
    sum[0] = packet::pmadd(P(load_first(a + p, some)), P(load_first(x + p, some)), sum[0]);
  }
  return packet::predux(packet::padd(packet::padd(sum[0], sum[1]), packet::padd(sum[2], sum[3])));
}

/// C (+)= a·bᵀ for columns a, b and C with unit row stride.
template <class S>
void product_outer(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  struct DenseColumn;
  constexpr int W = width<S>;
  using P = Packet<S>;
  const S* from = a.data;
  if (a.row_stride != 1) {
    S* copy = scratch<DenseColumn, S>(a.rows);
    for (Index i = 0; i < a.rows; ++i) copy[i] = a(i, 0);
    from = copy;
  }
  const Index step = b.row_stride;
  Index i = 0;
  for (; i + W <= c.rows; i += W) {
    const P column = packet::ploadu<P>(from + i);
    S* to = c.data + i;
    const S* factor = b.data;
    if (store == Store::assign)
      for (Index j = 0; j < c.cols; ++j, to += c.col_stride, factor += step)
        packet::pstoreu(to, packet::pmul(column, packet::pset1<P>(*factor)));
    else
      for (Index j = 0; j < c.cols; ++j, to += c.col_stride, factor += step)
        packet::pstoreu(to, packet::pmadd(column, packet::pset1<P>(*factor), packet::ploadu<P>(to)));
  }
  if (const int left = int(c.rows - i))
    product_in_place<S>({c.data + i, left, c.cols, 1, c.col_stride}, {from + i, left, 1, 1, 0}, b.transpose(), store);
}

/// y (+)= A·x for a column y; any strides.
template <class S>
void product_vector(const View<S>& y, const View<const S>& a, const View<const S>& x, Store store) {
  struct DenseX;
  constexpr int W = width<S>;
  auto put = [&](Index i, S value) { y(i, 0) = store == Store::add ? y(i, 0) + value : value; };
  const Index m = a.rows, k = a.cols;
  if (a.row_stride == 1 && m > 1) {
    for (Index i = 0; i < m;) {
      const Index packets = std::min<Index>((m - i + W - 1) / W, 4), rows = std::min(packets * W, m - i);
      const View<S> y_part(&y(i, 0), rows, 1, y.row_stride, 0);
      const View<const S> a_part(&a(i, 0), rows, k, 1, a.col_stride);
      auto with = [&](auto count) { columns_times_vector<S, count>(y_part, a_part, x.data, x.row_stride, store); };
      if (packets == 1)
        with(std::integral_constant<int, 1>{});
      else if (packets == 2)
        with(std::integral_constant<int, 2>{});
      else if (packets == 3)
        with(std::integral_constant<int, 3>{});
      else
        with(std::integral_constant<int, 4>{});
      i += rows;
    }
  } else if (a.col_stride == 1 && k > 1) {
    const S* dense = x.data;
    if (x.row_stride != 1) {
      S* copy = scratch<DenseX, S>(k);
      for (Index p = 0; p < k; ++p) copy[p] = x(p, 0);
      dense = copy;
    }
    Index i = 0;
    for (; m - i > 3; i += std::min<Index>(W, m - i)) {
      const Index rows = std::min<Index>(W, m - i);
      rows_times_vector<S>({&y(i, 0), rows, 1, y.row_stride, 0}, {&a(i, 0), rows, k, a.row_stride, 1}, dense, store);
    }
    for (; i < m; ++i) put(i, dot(&a(i, 0), dense, k));
  } else {
    for (Index i = 0; i < m; ++i) {
      S sum = 0;
      for (Index p = 0; p < k; ++p) sum += a(i, p) * x(p, 0);
      put(i, sum);
    }
  }
}

}  // namespace gradus::kernels
