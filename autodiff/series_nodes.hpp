// Power series whose coefficients are computed when they are asked for, and their products and quotients.
#pragma once

#include <memory>

#include "series_terms.hpp"

namespace gradus {

namespace detail {

/// One series of an evaluation: its coefficients, as far as they were asked for.
template <class X>
class SeriesNode {
 public:
  /// The coefficients from `length` on are zero.
  explicit SeriesNode(Index length) : length_(length) {}
  SeriesNode(const X* known, Index length) : length_(length), known_(known), ready_(length) {}
  SeriesNode(const SeriesNode&) = delete;
  virtual ~SeriesNode() = default;

  Index length() const { return length_; }
  bool is_constant() const { return length_ == 1; }
  /// Coefficient k < length().
  const X& operator[](Index k) {
    while (ready_ <= k) append();
    return known_[k];
  }
  /// k times coefficient k < length(), k > 0: a coefficient of t·u′(t).
  const X& slope(Index k) {
    if (k == 1) return (*this)[1];
    slopes_.reserve(static_cast<std::size_t>(length_));  // references stay valid
    while (static_cast<Index>(slopes_.size()) < k - 1) {
      const Index next = static_cast<Index>(slopes_.size()) + 2;
      slopes_.push_back(times((*this)[next], next));
    }
    return slopes_[static_cast<std::size_t>(k - 2)];
  }
  std::vector<X> take_all() {
    (*this)[length_ - 1];
    return std::move(own_);
  }

  // Which operation on which series this is.
  const void* operation = nullptr;
  const SeriesNode *first = nullptr, *second = nullptr;

 protected:
  virtual X next(Index) { return known_[0]; }
  Index length_;

 private:
  void append() {
    own_.reserve(static_cast<std::size_t>(length_));
    own_.push_back(next(ready_));
    known_ = own_.data();
    ++ready_;
  }

  const X* known_ = nullptr;
  Index ready_ = 0;
  std::vector<X> own_, slopes_;
};

/// All series that one operation leads to; they have `terms` coefficients.
template <class X>
struct SeriesEvaluation {
  Index terms;
  std::vector<std::unique_ptr<SeriesNode<X>>> made{};
  std::vector<SeriesNode<X>*> known{};
};

/// The address stands for the operation.
template <class Rule>
inline constexpr char operation_tag = 0;

}  // namespace detail

/// What the derivative of a rule is read with to be evaluated coefficient by coefficient. Internal: programs work with
/// Series. It is a handle on a node of an evaluation.
template <class X>
class Stream {
 public:
  Stream(detail::SeriesEvaluation<X>& evaluation, detail::SeriesNode<X>& node)
      : evaluation_(&evaluation), node_(&node) {}

  detail::SeriesEvaluation<X>& evaluation() const { return *evaluation_; }
  detail::SeriesNode<X>& node() const { return *node_; }

 private:
  detail::SeriesEvaluation<X>* evaluation_;
  detail::SeriesNode<X>* node_;
};

namespace detail {

template <class D>
inline constexpr bool is_stream = false;
template <class X>
inline constexpr bool is_stream<Stream<X>> = true;
template <class D>
inline constexpr bool is_weight = false;
template <class X>
inline constexpr bool is_weight<rules::Weight<Stream<X>>> = true;

/// a·b by the Cauchy product: Σ aⱼ bₖ₋ⱼ.
template <class Rule, class X>
class CauchyNode final : public SeriesNode<X> {
 public:
  CauchyNode(SeriesEvaluation<X>& in, SeriesNode<X>& a, SeriesNode<X>& b)
      : SeriesNode<X>(std::min(in.terms, a.length() + b.length() - 1)), a_(a), b_(b) {}
  void prepare() {}

 private:
  X next(Index k) override {
    SeriesSum<X> sum;
    for (Index j = std::max(Index(0), k - b_.length() + 1); j <= std::min(k, a_.length() - 1); ++j)
      sum.template add<Rule>(a_[j], b_[k - j]);
    return sum.take(a_[0]);
  }
  SeriesNode<X>&a_, &b_;
};

/// y = a/b from a = b·y. What is zero contributes nothing, even at a pole.
template <class X>
class QuotientNode final : public SeriesNode<X> {
 public:
  QuotientNode(SeriesEvaluation<X>& in, SeriesNode<X>& a, SeriesNode<X>& b)
      : SeriesNode<X>(b.is_constant() ? std::min(in.terms, a.length()) : in.terms), a_(a), b_(b) {}
  void prepare() {}

 private:
  X next(Index k) override {
    if (k == 0) return on_coefficients<rules::Divide>(a_[0], b_[0]);
    SeriesSum<X> rest;
    for (Index j = 1; j <= std::min(k, b_.length() - 1); ++j) rest.template add<rules::Gate>(b_[j], (*this)[k - j]);
    if (!inverse_) inverse_.emplace(on_coefficients<rules::Inverse>(b_[0]));
    return on_coefficients<rules::Gate>(remainder(k, rest), *inverse_);
  }
  X remainder(Index k, const SeriesSum<X>& rest) {
    if (rest.is_empty()) return a_[k];
    if (k >= a_.length()) return on_coefficients<rules::Negate>(rest.value());
    return on_coefficients<rules::Subtract>(a_[k], rest.value());
  }
  SeriesNode<X>&a_, &b_;
  std::optional<X> inverse_;
};

}  // namespace detail
}  // namespace gradus
