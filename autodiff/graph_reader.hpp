// Makes a graph of a tape's journal.
#pragma once

#include <map>

#include "graph.hpp"

namespace gradus {

namespace detail {

/// "(2, 0)", "[0:3, 1:2]", "ᵀ"…: which part of a rows × cols matrix a layout is; "" for the whole.
std::string part_text(const Layout& part, Index rows, Index cols);
/// What an elementwise operation is called when its results are summed: "sum" for copy, "dot" for multiply.
std::string reduction_name(const std::string& operation);
[[noreturn]] void throw_no_journal();

template <class S>
std::vector<double> elements_of(const View<const S>& view) {
  std::vector<double> elements;
  for (Index j = 0; j < view.cols; ++j)
    for (Index i = 0; i < view.rows; ++i) elements.push_back(reported(view(i, j)));
  return elements;
}

}  // namespace detail

template <class S>
class GraphReader {
 public:
  explicit GraphReader(const Tape<S>& tape) : tape_(tape) {
    if (tape.journal() == nullptr) detail::throw_no_journal();
    graph_.names_.tape = &tape;
    graph_.names_.epoch = tape.epoch();
  }

  Graph read() {
    const auto& entries = tape_.journal()->entries;
    // Operands tell where the values of results stand that were made before them.
    for (const auto& entry : entries)
      if (entry.record != nullptr)
        for (const MatrixHandle<S>& operand : look(entry).operands)
          if (operand.node != nullptr) operand.tape->note(operand);
    std::vector<std::size_t> ends(entries.size(), tape_.statements().position());
    for (std::size_t i = entries.size(); i-- > 1;) {
      const std::size_t begin = entries[i].first_statement;
      ends[i - 1] = begin != Journal<S>::npos ? begin : ends[i];
    }
    for (std::size_t i = 0; i < entries.size(); ++i) graph_.nodes.push_back(node(entries[i], ends[i]));
    return std::move(graph_);
  }

 private:
  using Entry = JournalEntry<S>;
  static RecordView<S> look(const Entry& entry) { return entry.record->kind->look(*entry.record); }
  Index place() const { return static_cast<Index>(graph_.nodes.size()); }

  GraphNode node(const Entry& entry, std::size_t statements_end) {
    GraphNode n{.operation = entry.operation,
                .name = {},
                .constant = entry.constant,
                .forward_seconds = entry.forward_seconds,
                .reverse_seconds = entry.reverse_seconds,
                .bytes = entry.bytes};
    if (entry.record != nullptr) {
      const RecordView<S> record = look(entry);
      for (const MatrixHandle<S>& operand : record.operands) n.operands.push_back(edge(operand));
      for (const Slot slot : record.scalars) n.operands.push_back(edge(slot));
      read_result(n, record.result);
    } else {
      if (entry.first_statement != Journal<S>::npos) {
        typename Statements<S>::Statement statement;
        typename Statements<S>::Place end{statements_end, entry.result + 1};
        tape_.statements().step_back(end, entry.first_statement, statement);
        for (std::uint32_t i = 0; i < statement.count; ++i) {
          n.operands.push_back(edge(statement.operand(i)));
          n.operands.back().partial = detail::reported(statement.partial(i));
        }
        n.bytes += statement.bytes();
      }
      read_result(n, {nullptr, entry.result});
    }
    if (entry.record != nullptr && is_reduced(n)) n.operation = detail::reduction_name(n.operation);
    add_contributions(n, entry);
    if (entry.record == nullptr)  // constants padded an expression
      std::erase_if(n.operands, [](const GraphEdge& e) { return e.from == GraphEdge::constant; });
    return n;
  }

  /// Whether an elementwise operation sums: over rows, columns or everything.
  static bool is_reduced(const GraphNode& n) {
    if (n.operands.empty()) return false;
    const GraphEdge& operand = n.operands.front();
    return !operand.is_scalar && n.rows * n.cols < operand.rows * operand.cols;
  }

  void read_result(GraphNode& n, const Result<S>& result) {
    if (result.node == nullptr) {
      n.value = number_at(result.slot);
      if (tape_.is_kept(result.slot)) n.gradient = detail::reported(tape_.adjoints().scalars[result.slot]);
      graph_.names_.scalars.emplace(result.slot, place());
      return;
    }
    const Node<S>& matrix = *result.node;
    n.is_scalar = false;
    n.rows = matrix.rows, n.cols = matrix.cols;
    if (has_value(matrix)) n.value = frobenius_norm(detail::elements_of(values(matrix)));
    if (tape_.is_kept(matrix)) {
      std::vector<double> adjoint;
      for (Index i = 0; i < matrix.size(); ++i) adjoint.push_back(adjoint_at(matrix, i));
      n.gradient = frobenius_norm(adjoint);
    }
    graph_.names_.matrices.emplace(&matrix, place());
    if (matrix.slots != 0) first_slots_.emplace(matrix.slots, &matrix);
  }

