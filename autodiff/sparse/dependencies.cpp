// The sparsity pattern of what a tape has recorded.
#include "dependencies.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "index_sets.hpp"

namespace gradus::detail {

namespace {

using Set = IndexSets::Set;
using Kind = Dependence::Kind;

/// The dependencies of every scalar and of every element of a matrix that y was computed from.
template <class S>
class Dependencies {
  using Handle = MatrixHandle<S>;

 public:
  Dependencies(const Tape<S>& tape, const Handle& x)
      : tape_(tape),
        x_(x),
        sets_(static_cast<std::size_t>(x.layout.size())),
        scalars_(tape.slots(), IndexSets::empty),
        needed_(tape.slots(), false) {}

  SparsityPattern of(const Handle& y) {
    need(y);
    find_what_is_needed();
    matrices_.assign(elements_, IndexSets::empty);
    for (auto step = program_.rbegin(); step != program_.rend(); ++step)
      step->record != nullptr ? carry(step->record->kind->look(*step->record)) : carry(step->statement);

    SparsityPattern pattern{y.layout.size(), x_.layout.size(), {0}, {}};
    const Elements results = elements(y);
    for (Index j = 0; j < y.layout.cols; ++j)
      for (Index i = 0; i < y.layout.rows; ++i) {
        sets_.append_elements(results(i, j), pattern.columns);
        pattern.starts.push_back(pattern.nonzeros());
      }
    return pattern;
  }

 private:
  struct Step {  // a record, or a statement
    Record<S>* record;
    typename Statements<S>::Statement statement;
  };
  /// The sets of a handle's elements.
  struct Elements {
    const Set* sets;
    Layout layout;
    Set operator()(Index i, Index j) const { return sets[layout.position(i, j)]; }
  };

  // ---- back: what y needs -------------------------------------------------------------------------------------------

  void need(const Handle& operand) {
    if (operand.node != nullptr)
      need(*operand.node);
    else if (operand.slot != 0)
      needed_[operand.slot] = true;
  }
  void need(const Node<S>& node) {
    if (first_.try_emplace(&node, elements_).second) elements_ += static_cast<std::size_t>(node.size());
  }
  bool is_needed(const Result<S>& result) {
    if (result.node == nullptr) return result.slot != 0 && needed_[result.slot];
    const Node<S>& node = *result.node;
    if (first_.contains(&node)) return true;
    const auto slots = needed_.begin() + node.slots;
    if (node.slots == 0 || std::find(slots, slots + node.size(), true) == slots + node.size()) return false;
    need(node);
    return true;
  }

  void find_what_is_needed() {
    auto place = tape_.end_of_statements();
    const auto pass_statements = [&](std::size_t down_to) {
      typename Statements<S>::Statement statement;
      while (tape_.statements().step_back(place, down_to, statement)) {
        if (!needed_[statement.result]) continue;
        program_.push_back({nullptr, statement});
        for (std::uint32_t i = 0; i < statement.count; ++i) needed_[statement.operand(i)] = true;
      }
    };
    for (Record<S>* record = tape_.last_record(); record != nullptr; record = record->previous) {
      pass_statements(record->statements);
      const RecordView<S> view = record->kind->look(*record);
      if (!is_needed(view.result)) continue;
      program_.push_back({record, {}});
      for (std::size_t k = 0; k < view.operands.size(); ++k)
        if (is_active(view, k)) need(view.operands[k]);
      for (const Slot slot : view.scalars) needed_[slot] = true;
    }
    pass_statements(0);
  }
  static bool is_active(const RecordView<S>& view, std::size_t operand) {
    return operand >= 2 || view.dependence.active[operand];
  }

  // ---- forward: the sets --------------------------------------------------------------------------------------------

  Elements elements(const Handle& h) const {
    if (h.node != nullptr) {
      const auto first = first_.find(h.node);
      if (first != first_.end()) return {matrices_.data() + first->second, h.layout};
    }
    return {h.node != nullptr ? &nothing_ : &scalars_[h.slot], Layout{0, h.layout.rows, h.layout.cols, 0, 0}};
  }
  Set* results(const Result<S>& result) {
    return result.node != nullptr ? matrices_.data() + first_.at(result.node) : &scalars_[result.slot];
  }

