// The graph of a computation, to be looked at: drawn, printed as a table, profiled, searched for mistakes.
//
//     auto graph = gradus::graph_of([](const auto& x, const auto& y, const auto& z) { return (x + y) * z; }, -2, 5,
//     -4); graph.name({"x", "y", "z"}); std::cout << graph;                                  // a table: an operation a
//     line, in the order of the program std::ofstream("circuit.dot") << to_dot(graph);       // dot -Tsvg circuit.dot >
//     circuit.svg
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "graph_names.hpp"

namespace gradus {

/// An operand of an operation.
struct GraphEdge {
  static constexpr Index constant = -1;
  Index from = constant;     // the place in the graph of the operation that made it
  std::string part;          // of that operation's result, where not the whole is read: "(2, 0)", "[0:3, 1:2]", "ᵀ"
  Index rows = 1, cols = 1;  // as the operation reads it
  bool is_scalar = true;     // a number, not a matrix of one element
  std::optional<double> value;    // the number; of a matrix its Frobenius norm
  std::optional<double> partial;  // of a scalar statement: the derivative of its result with respect to this operand
  /// What the operation added to the operand's derivative in the last sweep; of a matrix the Frobenius norm. (Where an
  /// operation reads the same matrix twice, the sum of both stands with the first.)
  std::optional<double> gradient;
};

/// An operation, or a variable, and its result.
struct GraphNode {
  std::string operation;  // "variable", "product", "tanh"…; "expression" for a scalar expression written as a whole
  std::string name;       // given by Graph::name()
  ConstantOperand constant{};
  std::vector<GraphEdge> operands{};
  Index rows = 1, cols = 1;
  bool is_scalar = true;
  std::optional<double> value{};     // the number, or the Frobenius norm; none if nothing reads the result
  std::optional<double> gradient{};  // its derivative in the last sweep, if it was kept
  double forward_seconds = 0;        // since the operation before: what the program did in between is in it
  double reverse_seconds = 0;        // in the last sweep
  std::size_t bytes = 0;             // of the tape: record and value, without adjoints

  bool is_variable() const { return operation == "variable"; }
};

/// The operations of a tape in the order of the program, with what was known of them when graph_of() looked: a graph
/// refers to no tape, and stays what it is when the tape goes on.
class Graph {
 public:
  std::vector<GraphNode> nodes;

  /// Names a variable or a result of the tape this is the graph of. Throws TapeError if it is of another tape, or a
  /// constant; Error if it is a part of a matrix.
  template <class T>
  Graph& name(const Var<T>& x, const std::string& text) {
    return name(names_.place_of(x), text);
  }
  /// Names the variables in the order in which they were made. Throws Error if there are fewer than names.
  Graph& name(const std::vector<std::string>& names);
  /// What a node is called: its name, or #3 for the fourth.
  std::string name_of(Index node) const;

 private:
  Graph& name(Index node, const std::string& text);
  detail::GraphNames names_;
  template <class S>
  friend class GraphReader;
};

/// The graph of what was recorded on a tape that keeps a journal (see Tape::keep_journal), with derivatives if
/// backward() was called: those of intermediate results after backward(y, Retain::everything). A scalar expression
/// stands on the tape as one statement, `(x + y) * z` say as an operation of three operands, unless every step is
/// assigned to a variable. Throws TapeError if the tape keeps no journal.
template <class S>
Graph graph_of(const Tape<S>& tape);

/// The graph of f(x…) and its gradient, operation by operation, scalar expressions too: f is read at the second level,
/// where every operation of a scalar is a statement. f and x as value_and_gradient takes them. Fused operations show as
/// the compositions that they stand for.
template <class F, class... X>
requires(sizeof...(X) > 0) Graph graph_of(const F& f, const X&... x);

struct DotOptions {
  int digits = 3;             // significant ones, of values and gradients
  bool left_to_right = true;  // or from top to bottom
};

/// The graph in Graphviz's language, drawn as the lectures draw circuits: on every wire the value above it and the
/// gradient below. Of a matrix these are Frobenius norms, and its shape stands beside. Draw it by
/// `dot -Tsvg circuit.dot > circuit.svg`.
std::string to_dot(const Graph& graph, const DotOptions& options = {});

/// A table, a line an operation: its place, name, operands, shape, value, gradient (of matrices the norms) and bytes.
std::ostream& operator<<(std::ostream& out, const Graph& graph);

}  // namespace gradus

#include "graph_reader.hpp"
