// The graph of a computation: what it says of values, gradients and structure, and how it is drawn and printed.
#include "../support/check_gradients.hpp"

#include <gradus/autodiff/graph.hpp>
#include <sstream>

namespace gradus::test::graph_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;

const GraphNode& named(const Graph& graph, const std::string& name) {
  for (const GraphNode& node : graph.nodes)
    if (node.name == name) return node;
  throw Error("no node is called " + name);
}
std::vector<std::string> operations(const Graph& graph) {
  std::vector<std::string> all;
  for (const GraphNode& node : graph.nodes) all.push_back(node.operation);
  return all;
}
Index count(const Graph& graph, const std::string& operation) {
  const auto all = operations(graph);
  return std::count(all.begin(), all.end(), operation);
}
std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t n = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++n;
  return n;
}

const auto circuit = [](const auto& x, const auto& y, const auto& z) { return (x + y) * z; };
const auto neuron = [](const auto& w0, const auto& x0, const auto& w1, const auto& x1, const auto& w2) {
  using std::exp;
  return 1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)));
};

TEST_CASE("the graph of the lecture's (x + y) z has its gates, values and gradients") {
  Graph graph = graph_of(circuit, -2, 5, -4);
  graph.name({"x", "y", "z"});
  CHECK(operations(graph) == std::vector<std::string>{"variable", "variable", "variable", "add", "multiply"});
  CHECK(named(graph, "x").value == -2);
  CHECK(named(graph, "x").gradient == -4);
  CHECK(named(graph, "y").gradient == -4);
  CHECK(named(graph, "z").gradient == 3);
  const GraphNode &add = graph.nodes[3], &multiply = graph.nodes[4];
  CHECK(add.value == 3);
  CHECK(add.gradient == -4);
  CHECK(multiply.value == -12);
  CHECK(multiply.gradient == 1);
  REQUIRE(multiply.operands.size() == 2);
  CHECK(multiply.operands[0].from == 3);
  CHECK(multiply.operands[0].value == 3);
  CHECK(multiply.operands[0].gradient == -4);
  CHECK(multiply.operands[1].from == 2);
  CHECK(multiply.operands[1].gradient == 3);
}

TEST_CASE("the graph of the lecture's sigmoid neuron has eight gates and the lecture's numbers") {
  Graph graph = graph_of(neuron, 2, -1, -3, -2, -3);
  graph.name({"w0", "x0", "w1", "x1", "w2"});
  REQUIRE(graph.nodes.size() == 5 + 8);
  const auto rounded = [](double x) { return std::round(x * 100) / 100; };
  // From the last gate back: 1/x, 1 +, exp, negate, + w2, and the sum of the products.
  const double values[] = {0.73, 1.37, 0.37, -1, 1, 4}, gradients[] = {1, -0.53, -0.53, -0.2, 0.2, 0.2};
  const char* const gates[] = {"divide", "add", "exp", "negate", "add", "add"};
  for (std::size_t i = 0; i < 6; ++i) {
    const GraphNode& gate = graph.nodes[graph.nodes.size() - 1 - i];
    CHECK(gate.operation == gates[i]);
    CHECK(rounded(gate.value.value()) == values[i]);
    CHECK(rounded(gate.gradient.value()) == gradients[i]);
  }
  const auto& divide = graph.nodes.back();
  CHECK(divide.constant.side == ConstantOperand::Side::left);
  CHECK(divide.constant.value == 1);
  const std::pair<const char*, double> ends[] = {
      {"w0", -0.197}, {"x0", 0.393}, {"w1", -0.393}, {"x1", -0.590}, {"w2", 0.197}};
  for (const auto& [name, gradient] : ends) CHECK(std::abs(named(graph, name).gradient.value() - gradient) < 0.0005);
}

TEST_CASE("drawn, every wire has its value above and its gradient below") {
  Graph graph = graph_of(circuit, -2, 5, -4);
  graph.name({"x", "y", "<z & \"co\">"});
  graph.nodes.back().name = "f";
  const std::string dot = to_dot(graph);
  INFO(dot);
  CHECK(dot.find("digraph") == 0);
  // Above, then below: the wires of x, y, q, z and f.
  for (const auto& [value, gradient] : {std::pair("-2", "-4"), std::pair("5", "-4"), std::pair("3", "-4"),
                                        std::pair("-4", "3"), std::pair("-12", "1")}) {
    const std::string above = std::string(">") + value + "</FONT></TD></TR><HR/>",
                      below = std::string(">") + gradient + "<";
    const std::size_t at = dot.find(above);
    REQUIRE(at != std::string::npos);
    const std::size_t end = dot.find("</TABLE>", at);
    CHECK(dot.substr(at + above.size(), end - at - above.size()).find(below) != std::string::npos);
  }
  CHECK(occurrences(dot, "<HR/>") == 5);
  CHECK(occurrences(dot, " -> ") == 2 * 5);
  CHECK(dot.find("&lt;z &amp; &quot;co&quot;&gt;") != std::string::npos);
  CHECK(to_dot(graph, {.left_to_right = false}).find("rankdir=TB") != std::string::npos);
}

