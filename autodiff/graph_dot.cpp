// The graph in Graphviz's language.
#include <algorithm>
#include <sstream>

#include "graph.hpp"
#include "graph_text.hpp"

namespace gradus {

namespace {

std::string escaped(const std::string& text) {  // for Graphviz's HTML-like labels
  std::string all;
  for (const char c : text) {
    if (c == '&')
      all += "&amp;";
    else if (c == '<')
      all += "&lt;";
    else if (c == '>')
      all += "&gt;";
    else if (c == '"')
      all += "&quot;";
    else
      all += c;
  }
  return all;
}

/// "w3_1"
std::string identifier(const char* kind, Index i, std::size_t k = std::string::npos) {
  std::string all = kind;
  all += std::to_string(i);
  if (k != std::string::npos) all.append("_").append(std::to_string(k));
  return all;
}

/// What stands in a gate: "+", "∗", "exp", "1 / □" with a box for the operand beside a constant.
std::string gate_text(const GraphNode& node) {
  static const std::pair<const char*, const char*> symbols[] = {
      {"add", "+"}, {"subtract", "−"}, {"multiply", "∗"}, {"divide", "/"}, {"negate", "∗ −1"}, {"inverse", "1 /"}};
  std::string symbol = node.operation;
  for (const auto& [operation, sign] : symbols)
    if (symbol == operation) symbol = sign;
  const std::string constant = detail::number_text(node.constant.value, 4);
  switch (node.constant.side) {
    case ConstantOperand::Side::left:
      return constant + " " + symbol;
    case ConstantOperand::Side::right:
      return symbol + " " + constant;
    default:
      return symbol;
  }
}

class Drawing {
 public:
  Drawing(const Graph& graph, const DotOptions& options)
      : graph_(graph), options_(options), is_read_(graph.nodes.size(), false) {}

  std::string text() {
    out_ << "digraph computation {\n"
         << "  rankdir=" << (options_.left_to_right ? "LR" : "TB") << ";\n"
         << "  ranksep=0.15; nodesep=0.15;\n"
         << "  node [fontname=\"Helvetica\", fontsize=12];\n"
         << "  edge [arrowsize=0.6];\n";
    for (const GraphNode& node : graph_.nodes)
      for (const GraphEdge& edge : node.operands)
        if (edge.from != GraphEdge::constant) is_read_[static_cast<std::size_t>(edge.from)] = true;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const GraphNode& node = graph_.nodes[i];
      gate(i, node);
      for (std::size_t k = 0; k < node.operands.size(); ++k) operand(i, k, node.operands[k]);
      if (!is_read_[i] && !node.is_variable()) result(i, node);
    }
    out_ << "}\n";
    return out_.str();
  }

 private:
  void gate(std::size_t i, const GraphNode& node) {
    out_ << "  n" << i;
    std::string shape;
    if (!node.is_scalar) shape.append("<BR/>").append(shape_text(node.rows, node.cols));
    if (node.is_variable()) {
      const std::string name = escaped(graph_.name_of(static_cast<Index>(i)));
      out_ << " [shape=plaintext, margin=0.05, width=0, height=0, label=<<I>" << name << "</I>" << shape << ">];\n";
      return;
    }
    std::string text = std::string("<B>").append(escaped(gate_text(node))).append("</B>");
    if (is_read_[i] && !node.name.empty()) text.append("<BR/><I>").append(escaped(node.name)).append("</I>");
    out_ << " [shape=" << (node.is_scalar ? "ellipse" : "box, style=rounded") << ", margin=0.06, height=0.4, width=0.4";
    out_ << ", label=<" << text << shape << ">];\n";
  }

  void operand(std::size_t i, std::size_t k, const GraphEdge& edge) {
    const auto place = static_cast<Index>(i);
    const std::string wire = identifier("w", place, k);
    std::string from = identifier("n", edge.from);
    if (edge.from == GraphEdge::constant) {
      from = identifier("c", place, k);
      const std::string shape = edge.is_scalar ? "" : shape_text(edge.rows, edge.cols);
      out_ << "  " << from << " [shape=plaintext, margin=0.05, width=0, height=0, fontcolor=gray40, label=\"constant\\n"
           << shape << "\"];\n";
    }
    label(wire, edge.value, edge.gradient, edge.is_scalar, edge.part);
    connect(from, wire, identifier("n", place));
  }

  /// A result that nothing reads: a wire to its name.
  void result(std::size_t i, const GraphNode& node) {
    const auto place = static_cast<Index>(i);
    const std::string wire = identifier("w", place), end = identifier("e", place);
    label(wire, node.value, node.gradient, node.is_scalar, "");
    out_ << "  " << end << " [shape=plaintext, margin=0.05, width=0, height=0, label=<<I>"
         << (node.name.empty() ? " " : escaped(node.name)) << "</I>>];\n";
    connect(identifier("n", place), wire, end);
  }

  /// A piece of wire: the value above and the gradient below, or where it goes down, to the left and to the right.
  void label(const std::string& wire, const std::optional<double>& value, const std::optional<double>& gradient,
             bool is_scalar, const std::string& part) {
    const auto cell = [&](const std::string& text, const char* colour) {
      out_ << "<TD><FONT COLOR=\"" << colour << "\">" << (text.empty() ? " " : escaped(text)) << "</FONT></TD>";
    };
    out_ << "  " << wire << " [shape=plaintext, margin=0, width=0, height=0, fontsize=11, label=<<TABLE BORDER=\"0\" "
         << "CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\"><TR>";
    cell((part.empty() ? "" : part + " ") + detail::value_text(value, is_scalar, options_.digits), "darkgreen");
    out_ << (options_.left_to_right ? "</TR><HR/><TR>" : "<VR/>");
    cell(detail::value_text(gradient, is_scalar, options_.digits), "red3");
    out_ << "</TR></TABLE>>];\n";
  }

  void connect(const std::string& from, const std::string& wire, const std::string& to) {
    const char* const enters = options_.left_to_right ? ":w" : ":n";
    const char* const leaves = options_.left_to_right ? ":e" : ":s";
    out_ << "  " << from << " -> " << wire << enters << " [dir=none];\n"
         << "  " << wire << leaves << " -> " << to << ";\n";
  }

  const Graph& graph_;
  const DotOptions& options_;
  std::vector<bool> is_read_;
  std::ostringstream out_;
};

}  // namespace

std::string to_dot(const Graph& graph, const DotOptions& options) { return Drawing(graph, options).text(); }

}  // namespace gradus
