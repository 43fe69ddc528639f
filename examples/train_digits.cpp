// Trains a multilayer perceptron on handwritten digits, and shows how well it reads digits it has never seen.
#include <gradus/nn/nn.hpp>
#include <gradus/optim/optim.hpp>

#include <cmath>
#include <cstdio>
#include <optional>

#include "loss_curve.hpp"
#include "program.hpp"
#include "progress.hpp"

using gradus::borrow, gradus::Error, gradus::Index;
namespace nn = gradus::nn;
namespace optim = gradus::optim;

namespace {

constexpr Index pixels = 64, digits = 10;

struct Options {
  std::vector<Index> layers = {256, 128};
  int epochs = 30;
  Index batch = 32;
  std::string optimizer = "adam";
  std::optional<double> chosen_rate;
  std::uint64_t seed = 1;
  std::string data = GRADUS_DATA_DIR "/digits.csv.gz";
  std::string curve = "loss_curve.csv";

  double rate() const { return chosen_rate.value_or(optimizer == "adam" ? 1e-3 : 0.05); }
};

struct Data {
  nn::Dataset<float> train, validation, test;
};

/// 72 % of the digits to train, 8 % to watch the training, 20 % to test in the end.
Data read_digits(const std::string& path, std::mt19937_64& random) {
  auto all = nn::Dataset<float>::from_table(nn::read_csv(path, {.columns = pixels + 1}));
  if (all.classes() > digits)
    throw Error(path + ": expected labels from 0 to 9, got " + std::to_string(all.classes() - 1));
  all.inputs /= 16;  // pixels are 0 to 16
  auto [seen, test] = nn::split(all, 0.8, random);
  auto [train, validation] = nn::split(seen, 0.9, random);
  return {train, validation, test};
}

/// The trained parameters.
template <class Optimizer>
Eigen::VectorXf train(const nn::MLP<>& net, Optimizer optimizer, const Data& data, const Options& options,
                      std::mt19937_64& random) {
  Eigen::VectorXf w = net.init<float>(random);
  nn::Batches<float> batches(data.train, {.size = options.batch}, random);
  gradus::Tape<float> tape;
  LossCurve curve(options.curve);
  const Progress progress(options.epochs);
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    double sum = 0;
    for (const auto& batch : batches) {
      const auto loss = [&](const auto& parameters) {
        return nn::softmax_cross_entropy(net(borrow(batch.inputs), parameters), batch.labels);
      };
      sum += optimizer.step(tape, loss, w) * static_cast<float>(batch.labels.size());
    }
    const double training_loss = sum / static_cast<double>(data.train.size());
    if (!std::isfinite(training_loss))
      throw Error("the loss is no longer finite in epoch " + std::to_string(epoch) + ": try a smaller --rate");
    const Eigen::MatrixXf logits = net(data.validation.inputs, w);
    const double accuracy = nn::accuracy(logits, data.validation.labels);
    curve.add({epoch, training_loss, nn::softmax_cross_entropy(logits, data.validation.labels), accuracy});
    progress.report(epoch, training_loss, accuracy);
  }
  std::printf("trained in %.2f s\n", progress.seconds());
  print_files("loss curve", options.curve, curve.draw());
  return w;
}

Eigen::VectorXf train(const nn::MLP<>& net, const Data& data, const Options& options, std::mt19937_64& random) {
  if (options.optimizer == "adam")
    return train(net, optim::Adam<float>({.learning_rate = options.rate()}), data, options, random);
  return train(net, optim::SGD<float>({.learning_rate = options.rate(), .momentum = 0.9}), data, options, random);
}

void print_confusion(const Eigen::MatrixXi& counts) {
  std::printf("\ndigit  read as");
  for (Index read = 0; read < digits; ++read) std::printf("%4td", read);
  for (Index digit = 0; digit < digits; ++digit) {
    std::printf("\n%5td         ", digit);
    for (Index read = 0; read < digits; ++read)
      if (counts(digit, read) == 0)
        std::printf("   .");
      else
        std::printf("%4d", counts(digit, read));
  }
  std::printf("\n");
}

/// The largest error of the gradient along ten random directions, compared with central differences and relative to the
/// gradient's norm.
double gradient_error(const nn::MLP<>& net, const Eigen::VectorXd& w, const nn::Dataset<float>& data,
                      std::mt19937_64& random) {
  const Eigen::MatrixXd inputs = data.inputs.cast<double>();
  const auto loss = [&](const auto& parameters) {
    return nn::softmax_cross_entropy(net(borrow(inputs), parameters), data.labels);
  };
  const Eigen::VectorXd gradient = gradus::gradient(loss, w);
  double largest = 0;
  for (int k = 0; k < 10; ++k) {
    const Eigen::VectorXd direction = Eigen::VectorXd::NullaryExpr(w.size(), [&] { return nn::normal(random); });
    constexpr double step = 1e-8;  // so short that hardly a ReLU passes its corner
    const double difference = (loss(w + step * direction) - loss(w - step * direction)) / (2 * step);
    largest = std::max(largest, std::abs(difference - gradient.dot(direction)) / gradient.norm());
  }
  return largest;
}

void run(const Options& options) {
  std::mt19937_64 random(options.seed);
  const Data data = read_digits(options.data, random);
  std::vector<Index> sizes = {pixels};
  sizes.insert(sizes.end(), options.layers.begin(), options.layers.end());
  sizes.push_back(digits);
  const nn::MLP net(sizes);
  std::printf("%td digits to train, %td to validate, %td to test\n", data.train.size(), data.validation.size(),
              data.test.size());
  std::printf("network %td", pixels);
  for (std::size_t i = 1; i < sizes.size(); ++i) std::printf("-%td", sizes[i]);
  std::printf(", %td parameters; %s, rate %g, batches of %td, seed %ju\n\n", net.size(), options.optimizer.c_str(),
              options.rate(), options.batch, std::uintmax_t{options.seed});

  const Eigen::VectorXf w = train(net, data, options, random);

  const Eigen::MatrixXf logits = net(data.test.inputs, w);
  std::printf("\ntest accuracy: %.2f %%\n", 100 * nn::accuracy(logits, data.test.labels));
  print_confusion(nn::confusion_matrix(logits, data.test.labels));
  std::printf("\ngradient against finite differences: largest relative error %.1e\n",
              gradient_error(net, w.cast<double>(), data.train, random));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Trains a multilayer perceptron on handwritten digits (8 × 8 pixels) and tests it."};
  app.add_option("--layers", options.layers, "Units of each hidden layer")
      ->delimiter(',')
      ->check(positive)
      ->default_str("256,128");
  app.add_option("--epochs", options.epochs, "Passes over the training data")->check(positive)->capture_default_str();
  app.add_option("--batch", options.batch, "Samples in a step")->check(positive)->capture_default_str();
  app.add_option("--optimizer", options.optimizer, "adam, or sgd (with momentum 0.9)")
      ->check(CLI::IsMember({"adam", "sgd"}))
      ->capture_default_str();
  app.add_option("--rate", options.chosen_rate, "Learning rate [0.001 for adam, 0.05 for sgd]")->check(positive);
  app.add_option("--seed", options.seed, "Seed of the split, the initial parameters and the batches")
      ->capture_default_str();
  app.add_option("--data", options.data, "CSV file, plain or gzip: 64 pixels of 0 to 16 and the label in each line")
      ->capture_default_str();
  app.add_option("--curve", options.curve, "CSV file for the loss curve; its picture goes beside it")
      ->capture_default_str();
  return run_program("train_digits", app, argc, argv, [&] { run(options); });
}
