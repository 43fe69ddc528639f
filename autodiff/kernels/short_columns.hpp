// Elementwise kernels on many short columns: several of them in one run.
#pragma once

#include <algorithm>

#include "elementwise.hpp"

namespace gradus::kernels::detail {

/// Where a run of a few elements would cost more than what it computes, as in operations on the columns of a d × n
/// matrix with a vector beside them or summed up, with d of ten or thirty. Operands that are not dense are copied
/// column after column; sums over columns are taken in the order of the columns, those of a column in `lanes`
/// interleaved parts.
template <class S>
class ShortColumns {
 public:
  static constexpr Index longest = 64;

  ShortColumns(Run<S> run, const View<S>& y, Store store, const View<const S>* operands, int count)
      : run_(run), y_(y), store_(store), operands_(operands), count_(count) {}

  bool is_worth_it() const {
    const bool is_sum = y_.row_stride == 0 || y_.col_stride == 0;
    return y_.rows > 1 && y_.rows <= longest && y_.cols > 3 && !(is_sum && store_ == Store::assign);
  }

  void execute() {
    const Index rows = y_.rows, group = room / rows;
    prepare(std::min(group, y_.cols));
    for (Index j = 0; j < y_.cols; j += group) {
      const Index cols = std::min(group, y_.cols - j), n = rows * cols;
      const S* at[most_operands] = {};
      for (int k = 0; k < count_; ++k) at[k] = columns_of(k, j, cols);
      if (is_dense(y_)) {
        run_(n, &y_(0, j), at, store_ == Store::assign ? Put::assign : Put::add);
        continue;
      }
      run_(n, results_, at, Put::assign);
      if (y_.row_stride == 0)
        add_sums(j, cols);
      else if (y_.col_stride == 0 && y_.row_stride == 1)
        add_columns(cols);
      else
        put_down(j, cols);
    }
  }

 private:
  static constexpr Index room = 256, lanes = 8;

  template <class T>
  static bool is_dense(const View<T>& v) {
    return v.row_stride == 1 && v.col_stride == v.rows;
  }

  /// Columns that are all the same are copied once.
  void prepare(Index cols) {
    std::fill_n(results_, room + lanes, S(0));
    for (int k = 0; k < count_; ++k)
      if (operands_[k].data != nullptr && operands_[k].col_stride == 0) gather(k, 0, cols);
  }
  const S* columns_of(int k, Index j, Index cols) {
    const View<const S>& v = operands_[k];
    if (v.data == nullptr) return nullptr;
    if (is_dense(v)) return &v(0, j);
    if (v.col_stride != 0) gather(k, j, cols);
    return gathered_[k];
  }
  void gather(int k, Index j, Index cols) {
    const View<const S>& v = operands_[k];
    S* to = gathered_[k];
    for (Index c = 0; c < cols; ++c, to += v.rows) {
      const S* const from = &v(0, j + c);
      if (v.row_stride == 0)  // whole registers; the next column corrects what is too much
        for (Index i = 0; i < v.rows; i += lanes) std::fill_n(to + i, lanes, *from);
      else
        for (Index i = 0; i < v.rows; ++i) to[i] = from[i * v.row_stride];
    }
  }

  /// y(·, j) += Σᵢ of each column.
  void add_sums(Index j, Index cols) {
    const S* from = results_;
    for (Index c = 0; c < cols; ++c, from += y_.rows) {
      S sums[lanes] = {};
      Index i = 0;
      for (; i + lanes <= y_.rows; i += lanes)
        for (Index l = 0; l < lanes; ++l) sums[l] += from[i + l];
      for (Index l = 0; i + l < y_.rows; ++l) sums[l] += from[i + l];
      y_(0, j + c) += ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    }
  }
  /// y += Σⱼ of the columns.
  void add_columns(Index cols) {
    for (Index i = 0; i < y_.rows; i += lanes) {
      const Index some = std::min(lanes, y_.rows - i);
      S sums[lanes] = {};
      std::copy_n(y_.data + i, some, sums);
      for (Index c = 0; c < cols; ++c)
        for (Index l = 0; l < lanes; ++l) sums[l] += results_[c * y_.rows + i + l];
      std::copy_n(sums, some, y_.data + i);
    }
  }
  void put_down(Index j, Index cols) {
    const S* from = results_;
    for (Index c = 0; c < cols; ++c, from += y_.rows)
      for (Index i = 0; i < y_.rows; ++i) {
        S& element = y_(i, j + c);
        element = store_ == Store::assign ? from[i] : element + from[i];
      }
  }

  Run<S> run_;
  View<S> y_;
  Store store_;
  const View<const S>* operands_;
  int count_;
  S gathered_[most_operands][room + lanes];
  S results_[room + lanes];
};

}  // namespace gradus::kernels::detail
