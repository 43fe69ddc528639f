// Matrices put together from matrices, diagonal matrices, and the cross product.
#pragma once

#include <array>

#include "functions.hpp"
#include "operations/join.hpp"

namespace gradus {

namespace detail {

/// The static size of two matrices along the dimension in which they are joined, and along the other.
constexpr int joined_size(int a, int b) { return a == Eigen::Dynamic || b == Eigen::Dynamic ? Eigen::Dynamic : a + b; }
constexpr int shared_size(int a, int b) { return a != Eigen::Dynamic ? a : b; }

/// Two matrices side by side (Columns), or one above the other.
template <bool Columns, class A, class B>
auto joined(const A& a, const B& b) {
  static_assert(SameKind<A, B>, "hcat, vcat: matrices beside matrices, arrays beside arrays");
  const Index ra = rows_of(a), ca = cols_of(a), rb = rows_of(b), cb = cols_of(b);
  if (Columns ? ra != rb : ca != cb) throw_shapes_differ(Columns ? "hcat" : "vcat", ra, ca, rb, cb);
  using PA = PlainOf<A>;
  using PB = PlainOf<B>;
  constexpr int level = meeting_level<A, B>;
  constexpr int rows = Columns ? shared_size(PA::RowsAtCompileTime, PB::RowsAtCompileTime)
                               : joined_size(PA::RowsAtCompileTime, PB::RowsAtCompileTime);
  constexpr int cols = Columns ? joined_size(PA::ColsAtCompileTime, PB::ColsAtCompileTime)
                               : shared_size(PA::ColsAtCompileTime, PB::ColsAtCompileTime);
  using P = Reshaped<PA, rows, cols>;
  const Index r = Columns ? ra : ra + rb, c = Columns ? ca + cb : ca;
  if constexpr (duals_lead<A, B> || series_lead<A, B>) {
    return push_linear([](const auto& x, const auto& y) { return joined<Columns>(x, y); }, a, b);
  } else if constexpr (level == 0) {
    P y(r, c);
    y.topLeftCorner(ra, ca) = a;
    y.bottomRightCorner(rb, cb) = b;
    return y;
  } else {
    auto& tape = *meeting_tape<level>(a, b);
    const std::array parts{operand(tape, a), operand(tape, b)};
    return NestedVar<level, P>(
        record_join(tape, std::span<const std::remove_cvref_t<decltype(parts[0])>>(parts), Columns));
  }
}

template <bool Columns, class X>
void check_parts(std::span<const X> parts) {
  const char* const name = Columns ? "hcat" : "vcat";
  if (parts.empty()) throw ShapeError(std::string(name) + ": expected at least one matrix");
  const X& first = parts[0];
  for (const X& x : parts)
    if (Columns ? x.rows() != first.rows() : x.cols() != first.cols())
      throw_shapes_differ(name, first.rows(), first.cols(), x.rows(), x.cols());
}

/// Any number of them: one record. (Of Duals and Series by halves, n numbers in k parts being copied log₂ k times.)
template <bool Columns, class X>
auto joined(std::span<const X> parts) {
  using P = PlainOf<X>;
  using All = Rebind<
      X, Reshaped<P, Columns ? P::RowsAtCompileTime : Eigen::Dynamic, Columns ? Eigen::Dynamic : P::ColsAtCompileTime>>;
  check_parts<Columns>(parts);
  if (parts.size() == 1) return All(parts[0]);
  if constexpr (MatrixVar<X>) {
    auto* tape = parts[0].tape();
    for (std::size_t k = parts.size(); k-- > 0;)
      if (!parts[k].handle().is_constant()) tape = parts[k].tape();
    using Handle = std::remove_cvref_t<decltype(parts[0].handle())>;
    auto* const handles = tape->arena().template allocate_array<Handle>(static_cast<Index>(parts.size()));
    for (std::size_t k = 0; k < parts.size(); ++k) new (handles + k) Handle(operand(*tape, parts[k]));
    return All(record_join(*tape, std::span<const Handle>(handles, parts.size()), Columns));
  } else if constexpr (EigenDense<X>) {
    Index rows = Columns ? parts[0].rows() : 0, cols = Columns ? 0 : parts[0].cols(), at = 0;
    for (const X& x : parts) (Columns ? cols : rows) += Columns ? x.cols() : x.rows();
    All y(rows, cols);
    for (const X& x : parts) {
      y.block(Columns ? 0 : at, Columns ? at : 0, x.rows(), x.cols()) = x;
      at += Columns ? x.cols() : x.rows();
    }
    return y;
  } else {
    const std::size_t half = parts.size() / 2;
    return All(joined<Columns>(joined<Columns>(parts.first(half)), joined<Columns>(parts.subspan(half))));
  }
}

/// diag(v) of a column as a matrix.
template <class V>
auto dense_diagonal(const V& v) {
  constexpr int size = PlainOf<V>::RowsAtCompileTime;
  using P = Eigen::Matrix<typename PlainOf<V>::Scalar, size, size>;
  if constexpr (EigenDense<V>) {
    return P(v.matrix().asDiagonal());
  } else if constexpr (duals_lead<V> || series_lead<V>) {
    return push_linear([](const auto& x) { return dense_diagonal(x); }, v);
  } else {
    const Index n = v.size();
    return NestedVar<level_of<V>, P>(scatter(v.current(), Layout{0, n, 1, n + 1, 0}, n, n));
  }
}

}  // namespace detail

/// Matrices (or arrays) side by side: m × k₁, m × k₂, … → m × (k₁ + k₂ + …). Constants may stand beside recorded ones.
/// Throws ShapeError.
template <MatrixOperand A>
const A& hcat(const A& a) {
  return a;
}
template <MatrixOperand A, MatrixOperand B, MatrixOperand... More>
auto hcat(const A& a, const B& b, const More&... more) {
  return hcat(detail::joined<true>(a, b), more...);
}
template <MatrixOperand X>
auto hcat(const std::vector<X>& parts) {
  return detail::joined<true>(std::span<const X>(parts));
}
/// Matrices (or arrays) one above the other: k₁ × n, k₂ × n, … → (k₁ + k₂ + …) × n. Throws ShapeError.
template <MatrixOperand A>
const A& vcat(const A& a) {
  return a;
}
template <MatrixOperand A, MatrixOperand B, MatrixOperand... More>
auto vcat(const A& a, const B& b, const More&... more) {
  return vcat(detail::joined<false>(a, b), more...);
}
template <MatrixOperand X>
auto vcat(const std::vector<X>& parts) {
  return detail::joined<false>(std::span<const X>(parts));
}

/// What v.asDiagonal() of a recorded vector gives: diag(v), which scales the rows of what stands on its right and the
/// columns of what stands on its left.
template <ActiveMatrix V>
class Diagonal {
 public:
  explicit Diagonal(const V& vector) : vector_(vector) {
    static_assert(V::IsVectorAtCompileTime, "asDiagonal is of vectors");
  }
  /// As a column.
  auto diagonal() const {
    if constexpr (V::ColsAtCompileTime == 1)
      return vector_;
    else
      return vector_.transpose();
  }
  auto toDenseMatrix() const { return detail::dense_diagonal(diagonal()); }

