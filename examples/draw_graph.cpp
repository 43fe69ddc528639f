// Draws computations as the lectures do, values above every wire and gradients below: the circuit f = (x + y) z, the
// sigmoid neuron, and the loss of a small network, whose wires are matrices.
#include <gradus/autodiff/graph.hpp>
#include <gradus/nn/nn.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

using gradus::Graph;

/// f = (x + y) z at (−2, 5, −4).
Graph circuit() {
  const auto f = [](const auto& x, const auto& y, const auto& z) { return (x + y) * z; };
  Graph graph = gradus::graph_of(f, -2, 5, -4);
  graph.name({"x", "y", "z"}).nodes.back().name = "f";
  return graph;
}

/// σ(w₀x₀ + w₁x₁ + w₂) = 1/(1 + exp(−(…))) at w = (2, −3, −3), x = (−1, −2).
Graph neuron() {
  const auto f = [](const auto& w0, const auto& x0, const auto& w1, const auto& x1, const auto& w2) {
    return 1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)));
  };
  Graph graph = gradus::graph_of(f, 2, -1, -3, -2, -3);
  graph.name({"w0", "x0", "w1", "x1", "w2"}).nodes.back().name = "f";
  return graph;
}

/// The cross-entropy of a network 2-16-3 on eight samples and a penalty, as the tape holds them: one fused operation a
/// layer.
Graph network() {
  std::mt19937_64 random(1);
  const gradus::nn::MLP net({2, 16, 3});
  const Eigen::VectorXd parameters = net.init(random);
  const Eigen::MatrixXd x = Eigen::MatrixXd::NullaryExpr(2, 8, [&] { return gradus::nn::normal(random); });
  const Eigen::VectorXi labels{{0, 1, 2, 0, 1, 2, 0, 1}};

  gradus::Tape tape;
  tape.keep_journal();
  const auto w = tape.variable(parameters);
  const auto logits = net(gradus::borrow(x), w);
  const gradus::Var<double> loss = gradus::nn::softmax_cross_entropy(logits, labels) + 1e-3 * w.squaredNorm();
  tape.backward(loss, gradus::Retain::everything);
  Graph graph = gradus::graph_of(tape);
  graph.name(w, "w").name(logits, "logits").name(loss, "loss");
  return graph;
}

struct Picture {
  const char* name;
  Graph (*graph)();
};
const Picture pictures[] = {{"circuit", circuit}, {"neuron", neuron}, {"network", network}};

/// Draws the DOT text beside it if Graphviz is there. Returns the picture's path; an empty one where it is not.
std::string rendered(const std::string& dot_text, const std::filesystem::path& dot_file, const std::string& format) {
  if (std::system("command -v dot >/dev/null 2>&1") != 0) return "";
  const std::string picture = std::filesystem::path(dot_file).replace_extension(format).string();
  std::string quoted = "'";  // as the shell wants it
  for (const char c : picture) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  std::FILE* const dot = popen(("dot -T" + format + " -o " + quoted + "'").c_str(), "w");
  if (dot == nullptr) return "";
  std::fputs(dot_text.c_str(), dot);
  return pclose(dot) == 0 ? picture : "";
}

struct Options {
  std::vector<std::string> graphs = {"circuit", "neuron", "network"};
  std::string folder = ".", format = "svg";
  int digits = 3;
};

void run(const Options& options) {
  std::filesystem::create_directories(options.folder);
  for (const Picture& picture : pictures) {
    if (std::find(options.graphs.begin(), options.graphs.end(), picture.name) == options.graphs.end()) continue;
    const Graph graph = picture.graph();
    const std::filesystem::path file = std::filesystem::path(options.folder) / (std::string(picture.name) + ".dot");
    const std::string text = gradus::to_dot(graph, {.digits = options.digits});
    std::ofstream out(file);
    out << text << std::flush;
    if (!out) throw gradus::Error(file.string() + ": cannot be written");
    const std::string drawn = rendered(text, file, options.format);
    std::cout << picture.name << ": " << file.string()
              << (drawn.empty() ? " (dot is not there to draw it)" : ", " + drawn) << "\n"
              << graph << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Draws the lectures' circuits and a small network: values above every wire, gradients below."};
  app.add_option("--graphs", options.graphs, "What to draw")
      ->delimiter(',')
      ->check(CLI::IsMember({"circuit", "neuron", "network"}))
      ->default_str("circuit,neuron,network");
  app.add_option("--folder", options.folder, "Where the DOT files and pictures go")->capture_default_str();
  app.add_option("--format", options.format, "Of the pictures, if Graphviz is there")
      ->check(CLI::IsMember({"svg", "png", "pdf"}))
      ->capture_default_str();
  app.add_option("--digits", options.digits, "Significant digits of values and gradients")
      ->check(CLI::Range(1, 17))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
    run(options);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const std::exception& error) {
    std::cout << std::flush;
    std::fprintf(stderr, "draw_graph: %s\n", error.what());
    return 1;
  }
}
