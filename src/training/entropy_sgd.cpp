#include "training/entropy_sgd.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {
namespace {

void require_share(double value, const char* what) {
  if (!(value > 0 && value <= 1))
    throw InvalidInput(fmt::format("entropy-sgd: {} must be in (0, 1], given {}", what, value));
}

void check(const EntropySgdParams& params) {
  if (!(params.eta > 0) || std::isinf(params.eta))
    throw InvalidInput(fmt::format("entropy-sgd: eta must be > 0 and finite, given {}", params.eta));
  if (params.length < 1)
    throw InvalidInput(fmt::format("entropy-sgd: length must be at least 1, given {}", params.length));
  if (!(params.noise >= 0) || std::isinf(params.noise))
    throw InvalidInput(fmt::format("entropy-sgd: noise must be >= 0 and finite, given {}", params.noise));
  require_share(params.averaging, "averaging");
  require_share(params.step, "step");
  require_values(
      params.spring, "entropy-sgd: the spring", [](double s) { return s >= 0 && s <= 1; }, "in [0, 1]");
}

// x <- x + share (target - x)
void move_towards(std::span<const float> target, double share, std::span<float> x) {
  for (std::size_t j = 0; j < x.size(); ++j) x[j] += float(share) * (target[j] - x[j]);
}

// One inner loop: where it walks, the mean of the walk, and how far it has come.
struct Walk {
  std::vector<float> place, mean;  // x', mu
  std::int64_t steps = 0;
};

}  // namespace

EntropySgd::EntropySgd(const Problem& problem, const Params& params)
    : problem_(problem, params.smooth, "entropy-sgd"), params_(params) {
  check(params);
}

EntropySgdState EntropySgd::start(RandomStream& random) const {
  return {problem_.network().random_weights(random), 0};
}

Progress EntropySgd::step(State& state, RandomStream& random) const {
  problem_.require_size(state.weights);
  const SmoothTraining& training = problem_.training();
  const Network& network = training.network();
  const double beta = training.beta(state.epoch), spring = value(params_.spring, state.epoch);
  const Loss loss = training.loss(state.epoch);
  const std::vector<float> before = state.weights;
  const std::int64_t batches = std::int64_t(training.batches());
  std::int64_t loops_left = batches == 0 ? 0 : std::max<std::int64_t>(1, batches / params_.length);
  const double loops = double(loops_left);

  NetworkBuffers buffers;
  std::vector<float> gradient(network.weights());
  Walk walk;
  double total_loss = 0, total_overlap = 0;
  bool failed = false;
  const auto inner_step = [&](const Batch& batch) {
    if (walk.steps == 0) walk.place = walk.mean = state.weights;
    total_loss += network.gradient(walk.place, beta, loss, batch, buffers, gradient);
    for (std::size_t j = 0; j < gradient.size(); ++j) {
      float& x = walk.place[j];
      x += float(spring) * (state.weights[j] - x) - float(params_.eta) * gradient[j];
      if (params_.noise > 0) x += float(params_.noise * random.normal());
    }
    failed = !network.normalise(walk.place);
    if (failed) return false;
    move_towards(walk.place, params_.averaging, walk.mean);
    if (++walk.steps < params_.length) return true;
    walk.steps = 0;
    total_overlap += std::inner_product(walk.place.begin(), walk.place.end(), state.weights.begin(), 0.0) /
                     double(gradient.size());
    move_towards(walk.mean, params_.step, state.weights);
    failed = !network.normalise(state.weights);
    return !failed && --loops_left > 0;
  };
  while (loops_left > 0 && !failed) training.for_each_batch(random, inner_step);
  if (failed) state.weights = before;
  ++state.epoch;
  const double steps = std::max(1.0, loops * double(params_.length));
  return problem_.progress(state.weights, failed,
                           {{"loss", total_loss / steps},
                            {"beta", beta},
                            {"gamma", loss.gamma},
                            {"spring", spring},
                            {"walk", total_overlap / std::max(1.0, loops)}});
}

}  // namespace wfm::training