TEST_CASE("printed, a line an operation in the order of the program") {
  Graph graph = graph_of([](const auto& A, const auto& x) { return (A * x).squaredNorm() / 2; },
                         MatrixXd(MatrixXd::Identity(2, 2)), VectorXd(VectorXd::Ones(2)));
  graph.name({"A", "x"});
  std::ostringstream out;
  out << graph;
  INFO(out.str());
  CHECK(occurrences(out.str(), "\n") == 1 + graph.nodes.size() + 1);
  CHECK(operations(graph) == std::vector<std::string>{"variable", "variable", "product", "sum of squares", "divide"});
  for (const char* const part : {"product", "A, x", "2×1", "‖1.41421‖", "#3, 2", "5 operations and variables"})
    CHECK(out.str().find(part) != std::string::npos);
}

TEST_CASE("a tape's graph says what each operation adds to the gradient of what it reads") {
  Tape tape;
  tape.keep_journal();
  const VectorXd at = VectorXd::LinSpaced(6, 1, 2);
  const MatrixXd X = MatrixXd::Random(4, 3);
  const auto w = tape.variable(at);
  const auto s = tape.variable(3.0);
  const auto h = (X * w.head(3)).array().tanh().matrix().eval();
  const Var<double> a = h.dot(h) * s, b = w(5) * w(4) + s, y = a * b + w.tail(3).squaredNorm();
  tape.backward(y, Retain::everything);
  Graph graph = graph_of(tape);
  graph.name(w, "w").name(s, "s").name(h, "h").name(y, "y").name(a, "a");

  CHECK(named(graph, "w").gradient.value() == doctest::Approx(tape.adjoint(w).norm()).epsilon(1e-14));
  CHECK(named(graph, "w").value.value() == doctest::Approx(at.norm()).epsilon(1e-14));
  CHECK(named(graph, "h").value.value() == doctest::Approx(value_of(h).norm()).epsilon(1e-14));
  CHECK(named(graph, "h").gradient.value() == doctest::Approx(tape.adjoint(h).norm()).epsilon(1e-14));
  CHECK(named(graph, "y").value == value_of(y));
  CHECK(named(graph, "s").gradient == tape.adjoint(s));
  CHECK(count(graph, "expression") == 3);

  // The contributions along all wires of a scalar sum to its gradient.
  double sum = 0;
  std::vector<std::string> parts;
  for (const GraphNode& node : graph.nodes)
    for (const GraphEdge& edge : node.operands) {
      if (edge.from == 1) sum += edge.gradient.value();
      if (edge.from == 0) parts.push_back(edge.part);
    }
  CHECK(sum == doctest::Approx(tape.adjoint(s)).epsilon(1e-14));
  std::sort(parts.begin(), parts.end());
  CHECK(parts == std::vector<std::string>{"(4)", "(5)", "[0:3]", "[3:6]"});

  const GraphNode& expression = named(graph, "a");  // h·h s is one statement: its partials are s and h·h
  REQUIRE(expression.operands.size() == 2);
  CHECK(expression.operands[0].partial == 3);
  CHECK(expression.operands[1].partial.value() == doctest::Approx(value_of(h).squaredNorm()));
  CHECK(expression.operands[1].gradient.value() ==
        doctest::Approx(value_of(h).squaredNorm() * value_of(b)).epsilon(1e-14));
}

TEST_CASE("matrix wires: products, transposes, broadcasts, constants, and one matrix read twice") {
  Tape tape;
  tape.keep_journal();
  const MatrixXd C = MatrixXd::Constant(2, 3, 2.0);
  const auto A = tape.variable(MatrixXd::Constant(3, 2, 1.0));
  const auto v = tape.variable(VectorXd::Ones(2));
  const auto P = C * A;  // 2×2 of 6
  const auto Q = (P.transpose() * P).colwise() + v;
  const auto R = Q.cwiseProduct(Q).eval();
  tape.backward(R.sum(), Retain::everything);
  const Graph graph = graph_of(tape);
  const auto find = [&](const std::string& operation) -> const GraphNode& {
    return *std::find_if(graph.nodes.begin(), graph.nodes.end(),
                         [&](const auto& n) { return n.operation == operation; });
  };
  const GraphNode& first = find("product");
  CHECK(first.operands[0].from == GraphEdge::constant);
  CHECK(first.operands[0].rows == 2);
  CHECK(first.operands[0].cols == 3);
  CHECK(first.operands[0].value.value() == doctest::Approx(C.norm()));
  CHECK_FALSE(first.operands[0].gradient);
  CHECK(first.operands[1].gradient.value() == doctest::Approx(tape.adjoint(A).norm()));
  CHECK(graph.nodes[3].operands[0].part == "ᵀ");
  const GraphNode& broadcast = find("add");
  CHECK(broadcast.operands[1].part == " repeated");
  CHECK(broadcast.operands[1].gradient.value() == doctest::Approx(tape.adjoint(v).norm()));
  const GraphNode& square = find("multiply");
  CHECK(square.operands[0].gradient.value() == doctest::Approx(tape.adjoint(Q).norm()));  // once, for both
  CHECK_FALSE(square.operands[1].gradient);
  CHECK(to_dot(graph).find("constant\\n2×3") != std::string::npos);
}

