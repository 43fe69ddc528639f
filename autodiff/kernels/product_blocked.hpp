// Matrix times matrix: tiles over operands as they lie, or over copies that are kind to the caches.
#pragma once

#include "product_tile.hpp"
#include "scratch.hpp"

namespace gradus::kernels {

constexpr Index block_depth = 384;  // k of a block: a panel of B of that depth stays in the first-level cache,
constexpr Index block_rows = 960;   // and a block of A of that many rows in the second
constexpr Index block_cols = 1024;
constexpr Index strip_depth = 512;  // k of a strip of A that is read in place

/// The tile of C at (i, j), with A and B read where they are. Needs A and C with unit row stride.
template <class S>
void tile_in_place(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store, Index i, int rows,
                   int packets, Index j, int cols) {
  const int last = rows - (packets - 1) * width<S>;
  tile_of<S>(packets, cols)(a.cols,
                            {a.data + i, b.data + j * b.col_stride, c.data + i + j * c.col_stride, a.col_stride,
                             b.row_stride, b.col_stride, c.col_stride},
                            last, last, store);
}

/// C (+)= A·B in place, for an A that stays in the cache.
template <class S>
void product_in_place(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  for_col_panels(c.cols, tile_cols<S>(c.rows), [&](Index j, int cols) {
    for_row_panels<S>(
        c.rows, [&](Index i, int rows, int packets) { tile_in_place(c, a, b, store, i, rows, packets, j, cols); });
  });
}

/// C (+)= A·B in place, for an A that does not: a row panel of it, of some depth, is done with before the next.
template <class S>
void product_in_strips(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store) {
  const Index depth = even_part(a.cols, strip_depth);
  for (Index p = 0; p < a.cols; p += depth) {
    const Index k = std::min(depth, a.cols - p);
    const View<const S> a_part(&a(0, p), a.rows, k, a.row_stride, a.col_stride);
    const View<const S> b_part(&b(p, 0), k, b.cols, b.row_stride, b.col_stride);
    for_row_panels<S>(c.rows, [&](Index i, int rows, int packets) {
      for_col_panels(c.cols, tile_cols<S>(c.rows), [&](Index j, int cols) {
        tile_in_place(c, a_part, b_part, p == 0 ? store : Store::add, i, rows, packets, j, cols);
      });
    });
  }
}

/// The transpose of a block: of `count` runs of `size` numbers, the first at `from`, each `step` after the other. What
/// is missing to W × W is zero.
template <class S, class P, int W>
[[gnu::always_inline]] inline void load_transposed(P (&block)[W], const S* from, Index step, int count, int size) {
  if (count == W && size == W) {
#pragma GCC unroll 16
    for (int i = 0; i < W; ++i) block[i] = packet::ploadu<P>(from + i * step);
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < W; ++i) block[i] = i < count ? P(load_first(from + i * step, size)) : packet::pset1<P>(S(0));
  }
  transpose(block);
}

/// Copies a block of A: row panel after row panel, each column after column, the missing rows of the last packet zero.
template <class S>
void pack_rows(S* to, const View<const S>& a) {
  constexpr int W = width<S>;
  using P = Packet<S>;
  const Index k = a.cols;
  if (a.row_stride == 1) {  // down the columns, as A lies
    for (Index p = 0; p < k; ++p) {
      for_row_panels<S>(a.rows, [&](Index i, int rows, int packets) {
        const S* from = &a(i, p);
        S* panel = to + i * k + p * packets * W;
        for (; rows > W; rows -= W, from += W, panel += W) packet::pstoreu(panel, packet::ploadu<P>(from));
        packet::pstoreu(panel, rows == W ? packet::ploadu<P>(from) : P(load_first(from, rows)));
      });
    }
  } else if (a.col_stride == 1) {  // A lies transposed: W × W blocks are turned in registers
    for_row_panels<S>(a.rows, [&](Index top, int panel_rows, int packets) {
      const Index step = packets * W;
      for (int r = 0; r < packets; ++r) {
        const int rows = std::min(W, panel_rows - r * W);
        for (Index p = 0; p < k; p += W) {
          const int cols = int(std::min<Index>(W, k - p));
          const S* corner = &a(top + r * W, p);
          P block[W];
          load_transposed(block, corner, a.row_stride, rows, cols);
          S* panel = to + top * k + p * step + r * W;
#pragma GCC unroll 16
          for (int q = 0; q < W; ++q)
            if (q < cols) packet::pstoreu(panel + q * step, block[q]);
        }
      }
    });
  } else {
    for_row_panels<S>(a.rows, [&](Index top, int rows, int packets) {
      S* panel = to + top * k;
      for (Index p = 0; p < k; ++p)
        for (int i = 0; i < packets * W; ++i) *panel++ = i < rows ? a(top + i, p) : S(0);
    });
  }
}

