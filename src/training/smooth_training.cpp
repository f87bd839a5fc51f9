#include "training/smooth_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {
namespace {

void require_positive(const Schedule& schedule, const char* what, std::string_view rule) {
  require_values(
      schedule, fmt::format("{}: {}", rule, what), [](double x) { return x > 0 && std::isfinite(x); },
      "> 0 and finite");
}

const Problem& checked(const Problem& problem, const SmoothSettings& settings, std::string_view rule) {
  validate(problem);
  if (problem.weight_kind != WeightKind::spherical)
    throw InvalidInput(
        fmt::format("{}: weights must be spherical, given {}", rule, name(problem.weight_kind)));
  if (problem.architecture.machine == Machine::parity)
    throw InvalidInput(
        fmt::format("{}: the machine must be a perceptron or a committee, given parity", rule));
  if (settings.activation == Activation::relu)
    throw InvalidInput(
        fmt::format("{}: hidden units must become sign units as beta grows (tanh, erf), given relu", rule));
  return problem;
}

}  // namespace

void validate(const SmoothSettings& settings, std::string_view rule) {
  if (settings.batch < 1)
    throw InvalidInput(fmt::format("{}: batch must be at least 1, given {}", rule, settings.batch));
  require_positive(settings.beta, "beta", rule);
  require_positive(settings.gamma, "gamma", rule);
  validate(Loss{settings.loss, 1, settings.loss_margin});
}

SmoothTraining::SmoothTraining(const Patterns& patterns, const NetworkShape& shape,
                               const SmoothSettings& settings, std::string_view rule)
    : network_((validate(settings, rule), shape)),
      settings_(settings),
      source_(patterns, network_.input_parts()) {
  if (patterns.count() > 0 && patterns.inputs_per_pattern() != std::size_t(shape.inputs))
    throw InvalidInput(fmt::format("{}: patterns need as many inputs as the network, {}, given {}", rule,
                                   shape.inputs, patterns.inputs_per_pattern()));
}

std::size_t SmoothTraining::batches() const {
  const std::size_t batch = std::size_t(settings_.batch);
  return (source_.patterns() + batch - 1) / batch;
}

std::int64_t smooth_errors(const Network& network, std::span<const float> w, double beta,
                           const Patterns& patterns) {
  const BatchSource source(patterns, network.input_parts());
  std::vector<std::size_t> which;
  Batch batch;
  NetworkBuffers buffers;
  std::int64_t errors = 0;
  constexpr std::size_t block = 256;
  for (std::size_t first = 0; first < patterns.count(); first += block) {
    which.resize(std::min(block, patterns.count() - first));
    std::iota(which.begin(), which.end(), first);
    source.gather(which, false, batch);
    network.forward(w, beta, batch, buffers);
    for (std::size_t a = 0; a < which.size(); ++a)
      errors += !satisfied(double(buffers.field[a]), batch.labels[a], 0);
  }
  return errors;
}

SmoothProblem::SmoothProblem(const Problem& problem, const SmoothSettings& settings, std::string_view rule)
    : problem_(&checked(problem, settings, rule)),
      rule_(rule),
      training_(problem.train, network_shape(problem.architecture, settings.activation), settings, rule),
      errors_(problem) {}

Weights SmoothProblem::weights(std::span<const float> w) const {
  const Architecture& machine = problem_->architecture;
  Weights weights{WeightKind::spherical, machine.hidden, machine.fan_in(), {w.begin(), w.end()}};
  normalise(weights);
  return weights;
}

Progress SmoothProblem::progress(std::span<const float> w, bool failed,
                                 std::vector<std::pair<std::string, double>> observables) const {
  Progress progress;
  progress.observables = std::move(observables);
  progress.failed = failed;
  if (!progress.failed) progress.errors = errors_.count(weights(w));
  return progress;
}

void SmoothProblem::require_size(std::span<const float> w) const {
  if (w.size() != network().weights())
    throw InvalidInput(fmt::format("{}: the state must have hidden x fan-in = {} entries, given {}", rule_,
                                   network().weights(), w.size()));
}

void pull_on_spheres(const Network& network, std::span<const double> centre, double strength,
                     std::span<float> w) {
  if (centre.size() != w.size())
    throw InvalidInput(
        fmt::format("pull: the centre must have {} coordinates, given {}", w.size(), centre.size()));
  for (const Layer& layer : network.layers())
    for (int k = 0; k < layer.units; ++k) {
      const std::size_t first = layer.first_weight + std::size_t(k) * std::size_t(layer.fan_in),
                        n = std::size_t(layer.fan_in);
      const auto unit = w.subspan(first, n);
      const auto towards = centre.subspan(first, n);
      std::vector<double> moved(n);
      for (std::size_t i = 0; i < n; ++i)
        moved[i] = double(unit[i]) + strength * (towards[i] - double(unit[i]));
      const double squared = std::inner_product(moved.begin(), moved.end(), moved.begin(), 0.0);
      if (!(squared > 0) || !std::isfinite(squared)) continue;
      for (std::size_t i = 0; i < n; ++i) unit[i] = float(moved[i] * std::sqrt(double(n) / squared));
    }
}

}  // namespace wfm::training
