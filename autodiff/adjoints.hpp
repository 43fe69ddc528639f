// Adjoints during a reverse sweep: where they stand, and how contributions arrive.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "arena.hpp"
#include "handle.hpp"
#include "kernels/elementwise.hpp"
#include "scalar_operators.hpp"

namespace gradus {

/// Whose adjoints can be read after a sweep: those of the variables only, or of every intermediate result too.
enum class Retain { variables, everything };

namespace detail {

template <Number S>
void accumulate(S& sum, const S& partial, const S& adjoint) {
#if defined(__FP_FAST_FMA) && defined(__FP_FAST_FMAF)
  // One rounding and one latency, which compilers do not make of it everywhere.
  if constexpr (std::floating_point<S> && sizeof(S) <= sizeof(double)) {
    sum = std::fma(partial, adjoint, sum);
    return;
  }
#endif
  sum += partial * adjoint;
}
template <class R>
void accumulate(Var<R>& sum, const Var<R>& partial, const Var<R>& adjoint) {
  if (is_structural_zero(partial)) return;
  const bool unit = partial.tape() == nullptr && partial.value() == 1;
  const bool is_product = is_finite(partial) && is_finite(adjoint);
  const Var<R> contribution = unit         ? adjoint
                              : is_product ? Var<R>(partial * adjoint)
                                           : Var<R>(apply<rules::Gate>(adjoint, partial));
  sum = is_structural_zero(sum) ? contribution : Var<R>(sum + contribution);
}

/// Blocks of adjoints in use only until their record has been pulled: a chain of any length works in a few of them.
template <class S>
class BlockPool {
 public:
  [[gnu::noinline]] S* acquire(Index size) {
    for (std::size_t k = free_.size(), tries = 0; k-- > 0 && tries < 16; ++tries) {
      if (free_[k].size < size || free_[k].size > 2 * size) continue;
      const Block found = free_[k];
      free_.erase(free_.begin() + static_cast<std::ptrdiff_t>(k));
      return found.data;
    }
    return arena_.allocate_array<S>(size);
  }
  void release(S* data, Index size) { free_.push_back({data, size}); }
  void clear() {
    free_.clear();
    arena_.clear();
  }
  std::size_t capacity() const { return arena_.capacity(); }

 private:
  struct Block {
    S* data;
    Index size;
  };
  Arena arena_;
  std::vector<Block> free_;
};

/// Whether a contribution fills a part of a node where nothing has arrived: it need not be added then.
template <class S>
bool is_first(const Node<S>& node, const Layout& at) {
  const Index from = at.offset, to = at.position(at.rows - 1, at.cols - 1) + 1;
  const bool fills = at.is_dense() || at.transpose().is_dense();
  return fills && (!node.has_adjoint() || to <= node.covered_from || from >= node.covered_to);
}

}  // namespace detail

/// The adjoint of a scalar slot; zero before a sweep.
template <class S>
class ScalarAdjoints {
 public:
  /// Room for `count` slots; those that are new are zero.
  void resize(std::size_t count) {
    if (count > values_.size()) values_.resize(count, S{});
  }
  void zero(std::size_t from, std::size_t to) {
    to = std::min(to, values_.size());
    for (std::size_t i = from; i < to; ++i) values_[i] = S{};
  }
  S* data() { return values_.data(); }
  const S& operator[](Slot slot) const { return values_[slot]; }
  S& operator[](Slot slot) { return values_[slot]; }
  std::size_t size() const { return values_.size(); }

 private:
  std::vector<S> values_;
};

/// Of numbers: pages that the system hands out as zeros, so that slots whose adjoint never leaves a register take no
/// memory.
template <std::floating_point S>
class ScalarAdjoints<S> {
 public:
  ScalarAdjoints() = default;
  ScalarAdjoints(const ScalarAdjoints&) = delete;
  ScalarAdjoints& operator=(const ScalarAdjoints&) = delete;
  ~ScalarAdjoints() { std::free(values_); }

  /// Room for `count` slots; called between sweeps, when all are zero.
  void resize(std::size_t count) {
    if (count <= size_) return;
    size_ = 0;
    std::free(values_);
    values_ = static_cast<S*>(std::calloc(count, sizeof(S)));
    if (values_ == nullptr) throw std::bad_alloc();
    size_ = count;
  }
  void zero(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < size_; ++i) values_[i] = 0;
  }
  S* data() { return values_; }
  const S& operator[](Slot slot) const { return values_[slot]; }
  S& operator[](Slot slot) { return values_[slot]; }
  std::size_t size() const { return size_; }

