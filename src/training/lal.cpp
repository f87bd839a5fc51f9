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
  require(params.sweep_parts >= 1,
          fmt::format("lal: a sweep must have at least 1 part, given {}", params.sweep_parts));
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
Progress visit_patterns(Units<Inputs>& units, double eta, std::span<const std::int64_t> which) {
  std::int64_t wrong = 0, unit_steps = 0;
  for (const std::int64_t a : which) {
    const int missing = units.missing(std::size_t(a));
    if (missing <= 0) continue;
    ++wrong;
    unit_steps += missing;
    units.change_closest(std::size_t(a), missing, eta);
  }
  Progress progress;
  progress.observables = {{"wrong", double(wrong)}, {"unit_steps", double(unit_steps)}};
  return progress;
}

std::vector<std::int64_t> random_order(std::size_t count, RandomStream& random) {
  std::vector<std::int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order), random);
  return order;
}

}  // namespace

LeastActionLearning::LeastActionLearning(const Problem& problem, const Params& params)
    : problem_(&checked(problem, params)),
      params_(params),
      rule_(least_action(problem, "lal")),
      inputs_(unit_inputs(problem)) {}

LalState LeastActionLearning::start(RandomStream& random) const {
  State state{std::vector<double>(std::size_t(problem_->architecture.weights())), {}, 0};
  for (double& w : state.weights) w = random.normal();
  Weights on_sphere = weights(state);
  normalise(on_sphere);
  return {std::move(on_sphere.values), {}, 0};
}

Progress LeastActionLearning::step(State& state, RandomStream& random) const {
  if (state.weights.size() != std::size_t(problem_->architecture.weights()))
    throw InvalidInput(fmt::format("lal: the state must have hidden x fan-in = {} entries, given {}",
                                   problem_->architecture.weights(), state.weights.size()));
  const std::size_t P = problem_->train.count();
  if (state.part == 0) state.order = random_order(P, random);
  if (state.order.size() != P || state.part < 0 || state.part >= params_.sweep_parts)
    throw InvalidInput(fmt::format(
        "lal: the state must be in one of {} parts of a sweep of {} patterns, given part {} of {}",
        params_.sweep_parts, P, state.part, state.order.size()));
  // part j: patterns j P / parts ... (j + 1) P / parts of the order
  const std::size_t parts = std::size_t(params_.sweep_parts), part = std::size_t(state.part);
  const std::size_t first = part * P / parts, end = (part + 1) * P / parts;
  const bool ends_sweep = part + 1 == parts;

  Weights moving = weights(state);
  const auto go_on = [&](const auto& inputs) {
    Units units(*problem_, rule_, inputs, moving);
    Progress progress =
        visit_patterns(units, params_.eta, std::span(state.order).subspan(first, end - first));
    progress.failed = !all_finite(moving.values);
    if (progress.failed) return progress;
    // (LAL.1) keeps |w|^2 = n to rounding only: the error of many steps is taken out here, where it is still tiny.
    if (progress.observables[0].second > 0) normalise(moving);
    if (!ends_sweep) return progress;
    progress.errors = std::count_if(state.order.begin(), state.order.end(),
                                    [&](std::int64_t a) { return units.missing(std::size_t(a)) > 0; });
    progress.converged = progress.errors == 0;
    return progress;
  };
  Progress progress = std::visit(go_on, inputs_);
  state.weights = std::move(moving.values);
  state.part = ends_sweep ? 0 : state.part + 1;
  if (ends_sweep) state.order.clear();
  return progress;
}

Weights LeastActionLearning::weights(const State& state) const {
  const Architecture& architecture = problem_->architecture;
  return {WeightKind::spherical, architecture.hidden, architecture.fan_in(), state.weights};
}

std::vector<double> LeastActionLearning::position(const State& state) const {
  return state.weights;
}

void LeastActionLearning::pull(State& state, std::span<const double> centre, double strength) const {
  Weights pulled = weights(state);
  const double lambda = std::min(1.0, strength);
  for (int k = 0; k < pulled.hidden; ++k) {
    const auto w = pulled.unit(k);
    const auto c = centre.subspan(std::size_t(k) * w.size(), w.size());
    double norm2 = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      w[i] += lambda * (c[i] - w[i]);
      norm2 += w[i] * w[i];
    }
    const auto before = state.weights.begin() + k * pulled.fan_in;
    if (!(norm2 > 0))
      std::copy_n(before, w.size(), w.begin());
    else
      for (double& value : w) value *= std::sqrt(double(w.size()) / norm2);
  }
  state.weights = std::move(pulled.values);
}

}  // namespace wfm::training
