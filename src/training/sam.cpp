#include "training/sam.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

Sam::Sam(const Problem& problem, const Params& params)
    : problem_(problem, params.smooth, "sam"), optimiser_(params.optimiser), rho_(params.rho) {
  validate(optimiser_, "sam");
  if (!(rho_ >= 0) || std::isinf(rho_))
    throw InvalidInput(fmt::format("sam: rho must be >= 0 and finite, given {}", rho_));
}

SgdState Sam::start(RandomStream& random) const {
  return {problem_.network().random_weights(random), {}, 0};
}

Progress Sam::step(State& state, RandomStream& random) const {
  problem_.require_size(state.weights);
  const SmoothTraining& training = problem_.training();
  const Network& network = training.network();
  const double beta = training.beta(state.epoch);
  const Loss loss = training.loss(state.epoch);
  NetworkBuffers buffers;
  std::vector<float> gradient(network.weights()), uphill;
  const std::vector<float> before = state.weights;
  EpochResult epoch;
  training.for_each_batch(random, [&](const Batch& batch) {
    epoch.loss += network.gradient(state.weights, beta, loss, batch, buffers, gradient);
    const double norm =
        std::sqrt(std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0));
    if (rho_ > 0 && norm > 0) {
      const float c = float(rho_ * std::sqrt(double(network.weights())) / norm);
      uphill = state.weights;
      for (std::size_t j = 0; j < uphill.size(); ++j) uphill[j] += c * gradient[j];
      if (network.normalise(uphill)) network.gradient(uphill, beta, loss, batch, buffers, gradient);
    }
    update(optimiser_, state.optimiser, gradient, state.weights);
    epoch.failed = !network.normalise(state.weights);
    return !epoch.failed;
  });
  if (epoch.failed) state.weights = before;
  if (training.batches() > 0) epoch.loss /= double(training.batches());
  ++state.epoch;
  return problem_.progress(state.weights, epoch.failed,
                           {{"loss", epoch.loss}, {"beta", beta}, {"gamma", loss.gamma}});
}

}  // namespace wfm::training
