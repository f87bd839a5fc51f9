#include "experiments/sharpness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "landscape/hessian_matrix.hpp"
#include "landscape/local_energy.hpp"
#include "landscape/local_entropy.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"

namespace wfm::experiments {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double share_below(const std::vector<double>& values, double bound) {
  const auto small = std::ranges::count_if(values, [&](double value) { return std::abs(value) < bound; });
  return values.empty() ? none : double(small) / double(values.size());
}

// Trace and largest eigenvalue, in the order of their names.
std::vector<SharpnessMeasure> curvatures(const Problem& problem, const Weights& weights,
                                         const SharpnessParams& params) {
  const training::Network network(training::network_shape(problem.architecture, training::Activation::tanh));
  Weights on_spheres = weights;
  normalise(on_spheres);
  const landscape::LossHessian hessian(network, on_spheres.values, params.beta,
                                       {training::LossKind::cross_entropy, params.gamma, 0}, problem.train);
  const auto extremes = landscape::hessian_extremes(hessian, {.count = 1, .seed = params.seed});
  const bool found = extremes.converged && !extremes.largest.empty();
  return {{{}, true, landscape::hessian_trace(hessian)}, {{}, found, found ? extremes.largest.back() : none}};
}

std::vector<SharpnessMeasure> entropies(const Problem& problem, const Weights& weights,
                                        const SharpnessParams& params) {
  landscape::LocalEntropyParams messages;
  messages.engine = landscape::Engine::edge;
  messages.max_iterations = params.iterations;
  messages.dampings = {0.0, 0.5};
  messages.both_sides = false;
  messages.seed = params.seed;
  std::vector<SharpnessMeasure> measures;
  for (const auto& point : landscape::local_entropy(problem, weights, params.distances, messages))
    measures.push_back({{}, point.converged, point.converged ? -point.normalised : none});
  return measures;
}

}  // namespace

std::vector<std::string> sharpness_names(WeightKind kind, const SharpnessParams& params) {
  std::vector<std::string> names;
  for (const double s : params.noise) names.push_back(fmt::format("local energy, s = {}", s));
  for (const double d : params.distances) names.push_back(fmt::format("minus local entropy, d = {}", d));
  names.insert(names.end(), {"patterns decided by one unit", "preactivations near zero"});
  if (kind == WeightKind::spherical)
    names.insert(names.end(), {"Hessian: trace", "Hessian: largest eigenvalue"});
  return names;
}

std::vector<SharpnessMeasure> sharpness_measures(const Problem& problem, const Weights& weights,
                                                 const SharpnessParams& params) {
  std::vector<SharpnessMeasure> measures;
  const auto energy = landscape::noise_energy(problem.architecture, weights, problem.train, params.noise,
                                              {.samples = params.noise_samples, .seed = params.seed});
  for (const auto& point : energy.points) measures.push_back({{}, true, point.error_increase});
  if (!params.distances.empty())
    for (const auto& measure : entropies(problem, weights, params)) measures.push_back(measure);
  // a committee's field is a sum of K signs over sqrt K: one unit decides where |s| is the least odd multiple
  const double two_units = 2 / std::sqrt(double(problem.architecture.hidden));
  measures.push_back(
      {{}, true, share_below(output_stabilities(problem.architecture, weights, problem.train), two_units)});
  constexpr double small = 0.1;
  measures.push_back(
      {{}, true, share_below(preactivations(problem.architecture, weights, problem.train), small)});
  if (weights.kind == WeightKind::spherical)
    for (const auto& measure : curvatures(problem, weights, params)) measures.push_back(measure);
  const auto names = sharpness_names(weights.kind, params);
  for (std::size_t j = 0; j < measures.size(); ++j) measures[j].name = names[j];
  return measures;
}

}  // namespace wfm::experiments