/// Copies a few columns of B, row after row.
template <class S>
void pack_columns(S* to, const View<const S>& b) {
  if (b.col_stride == 1 && b.cols == max_tile_cols) {
    for (Index p = 0; p < b.rows; ++p) std::copy_n(b.data + p * b.row_stride, max_tile_cols, to + p * max_tile_cols);
  } else {
    for (Index p = 0; p < b.rows; ++p)
      for (Index j = 0; j < b.cols; ++j) to[p * b.cols + j] = b(p, j);
  }
}

/// C (+)= A·B through a packed copy of A, and of B too where `copy_b` says so. Needs C with unit row stride; A and B
/// may have any strides. The sum over k is taken in the same order however C is cut into blocks.
template <class S>
void product_packed(const View<S>& c, const View<const S>& a, const View<const S>& b, Store store, bool copy_b) {
  struct PackedA;
  struct PackedB;
  const Index depth = even_part(a.cols, block_depth), height = even_part(c.rows, block_rows);
  const Index breadth = copy_b ? even_part(c.cols, block_cols) : c.cols;
  const int most_cols = tile_cols<S>(c.rows);
  S* packed_a = scratch<PackedA, S>((height + max_tile_rows * width<S>)*depth);
  S* packed_b = copy_b ? scratch<PackedB, S>(breadth * depth) : nullptr;
  for (Index left = 0; left < c.cols; left += breadth) {
    const Index cols = std::min(breadth, c.cols - left);
    for (Index p = 0; p < a.cols; p += depth) {
      const Index k = std::min(depth, a.cols - p);
      if (copy_b)
        for_col_panels(cols, most_cols, [&](Index j, int some) {
          pack_columns<S>(packed_b + j * k, {&b(p, left + j), k, some, b.row_stride, b.col_stride});
        });
      for (Index top = 0; top < c.rows; top += height) {
        const Index rows = std::min(height, c.rows - top);
        pack_rows<S>(packed_a, {&a(top, p), rows, k, a.row_stride, a.col_stride});
        for_col_panels(cols, most_cols, [&](Index j, int panel_cols) {
          View<const S> panel(&b(p, left + j), k, panel_cols, b.row_stride, b.col_stride);
          if (copy_b) panel = {packed_b + j * k, k, panel_cols, panel_cols, 1};
          for_row_panels<S>(rows, [&](Index i, int some, int packets) {
            tile_of<S>(packets, panel_cols)(k,
                                            {packed_a + i * k, panel.data, &c(top + i, left + j), packets * width<S>,
                                             panel.row_stride, panel.col_stride, c.col_stride},
                                            width<S>, some - (packets - 1) * width<S>, p == 0 ? store : Store::add);
          });
        });
      }
    }
  }
}

/// C (+)= Tᵀ. Both have unit row stride.
template <class S>
void put_transposed(const View<S>& c, const View<const S>& t, Store store) {
  constexpr int W = width<S>;
  using P = Packet<S>;
  for (Index j = 0; j < c.cols; j += W) {
    const int cols = int(std::min<Index>(W, c.cols - j));
    for (Index i = 0; i < c.rows; i += W) {
      const int rows = int(std::min<Index>(W, c.rows - i));
      P block[W];
      load_transposed(block, &t(j, i), t.col_stride, rows, cols);
#pragma GCC unroll 16
      for (int q = 0; q < W; ++q) {
        if (q == cols) break;
        S* const to = &c(i, j + q);
        if (store == Store::add)
          block[q] = packet::padd(block[q], rows == W ? packet::ploadu<P>(to) : P(load_first(to, rows)));
        if (rows == W)
          packet::pstoreu(to, block[q]);
        else
          store_first(to, block[q], rows);
      }
    }
  }
}

}  // namespace gradus::kernels
