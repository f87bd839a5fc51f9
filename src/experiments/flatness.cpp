#include "experiments/flatness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "landscape/hessian_matrix.hpp"
#include "landscape/local_energy.hpp"

namespace wfm::experiments {

Flatness flatness(const Problem& problem, const Weights& weights, const FlatnessParams& params) {
  Flatness result;
  landscape::LocalEntropyParams entropy;
  entropy.engine = landscape::suited_engine(problem);
  entropy.interrupted = params.interrupted;
  result.entropies = landscape::local_entropy(problem, weights, params.distances, entropy);

  landscape::LocalEnergyParams energy;
  energy.samples = params.samples;
  energy.seed = problem.recipe.seed;
  for (const auto& point :
       landscape::noise_energy(problem.architecture, weights, problem.train, params.noise, energy).points)
    result.error_increase.push_back(point.error_increase);

  const training::Network network(training::network_shape(problem.architecture, training::Activation::tanh));
  const training::Loss loss{training::LossKind::cross_entropy, params.gamma, 0};
  const landscape::LossHessian hessian(network, weights.values, params.beta, loss, problem.train);
  result.eigenvalues = landscape::whole_spectrum(landscape::hessian_matrix(hessian));
  const auto& values = result.eigenvalues;
  result.trace = std::accumulate(values.begin(), values.end(), 0.0);
  result.largest = values.back();
  const double rounding = std::numeric_limits<double>::epsilon() * double(values.size()) *
                          std::max(std::abs(values.front()), std::abs(values.back()));
  result.negative_share =
      double(std::count_if(values.begin(), values.end(), [&](double x) { return x < -rounding; })) /
      double(values.size());
  return result;
}

Measure entropy_at(std::size_t d) {
  return [d](const MeasuredSolution& s) {
    const auto& point = s.flatness.entropies.at(d);
    return point.converged ? point.normalised : std::nan("");
  };
}

Measure energy_at(std::size_t level) {
  return [level](const MeasuredSolution& s) { return s.flatness.error_increase.at(level); };
}

Measure trace_of() {
  return [](const MeasuredSolution& s) { return s.flatness.trace; };
}

Measure largest_of() {
  return [](const MeasuredSolution& s) { return s.flatness.largest; };
}

Measure negative_share_of() {
  return [](const MeasuredSolution& s) { return s.flatness.negative_share; };
}

MeanAndError average(std::span<const MeasuredSolution> all, const std::string& label,
                     const Measure& measure) {
  std::vector<double> samples;
  for (const MeasuredSolution& solution : all) {
    if (solution.label != label || !solution.solved) continue;
    const double sample = measure(solution);
    if (!std::isnan(sample)) samples.push_back(sample);
  }
  return mean_and_error(samples);
}

MeanAndError paired_difference(std::span<const MeasuredSolution> all, const std::string& first,
                               const std::string& second, const Measure& measure) {
  std::vector<double> differences;
  for (const MeasuredSolution& a : all) {
    if (a.label != first || !a.solved) continue;
    for (const MeasuredSolution& b : all) {
      if (b.label != second || !b.solved || b.instance != a.instance) continue;
      const double difference = measure(a) - measure(b);
      if (!std::isnan(difference)) differences.push_back(difference);
    }
  }
  return mean_and_error(differences);
}

Counts counts(std::span<const MeasuredSolution> all, const std::string& label) {
  Counts result;
  for (const MeasuredSolution& solution : all) {
    if (solution.label != label) continue;
    ++result.runs;
    result.solved += solution.solved ? 1 : 0;
    for (const auto& point : solution.flatness.entropies) result.unconverged += point.converged ? 0 : 1;
  }
  return result;
}

std::string three_errors_verdict(const MeanAndError& difference) {
  if (!(std::abs(difference.mean) > 3 * difference.standard_error)) return "undecided";
  return difference.mean > 0 ? "holds" : "fails";
}

Series average_series(std::span<const MeasuredSolution> all, const std::string& label,
                      const std::vector<double>& x, const std::function<Measure(std::size_t)>& measure) {
  Series series;
  series.name = label;
  series.group = SeriesGroup::instance;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const MeanAndError value = average(all, label, measure(j));
    series.x.push_back(x[j]);
    series.y.push_back(value.mean);
    series.error.push_back(value.standard_error);
  }
  return series;
}

}  // namespace wfm::experiments