 private:
  V vector_;
};

/// diag(v)·M: row i of M times vᵢ.
template <ActiveMatrix V, AlgebraOperand M>
auto operator*(const Diagonal<V>& d, const M& m) {
  return detail::with_every<rules::Multiply>(m.colwise(), d.diagonal());
}
template <class V, ActiveMatrix M>
requires AlgebraOperand<M>
auto operator*(const Eigen::DiagonalWrapper<V>& d, const M& m) {
  return detail::with_every<rules::Multiply>(m.colwise(), d.diagonal());
}
/// M·diag(v): column j of M times vⱼ.
template <ActiveMatrix V, AlgebraOperand M>
auto operator*(const M& m, const Diagonal<V>& d) {
  return detail::with_every<rules::Multiply>(m.rowwise(), d.diagonal().transpose());
}
template <class V, ActiveMatrix M>
requires AlgebraOperand<M>
auto operator*(const M& m, const Eigen::DiagonalWrapper<V>& d) {
  return detail::with_every<rules::Multiply>(m.rowwise(), d.diagonal().transpose());
}

/// a × b of two vectors of length 3, recorded or not, in the shape of a. Throws ShapeError.
template <MatrixOperand A, MatrixOperand B>
auto cross_product(const A& a, const B& b) {
  using P = PlainOf<A>;
  static_assert(P::IsVectorAtCompileTime && PlainOf<B>::IsVectorAtCompileTime, "cross is of vectors");
  if (a.size() != 3 || b.size() != 3)
    throw ShapeError("cross: expected two vectors of length 3, got " + shape_text(a.rows(), a.cols()) + " and " +
                     shape_text(b.rows(), b.cols()));
  const auto c = stack(a(1) * b(2) - a(2) * b(1), a(2) * b(0) - a(0) * b(2), a(0) * b(1) - a(1) * b(0));
  using Upright = std::remove_cvref_t<decltype(c)>;
  if constexpr (P::ColsAtCompileTime == 1)
    return c;
  else
    return detail::Rebind<Upright, Eigen::Matrix<typename PlainOf<Upright>::Scalar, 1, 3>>(c.transpose());
}
template <MatrixOperand A, MatrixOperand B>
auto cross(const A& a, const B& b) {
  return cross_product(a, b);
}

}  // namespace gradus
