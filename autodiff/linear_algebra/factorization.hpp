// A factorized square matrix, recorded or constant: systems, inverse and determinant from one factorization, which
// serves the adjoints too.
#pragma once

#include "factors.hpp"

namespace gradus {

namespace detail {

/// Stands for a matrix that is constant, of which the factors are all that is needed.
template <class P>
struct ConstantMatrix {};
template <class A>
inline constexpr bool is_constant_matrix = false;
template <class P>
inline constexpr bool is_constant_matrix<ConstantMatrix<P>> = true;

/// The transpose of a function of the matrix, which must outlive it.
template <class Factors>
decltype(auto) transposed(const auto& y) {
  if constexpr (Factors::is_symmetric)
    return (y);
  else
    return y.transpose();
}

/// A⁻¹ B, or A⁻ᵀ B.
template <class Factors>
struct Solve {
  static constexpr std::string_view name = "solve";
  std::shared_ptr<const Factors> factors;
  bool transposed = false;

  auto value(const auto& a, const auto& b) const {
    const auto solve = [&]<class B>(const auto&, const B& numbers) {
      return solved<B::RowsAtCompileTime>(*factors, numbers, transposed);
    };
    return on_numbers(*this, solve, a, b);
  }
  void pullback(const auto& g, const auto& y, const auto& a, const auto&, auto& a_bar, auto& b_bar) const {
    const auto lambda = custom(Solve{factors, !transposed}, a, g);  // the adjoint system: Aᵀ λ = g
    b_bar += lambda;
    if (!a_bar.wanted()) return;
    if constexpr (Factors::is_symmetric)
      contribute_outer(a_bar, lambda, y);
    else if (transposed)
      a_bar -= y * lambda.transpose();
    else
      a_bar -= lambda * y.transpose();
  }
  // −(λ yᵀ + y λᵀ)/2
  static void contribute_outer(const auto& a_bar, const auto& lambda, const auto& y) {
    if constexpr (VectorOperand<decltype(y)>) {
      a_bar -= evaluated(lambda / 2) * y.transpose();
      a_bar -= evaluated(y / 2) * lambda.transpose();
    } else {
      contribute<true>(a_bar, evaluated(-lambda * y.transpose()));
    }
  }
  auto tangent(const auto& y, const auto& a, const auto&, const auto& a_dot, const auto& b_dot) const {
    const auto da = symmetrized<Factors::is_symmetric>(a_dot);
    return transposed ? custom(*this, a, evaluated(b_dot - da.transpose() * y))
                      : custom(*this, a, evaluated(b_dot - da * y));
  }
};

/// The same with a constant A, which is then not an operand.
template <class Factors>
struct SolveWithConstant {
  static constexpr std::string_view name = "solve";
  std::shared_ptr<const Factors> factors;
  bool transposed = false;

  auto value(const auto& b) const {
    const auto solve = [&]<class B>(const B& numbers) {
      return solved<B::RowsAtCompileTime>(*factors, numbers, transposed);
    };
    return on_numbers(*this, solve, b);
  }
  void pullback(const auto& g, const auto&, const auto&, auto& b_bar) const {
    b_bar += custom(SolveWithConstant{factors, !transposed}, g);
  }
  auto tangent(const auto&, const auto&, const auto& b_dot) const { return custom(*this, b_dot); }
};

/// A⁻¹
template <class Factors>
struct Inverse {
  static constexpr std::string_view name = "inverse";
  std::shared_ptr<const Factors> factors;
  const char* asked_for = "inverse";  // in errors

  auto value(const auto& a) const {
    return on_numbers(
        *this, [&]<class A>(const A&) { return inverse_of<PlainOf<A>>(*factors, asked_for); }, a);
  }
  void pullback(const auto& g, const auto& y, const auto&, auto& a_bar) const {
    contribute<Factors::is_symmetric>(a_bar, evaluated(evaluated(-y.transpose() * g) * y.transpose()));
  }
  auto tangent(const auto& y, const auto&, const auto& a_dot) const {
    return evaluated(-y * symmetrized<Factors::is_symmetric>(a_dot) * y);
  }
};

/// log |det A|; ∂/∂A = A⁻ᵀ
template <class Factors>
struct LogDeterminant {
  static constexpr std::string_view name = "log_determinant";
  static constexpr const char* derivative = "derivative of log_determinant";
  std::shared_ptr<const Factors> factors;

