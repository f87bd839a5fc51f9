#include "training/sgd.hpp"

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

Schedule norm_schedule(NormPreset preset) {
  switch (preset) {
    case NormPreset::slow:
      return geometric_schedule(0.5, 1.001, 2);
    case NormPreset::fast:
      return geometric_schedule(0.5, 1.1, 2);
    case NormPreset::shrink:
      return geometric_schedule(10, 0.99, 2);
  }
  throw InvalidInput(fmt::format("no such preset: {}", int(preset)));
}

EpochResult sgd_epoch(const SmoothTraining& training, const Optimiser& optimiser, SgdState& state,
                      RandomStream& random) {
  const Network& network = training.network();
  const double beta = training.beta(state.epoch);
  const Loss loss = training.loss(state.epoch);
  NetworkBuffers buffers;
  std::vector<float> gradient(network.weights());
  const std::vector<float> before = state.weights;
  EpochResult result;
  training.for_each_batch(random, [&](const Batch& batch) {
    result.loss += network.gradient(state.weights, beta, loss, batch, buffers, gradient);
    update(optimiser, state.optimiser, gradient, state.weights);
    result.failed = !network.normalise(state.weights);
    return !result.failed;
  });
  if (result.failed) state.weights = before;
  if (training.batches() > 0) result.loss /= double(training.batches());
  ++state.epoch;
  return result;
}

Sgd::Sgd(const Problem& problem, const Params& params)
    : problem_(problem, params.smooth, "sgd"), optimiser_(params.optimiser) {
  validate(optimiser_, "sgd");
}

SgdState Sgd::start(RandomStream& random) const {
  return {problem_.network().random_weights(random), {}, 0};
}

Progress Sgd::step(State& state, RandomStream& random) const {
  problem_.require_size(state.weights);
  const std::int64_t t = state.epoch;
  const EpochResult epoch = sgd_epoch(problem_.training(), optimiser_, state, random);
  return problem_.progress(state.weights, epoch.failed,
                           {{"loss", epoch.loss},
                            {"beta", problem_.training().beta(t)},
                            {"gamma", problem_.training().loss(t).gamma}});
}

}  // namespace wfm::training
