// Sparse Hessians.
#pragma once

#include <optional>

#include "eigen_sparse.hpp"
#include "hessian_plan.hpp"
#include "programs.hpp"

namespace gradus {

/// The pattern of ∇²f, of x's elements in column order: which pairs of them f does not treat as a sum. f is recorded
/// at x to see what it does; the values there do not count, but the branches that f takes do, and the zeros of
/// constants that it multiplies by (so these must stay zero where the pattern is to hold). It may have more entries
/// than the Hessian where terms cancel, never fewer. f is any generic function of one Eigen object that returns a
/// scalar.
template <class F, class X>
requires EigenDense<X> SparsityPattern hessian_pattern(const F& f, const X& x) {
  HessianOperator<typename X::Scalar> gradient;
  gradient.record(f, x);
  return symmetrized(detail::pattern_of(gradient.recording()));
}

/// Computes sparse Hessians of one pattern again and again:
///
///     gradus::SparseHessian hessian(f, x);               // finds the pattern, plans the sweeps
///     Eigen::SparseMatrix<double> H = hessian(f, x);     // as often as you like, at any x
///     hessian.plan().sweeps();                           // what each takes, after one recording of the gradient
///
/// Its tapes keep their memory. It belongs to one thread; the plan is a value that any number of them can share.
template <Number S = double>
class SparseHessian {
 public:
  using Matrix = Eigen::SparseMatrix<S>;

  explicit SparseHessian(HessianPlan plan) : plan_(std::move(plan)) {}
  /// Throws Error unless the pattern is valid and symmetric. Entries of the Hessian outside of the pattern are not
  /// found, and spoil others.
  explicit SparseHessian(SparsityPattern pattern, const HessianOptions& options = {})
      : plan_(HessianPlan(std::move(pattern), options)) {}
  template <class F, class X>
  requires EigenDense<X> SparseHessian(const F& f, const X& x, const HessianOptions& options = {}) {
    gradient_.record(f, x);
    plan_.emplace(symmetrized(detail::pattern_of(gradient_.recording())), options);
  }

  const HessianPlan& plan() const { return *plan_; }

  /// ∇²f(x), both triangles. Throws ShapeError if x is not of the pattern's size.
  template <class F, class X>
  Matrix operator()(const F& f, const X& x) {
    Matrix hessian;
    (*this)(f, x, hessian);
    return hessian;
  }
  /// The same into a matrix that has been through here before: nothing is allocated but by f itself.
  template <class F, class X>
  void operator()(const F& f, const X& x, Matrix& hessian) {
    if (x.size() != plan_->pattern().cols)
      throw ShapeError("sparse Hessian: expected " + std::to_string(plan_->pattern().cols) +
                       " elements of x by the pattern, got " + std::to_string(x.size()));
    gradient_.record(f, x);
    sweep(hessian);
  }

 private:
  template <class F, class X>
  requires EigenDense<X>
  friend auto sparse_hessian(const F& f, const X& x, const HessianOptions& options);

  void sweep(Matrix& hessian) {
    detail::shape(plan_->pattern(), plan_->layout(), hessian);
    if (plan_->substitutes()) compressed_.resize(plan_->pattern().rows, plan_->sweeps());
    detail::coloured_products(
        plan_->colouring(), products_, [&](auto&... how) { detail::pull_columns(gradient_.recording(), how...); },
        [&](int c, const auto& product) {
          if (plan_->substitutes())
            compressed_.col(c) = product;
          else
            plan_->recovery().read(c, product.data(), hessian.valuePtr());
        });
    detail::substitute(plan_->steps(), compressed_.data(), hessian.valuePtr());
  }

  std::optional<HessianPlan> plan_;
  HessianOperator<S> gradient_;
  detail::DynamicMatrix<S> products_;
  detail::DynamicMatrix<S> compressed_;  // where the entries follow by substitution
};

template <class F, class X>
SparseHessian(const F&, const X&, const HessianOptions& = {}) -> SparseHessian<typename X::Scalar>;

/// ∇²f(x) as a sparse matrix, both triangles, of x's elements in column order. Finds the pattern and colours it, and
/// takes a Hessian-vector product per colour. f is any generic function of one Eigen object that returns a scalar.
template <class F, class X>
requires EigenDense<X>
auto sparse_hessian(const F& f, const X& x, const HessianOptions& options = {}) {
  SparseHessian<typename X::Scalar> hessian(f, x, options);
  typename SparseHessian<typename X::Scalar>::Matrix result;
  hessian.sweep(result);  // f is recorded already
  return result;
}

}  // namespace gradus