 private:
  S* values_ = nullptr;
  std::size_t size_ = 0;
};

/// Where a kernel puts a contribution, and whether it is the first there.
template <class S>
struct Target {
  View<S> view;
  Store store;
};

template <class S>
class Adjoints;

/// Adjoints of numbers: blocks of memory.
template <Number S>
class Adjoints<S> {
 public:
  ScalarAdjoints<S> scalars;

  /// The place for a contribution to an operand. Nothing is zeroed that the contribution will overwrite anyway.
  Target<S> target(const MatrixHandle<S>& operand) {
    const Layout& at = operand.layout;
    if (operand.node == nullptr || !at.is_dense() || at.size() == 0) return target_with_gaps(operand);
    const auto [data, store] = dense_target(*operand.node, at.offset, at.size());
    return {{data, at.rows, at.cols, at.row_stride, at.col_stride}, store};
  }

  /// The same of an operand whose `size` elements, at least one, stand one after the other in a node.
  struct DenseTarget {
    S* data;
    Store store;
  };
  DenseTarget dense_target(Node<S>& node, Index offset, Index size) {
    if (node.adjoint == nullptr) [[unlikely]]
      node.adjoint = pool_.acquire(node.size());
    return {node.adjoint + offset, claim(node, offset, offset + size)};
  }

  /// Gathers what has arrived at a node, by scalar statements on its elements too. False if nothing has.
  bool collect(Node<S>& node) {
    if (node.slots != 0 && node.size() > 0) {
      S* elements = &scalars[node.slots];
      const Target<S> all = target({.node = &node, .layout = Layout::dense(node.rows, node.cols)});
      for (Index i = 0; i < node.size(); ++i) {
        all.view.data[i] = all.store == Store::assign ? elements[i] : all.view.data[i] + elements[i];
        elements[i] = S{};
      }
    }
    if (!node.has_adjoint()) return false;
    cover(node, 0, node.size(), false);
    return true;
  }

  /// Gathers what has arrived at a node, zeros if nothing has: its adjoint is the user's to read.
  void complete(Node<S>& node) {
    if (!node.is_complete()) gather(node);
  }

  /// The adjoint is consumed: its block can serve another node.
  void release(Node<S>& node) {
    if (node.adjoint != nullptr && !node.is_bound) {
      pool_.release(node.adjoint, node.size());
      node.adjoint = nullptr;
    }
    node.covered_from = node.covered_to = 0;
  }

  /// Lets an operand have the adjoint of a result, consumed now, for its own, instead of a copy. False if it does not
  /// lie as the result does, or has an adjoint already.
  bool hand_on(Node<S>& result, const MatrixHandle<S>& operand) {
    Node<S>* const to = operand.node;
    const bool fits = to != nullptr && to->adjoint == nullptr && operand.layout == Layout::dense(to->rows, to->cols) &&
                      operand.layout == Layout::dense(result.rows, result.cols) && !result.is_bound;
    if (!fits) return false;
    to->adjoint = std::exchange(result.adjoint, nullptr);
    to->covered_to = to->size();
    return true;
  }

  /// Memory for the time of one pull.
  S* acquire(Index size) { return pool_.acquire(size); }
  void give_up(S* block, Index size) { pool_.release(block, size); }

  /// What stands there after the sweep, if anything.
  const S* read(const Node<S>& node) const { return node.adjoint; }
  bool holds(const Node<S>& node) const { return node.adjoint != nullptr || node.size() == 0; }

  /// Before another sweep of the same tape.
  void forget(Node<S>& node) {
    if (!node.is_bound) node.adjoint = nullptr;
    node.covered_from = node.covered_to = 0;
    node.lanes = 0;
  }
  void clear_blocks() { pool_.clear(); }
  std::size_t capacity() const { return pool_.capacity() + scalars.size() * sizeof(S); }

