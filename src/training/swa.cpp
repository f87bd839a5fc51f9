#include "training/swa.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

Swa::Swa(const Problem& problem, const Params& params)
    : problem_(problem, params.sgd.smooth, "swa"),
      optimiser_(params.sgd.optimiser),
      average_from_(params.average_from) {
  validate(optimiser_, "swa");
  if (average_from_ < 0)
    throw InvalidInput(fmt::format("swa: average-from must be >= 0, given {}", average_from_));
}

SwaState Swa::start(RandomStream& random) const {
  return {{problem_.network().random_weights(random), {}, 0}, {}, 0};
}

Progress Swa::step(State& state, RandomStream& random) const {
  problem_.require_size(state.sgd.weights);
  const SmoothTraining& training = problem_.training();
  const std::int64_t t = state.sgd.epoch;
  const EpochResult epoch = sgd_epoch(training, optimiser_, state.sgd, random);
  Progress progress = problem_.progress(
      state.sgd.weights, epoch.failed,
      {{"loss", epoch.loss}, {"beta", training.beta(t)}, {"gamma", training.loss(t).gamma}});
  progress.observables.emplace_back("last_errors", double(progress.errors));
  if (epoch.failed || t < average_from_) return progress;
  const auto& w = state.sgd.weights;
  state.sum.resize(w.size());
  for (std::size_t j = 0; j < w.size(); ++j) state.sum[j] += double(w[j]);
  ++state.averaged;
  progress.errors = problem_.count_errors(weights(state));
  return progress;
}

Weights Swa::weights(const State& state) const {
  Weights last = problem_.weights(state.sgd.weights);
  if (state.averaged == 0) return last;
  Weights average = last;
  average.values = state.sum;
  for (int k = 0; k < average.hidden; ++k) {
    const auto unit = average.unit(k);
    if (std::all_of(unit.begin(), unit.end(), [](double x) { return x == 0; }))
      std::copy_n(last.unit(k).begin(), unit.size(), unit.begin());
  }
  normalise(average);
  return average;
}

}  // namespace wfm::training
