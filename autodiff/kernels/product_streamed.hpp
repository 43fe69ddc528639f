// Matrix times matrix into a sink, panel by panel.
#pragma once

#include "../gradient_sink.hpp"
#include "product_blocked.hpp"

namespace gradus::kernels {

/// Columns of B that are copied at a time: a cache line of them where B lies row by row.
template <class S>
constexpr Index columns_together = 64 / Index(sizeof(S));

/// Copies that many columns, or the last ones, as panels one after the other, each of them row by row.
template <class S>
void pack_panels(S* to, const View<const S>& b, int most_cols) {
  if (b.col_stride == 1 && b.cols == columns_together<S> && most_cols == max_tile_cols) {
    for (Index p = 0; p < b.rows; ++p)  // every line is touched once
      for (Index j = 0; j < columns_together<S>; j += max_tile_cols)
        std::copy_n(&b(p, j), max_tile_cols, to + j * b.rows + p * max_tile_cols);
  } else {
    for_col_panels(b.cols, most_cols, [&](Index j, int some) {
      pack_columns<S>(to + j * b.rows, {&b(0, j), b.rows, some, b.row_stride, b.col_stride});
    });
  }
}

/// The memory beside the next piece of a gradient, in as many parts as there are tiles in the piece before it.
template <class S>
class MemoryAhead {
 public:
  explicit MemoryAhead(const GradientSink<S>& sink) {
    for (const S* array : sink.beside())
      if (array != nullptr) arrays_[std::size_t(count_++)] = array;
  }
  /// The piece of that many positions from `first` on is to come after `tiles` tiles.
  void expect(Index first, Index size, Index tiles) {
    first_ = first, size_ = size, tile_ = 0;
    parts_ = count_ == 0 ? 0 : tiles / count_;
  }
  /// The next tile's part, to be fetched evenly over k steps.
  Prefetch next(Index k) {
    const Index part = count_ == 0 ? 0 : tile_ / count_, array = count_ == 0 ? 0 : tile_ % count_;
    ++tile_;
    if (part >= parts_ || size_ == 0) return {};
    const Index from = size_ * part / parts_, to = size_ * (part + 1) / parts_;
    return {reinterpret_cast<const char*>(arrays_[std::size_t(array)] + first_ + from),
            (to - from) * Index(sizeof(S)) / k};
  }

 private:
  std::array<const S*, GradientSink<S>::most_beside> arrays_{};
  Index count_ = 0, first_ = 0, size_ = 0, tile_ = 0, parts_ = 0;
};

/// How many tiles a panel of that many rows and columns takes.
template <class S>
Index tiles_of(Index rows, Index cols, int most_cols) {
  Index down = 0, across = 0;
  for_row_panels<S>(rows, [&](Index, int, int) { ++down; });
  for_col_panels(cols, most_cols, [&](Index, int) { ++across; });
  return down * across;
}

/// A·B given to the sink panel by panel, in column order from position `offset` on. A should be small enough to stay in
/// the second-level cache, and have more than one column. What the sink is going to read is fetched meanwhile.
template <class S>
void product_streamed(GradientSink<S>& sink, Index offset, const View<const S>& a, const View<const S>& b) {
  struct PackedA;
  struct PackedB;
  struct Panels;
  constexpr Index group = columns_together<S>;
  const Index rows = a.rows, k = a.cols;
  const int most_cols = tile_cols<S>(rows);
  S* packed_a = scratch<PackedA, S>((rows + max_tile_rows * width<S>)*k);
  S* packed_b = scratch<PackedB, S>(group * k);
  S* panels = scratch<Panels, S>(group * rows);
  pack_rows<S>(packed_a, a);
  MemoryAhead<S> ahead(sink);
  for (Index left = 0; left < b.cols; left += group) {
    const Index cols = std::min(group, b.cols - left), next = left + cols;
    View<const S> group_of_b(&b(0, left), k, cols, b.row_stride, b.col_stride);
    if (b.row_stride != 1) pack_panels(packed_b, group_of_b, most_cols);
    ahead.expect(offset + next * rows, std::min(group, b.cols - next) * rows, tiles_of<S>(rows, cols, most_cols));
    for_col_panels(cols, most_cols, [&](Index j, int some_cols) {
      View<const S> b_panel(&group_of_b(0, j), k, some_cols, b.row_stride, b.col_stride);
      if (b.row_stride != 1) b_panel = {packed_b + j * k, k, some_cols, some_cols, 1};
      for_row_panels<S>(rows, [&](Index i, int some_rows, int packets) {
        const TileOperands<S> at{
            packed_a + i * k,   b_panel.data, panels + i + j * rows, packets * width<S>, b_panel.row_stride,
            b_panel.col_stride, rows,         ahead.next(k)};
        tile_of<S>(packets, some_cols, at)(k, at, width<S>, some_rows - (packets - 1) * width<S>, Store::assign);
      });
    });
    sink.take(offset + left * rows, cols * rows, panels);
  }
}

}  // namespace gradus::kernels