 private:
  [[gnu::noinline]] void gather(Node<S>& node) {
    if (collect(node) || node.size() == 0) return;
    const Target<S> all = target({.node = &node, .layout = Layout::dense(node.rows, node.cols)});
    if (all.store == Store::assign) std::fill(all.view.data, all.view.data + node.size(), S(0));
  }
  [[gnu::noinline]] Target<S> target_with_gaps(const MatrixHandle<S>& operand) {
    const Layout& at = operand.layout;
    if (at.size() == 0) return {{nullptr, at.rows, at.cols, at.row_stride, at.col_stride}, Store::assign};
    if (operand.node == nullptr) return {{&scalars[operand.slot], at.rows, at.cols, 0, 0}, Store::add};
    Node<S>& node = *operand.node;
    if (node.adjoint == nullptr) node.adjoint = pool_.acquire(node.size());
    const bool overwrite = detail::is_first(node, at);
    cover(node, at.offset, at.position(at.rows - 1, at.cols - 1) + 1, overwrite);
    return {{node.adjoint, at}, overwrite ? Store::assign : Store::add};
  }
  // What a contribution to all the positions [from, to), at least one, is to do there.
  static Store claim(Node<S>& node, Index from, Index to) {
    if (!node.has_adjoint())
      node.covered_from = from, node.covered_to = to;
    else if (to == node.covered_from)
      node.covered_from = from;
    else if (from == node.covered_to)
      node.covered_to = to;
    else
      return claim_among_others(node, from, to);
    return Store::assign;
  }
  [[gnu::noinline]] static Store claim_among_others(Node<S>& node, Index from, Index to) {
    const bool overwrite = to <= node.covered_from || from >= node.covered_to;
    cover(node, from, to, overwrite);
    return overwrite ? Store::assign : Store::add;
  }
  // Extends the covered positions to hold [from, to): with zeros, but for [from, to) itself if it is overwritten next.
  static void cover(Node<S>& node, Index from, Index to, bool overwritten) {
    const auto zero = [&](Index begin, Index end) { std::fill(node.adjoint + begin, node.adjoint + end, S(0)); };
    if (!node.has_adjoint()) {
      if (!overwritten) zero(from, to);
      node.covered_from = from;
      node.covered_to = to;
      return;
    }
    if (from < node.covered_from) zero(overwritten ? to : from, node.covered_from);
    if (to > node.covered_to) zero(node.covered_to, overwritten ? from : to);
    node.covered_from = std::min(from, node.covered_from);
    node.covered_to = std::max(to, node.covered_to);
  }

  detail::BlockPool<S> pool_;
};

/// Adjoints of recorded numbers: variables of the level below, so that they can be differentiated again.
template <class R>
class Adjoints<Var<R>> {
 public:
  using S = Var<R>;
  ScalarAdjoints<S> scalars;

  void contribute(const MatrixHandle<S>& operand, const MatrixHandle<R>& contribution) {
    if (operand.node == nullptr) {
      detail::accumulate(scalars[operand.slot], S(1), total(contribution));
      return;
    }
    Node<S>& node = *operand.node;
    // A part alone is put into zeros of the whole; but of many small ones each element by itself, or a loop over the
    // segments of a vector would take quadratic time and memory.
    if (4 * operand.layout.size() <= node.size() && ++node.parts > 8) return contribute_elements(operand, contribution);
    const Layout whole = Layout::dense(node.rows, node.cols);
    const MatrixHandle<R> all =
        operand.layout == whole ? contribution : scatter(contribution, operand.layout, node.rows, node.cols);
    node.adjoint = node.adjoint_present ? add(node.adjoint, all) : all;
    node.adjoint_present = true;
  }

  bool collect(Node<S>& node, Tape<R>& below) {
    if (node.slots != 0 && node.size() > 0) {
      S* elements = &scalars[node.slots];
      if (std::any_of(elements, elements + node.size(), [](const S& x) { return !is_structural_zero(x); })) {
        const MatrixHandle<S> whole{.node = &node, .layout = Layout::dense(node.rows, node.cols)};
        contribute(whole, pack(below, elements, node.rows, node.cols));
        std::fill(elements, elements + node.size(), S{});
      }
    }
    return node.adjoint_present;
  }

  bool holds(const Node<S>&) const { return true; }  // nothing there is a zero
  void release(Node<S>& node) { forget(node); }
  void forget(Node<S>& node) {
    node.adjoint_present = false;
    node.parts = 0;
  }
  void clear_blocks() {}
  std::size_t capacity() const { return scalars.size() * sizeof(S); }

 private:
  void contribute_elements(const MatrixHandle<S>& operand, const MatrixHandle<R>& contribution) {
    Node<S>& node = *operand.node;
    if (node.slots == 0) {
      node.slots = operand.tape->take_slots(node.size());
      scalars.resize(operand.tape->slots());
    }
    const Layout& at = operand.layout;
    for (Index j = 0; j < at.cols; ++j)
      for (Index i = 0; i < at.rows; ++i)
        detail::accumulate(scalars[node.slots + static_cast<Slot>(at.position(i, j))], S(1),
                           contribution.tape->element(contribution, i, j));
  }
};

}  // namespace gradus
