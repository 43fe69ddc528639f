// What sweeps over a recorded function give: rows and columns of its Jacobian, and products with it, many at a time.
#pragma once

#include "recording.hpp"
#include "vector_sweep.hpp"

namespace gradus::detail {

/// Calls f(first, count) for blocks of indices below n, as equal as can be and of no more than a sweep carries.
template <class F>
void for_blocks(Index n, const F& f) {
  const Index blocks = (n + most_lanes - 1) / most_lanes;
  for (Index b = 0, first = 0; b < blocks; ++b) {
    const Index next = n * (b + 1) / blocks;
    f(first, static_cast<int>(next - first));
    first = next;
  }
}

/// The handle and place of a row of the Jacobian of all results, in turn.
template <class Handle, std::size_t N>
class RowCursor {
 public:
  explicit RowCursor(const std::array<Handle, N>& results) : results_(results) { skip_empty(); }
  const Handle& result() const { return results_[k_]; }
  Index i() const { return at_ % result().layout.rows; }
  Index j() const { return at_ / result().layout.rows; }
  void next() {
    if (++at_ < result().layout.size()) return;
    at_ = 0;
    ++k_;
    skip_empty();
  }

 private:
  void skip_empty() {
    while (k_ < N && results_[k_].layout.size() == 0) ++k_;
  }
  const std::array<Handle, N>& results_;
  std::size_t k_ = 0;
  Index at_ = 0;
};

/// Where what belongs to an argument goes: a row of as many numbers as it has elements for every seed.
template <class S>
struct Rows {
  S* first = nullptr;
  Index stride = 0;
};

/// Reverse sweeps with `count` seeds in all: seed(sweep, lane, k) puts down the k-th. They come in order.
template <Number S, class Y, std::size_t N, class Seed>
void pull_seeds(const Recording<S, Y, N>& recording, Index count, const std::array<Rows<S>, N>& targets,
                const Seed& seed) {
  for_blocks(count, [&](Index first, int lanes) {
    VectorSweep<S> sweep(*recording.tape, lanes, Mode::reverse);
    for (std::size_t a = 0; a < N; ++a)
      if (const auto& argument = recording.arguments[a]; argument.node != nullptr)
        sweep.bind(argument, targets[a].first + first * targets[a].stride, targets[a].stride);
    for (int l = 0; l < lanes; ++l) seed(sweep, l, first + l);
    sweep.pull();
    for (std::size_t a = 0; a < N; ++a)
      if (const auto& argument = recording.arguments[a]; argument.node == nullptr)
        for (int l = 0; l < lanes; ++l)
          targets[a].first[(first + l) * targets[a].stride] = sweep.adjoint(argument.slot, l);
  });
}

/// Forward sweeps with `count` seeds in all: seed(sweep, first, lanes) puts down some of them. take(k, row, tangent) is
/// called for all elements of all results.
template <Number S, class Y, std::size_t N, class Seed, class Take>
void push_seeds(const Recording<S, Y, N>& recording, Index count, const Seed& seed, const Take& take) {
  VectorSweep<S>::read_program(*recording.tape);
  for_blocks(count, [&](Index first, int lanes) {
    VectorSweep<S> sweep(*recording.tape, lanes, Mode::forward);
    seed(sweep, first, lanes);
    sweep.push();
    Index row = 0;
    for (const auto& y : recording.results) {
      sweep.read_tangents(y, [&](int l, Index i, const S& tangent) { take(first + l, row + i, tangent); });
      row += y.layout.size();
    }
  });
}

/// The Jacobian of numbers, each argument's in place, by one sweep a row.
template <Number S, class Y, std::size_t N>
void write_rows_one_by_one(const Recording<S, Y, N>& recording, const std::array<Rows<S>, N>& targets) {
  Tape<S>& tape = *recording.tape;
  const auto bind = [&](Index row) {
    for (std::size_t k = 0; k < N; ++k)
      if (recording.arguments[k].node != nullptr)
        tape.bind(matrix_of(recording.arguments[k]), targets[k].first + row * targets[k].stride);
  };
  const auto read_scalars = [&](Index row) {
    for (std::size_t k = 0; k < N; ++k)
      if (recording.arguments[k].node == nullptr)
        targets[k].first[row * targets[k].stride] = tape.adjoints().scalars[recording.arguments[k].slot];
  };
  sweep_rows(recording, bind, read_scalars);
}

/// The same by sweeps over many rows.
template <Number S, class Y, std::size_t N>
void write_jacobian_by_rows(const Recording<S, Y, N>& recording, const std::array<Rows<S>, N>& targets) {
  if (recording.rows() == 1 || recording.tape->journal() != nullptr) return write_rows_one_by_one(recording, targets);
  RowCursor next(recording.results);
  pull_seeds(recording, recording.rows(), targets, [&](VectorSweep<S>& sweep, int lane, Index) {
    sweep.seed_adjoint(next.result(), lane, next.i(), next.j(), S(1));
    next.next();
  });
}

/// The same, column by column.
template <Number S, class Y, std::size_t N>
void write_jacobian_by_columns(const Recording<S, Y, N>& recording, const std::array<Rows<S>, N>& targets) {
  std::array<Index, N + 1> starts{};  // of the arguments among the columns
  for (std::size_t a = 0; a < N; ++a) starts[a + 1] = starts[a] + recording.arguments[a].layout.size();
  const auto argument_of = [&](Index column) {
    std::size_t a = 0;
    while (column >= starts[a + 1]) ++a;
    return a;
  };
  push_seeds(
      recording, recording.cols(),
      [&](VectorSweep<S>& sweep, Index first, int lanes) {
        for (std::size_t a = 0; a < N; ++a) {
          LaneMask seeded = 0;
          for (int l = 0; l < lanes; ++l)
            if (argument_of(first + l) == a) seeded |= static_cast<LaneMask>(1u << l);
          sweep.seed_tangents(recording.arguments[a], seeded,
                              [&](int l, Index i) { return S(first + l == starts[a] + i); });
        }
      },
      [&](Index column, Index row, const S& tangent) {
        const std::size_t a = argument_of(column);
        targets[a].first[row * targets[a].stride + column - starts[a]] = tangent;
      });
}

/// Jᵀ·[u₁ … u_k] of one argument and one result, seed(c, i) being element i of u_c; as the columns of a matrix.
template <Number S, class Y, class Seed>
void pull_columns(const Recording<S, Y, 1>& recording, Index count, const Seed& seed, DynamicMatrix<S>& products) {
  products.resize(recording.cols(), count);
  pull_seeds(recording, count, std::array{Rows<S>{products.data(), products.rows()}},
             [&](VectorSweep<S>& sweep, int lane, Index c) {
               sweep.seed_adjoints(recording.results[0], lane, [&](Index i) { return seed(c, i); });
             });
}
/// J·[v₁ … v_k], likewise.
template <Number S, class Y, class Seed>
void push_columns(const Recording<S, Y, 1>& recording, Index count, const Seed& seed, DynamicMatrix<S>& products) {
  products.resize(recording.rows(), count);
  push_seeds(
      recording, count,
      [&](VectorSweep<S>& sweep, Index first, int lanes) {
        sweep.seed_tangents(recording.arguments[0], first_lanes(lanes),
                            [&](int l, Index i) { return seed(first + l, i); });
      },
      [&](Index c, Index row, const S& tangent) { products(row, c) = tangent; });
}
/// The same where the directions stand as the columns of a matrix, read in place.
template <Number S, class Y, class Take>
void push_matrix(const Recording<S, Y, 1>& recording, const View<const S>& directions, const Take& take) {
  const auto& argument = recording.arguments[0];
  push_seeds(
      recording, directions.cols,
      [&](VectorSweep<S>& sweep, Index first, int lanes) {
        const S* const columns = directions.data + first * directions.col_stride;
        if (argument.node != nullptr)
          sweep.bind_tangents(argument, columns, directions.col_stride);
        else
          sweep.seed_tangents(argument, first_lanes(lanes),
                              [&](int l, Index) { return columns[l * directions.col_stride]; });
      },
      take);
}

}  // namespace gradus::detail