TEST_CASE("a journal changes no number, survives clear() and does not keep what was cleared") {
  const auto f = [](const auto& w) {
    const auto h = relu(w.head(4).reshaped(2, 2) * w.tail(2));
    std::remove_cvref_t<decltype(w(0))> sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += sin(w(i)) * sum + w(i);
    return h.squaredNorm() + h(0) * sum + sqrt(sum * sum + 1);
  };
  const VectorXd w = VectorXd::Random(6);
  VectorXd expected(6), gradient(6);
  Tape plain, watched;
  watched.keep_journal();
  const double value = value_and_gradient(plain, f, w, expected);
  std::size_t nodes = 0;
  for (int i = 0; i < 3; ++i) {
    gradient.setConstant(7);
    CHECK(value_and_gradient(watched, f, w, gradient) == value);
    CHECK(gradient == expected);
    nodes = nodes == 0 ? graph_of(watched).nodes.size() : nodes;
    CHECK(graph_of(watched).nodes.size() == nodes);
  }
  CHECK(plain.journal() == nullptr);
  CHECK(graph_of(f, w).nodes[0].gradient.value() == doctest::Approx(expected.norm()).epsilon(1e-13));
}

TEST_CASE("without contributions the rest of the graph is there") {
  Tape tape;
  tape.keep_journal({.contributions = false});
  const auto x = tape.variable(3.0);
  const Var<double> y = x * x;
  tape.backward(y);
  const Graph graph = graph_of(tape);
  CHECK(graph.nodes[0].gradient == 6);
  CHECK(graph.nodes[1].value == 9);
  CHECK_FALSE(graph.nodes[1].gradient);  // not kept: no Retain::everything
  CHECK_FALSE(graph.nodes[1].operands[0].gradient);
  CHECK(graph.nodes[1].bytes == 12 + 8);  // a pair, its trailer
}

TEST_CASE("a graph before backward has values, and one of float and of level two is read alike") {
  Tape<float> tape;
  tape.keep_journal();
  const auto x = tape.variable(Eigen::Vector3f(1, 2, 2));
  [[maybe_unused]] const Var<float> y = x.norm();
  CHECK(graph_of(tape).nodes.back().value == 3);
  CHECK_FALSE(graph_of(tape).nodes[0].gradient);

  Tape<double> below;
  Tape<Var<double>> above;
  above.keep_journal();
  const auto u = above.variable(below.variable(2.0));
  const Var<Var<double>> w = u * u * u;
  above.backward(w);
  CHECK(graph_of(above).nodes[0].gradient == 12);
  CHECK(graph_of(above).nodes.back().value == 8);
}

TEST_CASE("a graph of a hundred thousand statements takes linear time") {
  Tape tape;
  tape.keep_journal();
  const auto x = tape.variable(0.75);
  Var<double> y = x;
  for (int i = 0; i < 100'000; ++i) y = 0.5 * y + x;
  for (int i = 0; i < 1000; ++i) y += tape.variable(1.0);
  tape.backward(y);
  const Graph graph = graph_of(tape);
  CHECK(graph.nodes.size() == 102'001);
  CHECK(graph.nodes[0].gradient == 2);
}

TEST_CASE("misuse of journals and graphs gives an error") {
  const auto error = [](const auto& f) -> std::string {
    try {
      f();
    } catch (const Error& e) {
      return e.what();
    }
    return "no error";
  };
  const auto says = [](const std::string& text, const char* part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  Tape tape, other;
  const auto x = tape.variable(VectorXd::Ones(2));
  says(error([&] { graph_of(tape); }), "keep_journal()");
  says(error([&] { tape.keep_journal(); }), "empty tape");
  tape.clear();
  tape.keep_journal();
  const auto y = tape.variable(VectorXd::Ones(2));
  const Var<double> constant = 1;
  const auto foreign = other.variable(1.0);
  Graph graph = graph_of(tape);
  says(error([&] { graph.name({"a", "b"}); }), "1, got 2");
  says(error([&] { graph.name(x, "x"); }), "cleared");
  says(error([&] { graph.name(foreign, "x"); }), "one tape");
  says(error([&] { graph.name(constant, "c"); }), "constant");
  says(error([&] { graph.name(y(0), "y0"); }), "element");
  says(error([&] { graph.name(y + y, "late"); }), "after the graph");
}

}  // namespace
}  // namespace gradus::test::graph_test
