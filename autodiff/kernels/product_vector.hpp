// Matrix times vector, for vectors that lie anyhow.
#pragma once

#include <algorithm>

#include "product_blocked.hpp"

namespace gradus::kernels {

constexpr Index long_column_bytes = 512 << 10;  // above, a matrix streams through the cache once, column by column

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

/// `Rows` packets of rows of A·x where the rows are contiguous in A: finish(r, packet, rows in it) takes the r-th.
/// Several sums run side by side so that no addition waits for the one before it.
template <class S, int Rows, class Finish>
void columns_times_vector(const View<const S>& a, const S* x, Index x_stride, const Finish& finish) {
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
    finish(r, sum[0][r], r < Rows - 1 ? W : last);
  }
}

/// A·x where the rows are contiguous in A, in packets from the first row to the last: finish(first row, packet, rows).
template <class S, class Finish>
void all_columns_times_vector(const View<const S>& a, const S* x, Index x_stride, const Finish& finish) {
  constexpr int W = width<S>;
  for (Index i = 0; i < a.rows;) {
    const Index packets = std::min<Index>((a.rows - i + W - 1) / W, 4), rows = std::min(packets * W, a.rows - i);
    const View<const S> part(&a(i, 0), rows, a.cols, 1, a.col_stride);
    const auto with = [&](auto count) {
      columns_times_vector<S, count>(part, x, x_stride,
                                     [&](int r, const Packet<S>& sum, int n) { finish(i + r * W, sum, n); });
    };
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

/// x as it lies if it is contiguous, else a copy that is.
template <class Purpose, class S>
const S* contiguous(const View<const S>& x) {
  if (x.row_stride == 1) return x.data;
  S* copy = scratch<Purpose, S>(x.rows);
  for (Index i = 0; i < x.rows; ++i) copy[i] = x(i, 0);
  return copy;
}

/// C (+)= a·bᵀ for columns a, b and C with unit row stride.
template <class S>
void product_outer(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  struct DenseColumn;
  constexpr int W = width<S>;
  using P = Packet<S>;
  const S* from = contiguous<DenseColumn>(a);
  const Index whole = c.rows - c.rows % W, b_step = b.row_stride;
  if (c.rows >= 4 * W) {  // column by column, as C lies
    for (Index j = 0; j < c.cols; ++j) {
      const P factor = packet::pset1<P>(b(j, 0));
      S* to = &c(0, j);
      for (Index i = 0; i < whole; i += W) {
        const P product = packet::pmul(packet::ploadu<P>(from + i), factor);
        packet::pstoreu(to + i, store == Store::add ? P(packet::padd(packet::ploadu<P>(to + i), product)) : product);
      }
    }
  } else {  // a packet of a stays in its register
    for (Index i = 0; i < whole; i += W) {
      const P column = packet::ploadu<P>(from + i);
      S* to = c.data + i;
      const S* factor = b.data;
      for (Index j = 0; j < c.cols; ++j, to += c.col_stride, factor += b_step) {
        const P product = packet::pmul(column, packet::pset1<P>(*factor));
        packet::pstoreu(to, store == Store::add ? P(packet::padd(packet::ploadu<P>(to), product)) : product);
      }
    }
  }
  if (const int left = int(c.rows - whole)) {
    S* to = c.data + whole;
    if (store == Store::add)  // a tile reads all its columns before it writes one: no load waits for a partial store
      return product_in_place<S>({to, left, c.cols, 1, c.col_stride}, {from + whole, left, 1, 1, 0}, b.transpose(),
                                 store);
    const P column = load_first(from + whole, left);
    for (Index j = 0; j < c.cols; ++j, to += c.col_stride)
      store_first(to, P(packet::pmul(column, packet::pset1<P>(b(j, 0)))), left);
  }
}

/// y += A·x for a matrix of `Cols` contiguous columns.
template <class S, int Cols>
void add_columns_times_vector(S* y, const View<const S>& a, const S* x, Index x_stride) {
  constexpr int W = width<S>;
  using P = Packet<S>;
  P factor[Cols];
#pragma GCC unroll 8
  for (int q = 0; q < Cols; ++q) factor[q] = packet::pset1<P>(x[q * x_stride]);
  const S* column = a.data;
  Index i = 0;
  for (; i + W <= a.rows; i += W) {
    P sum = packet::ploadu<P>(y + i);
#pragma GCC unroll 8
    for (int q = 0; q < Cols; ++q)
      sum = packet::pmadd(packet::ploadu<P>(column + i + q * a.col_stride), factor[q], sum);
    packet::pstoreu(y + i, sum);
  }
  if (const int left = int(a.rows - i)) {
    P sum = load_first(y + i, left);
#pragma GCC unroll 8
    for (int q = 0; q < Cols; ++q)
      sum = packet::pmadd(P(load_first(column + i + q * a.col_stride, left)), factor[q], sum);
    store_first(y + i, sum, left);
  }
}

/// y += A·x for contiguous columns: `Cols` at a time, down their whole length, which is how A lies; then fewer.
template <class S, int Cols>
void add_long_columns(S* y, const View<const S>& a, const S* x, Index x_stride) {
  Index p = 0;
  for (; p + Cols <= a.cols; p += Cols)
    add_columns_times_vector<S, Cols>(y, {&a(0, p), a.rows, Cols, 1, a.col_stride}, x + p * x_stride, x_stride);
  if constexpr (Cols > 1)
    if (p < a.cols)
      add_long_columns<S, Cols / 2>(y, {&a(0, p), a.rows, a.cols - p, 1, a.col_stride}, x + p * x_stride, x_stride);
}

/// y (+)= A·x where the columns are contiguous in A, from the last row to the first: the product that a sweep undoes
/// has read A from the first to the last, and of a large matrix the end is what the cache holds then.
template <class S>
void all_rows_times_vector(const View<S>& y, const View<const S>& a, const S* x, Store store) {
  constexpr Index W = width<S>, few = 3;
  const Index left = a.rows % W, in_packets = left > few ? a.rows : a.rows - left;
  for (Index i = a.rows; i-- > in_packets;) {
    const S value = dot(&a(i, 0), x, a.cols);
    y(i, 0) = store == Store::add ? y(i, 0) + value : value;
  }
  for (Index end = in_packets; end > 0;) {
    const Index i = (end - 1) / W * W, rows = end - i;
    rows_times_vector<S>({&y(i, 0), rows, 1, y.row_stride, 0}, {&a(i, 0), rows, a.cols, a.row_stride, 1}, x, store);
    end = i;
  }
}

/// y (+)= A·x for a column y; any strides.
template <class S>
void product_vector(const View<S>& y, const View<const S>& a, const View<const S>& x, Store store) {
  struct DenseX;
  const Index m = a.rows, k = a.cols;
  if (a.row_stride == 1 && y.row_stride == 1 && a.size() * Index(sizeof(S)) > long_column_bytes) {
    if (store == Store::assign) std::fill_n(y.data, m, S(0));
    add_long_columns<S, 8>(y.data, a, x.data, x.row_stride);
  } else if (a.row_stride == 1 && m > 1) {
    all_columns_times_vector(a, x.data, x.row_stride, [&](Index i, const Packet<S>& sum, int n) {
      store_rows(&y(i, 0), y.row_stride, sum, n, store);
    });
  } else if (a.col_stride == 1 && k > 1) {
    all_rows_times_vector(y, a, contiguous<DenseX>(x), store);
  } else {
    for (Index i = 0; i < m; ++i) {
      S sum = 0;
      for (Index p = 0; p < k; ++p) sum += a(i, p) * x(p, 0);
      y(i, 0) = store == Store::add ? y(i, 0) + sum : sum;
    }
  }
}

}  // namespace gradus::kernels