  void carry(const typename Statements<S>::Statement& statement) {
    parts_.clear();
    for (std::uint32_t i = 0; i < statement.count; ++i) parts_.push_back(scalars_[statement.operand(i)]);
    scalars_[statement.result] = sets_.unite(parts_);
  }

  void carry(const RecordView<S>& view) {
    if (view.result.node != nullptr && view.result.node == x_.node)
      carry_variable();
    else if (view.dependence.kind == Kind::elementwise)
      carry_elementwise(view);
    else if (view.dependence.kind == Kind::product)
      carry_product(view);
    else if (view.dependence.kind == Kind::beside || view.dependence.kind == Kind::below)
      carry_joined(view);
    else
      carry_every(view);
    if (view.result.node == nullptr || view.result.node->slots == 0) return;
    const Node<S>& node = *view.result.node;
    std::copy_n(results(view.result), node.size(), &scalars_[node.slots]);
  }

  void carry_variable() {
    Set* const to = results({x_.node, 0});
    for (Index i = 0; i < x_.layout.size(); ++i) to[i] = sets_.single(static_cast<std::size_t>(i));
  }

  void carry_every(const RecordView<S>& view) {
    parts_.clear();
    for (const Handle& operand : view.operands) gather(elements(operand));
    for (const Slot slot : view.scalars) parts_.push_back(scalars_[slot]);
    const Index size = view.result.node != nullptr ? view.result.node->size() : 1;
    std::fill_n(results(view.result), size, sets_.unite(parts_));
  }
  void gather(const Elements& from) {
    for (Index j = 0; j < from.layout.cols; ++j)
      for (Index i = 0; i < from.layout.rows; ++i) parts_.push_back(from(i, j));
  }

  // An operand of an elementwise operation; where it is multiplied by a constant, that constant.
  struct Part {
    Elements sets;
    View<const S> factor;
    bool has_factor;
    bool is_zero(Index i, Index j) const { return has_factor && factor(i, j) == S(0); }
  };
  std::vector<Part> parts_of(const RecordView<S>& view) const {
    const bool multiplies = view.operands.size() == 2 && std::string_view(view.operation) == rules::Multiply::name;
    std::vector<Part> parts;
    for (std::size_t k = 0; k < view.operands.size(); ++k) {
      if (!is_active(view, k) || view.operands[k].is_constant()) continue;
      Part part{elements(view.operands[k]), {}, multiplies && view.operands[1 - k].is_constant()};
      if (part.has_factor) part.factor = numbers(view.operands[1 - k]);
      parts.push_back(part);
    }
    return parts;
  }

  // Along a stride of zero the result is a sum.
  void carry_elementwise(const RecordView<S>& view) {
    const Layout& seen = view.dependence.seen;
    if (seen.size() == 0) return;
    Set* const to = results(view.result);
    const std::vector<Part> operands = parts_of(view);
    const Index down = seen.row_stride == 0 ? seen.rows : 1, across = seen.col_stride == 0 ? seen.cols : 1;
    for (Index j = 0; j < seen.cols; j += across)
      for (Index i = 0; i < seen.rows; i += down) {
        parts_.clear();
        for (const Part& part : operands)
          for (Index c = j; c < j + across; ++c)
            for (Index r = i; r < i + down; ++r)
              if (!part.is_zero(r, c)) parts_.push_back(part.sets(r, c));
        if (!view.scalars.empty())
          parts_.push_back(scalars_[view.scalars[static_cast<std::size_t>(i + j * seen.rows)]]);
        to[seen.position(i, j)] = sets_.unite(parts_);
      }
  }

  void carry_joined(const RecordView<S>& view) {
    const Layout& whole = view.dependence.seen;
    const bool beside = view.dependence.kind == Kind::beside;
    Set* const to = results(view.result);
    Index at = 0;
    for (const Handle& operand : view.operands) {
      const Elements from = elements(operand);
      for (Index j = 0; j < from.layout.cols; ++j)
        for (Index i = 0; i < from.layout.rows; ++i)
          to[beside ? whole.position(i, at + j) : whole.position(at + i, j)] = from(i, j);
      at += beside ? from.layout.cols : from.layout.rows;
    }
  }

