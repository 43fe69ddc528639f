// Kernels on several matrices side by side.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/elementwise.hpp"
#include "kernels/product_generic.hpp"

namespace gradus {

namespace detail {

/// What a sweep with several seeds carries for each of them is a lane. Eight doubles are a cache line.
inline constexpr int most_lanes = 8;
/// Some of the lanes, a bit each.
using LaneMask = std::uint16_t;
constexpr LaneMask first_lanes(int count) { return static_cast<LaneMask>((1u << count) - 1); }
template <class F>
void for_lanes(LaneMask lanes, const F& f) {
  for (; lanes != 0; lanes &= static_cast<LaneMask>(lanes - 1)) f(std::countr_zero(lanes));
}
/// Lanes that lie beside each other, as few groups as possible: f(first, count).
template <class F>
void for_neighbours(LaneMask lanes, const F& f) {
  while (lanes != 0) {
    const int first = std::countr_zero(lanes), count = std::countr_one(static_cast<LaneMask>(lanes >> first));
    f(first, count);
    lanes &= static_cast<LaneMask>(~(first_lanes(count) << first));
  }
}

/// A matrix in every lane, all of one layout: that of lane l begins l·stride after the first. A stride of zero: one
/// matrix that the lanes share.
template <class S>
struct LaneView {
  View<S> first;
  Index stride = 0;

  operator LaneView<const S>() const requires(!std::is_const_v<S>) { return {first, stride}; }
  View<S> lane(int l) const {
    View<S> view = first;
    if (view.data != nullptr) view.data += l * stride;
    return view;
  }
  LaneView transpose() const { return {first.transpose(), stride}; }

  /// Whether the elements of a lane are one line of numbers with equal distances.
  bool is_line() const {
    return first.rows == 1 || first.cols == 1 || first.col_stride == first.rows * first.row_stride;
  }
  /// Lanes that are lines, as the columns of one matrix.
  View<S> lines(int from, int count) const {
    if (first.data == nullptr) return {};
    return {first.data + from * stride, first.size(), count,
            first.cols == 1   ? first.row_stride
            : first.rows == 1 ? first.col_stride
                              : first.row_stride,
            stride};
  }
  /// Whether a lane's columns go on in the next lane; lanes beside each other as one wide matrix.
  bool columns_continue() const { return first.cols == 1 || first.cols * first.col_stride == stride; }
  View<S> wide(int from, int count) const {
    return {first.data + from * stride, first.rows, first.cols * count, first.row_stride,
            first.cols == 1 ? stride : first.col_stride};
  }
};
template <class S>
LaneView<const S> shared(const View<const S>& view) {
  return {view, 0};
}

/// Aₗ·Bₗ for every lane l, not yet computed: what a rule's `a * b` is here.
template <class S>
struct LaneProduct {
  LaneView<const S> a, b;
};
template <class S>
LaneProduct<S> operator*(const LaneView<const S>& a, const LaneView<const S>& b) {
  return {a, b};
}

/// One product for all lanes where a factor is shared and the others lie so that it can be.
template <class S>
void put(const LaneView<S>& to, Store how, const LaneProduct<S>& product, LaneMask lanes) {
  const LaneView<const S>&a = product.a, &b = product.b;
  const bool beside = a.stride == 0 && b.columns_continue() && to.columns_continue();
  const bool below = b.stride == 0 && a.transpose().columns_continue() && to.transpose().columns_continue();
  for_neighbours(lanes, [&](int from, int count) {
    if (beside) {
      kernels::put(to.wide(from, count), how, ViewProduct<S>{a.first, b.wide(from, count)});
    } else if (below) {
      const View<const S> tall = a.transpose().wide(from, count).transpose();
      kernels::put(to.transpose().wide(from, count).transpose(), how, ViewProduct<S>{tall, b.first});
    } else {
      for (int l = from; l < from + count; ++l) kernels::put(to.lane(l), how, ViewProduct<S>{a.lane(l), b.lane(l)});
    }
  });
}

/// An elementwise kernel in every lane: in one go where all operands are lines.
template <class S>
void elementwise(kernels::Run<S> run, const LaneView<S>& to, Store how, const LaneView<const S>* operands, int count,
                 LaneMask lanes) {
  bool are_lines = to.is_line();
  for (int k = 0; k < count; ++k) are_lines = are_lines && (operands[k].first.data == nullptr || operands[k].is_line());
  View<const S> read[kernels::most_operands];
  for_neighbours(lanes, [&](int from, int neighbours) {
    if (are_lines) {
      for (int k = 0; k < count; ++k) read[k] = operands[k].lines(from, neighbours);
      return kernels::elementwise(run, to.lines(from, neighbours), how, read, count);
    }
    for (int l = from; l < from + neighbours; ++l) {
      for (int k = 0; k < count; ++k) read[k] = operands[k].lane(l);
      kernels::elementwise(run, to.lane(l), how, read, count);
    }
  });
}

}  // namespace detail

}  // namespace gradus
