// The product of a chain of matrices in the order that takes the fewest multiplications, or in a given one.
#pragma once

#include <optional>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

#include "bracketing.hpp"
#include "operations/evaluate.hpp"
#include "pushforward.hpp"

namespace gradus {

namespace detail {

template <class T>
struct LinkTraits {  // what is not a matrix itself may be a range of them
  static constexpr bool is_range = true;
  using Matrix = std::ranges::range_value_t<const T&>;
};
template <MatrixOperand T>
struct LinkTraits<T> {
  static constexpr bool is_range = false;
  using Matrix = T;
};

}  // namespace detail

/// A matrix, or a range of matrices (a std::vector of Jacobians, say), recorded or not. A vector is a matrix of one
/// column.
template <class T>
concept ChainLink = AlgebraOperand<T> ||
    (!MatrixOperand<T> && std::ranges::forward_range<const T&> && AlgebraOperand<std::ranges::range_value_t<const T&>>);

namespace detail {

/// Calls f with each matrix, in order.
template <class F, class... L>
void for_each_matrix(const F& f, const L&... links) {
  const auto visit = [&]<class Link>(const Link& link) {
    if constexpr (LinkTraits<Link>::is_range)
      for (auto&& matrix : link) f(std::forward<decltype(matrix)>(matrix));
    else
      f(link);
  };
  (visit(links), ...);
}

/// The type of the chain's product: with a fixed number of rows or columns if its first or last matrix has one.
template <class... L>
struct ChainResult {
  using First = std::tuple_element_t<0, std::tuple<L...>>;
  using Last = std::tuple_element_t<sizeof...(L) - 1, std::tuple<L...>>;
  template <class Link>
  using Matrix = PlainOf<typename LinkTraits<Link>::Matrix>;
  static constexpr int level = meeting_level<typename LinkTraits<L>::Matrix...>;
  static constexpr int rows = LinkTraits<First>::is_range ? Eigen::Dynamic : Matrix<First>::RowsAtCompileTime;
  static constexpr int cols = LinkTraits<Last>::is_range ? Eigen::Dynamic : Matrix<Last>::ColsAtCompileTime;
  using Number = typename NumberAt<level, typename LinkTraits<L>::Matrix...>::type;
  using type = NestedVar<level, Eigen::Matrix<Number, rows, cols>>;
};

/// The product of recorded matrices and constants: of their handles.
template <class V, class... L>
V recorded_chain(const Bracketing& order, const L&... links) {
  using S = typename V::S;
  Tape<S>* tape = nullptr;  // that of a variable, if there is one
  bool of_variable = false;
  const auto look_at = [&](const auto& matrix) {
    if constexpr (level_of<decltype(matrix)> == level_of<V>) {
      if (of_variable) return;
      of_variable = !matrix.handle().is_constant();
      if (of_variable || tape == nullptr) tape = matrix.tape();
    }
  };
  for_each_matrix(look_at, links...);
  std::vector<MatrixHandle<S>> value;  // of the part that begins with matrix i
  for_each_matrix([&](const auto& matrix) { value.push_back(operand(*tape, matrix)); }, links...);
  for (const auto& [first, middle, last] : order.products()) {
    auto& left = value[static_cast<std::size_t>(first)];
    left = left * value[static_cast<std::size_t>(middle)];
  }
  return V(value.front());
}

template <class P, class... L>
auto chain_of_series(const Bracketing& order, const L&... links);  // see series_operators.hpp

/// The product where Duals are the deepest: (PQ)˙ = ṖQ + PQ̇, constants having no tangent.
template <class... L>
auto chain_of_duals(const Bracketing& order, const L&... links) {
  using D = typename DeepestOf<typename LinkTraits<L>::Matrix...>::type;
  using X = Rebind<typename D::Value, Eigen::Matrix<typename D::Plain::Scalar, Eigen::Dynamic, Eigen::Dynamic>>;
  struct Factor {
    X value;
    std::optional<X> tangent;
  };
  const D* dual = nullptr;
  const auto look_at = [&]<class M>(const M& matrix) {
    if constexpr (std::is_same_v<M, D>) dual = &matrix;
  };
  for_each_matrix(look_at, links...);
  std::vector<Factor> factors;  // the part that begins with matrix i
  const auto add = [&]<class M>(const M& matrix) {
    if constexpr (whole_depth<M> == whole_depth<D>)
      factors.push_back({X(matrix.primal()), X(matrix.tangent())});
    else
      factors.push_back({constant_beside(X(dual->primal()), in_memory(matrix)), std::nullopt});
  };
  for_each_matrix(add, links...);
  for (const auto& [first, middle, last] : order.products()) {
    Factor &a = factors[static_cast<std::size_t>(first)], &b = factors[static_cast<std::size_t>(middle)];
    std::optional<X> tangent;
    if (a.tangent) tangent.emplace(evaluated(*a.tangent * b.value));
    if (b.tangent) {
      const X more(evaluated(a.value * *b.tangent));
      tangent.emplace(tangent ? X(*tangent + more) : more);
    }
    a = {X(evaluated(a.value * b.value)), std::move(tangent)};
  }
  const Factor& all = factors.front();
  return Dual<X>(all.value, all.tangent ? *all.tangent : zero_beside(all.value));
}

/// The product of plain matrices, which are read where they lie. What has been multiplied is given back at once.
template <class Plain>
class PlainChain {
  using S = typename Plain::Scalar;
  using Dense = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
  struct Part {
    View<const S> view;
    Dense own;  // what is seen, where it is not the caller's
  };