  void carry_product(const RecordView<S>& view) {
    const Handle &a = view.operands[0], &b = view.operands[1];
    const Layout whole = Layout::dense(a.layout.rows, b.layout.cols);
    Set* const to = results(view.result);
    if (a.is_constant() && b.is_constant())
      std::fill_n(to, whole.size(), IndexSets::empty);
    else if (a.is_constant())
      carry_linear_map(numbers(a), elements(b), to, whole);
    else if (b.is_constant())
      carry_linear_map(numbers(b).transpose(), transposed_elements(a), to, whole.transpose());
    else
      carry_bilinear(elements(a), elements(b), to);
    for (std::size_t k = 2; k < view.operands.size(); ++k) add_broadcast(elements(view.operands[k]), to, whole);
  }
  Elements transposed_elements(const Handle& h) const {
    const Elements e = elements(h);
    return {e.sets, e.layout.transpose()};
  }

  // Y = A·X with constant A: row i of Y has what A's nonzeros of row i take of X.
  void carry_linear_map(const View<const S>& a, const Elements& x, Set* to, const Layout& at) {
    std::vector<Index> starts = {0}, nonzeros;
    for (Index i = 0; i < a.rows; ++i) {
      for (Index k = 0; k < a.cols; ++k)
        if (a(i, k) != S(0)) nonzeros.push_back(k);
      starts.push_back(static_cast<Index>(nonzeros.size()));
    }
    for (Index j = 0; j < at.cols; ++j) {
      Set of_all = IndexSets::empty;  // of the whole column, for rows without a zero
      bool has_all = false;
      for (Index i = 0; i < at.rows; ++i) {
        const auto from = static_cast<std::size_t>(starts[static_cast<std::size_t>(i)]),
                   end = static_cast<std::size_t>(starts[static_cast<std::size_t>(i) + 1]);
        const bool is_full = static_cast<Index>(end - from) == a.cols;
        if (!is_full || !has_all) {
          parts_.clear();
          for (std::size_t k = from; k < end; ++k) parts_.push_back(x(nonzeros[k], j));
        }
        if (is_full && !has_all) of_all = sets_.unite(parts_), has_all = true;
        to[at.position(i, j)] = is_full ? of_all : sets_.unite(parts_);
      }
    }
  }

  void carry_bilinear(const Elements& a, const Elements& b, Set* to) {
    const Index rows = a.layout.rows, cols = b.layout.cols, inner = a.layout.cols;
    const auto unite_all = [&](const auto& element) {
      parts_.clear();
      for (Index k = 0; k < inner; ++k) parts_.push_back(element(k));
      return sets_.unite(parts_);
    };
    std::vector<Set> of_row;
    for (Index i = 0; i < rows; ++i) of_row.push_back(unite_all([&](Index k) { return a(i, k); }));
    for (Index j = 0; j < cols; ++j) {
      const Set of_column = unite_all([&](Index k) { return b(k, j); });
      for (Index i = 0; i < rows; ++i) {
        parts_.assign({of_row[static_cast<std::size_t>(i)], of_column});
        to[i + j * rows] = sets_.unite(parts_);
      }
    }
  }

  void add_broadcast(const Elements& bias, Set* to, const Layout& at) {
    for (Index j = 0; j < at.cols; ++j)
      for (Index i = 0; i < at.rows; ++i) {
        Set& sum = to[at.position(i, j)];
        parts_.assign({sum, bias(bias.layout.rows == 1 ? 0 : i, bias.layout.cols == 1 ? 0 : j)});
        sum = sets_.unite(parts_);
      }
  }

  static constexpr Set nothing_ = IndexSets::empty;

  const Tape<S>& tape_;
  const Handle x_;
  IndexSets sets_;
  std::vector<Set> scalars_;                               // by slot
  std::vector<bool> needed_;                               // by slot
  std::unordered_map<const Node<S>*, std::size_t> first_;  // of the matrices that are needed: where their sets begin
  std::size_t elements_ = 0;                               // of all of them
  std::vector<Set> matrices_;
  std::vector<Step> program_;  // what is needed, last first
  std::vector<Set> parts_;
};

}  // namespace

template <class S>
SparsityPattern dependency_pattern(const Tape<S>& tape, const MatrixHandle<S>& x, const MatrixHandle<S>& y) {
  return Dependencies<S>(tape, x).of(y);
}

template SparsityPattern dependency_pattern(const Tape<float>&, const MatrixHandle<float>&, const MatrixHandle<float>&);
template SparsityPattern dependency_pattern(const Tape<double>&, const MatrixHandle<double>&,
                                            const MatrixHandle<double>&);

}  // namespace gradus::detail
