// Functions of every element, in Eigen's vocabulary.
#pragma once

#include "../operand.hpp"

namespace gradus {

/// The members of Vocabulary that work element by element; and the inverse, which for matrices is another thing.
template <class Derived>
class Elementwise {
 public:
  template <class B>
  auto cwiseProduct(const B& b) const {
    return apply<rules::Multiply>(self(), b);
  }
  template <class B>
  auto cwiseQuotient(const B& b) const {
    return apply<rules::Divide>(self(), b);
  }
  template <class B>
  auto cwiseMax(const B& b) const {
    return larger(self(), b);
  }
  template <class B>
  auto cwiseMin(const B& b) const {
    return smaller(self(), b);
  }
  auto cwiseAbs() const { return apply<rules::Abs>(self()); }
  auto cwiseAbs2() const { return apply<rules::Square>(self()); }
  auto cwiseSqrt() const { return apply<rules::Sqrt>(self()); }
  auto cwiseInverse() const { return apply<rules::Inverse>(self()); }

  // The members of Eigen's arrays; each is also a free function.
  template <class B>
  auto max(const B& b) const requires ArrayOperand<Derived> {
    return larger(self(), b);
  }
  template <class B>
  auto min(const B& b) const requires ArrayOperand<Derived> {
    return smaller(self(), b);
  }
  template <class B>
  auto pow(const B& b) const requires ArrayOperand<Derived> {
    return apply<rules::Power>(self(), b);
  }
  // clang-format off
  auto abs() const requires ArrayOperand<Derived> { return apply<rules::Abs>(self()); }
  auto sign() const requires ArrayOperand<Derived> { return apply<rules::Sign>(self()); }
  auto square() const requires ArrayOperand<Derived> { return apply<rules::Square>(self()); }
  auto abs2() const requires ArrayOperand<Derived> { return apply<rules::Square>(self()); }
  auto cube() const requires ArrayOperand<Derived> { return apply<rules::Cube>(self()); }
  auto inverse() const requires ArrayOperand<Derived> { return apply<rules::Inverse>(self()); }
  auto sqrt() const requires ArrayOperand<Derived> { return apply<rules::Sqrt>(self()); }
  auto exp() const requires ArrayOperand<Derived> { return apply<rules::Exp>(self()); }
  auto expm1() const requires ArrayOperand<Derived> { return apply<rules::Expm1>(self()); }
  auto log() const requires ArrayOperand<Derived> { return apply<rules::Log>(self()); }
  auto log1p() const requires ArrayOperand<Derived> { return apply<rules::Log1p>(self()); }
  auto sin() const requires ArrayOperand<Derived> { return apply<rules::Sin>(self()); }
  auto cos() const requires ArrayOperand<Derived> { return apply<rules::Cos>(self()); }
  auto tan() const requires ArrayOperand<Derived> { return apply<rules::Tan>(self()); }
  auto asin() const requires ArrayOperand<Derived> { return apply<rules::Asin>(self()); }
  auto acos() const requires ArrayOperand<Derived> { return apply<rules::Acos>(self()); }
  auto atan() const requires ArrayOperand<Derived> { return apply<rules::Atan>(self()); }
  auto sinh() const requires ArrayOperand<Derived> { return apply<rules::Sinh>(self()); }
  auto cosh() const requires ArrayOperand<Derived> { return apply<rules::Cosh>(self()); }
  auto tanh() const requires ArrayOperand<Derived> { return apply<rules::Tanh>(self()); }
  auto logistic() const requires ArrayOperand<Derived> { return apply<rules::Logistic>(self()); }
  auto log2() const requires ArrayOperand<Derived> { return apply<rules::Log2>(self()); }
  auto log10() const requires ArrayOperand<Derived> { return apply<rules::Log10>(self()); }
  auto rsqrt() const requires ArrayOperand<Derived> { return apply<rules::Rsqrt>(self()); }
  auto asinh() const requires ArrayOperand<Derived> { return apply<rules::Asinh>(self()); }
  auto acosh() const requires ArrayOperand<Derived> { return apply<rules::Acosh>(self()); }
  auto atanh() const requires ArrayOperand<Derived> { return apply<rules::Atanh>(self()); }
  auto erf() const requires ArrayOperand<Derived> { return apply<rules::Erf>(self()); }
  auto erfc() const requires ArrayOperand<Derived> { return apply<rules::Erfc>(self()); }
  auto floor() const requires ArrayOperand<Derived> { return apply<rules::RoundDown>(self()); }
  auto ceil() const requires ArrayOperand<Derived> { return apply<rules::RoundUp>(self()); }
  auto round() const requires ArrayOperand<Derived> { return apply<rules::Round>(self()); }
  auto rint() const requires ArrayOperand<Derived> { return apply<rules::RoundEven>(self()); }
  // clang-format on

  /// The matrix inverse and the determinant of a square matrix: see linear_algebra/solve.hpp.
  auto inverse() const requires AlgebraOperand<Derived> { return factorize(self()).inverse(); }
  auto determinant() const requires AlgebraOperand<Derived> { return factorize(self()).determinant(); }

 private:
  const Derived& self() const { return static_cast<const Derived&>(*this); }
};

}  // namespace gradus
