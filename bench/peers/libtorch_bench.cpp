// A training step beside libtorch's (module, cross_entropy, backward, Adam), in one process, each on one thread.
#include <torch/torch.h>

#include "../training_step.hpp"

extern "C" [[gnu::weak]] void openblas_set_num_threads(int);

namespace {

using namespace gradus::bench;

class TorchStep {
 public:
  explicit TorchStep(const Training& training, double rate = Training::learning_rate)
      : inputs_(tensor(training.inputs)), labels_(torch::empty({training.labels.size()}, torch::kLong)) {
    for (Eigen::Index j = 0; j < training.labels.size(); ++j) labels_[j] = training.labels[j];
    const Eigen::VectorXf& w = training.w;
    for (std::size_t i = 0, at = 0; i + 1 < training.sizes.size(); ++i) {
      const Eigen::Index in = training.sizes[i], out = training.sizes[i + 1];
      torch::nn::Linear linear(in, out);
      const torch::NoGradGuard guard;
      const Eigen::Map<const Eigen::MatrixXf> weight(w.data() + at, out, in);
      linear->weight.copy_(tensor(weight.transpose()));
      linear->bias.copy_(tensor(w.segment(Eigen::Index(at) + out * in, out)).reshape({out}));
      at += std::size_t(out * (in + 1));
      net_->push_back(linear);
      if (i + 2 < training.sizes.size()) net_->push_back(torch::nn::ReLU());
    }
    adam_ = std::make_unique<torch::optim::Adam>(net_->parameters(), torch::optim::AdamOptions(rate));
  }
  float operator()() {
    adam_->zero_grad();
    const torch::Tensor loss = torch::nn::functional::cross_entropy(net_->forward(inputs_), labels_);
    loss.backward();
    adam_->step();
    return loss.item<float>();
  }
  /// The parameters in our order.
  Eigen::VectorXf parameters() const {
    std::vector<float> all;
    for (const torch::Tensor& p : net_->parameters()) {
      const torch::Tensor columns = p.detach().t().contiguous();
      all.insert(all.end(), columns.data_ptr<float>(), columns.data_ptr<float>() + columns.numel());
    }
    return Eigen::Map<Eigen::VectorXf>(all.data(), Eigen::Index(all.size()));
  }

 private:
  /// A sample is a row there: the columns of m.
  static torch::Tensor tensor(const Eigen::MatrixXf& m) {
    return torch::from_blob(const_cast<float*>(m.data()), {m.cols(), m.rows()}).clone();
  }
  torch::nn::Sequential net_;
  torch::Tensor inputs_, labels_;
  std::unique_ptr<torch::optim::Adam> adam_;
};

/// One thread for all of them: libtorch's own, and those of the OpenBLAS that it may call.
void use_one_thread() {
  torch::set_num_threads(1);
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
}

void training_step(benchmark::State& state, const Network& network) {
  use_one_thread();
  const Training training(network);
  {
    TrainingStep ours(training, 1e-3);
    TorchStep other(training, 1e-3);
    const std::string wrong = disagreement(ours, other, training.w);
    if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
  }
  TrainingStep step(training);
  BareProducts<ProductOfGradus> floor(network);
  TorchStep torch_step(training);
  interleave(state, Work{"step", std::ref(step)}, Work{"floor", std::ref(floor)},
             Work{"libtorch", std::ref(torch_step)});
}

const bool registered = [] {
  for (const Network& network : networks)
    benchmark::RegisterBenchmark((std::string("training_step/") + network.name).c_str(), training_step, network)
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
