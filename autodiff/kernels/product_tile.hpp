// The innermost loop of a matrix product: a tile of C that stays in registers while k runs.
#pragma once

#include <algorithm>
#include <array>

#include "../layout.hpp"
#include "packets.hpp"

namespace gradus::kernels {

/// Memory to be brought into the cache while a tile computes: the next `bytes` of it with every step of k.
struct Prefetch {
  const char* from = nullptr;
  Index bytes = 0;
};

/// What a tile reads and writes. Rows are contiguous in A and C: A(i, p) = a[i + p·a_step], C(i, j) = c[i + j·c_step].
/// B is read number by number, from any strides.
template <class S>
struct TileOperands {
  const S* a;
  const S* b;
  S* c;
  Index a_step, b_row_stride, b_col_stride, c_step;
  Prefetch ahead = {};
};

/// How many columns of A ahead of its use the next one is brought into the cache: where A lies in columns that are far
/// apart, processors do not foresee it.
constexpr Index steps_ahead = 16;

/// C (+)= A·B for `Rows` packets of rows × `Cols` columns. Of the last packet, A holds the first a_last rows and C
/// takes the first c_last.
template <class S, int Rows, int Cols, bool Prefetches>
[[gnu::noinline]] void tile(Index k, const TileOperands<S>& at, int a_last, int c_last, Store store) {
  constexpr int W = width<S>;
  using P = Packet<S>;
  // Every loop over rows and columns of the tile is unrolled: only then do the sums live in registers.
  P sum[Cols][Rows];
  auto start = [&](auto load_last) {
#pragma GCC unroll 8
    for (int j = 0; j < Cols; ++j) {
      const S* c = at.c + j * at.c_step;
#pragma GCC unroll 4
      for (int r = 0; r < Rows - 1; ++r) sum[j][r] = packet::ploadu<P>(c + r * W);
      sum[j][Rows - 1] = load_last(c + (Rows - 1) * W);
    }
  };
  if (store == Store::assign)
#pragma GCC unroll 8
    for (int j = 0; j < Cols; ++j)
#pragma GCC unroll 4
      for (int r = 0; r < Rows; ++r) sum[j][r] = packet::pset1<P>(S(0));
  else if (c_last == W)
    start([](const S* from) { return packet::ploadu<P>(from); });
  else
    start([c_last](const S* from) -> P { return load_first(from, c_last); });

  auto accumulate = [&](auto load_last) {
    const S *a = at.a, *b = at.b;
    [[maybe_unused]] const char* ahead = at.ahead.from;
    for (Index p = 0; p < k; ++p, a += at.a_step, b += at.b_row_stride) {
      if constexpr (Prefetches) {
        __builtin_prefetch(ahead, 1, 2);
        ahead += at.ahead.bytes;
      }
      if constexpr (Rows > 1) {  // of one packet a step would wait for its loads, not for its multiplications
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r) __builtin_prefetch(a + steps_ahead * at.a_step + r * W);
      }
      P column[Rows];
#pragma GCC unroll 4
      for (int r = 0; r < Rows - 1; ++r) column[r] = packet::ploadu<P>(a + r * W);
      column[Rows - 1] = load_last(a + (Rows - 1) * W);
#pragma GCC unroll 8
      for (int j = 0; j < Cols; ++j) {
        const P factor = packet::pset1<P>(b[j * at.b_col_stride]);
#pragma GCC unroll 4
        for (int r = 0; r < Rows; ++r) sum[j][r] = packet::pmadd(column[r], factor, sum[j][r]);
      }
    }
  };
  if (a_last == W)
    accumulate([](const S* from) { return packet::ploadu<P>(from); });
  else
    accumulate([a_last](const S* from) -> P { return load_first(from, a_last); });

  auto finish = [&](auto store_last) {
#pragma GCC unroll 8
    for (int j = 0; j < Cols; ++j) {
      S* c = at.c + j * at.c_step;
#pragma GCC unroll 4
      for (int r = 0; r < Rows - 1; ++r) packet::pstoreu(c + r * W, sum[j][r]);
      store_last(c + (Rows - 1) * W, sum[j][Rows - 1]);
    }
  };
  if (c_last == W)
    finish([](S* to, P x) { packet::pstoreu(to, x); });
  else
    finish([c_last](S* to, P x) { store_first(to, x, c_last); });
}

constexpr int max_tile_rows = 3;  // packets
constexpr int max_tile_cols = 8;
constexpr int registers = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS;

/// Columns of the widest tile whose sums, and the operands of a step, fit the registers.
template <class S>
constexpr int tile_cols(Index rows) {
  return registers >= 32 || rows <= width<S> ? 8 : 4;
}

/// Splits `count` into the fewest parts of at most `most`, as equal as can be: the size of the first part.
constexpr Index even_part(Index count, Index most) {
  if (count <= most) return count;
  const Index parts = (count + most - 1) / most;
  return (count + parts - 1) / parts;
}

/// Calls f(first row, rows, packets) for the row panels of a matrix of that many rows.
template <class S, class F>
void for_row_panels(Index rows, F&& f) {
  for (Index i = 0; i < rows;) {
    const int packets = int(even_part((rows - i + width<S> - 1) / width<S>, max_tile_rows));
    f(i, int(std::min<Index>(packets * width<S>, rows - i)), packets);
    i += packets * width<S>;
  }
}

/// Calls f(first column, columns) for the column panels.
template <class F>
void for_col_panels(Index cols, int most, F&& f) {
  for (Index j = 0; j < cols;) {
    const int some = int(even_part(cols - j, most));
    f(j, some);
    j += some;
  }
}

/// The tile with so many packets and columns, which fetches what these operands have ahead.
template <class S>
auto tile_of(int packets, int cols, const TileOperands<S>& at = {}) {
  using Tile = void (*)(Index, const TileOperands<S>&, int, int, Store);
  constexpr int sizes = max_tile_rows * max_tile_cols;
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<Tile, 2 * sizes>{&tile<S, I / max_tile_cols + 1, I % max_tile_cols + 1, false>...,
                                       &tile<S, I / max_tile_cols + 1, I % max_tile_cols + 1, true>...};
  }
  (std::make_integer_sequence<int, sizes>{});
  const int prefetches = at.ahead.from != nullptr ? sizes : 0;
  return table[std::size_t(prefetches + (packets - 1) * max_tile_cols + cols - 1)];
}

}  // namespace gradus::kernels