  GraphEdge edge(const MatrixHandle<S>& operand) const {
    GraphEdge e;
    e.is_scalar = false;
    e.rows = operand.layout.rows, e.cols = operand.layout.cols;
    if (operand.slot != 0) {
      const GraphEdge scalar = edge(operand.slot);
      e.from = scalar.from, e.value = scalar.value, e.part = scalar.part, e.is_scalar = true;
      return e;
    }
    e.value = frobenius_norm(detail::elements_of(numbers(operand)));
    if (operand.node == nullptr) return e;
    e.from = graph_.names_.matrices.at(operand.node);
    e.part = detail::part_text(operand.layout, operand.node->rows, operand.node->cols);
    return e;
  }
  GraphEdge edge(Slot slot) const {
    GraphEdge e;
    if (slot == 0) return e;
    e.value = number_at(slot);
    const auto scalar = graph_.names_.scalars.find(slot);
    if (scalar != graph_.names_.scalars.end()) {
      e.from = scalar->second;
    } else if (const Node<S>* matrix = matrix_of(slot)) {
      const Index position = slot - matrix->slots;
      e.from = graph_.names_.matrices.at(matrix);
      e.part = detail::part_text(
          Layout::dense(matrix->rows, matrix->cols).block(position % matrix->rows, position / matrix->rows, 1, 1),
          matrix->rows, matrix->cols);
    }
    return e;
  }

  void add_contributions(GraphNode& n, const Entry& entry) const {
    const auto& operands = n.operands;
    for (std::size_t k = 0; k < operands.size() && k < entry.contributions; ++k) {
      const auto is_same = [&](const GraphEdge& e) { return e.from == operands[k].from && e.part == operands[k].part; };
      const auto first = std::find_if(operands.begin(), operands.end(), is_same) - operands.begin();
      const bool is_counted = entry.record != nullptr && first < static_cast<Index>(k);
      if (operands[k].from != GraphEdge::constant && !is_counted)
        n.operands[k].gradient = tape_.journal()->contributions[entry.first_contribution + k];
    }
  }

  /// The matrix that a slot is an element of, among those read so far.
  const Node<S>* matrix_of(Slot slot) const {
    auto after = first_slots_.upper_bound(slot);
    if (after == first_slots_.begin()) return nullptr;
    const Node<S>* matrix = std::prev(after)->second;
    return slot - matrix->slots < static_cast<std::size_t>(matrix->size()) ? matrix : nullptr;
  }
  std::optional<double> number_at(Slot slot) const {
    const auto& scalars = tape_.journal()->scalars;
    if (const auto found = scalars.find(slot); found != scalars.end()) return detail::reported(found->second);
    const Node<S>* matrix = matrix_of(slot);
    if (matrix == nullptr || !has_value(*matrix)) return {};
    const Index position = slot - matrix->slots;
    return detail::reported(values(*matrix)(position % matrix->rows, position / matrix->rows));
  }

  static bool has_value(const Node<S>& matrix) {
    if constexpr (Number<S>)
      return matrix.value != nullptr;
    else
      return matrix.value.tape != nullptr;
  }
  static auto values(const Node<S>& matrix) {
    if constexpr (Number<S>)
      return View<const S>(matrix.value, Layout::dense(matrix.rows, matrix.cols));
    else
      return numbers(matrix.value);
  }
  double adjoint_at(const Node<S>& matrix, Index position) const {
    if constexpr (Number<S>)
      return detail::reported(tape_.adjoints().read(matrix)[position]);
    else
      return detail::arrived(matrix, position);
  }

  const Tape<S>& tape_;
  Graph graph_;
  std::map<Slot, const Node<S>*> first_slots_;
};

template <class S>
Graph graph_of(const Tape<S>& tape) {
  return GraphReader<S>(tape).read();
}

template <class F, class... X>
requires(sizeof...(X) > 0) Graph graph_of(const F& f, const X&... x) {
  using First = decltype(detail::held(std::get<0>(std::tie(x...))));
  using R = typename detail::ScalarOf<First>::type;
  Tape<R> below;
  Tape<Var<R>> tape;
  tape.keep_journal();
  const auto run = [&](const auto&... variable) {
    tape.backward(detail::scalar_result_of<Var<R>>(f, variable...), Retain::everything);
  };
  std::apply(run, std::tuple{tape.variable(below.constant(detail::held(x)))...});
  return graph_of(tape);
}

}  // namespace gradus
