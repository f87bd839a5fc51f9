#include "experiments/parameter_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "math/parallel.hpp"
#include "problems/enumeration.hpp"
#include "problems/random_features.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ScanRun run_one(const Problem& problem, const Contender& contender, std::uint64_t seed,
                const ExperimentSettings& settings) {
  SolveRequest request;
  request.algorithm = contender.algorithm;
  request.knobs = contender.knobs;
  request.max_steps = contender.max_steps;
  request.seed = seed;
  request.interrupted = settings.interrupted;
  const io::RunFile record = solve(problem, request).record;
  return {record.outcome, record.train_errors, record.steps, record.test_error.value_or(nan)};
}

double entropy_by_bp(const Problem& problem, std::uint64_t seed, const ExperimentSettings& settings) {
  SolveRequest request;
  request.algorithm = "bp";
  request.seed = seed;
  request.max_steps = 300;
  request.interrupted = settings.interrupted;
  const SolveResult result = solve(problem, request);
  if (!result.reached_goal) return nan;
  for (const auto& [name, value] : result.last.observables)
    if (name == "entropy") return value < -std::numbers::ln2 ? nan : value;
  return nan;
}

template <class Value>
MeanAndError mean_over(const std::vector<ScanInstance>& instances, Value value) {
  std::vector<double> samples;
  for (const ScanInstance& instance : instances) samples.push_back(value(instance));
  return mean_and_error(samples);
}

}  // namespace

std::size_t ParameterScan::count_solved(std::size_t n, std::size_t contender) const {
  return std::size_t(std::count_if(instances[n].begin(), instances[n].end(),
                                   [contender](const ScanInstance& i) { return i.solved(contender); }));
}

MeanAndError ParameterScan::train_error(std::size_t n, std::size_t contender) const {
  return mean_over(instances[n], [&](const ScanInstance& i) {
    return double(i.runs[contender].train_errors) / double(sizes.patterns);
  });
}

MeanAndError ParameterScan::test_error(std::size_t n, std::size_t contender) const {
  return mean_over(instances[n], [&](const ScanInstance& i) { return i.runs[contender].test_error; });
}

MeanAndError ParameterScan::test_error_change(std::size_t n, std::size_t m, std::size_t contender) const {
  std::vector<double> changes;
  for (std::size_t j = 0; j < sizes.instances; ++j)
    changes.push_back(instances[m][j].runs[contender].test_error -
                      instances[n][j].runs[contender].test_error);
  return mean_and_error(changes);
}

std::optional<ParameterScan> run_scan(const ParameterScanSizes& sizes,
                                      const std::vector<Contender>& contenders, bool counted,
                                      const ExperimentSettings& settings, Steps& steps) {
  ParameterScan scan{sizes, contenders, {}};
  scan.instances.assign(sizes.features.size(), std::vector<ScanInstance>(sizes.instances));
  parallel_for(sizes.features.size() * sizes.instances, settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    // the largest first: they take longest
    const std::size_t n = sizes.features.size() - 1 - task / sizes.instances, j = task % sizes.instances;
    const std::uint64_t seed = instance_seed(settings, j);
    const Problem problem =
        make_random_features({Machine::perceptron, false, sizes.features[n], 1}, WeightKind::binary,
                             {sizes.latent_inputs, sizes.patterns, seed, 0, sizes.test_patterns});
    ScanInstance& instance = scan.instances[n][j];
    for (const Contender& contender : contenders)
      instance.runs.push_back(run_one(problem, contender, seed, settings));
    instance.bp_entropy = entropy_by_bp(problem, seed, settings);
    instance.counted_entropy =
        counted ? enumerate(problem, {.threads = 1}).log_count / sizes.features[n] : nan;
    steps.done(fmt::format("N = {}", sizes.features[n]));
  });
  if (steps.interrupted()) return std::nullopt;
  return scan;
}

MeanAndError half_number(const ParameterScan& scan, const std::function<bool(const ScanInstance&)>& property,
                         std::uint64_t seed) {
  std::vector<SuccessAtLoad> loads;  // P/N, growing
  for (std::size_t n = scan.instances.size(); n-- > 0;) {
    SuccessAtLoad load{1 / scan.ratio(n), {}};
    for (const ScanInstance& instance : scan.instances[n]) load.solved.push_back(property(instance) ? 1 : 0);
    loads.push_back(load);
  }
  const HalfThreshold half = half_threshold(loads, seed);
  const double P = double(scan.sizes.patterns);
  return {P / half.alpha, half.error * P / (half.alpha * half.alpha), scan.sizes.instances};
}

Transitions transitions_of(const ParameterScan& scan, std::uint64_t seed) {
  Transitions found;
  found.bp = half_number(
      scan, [](const ScanInstance& i) { return i.bp_entropy > 0; }, seed);
  found.counted = half_number(
      scan, [](const ScanInstance& i) { return i.counted_entropy >= 0; }, seed);
  for (std::size_t c = 0; c < scan.contenders.size(); ++c) {
    found.algorithms.push_back(half_number(
        scan, [c](const ScanInstance& i) { return i.solved(c); }, seed));
    const double N = found.algorithms[c].mean;
    if (std::isfinite(N) && !(found.algorithms[found.best].mean <= N)) found.best = c;
  }
  return found;
}

}  // namespace wfm::experiments
