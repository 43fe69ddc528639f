// Elementary functions of power series, coefficient by coefficient, from the derivatives of the rules.
//
// For y = φ(u) the chain rule y′ = φ′(u) u′ says of the coefficients
//
//     k yₖ = Σⱼ j uⱼ dₖ₋ⱼ,  j = 1 … k,  d = φ′(u),
//
// so dₖ₋₁ is enough for yₖ, even where φ′ is given in terms of y. A rule's derivative is read with streams: series
// whose coefficients are computed when they are asked for. A function that is asked for again (sin leads to cos, and
// cos to sin) is the same stream, so n coefficients take n² multiplications. (A. Griewank, A. Walther, Evaluating
// Derivatives, 2nd ed. 2008, chapter 13; M. D. McIlroy, Power Series, Power Serious, 1999.)
#pragma once

#include "series_nodes.hpp"

namespace gradus {

namespace detail {

/// What one operand of a rule contributes to the result's coefficients. D is the type of the rule's derivative.
template <class Rule, class X, class D>
class Contribution {
 public:
  explicit Contribution(SeriesNode<X>& operand) : u_(operand) {}

  template <class Derivative>
  void prepare(const Derivative& derivative) {
    if (!u_.is_constant() && !by_) by_.emplace(derivative());
  }
  /// The length of the result if it were of this operand alone.
  Index length(Index terms) const {
    if (u_.is_constant() || std::is_same_v<D, Zero>) return 1;
    if constexpr (!is_stream<D>)
      return u_.length();
    else
      return std::min(terms, by_ ? u_.length() + by_->node().length() - 1 : terms);
  }
  /// Σ j uⱼ dₖ₋ⱼ
  void add_products(SeriesSum<X>& sum, Index k) const {
    if constexpr (is_stream<D>) {
      if (u_.is_constant()) return;
      SeriesNode<X>& d = by_->node();
      constexpr bool is_polynomial = requires { Rule::is_polynomial; };  // needs no care for infinities
      using Product = std::conditional_t<is_polynomial, rules::Multiply, rules::Gate>;
      for (Index j = std::max(Index(1), k - d.length() + 1); j <= std::min(k, u_.length() - 1); ++j)
        sum.template add<Product>(u_.slope(j), d[k - j]);
    }
  }
  /// uₖ times a derivative that is the same everywhere.
  void add_term(SeriesSum<X>& sum, Index k) const {
    if constexpr (!is_stream<D> && !std::is_same_v<D, Zero>) {
      if (k >= u_.length()) return;
      if constexpr (std::is_same_v<D, One>)
        sum.add(u_[k]);
      else if constexpr (std::is_same_v<D, MinusOne>)
        sum.add(on_coefficients<rules::Negate>(u_[k]));
      else if constexpr (is_weight<D>)
        sum.add(on_coefficients<rules::Gate>(by_->weight.node()[0], u_[k]));
      else
        sum.add(on_coefficients<rules::Multiply>(u_[k], literal_beside(u_[k], *by_)));
    }
  }

 private:
  SeriesNode<X>& u_;
  std::optional<D> by_;
};

/// A rule of one or two operands, from its derivatives.
template <class Rule, class X>
class FunctionNode final : public SeriesNode<X> {
  static auto by_first(const Stream<X>& a, const Stream<X>& b, const Stream<X>& y) {
    if constexpr (rules::Unary<Rule>)
      return Rule::derivative(a, y);
    else
      return Rule::by_first(a, b, y);
  }
  static auto by_second(const Stream<X>& a, const Stream<X>& b, const Stream<X>& y) {
    if constexpr (rules::Unary<Rule>)
      return Zero{};
    else
      return Rule::by_second(a, b, y);
  }

 public:
  FunctionNode(SeriesEvaluation<X>& in, SeriesNode<X>& a, SeriesNode<X>& b)
      : SeriesNode<X>(1), in_(in), a_(a), b_(b), first_(a), second_(b) {
    set_length();
  }
  /// Finds the derivatives: they may tell that the result is a polynomial. (Not before, for those of pow(x, b) lead to
  /// pow(x, b − 1) and so on without end.)
  void prepare() {
    const Stream<X> a(in_, a_), b(in_, b_), y(in_, *this);
    first_.prepare([&] { return by_first(a, b, y); });
    second_.prepare([&] { return by_second(a, b, y); });
    is_prepared_ = true;
    set_length();
  }

