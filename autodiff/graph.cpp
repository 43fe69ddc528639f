#include "graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "graph_text.hpp"

namespace gradus {

namespace detail {

void throw_not_named(const char* why) {
  throw Error(std::string("Graph::name: expected a variable or a whole result, got ") + why);
}

void throw_no_journal() {
  throw TapeError("graph_of: expected a tape that keeps a journal; call tape.keep_journal() before recording");
}

namespace {
std::string range(Index begin, Index count) {
  std::string text = std::to_string(begin);
  if (count != 1) text.append(":").append(std::to_string(begin + count));
  return text;
}
std::string enclosed(const char* left, const std::string& text, const char* right) {
  return std::string(left).append(text).append(right);
}
}  // namespace

std::string part_text(const Layout& part, Index rows, Index cols) {
  const Layout whole = Layout::dense(rows, cols);
  if (part == whole) return "";
  if (part == whole.transpose()) return "ᵀ";
  if ((part.rows > 1 && part.row_stride == 0) || (part.cols > 1 && part.col_stride == 0)) {
    Layout once = part;
    if (part.row_stride == 0) once.rows = 1, once.row_stride = 1;
    if (part.col_stride == 0) once.cols = 1, once.col_stride = rows;
    return part_text(once, rows, cols) + " repeated";
  }
  if (rows == 0 || part.size() == 0) return " part";
  const Index i = part.offset % rows, j = part.offset / rows;
  const bool is_block = (part.rows == 1 || part.row_stride == 1) && (part.cols == 1 || part.col_stride == rows);
  if (is_block && i + part.rows <= rows) {
    const std::string row_range = range(i, part.rows), col_range = range(j, part.cols);
    const std::string both = cols == 1 ? row_range : row_range + ", " + col_range;
    return part.size() == 1 ? enclosed("(", both, ")") : enclosed("[", both, "]");
  }
  if (part.is_dense() && cols == 1) return enclosed("[", range(part.offset, part.size()), "]");
  return " part";
}

std::string reduction_name(const std::string& operation) {
  if (operation == "copy") return "sum";
  if (operation == "multiply") return "dot";
  if (operation == "square") return "sum of squares";
  return operation;
}

std::string number_text(double number, int digits) {
  if (std::isnan(number)) return "nan";  // never "-nan"
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, number == 0 ? 0.0 : number);
  return text;
}

std::string value_text(const std::optional<double>& value, bool is_scalar, int digits) {
  if (!value) return "";
  const std::string number = number_text(*value, digits);
  return is_scalar ? number : enclosed("‖", number, "‖");
}

}  // namespace detail

Graph& Graph::name(Index node, const std::string& text) {
  nodes[static_cast<std::size_t>(node)].name = text;
  return *this;
}

Graph& Graph::name(const std::vector<std::string>& names) {
  auto next = names.begin();
  for (GraphNode& node : nodes)
    if (node.is_variable() && next != names.end()) node.name = *next++;
  if (next != names.end())
    throw Error("Graph::name: expected at most as many names as there are variables, " +
                std::to_string(next - names.begin()) + ", got " + std::to_string(names.size()));
  return *this;
}

std::string Graph::name_of(Index node) const {
  const std::string& name = nodes[static_cast<std::size_t>(node)].name;
  return name.empty() ? std::string("#").append(std::to_string(node)) : name;
}

namespace {

std::string operand_text(const Graph& graph, const GraphEdge& edge) {
  if (edge.from != GraphEdge::constant) return graph.name_of(edge.from) + edge.part;
  return edge.is_scalar ? "constant" : shape_text(edge.rows, edge.cols) + " constant";
}

std::string operands_text(const Graph& graph, const GraphNode& node) {
  constexpr std::size_t most = 6;
  std::vector<std::string> texts;
  for (const GraphEdge& edge : node.operands) texts.push_back(operand_text(graph, edge));
  if (texts.size() > most) {
    const std::size_t left_out = texts.size() - (most - 1);
    texts.resize(most - 1);
    texts.push_back(std::to_string(left_out) + " more");
  }
  const std::string constant = detail::number_text(node.constant.value, 6);
  if (node.constant.side == ConstantOperand::Side::left) texts.insert(texts.begin(), constant);
  if (node.constant.side == ConstantOperand::Side::right) texts.push_back(constant);
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : ", ").append(text);
  return all;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Graph& graph) {
  detail::TextTable table({{"#", true},
                           {"operation"},
                           {"name"},
                           {"operands"},
                           {"shape"},
                           {"value", true},
                           {"gradient", true},
                           {"bytes", true}});
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& n = graph.nodes[i];
    table.add({std::to_string(i), n.operation, n.name, operands_text(graph, n),
               n.is_scalar ? "" : shape_text(n.rows, n.cols), detail::value_text(n.value, n.is_scalar, 6),
               detail::value_text(n.gradient, n.is_scalar, 6), std::to_string(n.bytes)});
    bytes += n.bytes;
  }
  return out << table.text() << graph.nodes.size() << " operations and variables, " << bytes << " bytes\n";
}

}  // namespace gradus
