// Sparse Jacobians.
#pragma once

#include <optional>

#include "eigen_sparse.hpp"
#include "jacobian_plan.hpp"
#include "programs.hpp"

namespace gradus {

/// The pattern of ∂f/∂x, of f's results and x's elements in column order. f is recorded at x to see what it does; the
/// values there do not count (x·y has derivatives by both where they are 0), but the branches that f takes do, and the
/// zeros of constant matrices that it multiplies by (so these must stay zero where the pattern is to hold). It may have
/// more entries than the Jacobian where terms cancel, never fewer. f is any generic function of one Eigen object.
template <class F, class X>
requires EigenDense<X> SparsityPattern jacobian_pattern(const F& f, const X& x) {
  detail::RecordedFunction<typename X::Scalar> function;
  function.record(f, x);
  return detail::pattern_of(function.recording());
}

/// Computes sparse Jacobians of one pattern again and again:
///
///     gradus::SparseJacobian jacobian(f, x);              // finds the pattern, plans the sweeps
///     Eigen::SparseMatrix<double> J = jacobian(f, x);     // as often as you like, at any x
///     jacobian.plan().sweeps();                           // what each takes, after one evaluation
///
/// Its tapes keep their memory. It belongs to one thread; the plan is a value that any number of them can share.
template <Number S = double>
class SparseJacobian {
 public:
  using Matrix = Eigen::SparseMatrix<S>;

  explicit SparseJacobian(JacobianPlan plan) : plan_(std::move(plan)) {}
  /// Throws Error if the pattern is not valid. Entries of the Jacobian outside of the pattern are not found, and spoil
  /// others.
  explicit SparseJacobian(SparsityPattern pattern, const JacobianOptions& options = {})
      : plan_(JacobianPlan(std::move(pattern), options)) {}
  template <class F, class X>
  requires EigenDense<X> SparseJacobian(const F& f, const X& x, const JacobianOptions& options = {}) {
    function_.record(f, x);
    plan_.emplace(detail::pattern_of(function_.recording()), options);
  }

  const JacobianPlan& plan() const { return *plan_; }

  /// ∂f/∂x at x. Throws ShapeError if f or x are not of the pattern's sizes.
  template <class F, class X>
  Matrix operator()(const F& f, const X& x) {
    Matrix jacobian;
    (*this)(f, x, jacobian);
    return jacobian;
  }
  /// The same into a matrix that has been through here before: nothing is allocated but by f itself.
  template <class F, class X>
  void operator()(const F& f, const X& x, Matrix& jacobian) {
    check("x", x.size(), plan_->pattern().cols);
    function_.record(f, x);
    sweep(jacobian);
  }

 private:
  template <class F, class X>
  requires EigenDense<X>
  friend auto sparse_jacobian(const F& f, const X& x, const JacobianOptions& options);

  // After f has been recorded.
  void sweep(Matrix& jacobian) {
    const Colouring &columns = plan_->columns(), &rows = plan_->rows();
    const auto& recording = function_.recording();
    detail::shape(plan_->pattern(), plan_->layout(), jacobian);
    check("f(x)", function_.results(), plan_->pattern().rows);
    detail::coloured_products(
        columns, products_, [&](auto&... how) { detail::push_columns(recording, how...); },
        [&](int c, const auto& product) { plan_->recovery().read(c, product.data(), jacobian.valuePtr()); });
    detail::coloured_products(
        rows, products_, [&](auto&... how) { detail::pull_columns(recording, how...); },
        [&](int c, const auto& product) {
          plan_->recovery().read(columns.count + c, product.data(), jacobian.valuePtr());
        });
  }
  static void check(const char* what, Index size, Index expected) {
    if (size != expected)
      throw ShapeError("sparse Jacobian: expected " + std::to_string(expected) + " elements of " + what +
                       " by the pattern, got " + std::to_string(size));
  }

  std::optional<JacobianPlan> plan_;
  detail::RecordedFunction<S> function_;
  detail::DynamicMatrix<S> products_;
};

template <class F, class X>
SparseJacobian(const F&, const X&, const JacobianOptions& = {}) -> SparseJacobian<typename X::Scalar>;

/// ∂f/∂x as a sparse matrix, with as many rows as f has results and columns as x has elements (both in column order).
/// Finds the pattern and colours it, and takes a sweep per colour. f is any generic function of one Eigen object.
template <class F, class X>
requires EigenDense<X>
auto sparse_jacobian(const F& f, const X& x, const JacobianOptions& options = {}) {
  SparseJacobian<typename X::Scalar> jacobian(f, x, options);
  typename SparseJacobian<typename X::Scalar>::Matrix result;
  jacobian.sweep(result);  // f is recorded already
  return result;
}

}  // namespace gradus