 private:
  void set_length() { this->length_ = std::max(first_.length(in_.terms), second_.length(in_.terms)); }
  X next(Index k) override {
    if (k == 0) return on_coefficients<Rule>(a_[0], b_[0]);
    if (!is_prepared_) prepare();
    SeriesSum<X> sum;
    first_.add_products(sum, k);
    second_.add_products(sum, k);
    sum.divide(k);
    first_.add_term(sum, k);
    second_.add_term(sum, k);
    return sum.take(a_[0]);
  }

  SeriesEvaluation<X>& in_;
  SeriesNode<X>&a_, &b_;
  static const Stream<X>& any();  // for its type
  Contribution<Rule, X, decltype(by_first(any(), any(), any()))> first_;
  Contribution<Rule, X, decltype(by_second(any(), any(), any()))> second_;
  bool is_prepared_ = false;
};

template <class Rule, class X>
struct NodeOf {
  using type = FunctionNode<Rule, X>;
};
template <class X>
struct NodeOf<rules::Multiply, X> {
  using type = CauchyNode<rules::Multiply, X>;
};
template <class X>
struct NodeOf<rules::Gate, X> {
  using type = CauchyNode<rules::Gate, X>;
};
template <class X>
struct NodeOf<rules::Divide, X> {
  using type = QuotientNode<X>;
};

template <class Node, class X>
void label(Node& node, const void* operation, const SeriesNode<X>& a, const SeriesNode<X>& b) {
  node.operation = operation, node.first = &a, node.second = &b;
}

/// Rule(a, b), or what is known of it already. A unary rule has its operand twice.
template <class Rule, class X>
Stream<X> stream_of(const Stream<X>& a, const Stream<X>& b) {
  SeriesEvaluation<X>& in = a.evaluation();
  const void* const operation = &operation_tag<Rule>;
  for (SeriesNode<X>* node : in.known)
    if (node->operation == operation && node->first == &a.node() && node->second == &b.node())
      return Stream<X>(in, *node);
  auto node = std::make_unique<typename NodeOf<Rule, X>::type>(in, a.node(), b.node());
  label(*node, operation, a.node(), b.node());
  in.known.push_back(node.get());
  in.made.push_back(std::move(node));
  return Stream<X>(in, *in.known.back());
}

/// A number as a stream beside another.
template <class X, class C>
Stream<X> constant_stream(const Stream<X>& beside, const C& c) {
  struct Holder final : SeriesNode<X> {
    explicit Holder(X v) : SeriesNode<X>(1), value(std::move(v)) {}
    X next(Index) override { return value; }
    X value;
  };
  SeriesEvaluation<X>& in = beside.evaluation();
  in.made.push_back(std::make_unique<Holder>(literal_beside(beside.node()[0], c)));
  return Stream<X>(in, *in.made.back());
}

/// The first `terms` coefficients of Rule(a, b), without zeros at the end that are known to be such.
template <class Rule, class X>
std::vector<X> evaluate_series(Index terms, SeriesNode<X>& a, SeriesNode<X>& b) {
  SeriesEvaluation<X> in{terms};
  typename NodeOf<Rule, X>::type y(in, a, b);
  label(y, &operation_tag<Rule>, a, b);
  in.known.push_back(&y);
  y.prepare();
  return y.take_all();
}

}  // namespace detail

template <class Rule, class X>
Stream<X> apply(const Stream<X>& x) {
  return detail::stream_of<Rule>(x, x);
}
template <class Rule, class X>
Stream<X> apply(const Stream<X>& a, const Stream<X>& b) {
  return detail::stream_of<Rule>(a, b);
}
template <class Rule, class X, PlainNumber C>
Stream<X> apply(const Stream<X>& a, const C& b) {
  return detail::stream_of<Rule>(a, detail::constant_stream(a, b));
}
template <class Rule, class X, PlainNumber C>
Stream<X> apply(const C& a, const Stream<X>& b) {
  return detail::stream_of<Rule>(detail::constant_stream(b, a), b);
}

}  // namespace gradus
