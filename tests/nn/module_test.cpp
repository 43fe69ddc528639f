// Modules and networks: names and places of parameters, evaluation, misuse.
#include <gradus/nn/mlp.hpp>
#include <gradus/nn/sequential.hpp>
#include <gradus/nn/squared_loss.hpp>

#include "../support/check_gradients.hpp"

namespace gradus::test::module_test {
namespace {

using Eigen::MatrixXd, Eigen::VectorXd;
using nn::Linear, nn::MLP, nn::Network, nn::Parameter, nn::VectorParameter;

// ---- modules as a user writes them ----------------------------------------------------------------------------------

struct Residual {  // x + V relu(U x)
  Parameter up, down;
  auto operator()(const auto& x, const auto& w) const { return x + w[down] * relu(w[up] * x); }
};
struct Gate {  // σ(a)∘x, with a number for each feature
  VectorParameter logit;
  auto operator()(const auto& x, const auto& w) const {
    return (x.array().colwise() * sigmoid(w[logit]).array()).matrix();
  }
};
struct Standardize {  // no parameters, but numbers of its own
  VectorXd mean;
  auto operator()(const auto& x) const { return x.colwise() - mean; }
};
struct Tower {
  std::string description;
  Standardize standardize;
  std::vector<Residual> blocks;
  std::tuple<Gate, nn::Tanh, Linear> head;
  std::array<Gate, 2> gates;
  bool gated = true;