  auto value(const auto& a) const {
    return on_numbers(
        *this, [&](const auto&) { return factors->log_abs_determinant(); }, a);
  }
  void pullback(const auto& g, const auto&, const auto& a, auto& a_bar) const {
    a_bar += g * transposed<Factors>(custom(Inverse<Factors>{factors, derivative}, a));
  }
  auto tangent(const auto&, const auto& a, const auto& a_dot) const {
    return a_dot.cwiseProduct(custom(Inverse<Factors>{factors, derivative}, a).transpose()).sum();
  }
};

/// det A; ∂/∂A = det A · A⁻ᵀ
template <class Factors>
struct Determinant {
  static constexpr std::string_view name = "determinant";
  static constexpr const char* derivative = "derivative of determinant";
  std::shared_ptr<const Factors> factors;

  auto value(const auto& a) const {
    return on_numbers(
        *this, [&](const auto&) { return factors->determinant(); }, a);
  }
  void pullback(const auto& g, const auto& y, const auto& a, auto& a_bar) const {
    a_bar += g * y * transposed<Factors>(custom(Inverse<Factors>{factors, derivative}, a));
  }
  auto tangent(const auto& y, const auto& a, const auto& a_dot) const {
    return y * a_dot.cwiseProduct(custom(Inverse<Factors>{factors, derivative}, a).transpose()).sum();
  }
};

}  // namespace detail

/// A square matrix A with its factorization, which was computed once and serves every function below, their adjoints
/// and the adjoints of those: what factorize() and factorize_spd() give. Copying it copies a pointer.
template <class A, class Factors>
class Factorization {
 public:
  Factorization(const A& a, std::shared_ptr<const Factors> factors) : a_(a), factors_(std::move(factors)) {}

  Index rows() const { return factors_->rows(); }
  Index cols() const { return factors_->cols(); }

  /// A⁻¹ B of a vector or matrix B. Throws ShapeError if B has other rows than A, Error if A is singular.
  template <AlgebraOperand B>
  auto solve(const B& b) const {
    return solve(b, false);
  }
  /// A⁻ᵀ B
  template <AlgebraOperand B>
  auto solve_transposed(const B& b) const {
    return solve(b, true);
  }
  /// A⁻¹. Throws Error if A is singular. To solve systems, solve() is faster and more accurate.
  auto inverse() const {
    if constexpr (is_constant)
      return inverse_of(a_);
    else
      return custom(detail::Inverse<Factors>{factors_}, a_);
  }
  /// det A. Where it is 0, its derivative throws Error.
  auto determinant() const {
    if constexpr (is_constant)
      return factors_->determinant();
    else
      return custom(detail::Determinant<Factors>{factors_}, a_);
  }
  /// log |det A|, which neither overflows nor underflows; −∞ where A is singular, and then its derivative throws Error.
  auto log_determinant() const {
    if constexpr (is_constant)
      return factors_->log_abs_determinant();
    else
      return custom(detail::LogDeterminant<Factors>{factors_}, a_);
  }
  /// The sign of det A: −1, 0 or 1.
  int determinant_sign() const { return factors_->determinant_sign(); }

 private:
  static constexpr bool is_constant = detail::is_constant_matrix<A>;

  template <class B>
  auto solve(const B& b, bool transposed) const {
    const Index b_rows = detail::rows_of(b);
    if (b_rows != rows()) throw_rows_differ("solve", rows(), cols(), b_rows, detail::cols_of(b));
    if (const Index k = factors_->deficient(); k >= 0) throw_singular("solve", k);
    if constexpr (is_constant)
      return custom(detail::SolveWithConstant<Factors>{factors_, transposed}, b);
    else
      return custom(detail::Solve<Factors>{factors_, transposed}, a_, b);
  }
  template <class P>
  auto inverse_of(const detail::ConstantMatrix<P>&) const {
    return detail::inverse_of<P>(*factors_, "inverse");
  }

  A a_;
  std::shared_ptr<const Factors> factors_;
};

}  // namespace gradus
