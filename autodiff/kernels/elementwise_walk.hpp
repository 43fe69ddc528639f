// How an elementwise kernel walks over matrices of any strides.
#pragma once

#include <algorithm>
#include <utility>

#include "elementwise.hpp"
#include "short_columns.hpp"

namespace gradus::kernels {

namespace detail {

inline constexpr Index chunk = 256;  // elements gathered at a time from an operand that is not contiguous

/// All views, the result first, of one shape.
template <class S>
struct Walk {
  Run<S> run;
  View<S> y;
  Store store;
  View<const S> operands[most_operands];
  int count;

  template <class F>
  void for_operands(F f) {
    for (int k = 0; k < count; ++k)
      if (operands[k].data != nullptr) f(operands[k]);
  }

  // Runs go down the columns: turn everything over if more views are contiguous along the rows.
  void choose_direction() {
    int down = y.row_stride == 1, across = y.col_stride == 1;
    for_operands([&](const View<const S>& v) { down += v.row_stride == 1, across += v.col_stride == 1; });
    if (y.rows != 1 && (y.cols == 1 || down >= across)) return;
    y = y.transpose();
    for_operands([](View<const S>& v) { v = v.transpose(); });
  }

  // One long column if no view has a gap between columns (nor a repetition that a longer run would miss).
  void join_columns() {
    const auto joins = [&](const auto& v) { return v.cols == 1 || v.col_stride == v.rows * v.row_stride; };
    bool all = joins(y);
    for_operands([&](const View<const S>& v) { all = all && joins(v); });
    if (!all) return;
    const auto join = [](auto& v) { v.rows *= v.cols, v.cols = 1; };
    join(y);
    for_operands(join);
  }

  void execute() {
    choose_direction();
    join_columns();
    if (ShortColumns<S> columns(run, y, store, operands, count); columns.is_worth_it()) return columns.execute();
    bool contiguous = y.row_stride <= 1;
    for_operands([&](const View<const S>& v) { contiguous = contiguous && v.row_stride == 1; });
    contiguous ? whole_columns() : chunks();
  }

  Put put() const {
    if (store == Store::assign) return Put::assign;  // a broadcast of one element to one element may be assigned to
    return y.row_stride == 0 ? Put::sum : Put::add;
  }

  void whole_columns() {
    const S* at[most_operands] = {};
    for (Index j = 0; j < y.cols; ++j) {
      for (int k = 0; k < count; ++k)
        at[k] = operands[k].data == nullptr ? nullptr : operands[k].data + j * operands[k].col_stride;
      run(y.rows, y.data + j * y.col_stride, at, put());
    }
  }

  // What is not contiguous passes through buffers on the stack.
  void chunks() {
    S gathered[most_operands][chunk];
    S results[chunk];
    const S* at[most_operands] = {};
    for (int k = 0; k < count; ++k)
      if (is_constant(operands[k])) std::fill_n(gathered[k], std::min(chunk, y.rows), operands[k].data[0]);
    for (Index j = 0; j < y.cols; ++j) {
      for (Index i = 0; i < y.rows; i += chunk) {
        const Index n = std::min(chunk, y.rows - i);
        for (int k = 0; k < count; ++k) at[k] = part(operands[k], i, j, n, gathered[k]);
        S* const out = &y(i, j);
        if (y.row_stride <= 1) {
          run(n, out, at, put());
        } else {
          run(n, results, at, Put::assign);
          for (Index e = 0; e < n; ++e) {
            S& element = out[e * y.row_stride];
            element = store == Store::assign ? results[e] : element + results[e];
          }
        }
      }
    }
  }

  // One number everywhere: its buffer is filled once.
  static bool is_constant(const View<const S>& v) {
    return v.data != nullptr && v.row_stride == 0 && (v.col_stride == 0 || v.cols == 1);
  }
  static const S* part(const View<const S>& v, Index i, Index j, Index n, S* buffer) {
    if (v.data == nullptr) return nullptr;
    if (is_constant(v)) return buffer;
    const S* const first = &v(i, j);
    if (v.row_stride == 1) return first;
    for (Index e = 0; e < n; ++e) buffer[e] = first[e * v.row_stride];
    return buffer;
  }
};

/// Whether the elements stand one after the other in column order.
template <class S>
bool is_dense(const View<S>& v) {
  return (v.row_stride == 1 || v.rows == 1) && (v.col_stride == v.rows || v.cols == 1);
}

/// What needs no walk: everything lies without gaps, but for numbers beside few elements.
template <class S>
bool in_one_run(Run<S> run, const View<S>& y, Store store, const View<const S>* operands, int count) {
  const bool sums = y.row_stride == 0 && y.col_stride == 0 && store == Store::add;
  if (!sums && !is_dense(y)) return false;
  const Index n = y.size();
  S filled[most_operands][chunk];
  const S* at[most_operands] = {};
  for (int k = 0; k < count; ++k) {
    const View<const S>& v = operands[k];
    if (v.data == nullptr || is_dense(v)) {
      at[k] = v.data;
    } else if (v.row_stride == 0 && v.col_stride == 0 && n <= chunk) {
      std::fill_n(filled[k], n, *v.data);
      at[k] = filled[k];
    } else {
      return false;
    }
  }
  run(n, y.data, at, sums ? Put::sum : store == Store::add ? Put::add : Put::assign);
  return true;
}

}  // namespace detail

template <class S>
void elementwise(Run<S> run, const View<S>& y, Store store, const View<const S>* operands, int count) {
  if (y.size() == 0 || detail::in_one_run(run, y, store, operands, count)) return;
  detail::Walk<S> walk{run, y, store, {}, count};
  std::copy(operands, operands + count, walk.operands);
  walk.execute();
}

}  // namespace gradus::kernels
