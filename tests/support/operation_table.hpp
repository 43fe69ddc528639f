// The table of operations: every line is an operation, checked in every mode of differentiation, to order 3.
//
// A line costs the compiler the operation on every kind of argument, and no more: the modes, the differences they are
// compared with and the tolerances are compiled once, in operation_table.cpp. A new operation is a line in one of the
// *_table_test.cpp; a new mode is a line in answers().
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "check_gradients.hpp"

namespace gradus::test {

/// The orders in double and in float. What the highest do repeats what is done one level below: under a sanitizer,
/// where it finds nothing new, one less is enough (tests/CMakeLists.txt).
#if defined(GRADUS_TABLE_ONE_ORDER_LESS)
inline constexpr bool third_order_in_double = false, second_order_in_float = false;
#else
inline constexpr bool third_order_in_double = true, second_order_in_float = true;
#endif

/// What an operation gave: a matrix, or a scalar.
template <class X>
struct Outcome {
  std::optional<X> matrix;
  std::optional<typename X::Scalar> scalar;
};

/// An operation G, compiled for arguments of every kind and then without a type of its own.
template <class Result, class... X>
struct Functions {
  template <class A>
  using Function = decltype(Result::template of<A>()) (*)(const A&, const A&);
  std::tuple<Function<X>...> of;

  template <class A>
  auto operator()(const A& a, const A& b) const {
    return std::get<Function<A>>(of)(a, b);
  }
};

/// One level of differentiation after the other: V is reverse mode, D forward mode. Duals as the numbers of a tape are
/// forward over reverse.
template <class P>
struct Kinds {
  using V = Var<P>;
  using D = Dual<P>;
  using VV = Var<V>;
  using DV = Dual<V>;  // reverse over forward
  using DD = Dual<D>;
  using VVV = Var<VV>;
  using DDV = Dual<DV>;
};

template <class Result, bool wanted, class... X>
using OnlyIf = std::conditional_t<wanted, Functions<Result, X...>, Functions<Result>>;
template <class Result, class... X, class... Y, class... Z>
Functions<Result, X..., Y..., Z...> together(Functions<Result, X...>, Functions<Result, Y...>, Functions<Result, Z...>);
template <class... F>
using Together = decltype(together(std::declval<F>()...));

struct Scalars {
  template <class X>
  static X of();
  using double_ = Kinds<double>;
  using float_ = Kinds<float>;
  using All = Together<Functions<Scalars, double, double_::V, double_::D, double_::VV, double_::DV, double_::DD,
                                 Var<Dual<double>>, float_::V, float_::D>,
                       OnlyIf<Scalars, third_order_in_double, double_::VVV, double_::DDV>,
                       OnlyIf<Scalars, second_order_in_float, float_::VV, float_::DV, Var<Dual<float>>>>;
  template <class X, class G>
  static X apply(const X& x, const X& y) {
    return X(G()(x, y));
  }
};
struct Matrices {
  template <class X>
  static Outcome<X> of();
  using double_ = Kinds<Eigen::MatrixXd>;
  using float_ = Kinds<Eigen::MatrixXf>;
  using All = Together<Functions<Matrices, Eigen::MatrixXd, double_::V, double_::D, double_::VV, double_::DV,
                                 double_::DD, Var<Eigen::MatrixX<Dual<double>>>, float_::V, float_::D>,
                       OnlyIf<Matrices, third_order_in_double, double_::VVV, double_::DDV>,
                       OnlyIf<Matrices, second_order_in_float, float_::VV, float_::DV>>;
  template <class X, class G>
  static Outcome<X> apply(const X& a, const X& b) {
    const auto& y = G()(a, b);
    if constexpr (MatrixOperand<decltype(y)>)
      return {X(y.matrix()), {}};
    else
      return {{}, typename X::Scalar(y)};
  }
};

/// An operation on matrices as one on arrays.
template <class G>
struct OfArrays {
  template <class X>
  auto operator()(const X& a, const X& b) const {
    if constexpr (EigenDense<X>)  // arrays that live as long as what G makes of them
      return Eigen::MatrixX<typename X::Scalar>(G()(Eigen::ArrayXXd(a), Eigen::ArrayXXd(b)).matrix());
    else
      return G()(a.array(), b.array());
  }
};

template <class Family, class G, class... X>
constexpr Functions<Family, X...> all_functions(const Functions<Family, X...>*) {
  return {{&Family::template apply<X, G>...}};
}
template <class Family, class G>
inline constexpr typename Family::All functions = all_functions<Family, G>(static_cast<typename Family::All*>(nullptr));

struct Shape {
  Index rows, cols;
};
/// Where an operation is smooth: the elements of its arguments are distinct numbers of this interval.
struct Domain {
  double low, high;
};
constexpr Domain both_signs{-1.5, 1.5}, positive{0.5, 1.5};

/// An operation of two arguments, one of which may go unused. The lambdas capture nothing.
struct Line {
  const char* name;
  Domain domain;
  std::array<Shape, 2> shapes;
  const Matrices::All* of_matrices;
  const Scalars::All* of_scalars = nullptr;

  /// Of matrices.
  template <class G>
  Line(const char* name_, Shape a, Shape b, G, Domain domain_ = both_signs)
      : name(name_), domain(domain_), shapes{a, b}, of_matrices(&functions<Matrices, G>) {}
  /// Element by element: of scalars, and of arrays.
  template <class G>
  Line(const char* name_, Domain domain_, G)
      : name(name_),
        domain(domain_),
        shapes{{{4, 5}, {4, 5}}},
        of_matrices(&functions<Matrices, OfArrays<G>>),
        of_scalars(&functions<Scalars, G>) {}
};

/// A part of the table. Every part knows of the others: see operation_coverage_test.cpp.
class Table {
 public:
  Table(std::initializer_list<Line> lines) : lines_(lines) { all().push_back(this); }
  Table(const Table&) = delete;

  /// Checks every line: values on variables are those on numbers, derivatives of order 1 agree with central
  /// differences, those of higher order with each other.
  void check() const;
  const std::vector<Line>& lines() const { return lines_; }
  static std::vector<const Table*>& all() {
    static std::vector<const Table*> tables;
    return tables;
  }

 private:
  std::vector<Line> lines_;
};

/// The names of the operations that a line puts on tapes of the first and the second level.
std::set<std::string> recorded_operations(const Line& line);

}  // namespace gradus::test
