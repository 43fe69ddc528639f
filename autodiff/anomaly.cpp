#include "anomaly.hpp"

#include <algorithm>
#include <cmath>

#include "graph_text.hpp"

namespace gradus {

namespace {

bool is_bad(const std::optional<double>& x) { return x && !std::isfinite(*x); }

std::string described(const Graph& graph, const GraphEdge& edge) {
  const bool is_constant = edge.from == GraphEdge::constant;
  std::string text = is_constant ? "a constant" : graph.name_of(edge.from) + edge.part;
  text.append(" (");
  if (!edge.is_scalar) text.append(shape_text(edge.rows, edge.cols)).append(edge.value ? ", norm " : "");
  if (edge.value) text.append(edge.is_scalar ? "= " : "").append(detail::number_text(*edge.value, 4));
  return text.append(")");
}

/// "operation 7, log of x (= -0.25)"
std::string described(const Graph& graph, Index place) {
  const GraphNode& node = graph.nodes[static_cast<std::size_t>(place)];
  std::string text = "operation " + std::to_string(place) + ", " + node.operation;
  if (!node.name.empty()) text.append(" ").append(node.name);
  constexpr std::size_t most = 4;
  for (std::size_t k = 0; k < std::min(most, node.operands.size()); ++k)
    text.append(k == 0 ? " of " : ", ").append(described(graph, node.operands[k]));
  if (node.operands.size() > most) text.append(", …");
  if (node.constant.side != ConstantOperand::Side::none)
    text.append(node.operands.empty() ? " of " : ", ").append(detail::number_text(node.constant.value, 4));
  return text;
}

Anomaly anomaly(const Graph& graph, Anomaly::Sweep sweep, std::size_t at, double produced, const GraphEdge* edge) {
  const auto place = static_cast<Index>(at);
  const GraphNode& node = graph.nodes[at];
  const std::string number = detail::number_text(produced, 4);
  std::string text = sweep == Anomaly::Sweep::forward ? "forward: " : "reverse: ";
  text.append(described(graph, place));
  if (edge != nullptr)
    text.append(", gives ").append(described(graph, *edge)).append(" a derivative with ").append(number);
  else if (node.is_scalar)
    text.append(node.is_variable() ? ", is " : ", gives ").append(number);
  else
    text.append(node.is_variable() ? ", has " : ", gives a ")
        .append(node.is_variable() ? "" : shape_text(node.rows, node.cols) + " result with ")
        .append(number);
  return {sweep, place, node.operation, produced, text};
}

}  // namespace

std::optional<Anomaly> find_anomaly(const Graph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (is_bad(graph.nodes[i].value)) return anomaly(graph, Anomaly::Sweep::forward, i, *graph.nodes[i].value, nullptr);
  for (std::size_t i = graph.nodes.size(); i-- > 0;)
    for (const GraphEdge& edge : graph.nodes[i].operands)
      if (is_bad(edge.gradient)) return anomaly(graph, Anomaly::Sweep::reverse, i, *edge.gradient, &edge);
  return {};
}

std::ostream& operator<<(std::ostream& out, const Anomaly& anomaly) { return out << anomaly.text; }

}  // namespace gradus
