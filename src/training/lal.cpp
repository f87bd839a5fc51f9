#include "training/lal.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "math/error.hpp"
#include "training/sphere_steps.hpp"

namespace wfm::training {
namespace {

const Problem& checked(const Problem& problem, const LalParams& params) {
  validate(problem);
  if (problem.weight_kind != WeightKind::spherical)
    throw InvalidInput(fmt::format("lal: weights must be spherical, given {}", name(problem.weight_kind)));
  if (!(params.eta > 0) || std::isinf(params.eta))
    throw InvalidInput(fmt::format("lal: eta must be > 0 and finite, given {}", params.eta));
  return problem;
}

std::variant<PackedUnitInputs, RealUnitInputs> unit_inputs(const Problem& problem) {
  if (problem.train.binary()) return PackedUnitInputs(problem);
  return RealUnitInputs(problem);
}

/// The units of one machine with the stabilities and the wrong units of the pattern looked at last.
template <class Inputs>
class Units {
 public:
  Units(const Problem& problem, const LeastAction& rule, const Inputs& inputs, Weights& weights)
      : problem_(problem),
        rule_(rule),
        inputs_(inputs),
        weights_(weights),
        stability_(std::size_t(weights.hidden)) {}

  /// Number of right units that pattern a lacks; not positive: it is satisfied.
  int missing(std::size_t a) {
    const int sigma = problem_.train.labels[a];
    wrong_.clear();
    for (int k = 0; k < weights_.hidden; ++k) {
      const double h = input_sum(inputs_.row(a, k), weights_.unit(k)) / sqrt_n();
      stability_[std::size_t(k)] = sigma * h;
      if (!satisfied(h, sigma, rule_.unit_margin)) wrong_.push_back(k);
    }
    return rule_.needed - (weights_.hidden - int(wrong_.size()));
  }

  /// (LAL.1) for `count` wrong units of the pattern that missing(a) looked at.
  void change_closest(std::size_t a, int count, double eta) {
    const std::size_t n = std::size_t(weights_.fan_in);
    keep_closest(stability_, count, wrong_);
    for (const int k : wrong_) {
      const auto xi = inputs_.row(a, k);
      const double c = eta / sqrt_n() * problem_.train.labels[a];
      // |w + c xi|^2 = n + 2 eta Delta + c^2 |xi|^2
      const double squared = double(n) + 2 * eta * stability_[std::size_t(k)] + c * c * squared_norm(xi, n);
      add_and_scale(xi, c, sqrt_n() / std::sqrt(squared), weights_.unit(k));
    }
  }

 private:
  double sqrt_n() const { return std::sqrt(double(weights_.fan_in)); }

  const Problem& problem_;
  const LeastAction& rule_;
  const Inputs& inputs_;
  Weights& weights_;
  std::vector<double> stability_;  // Delta[k]
  std::vector<int> wrong_;
};

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

template <class Inputs>
Progress sweep(const Problem& problem, const LeastAction& rule, double eta, const Inputs& inputs,
               std::span<const std::size_t> order, Weights& weights) {
  Units<Inputs> units(problem, rule, inputs, weights);
  std::int64_t wrong = 0, unit_steps = 0;
  for (const std::size_t a : order) {
    const int missing = units.missing(a);
    if (missing <= 0) continue;
    ++wrong;
    unit_steps += missing;
    units.change_closest(a, missing, eta);
  }

  Progress progress;
  progress.observables = {{"wrong", double(wrong)}, {"unit_steps", double(unit_steps)}};
  progress.failed = !all_finite(weights.values);
  if (progress.failed) return progress;
  // (LAL.1) keeps |w|^2 = n to rounding only: the error of many steps is taken out here, where it is still tiny.
  if (wrong > 0) normalise(weights);
  progress.errors =
      std::count_if(order.begin(), order.end(), [&](std::size_t a) { return units.missing(a) > 0; });
  progress.converged = progress.errors == 0;
  return progress;
}

}  // namespace

LeastActionLearning::LeastActionLearning(const Problem& problem, const Params& params)
    : problem_(&checked(problem, params)),
      params_(params),
      rule_(least_action(problem, "lal")),
      inputs_(unit_inputs(problem)) {}

LalState LeastActionLearning::start(RandomStream& random) const {
  State state{std::vector<double>(std::size_t(problem_->architecture.weights()))};
  for (double& w : state.weights) w = random.normal();
  Weights on_sphere = weights(state);
  normalise(on_sphere);
  return {std::move(on_sphere.values)};
}

Progress LeastActionLearning::step(State& state, RandomStream& random) const {
  if (state.weights.size() != std::size_t(problem_->architecture.weights()))
    throw InvalidInput(fmt::format("lal: the state must have hidden x fan-in = {} entries, given {}",
                                   problem_->architecture.weights(), state.weights.size()));
  std::vector<std::size_t> order(problem_->train.count());
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);

  Weights moving = weights(state);
  Progress progress = std::visit(
      [&](const auto& inputs) { return sweep(*problem_, rule_, params_.eta, inputs, order, moving); },
      inputs_);
  state.weights = std::move(moving.values);
  return progress;
}

Weights LeastActionLearning::weights(const State& state) const {
  const Architecture& architecture = problem_->architecture;
  return {WeightKind::spherical, architecture.hidden, architecture.fan_in(), state.weights};
}

}  // namespace wfm::training