 public:
  template <class... L>
  explicit PlainChain(Index length, const L&... links) : parts_(static_cast<std::size_t>(length)) {
    auto part = parts_.begin();
    for_each_matrix([&]<class X>(X&& matrix) { look_at(*part++, std::forward<X>(matrix)); }, links...);
  }

  Plain product(const Bracketing& order) {
    const View<const S>&first = parts_.front().view, &last = parts_.back().view;
    Plain result(first.rows, last.cols);
    if (order.length() == 1)
      for (Index j = 0; j < first.cols; ++j)
        for (Index i = 0; i < first.rows; ++i) result(i, j) = first(i, j);
    const View<S> whole(result.data(), Layout::dense(result.rows(), result.cols()));
    for (const Bracketing::Product& p : order.products()) {
      Part &left = parts_[static_cast<std::size_t>(p.first)], &right = parts_[static_cast<std::size_t>(p.middle)];
      if (p.last - p.first == order.length()) {
        kernels::put(whole, Store::assign, left.view * right.view);
        break;
      }
      Dense both(left.view.rows, right.view.cols);
      kernels::put(View<S>(both.data(), Layout::dense(both.rows(), both.cols())), Store::assign,
                   left.view * right.view);
      right.own = Dense();
      left.own = std::move(both);
      left.view = View<const S>(left.own.data(), Layout::dense(left.own.rows(), left.own.cols()));
    }
    return result;
  }

 private:
  template <class X>
  static void look_at(Part& part, X&& x) {
    using T = std::remove_cvref_t<X>;
    static_assert(std::is_same_v<typename PlainOf<T>::Scalar, S>,
                  "a chain has one type of numbers: use .cast<float>() or .cast<double>()");
    constexpr bool is_temporary = !std::is_lvalue_reference_v<X> && std::is_same_v<T, PlainOf<T>>;
    if constexpr (requires { x.view; }) {
      part.view = x.view;
    } else if constexpr (!is_temporary && (T::Flags & Eigen::DirectAccessBit) != 0) {
      part.view = borrow(std::as_const(x)).view;
    } else {
      part.own = std::forward<X>(x);
      part.view = borrow(part.own).view;
    }
  }

  std::vector<Part> parts_;  // part i begins with matrix i
};

}  // namespace detail

/// The k + 1 sizes of a chain of k matrices, for Bracketing: the rows of the first, and the columns of each. Throws
/// ShapeError if two neighbours do not fit, and names them; Error if there is no matrix.
template <ChainLink... L>
requires(sizeof...(L) > 0) std::vector<Index> chain_sizes(const L&... links) {
  std::vector<Index> sizes;
  const auto add = [&](const auto& matrix) {
    const Index rows = detail::rows_of(matrix), cols = detail::cols_of(matrix),
                count = static_cast<Index>(sizes.size());
    if (count == 0)
      sizes.push_back(rows);
    else if (rows != sizes.back())
      detail::throw_chain_broken(count - 1, sizes[sizes.size() - 2], sizes.back(), rows, cols);
    sizes.push_back(cols);
  };
  detail::for_each_matrix(add, links...);
  if (sizes.empty()) detail::throw_chain_empty();
  return sizes;
}

/// M1 M2 … Mk in the given order. Throws Error if the order is for another number of matrices, and as below.
template <ChainLink... L>
requires(sizeof...(L) > 0) auto chain_product(const Bracketing& order, const L&... links) {
  using Result = typename detail::ChainResult<L...>::type;
  const Index length = static_cast<Index>(chain_sizes(links...).size()) - 1;
  if (length != order.length()) detail::throw_other_length(order.length(), length);
  if constexpr (detail::series_lead<typename detail::LinkTraits<L>::Matrix...>) {
    return detail::chain_of_series<PlainOf<Result>>(order, links...);
  } else if constexpr (detail::duals_lead<typename detail::LinkTraits<L>::Matrix...>) {
    return detail::chain_of_duals(order, links...);
  } else if constexpr (level_of < Result >> 0) {
    return detail::recorded_chain<Result>(order, links...);
  } else {
    detail::PlainChain<Result> chain(length, links...);
    return chain.product(order);
  }
}

/// M1 M2 … Mk in the order that takes the fewest multiplications, Bracketing::best.
///
///     chain_product(A, B, w)            // matrices, vectors, Maps, Blocks, expressions, and variables among them
///     chain_product(jacobians, w)       // a std::vector of matrices, as long as you like, times a vector
///
/// Plain matrices are read in place, and give a plain matrix; their numbers may be of any one type (float, double,
/// Counted…). If one is recorded the product is, with a record per multiplication: the reverse sweep multiplies in the
/// same brackets, as often again for each factor that is not a constant. The order changes the result by rounding
/// alone. Finding it is k³/6 steps: where a long chain is multiplied often, keep the Bracketing. Throws ShapeError if
/// two neighbours do not fit, and names them; Error if there is no matrix.
template <ChainLink... L>
requires(sizeof...(L) > 0) auto chain_product(const L&... links) {
  return chain_product(Bracketing::best(chain_sizes(links...)), links...);
}

}  // namespace gradus
