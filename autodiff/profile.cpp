#include "profile.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "graph_text.hpp"

namespace gradus {

namespace {

bool is_one_of(const std::string& operation, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return operation == name; });
}
bool is_free(const std::string& operation) {
  return is_one_of(operation, {"variable", "add", "subtract", "negate", "copy", "sum", "stack", "hcat", "vcat", "abs",
                               "sign", "relu", "max", "min", "max with a constant", "min with a constant"});
}
bool is_product(const GraphNode& node) {
  return is_one_of(node.operation, {"product", "affine"}) && node.operands.size() >= 2;
}
double size(const GraphEdge& edge) { return static_cast<double>(edge.rows) * static_cast<double>(edge.cols); }
double product_size(const GraphNode& node) {
  return size(node.operands[0]) * static_cast<double>(node.operands[1].cols);
}
/// Elements that an operation works on.
double elements(const GraphNode& node) {
  double most = static_cast<double>(node.rows) * static_cast<double>(node.cols);
  for (const GraphEdge& operand : node.operands) most = std::max(most, size(operand));
  return most;
}
double variables_among(const GraphNode& node, std::size_t first_operands) {
  const auto end = node.operands.begin() + static_cast<std::ptrdiff_t>(std::min(first_operands, node.operands.size()));
  return static_cast<double>(
      std::count_if(node.operands.begin(), end, [](const GraphEdge& e) { return e.from != GraphEdge::constant; }));
}

double forward_multiplications(const GraphNode& node) {
  if (is_product(node)) return product_size(node);
  if (is_free(node.operation)) return 0;
  if (node.operation == "expression") return static_cast<double>(node.operands.size());
  return elements(node) * (node.operation == "cube" ? 2 : 1);
}
double reverse_multiplications(const GraphNode& node) {
  if (is_product(node)) return product_size(node) * variables_among(node, 2);
  if (node.is_scalar && !node.operands.empty() && node.operands[0].partial)  // a statement
    return static_cast<double>(node.operands.size());
  if (is_free(node.operation)) return 0;
  return elements(node) * variables_among(node, node.operands.size());
}

void add(OperationProfile& sum, const OperationProfile& x) {
  sum.calls += x.calls;
  sum.forward_seconds += x.forward_seconds;
  sum.reverse_seconds += x.reverse_seconds;
  sum.forward_multiplications += x.forward_multiplications;
  sum.reverse_multiplications += x.reverse_multiplications;
  sum.bytes += x.bytes;
}

std::string whole_number(double x) { return std::to_string(std::llround(x)); }
std::string microseconds(double seconds) { return detail::number_text(seconds * 1e6, 4); }

}  // namespace

Profile profile_of(const Graph& graph) {
  std::map<std::string, OperationProfile> by_name;
  for (const GraphNode& node : graph.nodes) {
    OperationProfile& sum = by_name[node.operation];
    sum.operation = node.operation;
    add(sum, {.operation = {},
              .calls = 1,
              .forward_seconds = node.forward_seconds,
              .reverse_seconds = node.reverse_seconds,
              .forward_multiplications = forward_multiplications(node),
              .reverse_multiplications = reverse_multiplications(node),
              .bytes = node.bytes});
  }
  Profile profile;
  profile.total.operation = "total";
  for (const auto& [name, operation] : by_name) {
    profile.operations.push_back(operation);
    add(profile.total, operation);
  }
  std::stable_sort(profile.operations.begin(), profile.operations.end(),
                   [](const auto& a, const auto& b) { return a.seconds() > b.seconds(); });
  return profile;
}

std::ostream& operator<<(std::ostream& out, const Profile& profile) {
  detail::TextTable table({{"operation"},
                           {"calls", true},
                           {"forward µs", true},
                           {"reverse µs", true},
                           {"multiplications", true},
                           {"in reverse", true},
                           {"bytes", true}});
  const auto line = [&](const OperationProfile& o) {
    table.add({o.operation, std::to_string(o.calls), microseconds(o.forward_seconds), microseconds(o.reverse_seconds),
               whole_number(o.forward_multiplications), whole_number(o.reverse_multiplications),
               std::to_string(o.bytes)});
  };
  for (const OperationProfile& operation : profile.operations) line(operation);
  line(profile.total);
  out << table.text();
  if (profile.tape_bytes != 0) out << "the tape holds " << profile.tape_bytes << " bytes\n";
  return out;
}

}  // namespace gradus