  auto operator()(const auto& x, const auto& w) const {
    auto h = w(standardize, x);
    for (const auto& block : blocks) h = w(block, h);
    const auto& [gate, activation, last] = head;
    if (gated)
      for (const auto& g : gates) h = w(g, h);
    return w(last, w(activation, w(gate, h)));
  }
};
Tower tower() {
  const Residual block{.up = {5, 3}, .down = {3, 5}};
  return {.description = "a tower",
          .standardize = {VectorXd::Constant(3, 0.25)},
          .blocks = {block, block},
          .head = {{{3}}, {}, {.in = 3, .out = 2}},
          .gates = {Gate{{3}}, Gate{{3}}}};
}
struct Autoencoder {
  MLP<> encoder{{4, 3, 2}};
  MLP<nn::Tanh> decoder{{2, 3, 4}, nn::Tanh{}};
  auto operator()(const auto& x, const auto& w) const { return w(decoder, w(encoder, x)); }
};

struct Tied {  // Wᵀ relu(W x)
  Parameter weight;
  auto operator()(const auto& x, const auto& w) const { return w[weight].transpose() * relu(w[weight] * x); }
};

// ---- and as they should not -----------------------------------------------------------------------------------------

struct Forgetful {
  Linear first;
  auto operator()(const auto& x, const auto& w) const {
    const Linear second{2, 2};
    return w(second, w(first, x));
  }
};
struct Copying {
  std::vector<Linear> layers;
  auto operator()(const auto& x, const auto& w) const {
    auto h = x;
    for (const auto layer : layers) h = w(layer, h);  // a copy
    return h;
  }
};
struct Stray {
  Linear layer;
  auto operator()(const auto& x, const auto& w) const {
    const Parameter scale{2, 2};
    return w[scale] * w(layer, x);
  }
};
struct Deep {  // asks for the parameter of its part
  Linear layer;
  auto operator()(const auto& x, const auto& w) const { return w[layer.weight] * x; }
};
struct Outer {
  std::vector<Stray> parts;
  auto operator()(const auto& x, const auto& w) const { return w(parts[1], w(parts[0], x)); }
};
// ---- helpers --------------------------------------------------------------------------------------------------------

template <class M>
std::string listed(const Network<M>& net) {
  std::string all;
  for (const auto& p : net.parameters()) all += p.name + " " + shape_text(p.rows, p.cols) + "\n";
  return all;
}
template <class E = Error>
std::string message(const auto& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "no error";
}
/// A constant beside x, of the same number type.
auto like(const auto& x, const auto& constant) {
  return cast<typename detail::NumberOf<std::remove_cvref_t<decltype(x)>>::type>(constant);
}
VectorXd initial(const auto& net, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  return net.init(random);
}

// ---- parameters -----------------------------------------------------------------------------------------------------

TEST_CASE("parameters have the names of their members, in the order of declaration") {
  CHECK(listed(MLP({4, 3, 2})) == "layers.0.weight 3×4\nlayers.0.bias 3×1\nlayers.1.weight 2×3\nlayers.1.bias 2×1\n");
  CHECK(listed(Network{nn::sequential(Linear{4, 3}, nn::ReLU{}, Linear{3, 2})}) ==
        "layers.0.weight 3×4\nlayers.0.bias 3×1\nlayers.2.weight 2×3\nlayers.2.bias 2×1\n");
  CHECK(listed(Network{tower()}) ==
        "blocks.0.up 5×3\nblocks.0.down 3×5\nblocks.1.up 5×3\nblocks.1.down 3×5\nhead.0.logit 3×1\n"
        "head.2.weight 2×3\nhead.2.bias 2×1\ngates.0.logit 3×1\ngates.1.logit 3×1\n");
  CHECK(listed(Network{Autoencoder{}}) ==
        "encoder.layers.0.weight 3×4\nencoder.layers.0.bias 3×1\nencoder.layers.1.weight 2×3\n"
        "encoder.layers.1.bias 2×1\ndecoder.layers.0.weight 3×2\ndecoder.layers.0.bias 3×1\n"
        "decoder.layers.1.weight 4×3\ndecoder.layers.1.bias 4×1\n");
}

TEST_CASE("parameters lie one after the other and fill the flat vector") {
  const auto check = [](const auto& net) {
    Index next = 0;
    for (const auto& p : net.parameters()) {
      CHECK(p.offset == next);
      next += p.rows * p.cols;
    }
    CHECK(net.size() == next);
    CHECK(initial(net).size() == next);
  };
  check(MLP({4, 3, 2}));
  check(Network{tower()});
  check(Network{Autoencoder{}});
  check(Network{nn::ReLU{}});  // none
  CHECK(MLP({4, 3, 2}).size() == 4 * 3 + 3 + 3 * 2 + 2);
}

TEST_CASE("init: each parameter as it says, the same from the same seed, rounded for float") {
  const MLP net({4, 50, 60, 2});
  const VectorXd w = initial(net, 5);
  CHECK(w == initial(net, 5));
  CHECK(w != initial(net, 6));
  std::mt19937_64 random(5);
  CHECK(net.init<float>(random) == w.cast<float>());
  for (const auto& p : net.parameters()) {
    const auto values = w.segment(p.offset, p.rows * p.cols);
    CAPTURE(p.name);
    if (p.cols == 1)
      CHECK(values.isZero(0));
    else
      CHECK((p.initialization == (p.name == "layers.2.weight" ? nn::glorot : nn::he)));
  }
  // Five deviations of the variance of 3,000 normal numbers.
  CHECK(std::abs(w.segment(250, 3000).squaredNorm() / 3000 / (2.0 / 50) - 1) < 5 * std::sqrt(2.0 / 3000));
  for (const auto& p : MLP({2, 3, 4}, nn::Tanh{}).parameters()) CHECK((p.initialization == nn::glorot) == (p.cols > 1));
}

// ---- evaluation -----------------------------------------------------------------------------------------------------

/// The numbers of a parameter within w.
auto parameter(const auto& net, const VectorXd& w, const std::string& name) {
  for (const auto& p : net.parameters())
    if (p.name == name) return MatrixXd(w.segment(p.offset, p.rows * p.cols).reshaped(p.rows, p.cols));
  FAIL("no parameter " << name);
  return MatrixXd();
}

TEST_CASE("a network is its formula") {
  const Network net{tower()};
  const VectorXd w = VectorXd::Random(net.size());
  const MatrixXd x = MatrixXd::Random(3, 4);
  const auto p = [&](const std::string& name) { return parameter(net, w, name); };
  const auto gate = [&](const std::string& name, const MatrixXd& h) {
    return MatrixXd((1 / (1 + (-p(name).array()).exp())).matrix().asDiagonal() * h);
  };
  MatrixXd h = x.array() - 0.25;
  for (const std::string block : {"blocks.0", "blocks.1"}) h += p(block + ".down") * (p(block + ".up") * h).cwiseMax(0);
  h = gate("head.0.logit", gate("gates.1.logit", gate("gates.0.logit", h)));
  const MatrixXd y = (p("head.2.weight") * h.array().tanh().matrix()).colwise() + VectorXd(p("head.2.bias"));
  CHECK(net(x, w).isApprox(y, 1e-14));

  const MLP mlp({3, 4, 2}, nn::Sigmoid{});
  const VectorXd v = VectorXd::Random(mlp.size());
  const auto q = [&](const std::string& name) { return parameter(mlp, v, name); };
  const MatrixXd hidden =
      1 / (1 + (-((q("layers.0.weight") * x).colwise() + VectorXd(q("layers.0.bias")))).array().exp());
  CHECK(mlp(x, v).isApprox((q("layers.1.weight") * hidden).colwise() + VectorXd(q("layers.1.bias")), 1e-14));
}

TEST_CASE("plain and recorded parameters and inputs, in place, borrowed or computed, give the same values") {
  const auto check = [](const auto& net, Index features) {
    const VectorXd w = VectorXd::Random(net.size());
    const MatrixXd x = MatrixXd::Random(features, 4);
    const MatrixXd y = net(x, w);
    const auto same = [&](const auto& result) { CHECK(MatrixXd(value_of(result)) == y); };
    MatrixXd in_rows(2, w.size()), x_transposed = x.transpose();
    in_rows.row(0).setOnes();
    in_rows.row(1) = w.transpose();

    same(net(x, 2 * (0.5 * w)));
    same(net(x, Eigen::Map<const VectorXd>(w.data(), w.size())));
    same(net(x, in_rows.row(1).transpose()));
    same(net(borrow(x), borrow(w)));
    same(net(x_transposed.transpose(), w));
    same(net(2 * (0.5 * x), w));
    for (Index j = 0; j < 4; ++j) CHECK(net(VectorXd(x.col(j)), w).isApprox(y.col(j), 1e-14));

    Tape tape;
    const auto recorded = tape.variable(w);
    const auto input = tape.variable(x);
    same(net(x, recorded));
    same(net(borrow(x), recorded));
    same(net(2 * (0.5 * x), recorded));
    same(net(input, w));
    same(net(input, recorded));
    same(net(tape.variable(x_transposed).transpose(), tape.constant(w)));
    same(net(Eigen::Matrix<double, 3, 4>(x.topRows(3)), recorded));
  };
  check(Network{tower()}, 3);
  check(Network{Residual{.up = {7, 3}, .down = {3, 7}}}, 3);
  check(Network{nn::sequential(Linear{3, 4}, nn::Tanh{}, MLP({4, 3}), nn::ReLU{}, Linear{3, 2}, nn::Sigmoid{})}, 3);
  check(MLP({3, 2}), 3);
}

TEST_CASE("networks in float") {
  CHECK(MLP({3, 2})(MatrixXd::Ones(3, 4).cast<float>(), VectorXd::Ones(8).cast<float>()) ==
        Eigen::MatrixXf::Constant(2, 4, 4));
  const MLP mlp({3, 8, 2}, nn::Tanh{});
  const VectorXd v = VectorXd::Random(mlp.size());
  const MatrixXd x = MatrixXd::Random(3, 5);
  // Sums of at most 9 terms below 1, in two layers.
  CHECK((mlp(x.cast<float>(), v.cast<float>()).cast<double>() - mlp(x, v)).cwiseAbs().maxCoeff() < 9 * 9 * 1.2e-7);
}

TEST_CASE("a copy of a network, or one that has moved, works on") {
  auto original = std::make_unique<Network<Tower>>(tower());
  const VectorXd w = VectorXd::Random(original->size());
  const MatrixXd x = MatrixXd::Random(3, 4), y = (*original)(x, w);
  Network copy = *original;
  std::vector<Network<Tower>> several(3, copy);
  several.push_back(std::move(*original));
  original.reset();
  for (const auto& net : several) CHECK(net(x, w) == y);
  CHECK(copy(x, w) == y);
}

TEST_CASE("a network may be shared: two layers with one weight") {
  const Network net{Tied{{3, 2}}};
  const VectorXd w = VectorXd::Random(6);
  const MatrixXd x = MatrixXd::Random(2, 4), W = w.reshaped(3, 2);
  CHECK(net(x, w).isApprox(W.transpose() * (W * x).cwiseMax(0)));
  check_gradients<2>([&](const auto& v) { return contract(net(like(v, x), v)); }, w);
}

// ---- derivatives ----------------------------------------------------------------------------------------------------

TEST_CASE("networks: derivatives of first and second order, by parameters and inputs, are those of differences") {
  const auto check = [](const auto& net, Index features) {
    const VectorXd w = VectorXd::Random(net.size());
    const MatrixXd x = MatrixXd::Random(features, 3);
    check_gradients<2>([&](const auto& input, const auto& v) { return contract(net(input, v)); }, x, w);
    check_gradients<2>([&](const auto& v) { return contract(net(like(v, x), v)); }, w);
    check_gradients<2>([&](const auto& input) { return contract(net(input, like(input, w))); }, x);
  };
  check(Network{Autoencoder{}}, 4);
  check(Network{Residual{.up = {7, 3}, .down = {3, 7}}}, 3);
  check(Network{nn::sequential(Linear{3, 4}, nn::Tanh{}, Linear{4, 4}, nn::Sigmoid{}, Linear{4, 2})}, 3);
}

TEST_CASE("a user's module of three lines learns") {
  // Fits a residual map by gradient descent: the loss falls, and every parameter has moved.
  const Network net{Residual{.up = {8, 2}, .down = {2, 8}}};
  const MatrixXd x = MatrixXd::Random(2, 30), y = x.array().square() + x.array();
  VectorXd w = initial(net), gradient(net.size());
  const VectorXd start = w;
  Tape tape;
  const auto loss = [&](const auto& v) { return nn::squared_loss(net(borrow(x), v), borrow(y)); };
  const double before = loss(w);
  for (int step = 0; step < 300; ++step) {
    value_and_gradient(tape, loss, w, gradient);
    w -= 0.05 * gradient;
  }
  CHECK(loss(w) < 0.1 * before);
  for (const auto& p : net.parameters())
    CHECK((w - start).segment(p.offset, p.rows * p.cols).norm() > 0.01 * start.norm());
}

// ---- misuse ---------------------------------------------------------------------------------------------------------

TEST_CASE("a parameter or part that is not a member is an error, not an untrained weight") {
  const auto text = [](const auto& module) {
    const Network net{module};
    return message([&] { net(Eigen::Vector2d(1, 2), VectorXd(VectorXd::Zero(net.size()))); });
  };
  const std::string expectation =
      ": expected a parameter or part that is a member of the module, got one that is not; it would not be trained";
  const Linear layer{2, 2};
  CHECK(text(Forgetful{layer}) == "network" + expectation);
  CHECK(text(Copying{{layer, layer}}) == "network" + expectation);
  CHECK(text(Stray{layer}) == "network" + expectation);
  CHECK(text(Deep{layer}) == "network" + expectation);
  CHECK(text(Outer{{{layer}, {layer}}}) == "network at parts.0" + expectation);
}

TEST_CASE("a vector of parameters of the wrong size is an error") {
  const MLP net({4, 3, 2});
  const MatrixXd x = MatrixXd::Zero(4, 1);
  const std::string expected = "network: expected a vector of 23 parameters, got 22";
  CHECK(message<ShapeError>([&] { net(x, VectorXd(22)); }) == expected);
  CHECK(message<ShapeError>([&] {
          Tape tape;
          net(x, tape.variable(VectorXd::Zero(22)));
        }) == expected);
}

TEST_CASE("features that do not fit are an error that names the layer and both shapes") {
  const auto text = [](const auto& net, Index features) {
    return message<ShapeError>([&] { net(MatrixXd::Zero(features, 5), VectorXd::Zero(net.size())); });
  };
  CHECK(text(MLP({4, 3, 2}), 7) == "layers.0 (Linear 4→3): expected 4 features × samples, got 7×5");
  CHECK(text(Network{Linear{4, 3}}, 7) == "(Linear 4→3): expected 4 features × samples, got 7×5");
  CHECK(text(Network{nn::sequential(Linear{4, 3}, nn::ReLU{}, Linear{6, 2})}, 4) ==
        "layers.2 (Linear 6→2): expected 6 features × samples, got 3×5");
  CHECK(text(Network{nn::sequential(Linear{4, 3}, nn::sequential(nn::ReLU{}, Linear{6, 2}))}, 4) ==
        "layers.1.layers.1 (Linear 6→2): expected 6 features × samples, got 3×5");
  CHECK(text(Network{Autoencoder{.encoder = MLP({4, 3}), .decoder = MLP({2, 4}, nn::Tanh{})}}, 4) ==
        "decoder.layers.0 (Linear 2→4): expected 2 features × samples, got 3×5");
  // A module of the user's need not check: the operation does, and the path is added.
  CHECK(text(Network{nn::sequential(Linear{4, 3}, Residual{.up = {5, 3}, .down = {3, 6}})}, 4) ==
        "layers.1: matrix product: expected as many columns on the left as rows on the right, got 3×6 times 5×5");
}

TEST_CASE("shapes without rows or columns are errors with the parameter's name") {
  CHECK(message<ShapeError>([] {
          Network{Residual{.up = {3, 2}, .down = {}}};
        }) == "network: expected a shape of at least 1×1 for down, got 0×0");
  CHECK(message<ShapeError>([] {
          Network{nn::sequential(Linear{2, 3}, Linear{3, -1})};
        }) == "network: expected a shape of at least 1×1 for layers.1.weight, got -1×3");
}

TEST_CASE("a cleared tape, or another one, is an error") {
  const MLP net({2, 2});
  Tape tape, other;
  const auto w = tape.variable(VectorXd::Ones(6));
  CHECK_THROWS_AS(net(other.variable(MatrixXd::Ones(2, 2)), w), TapeError);
  tape.clear();
  CHECK_THROWS_AS(net(MatrixXd::Ones(2, 2), w), TapeError);
}

}  // namespace
}  // namespace gradus::test::module_test
