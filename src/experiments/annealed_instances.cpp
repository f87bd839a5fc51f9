#include "experiments/annealed_instances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "landscape/local_entropy.hpp"
#include "math/error.hpp"
#include "math/parallel.hpp"
#include "problems/storage.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::experiments {

namespace {

constexpr double largest_beta = 1e4;  // hardly a move is accepted beyond

template <class Value>
MeanAndError mean_of(const std::vector<AnnealedRun>& runs, const Value& value) {
  std::vector<double> samples;
  for (const AnnealedRun& run : runs)
    if (!std::isnan(value(run))) samples.push_back(value(run));
  return mean_and_error(samples);
}

theory::GibbsLoss loss_of(const AnnealedPoint& point) {
  return {theory::LossKind::cross_entropy, point.gamma, 0};
}

Problem instance_of(const AnnealedPoint& point, std::uint64_t seed) {
  return make_storage({Machine::perceptron, false, point.inputs, 1}, WeightKind::binary, point.load, seed);
}

AnnealedRun anneal_and_measure(const AnnealedPoint& point, double distance, double sweeps_per_decade,
                               std::uint64_t seed, const ExperimentSettings& settings) {
  const Problem problem = instance_of(point, seed);
  AnnealingCourse course;
  course.gamma = point.gamma;
  course.last_beta =
      point.minimisers.converged ? std::min(point.minimisers.beta, largest_beta) : largest_beta;
  course.sweeps_per_decade = sweeps_per_decade;
  course.seed = seed;
  course.interrupted = settings.interrupted;
  const AnnealedConfiguration found = anneal_cross_entropy(problem, course);
  landscape::LocalEntropyParams params;
  params.interrupted = settings.interrupted;
  const auto around = landscape::local_entropy(problem, found.weights, {&distance, 1}, params).front();
  return {found.energy,
          std::size_t(found.errors),
          found.sweeps,
          around.converged ? around.entropy : std::nan(""),
          {}};
}

TypicalScale scale_at(double alpha, double distance) {
  const auto entropy = [&](double margin) {
    return theory::franz_parisi_curve({alpha, margin, 0}, std::vector<double>{distance}).front().entropy;
  };
  return {entropy(0), entropy(theory::max_margin(alpha).kappa_max)};
}

}  // namespace

double AnnealedPoint::compared_energy(std::size_t j) const {
  if (std::all_of(runs.begin(), runs.end(),
                  [&](const AnnealedRun& run) { return run.energy > minimisers.energy; }))
    return runs[j].energy;
  return std::exp(mean_of(runs, [](const AnnealedRun& run) { return std::log(run.energy); }).mean);
}

MeanAndError AnnealedPoint::energy() const {
  return mean_of(runs, [](const AnnealedRun& run) { return run.energy; });
}

MeanAndError AnnealedPoint::error_share() const {
  return mean_of(runs, [&](const AnnealedRun& run) { return double(run.wrong) / double(patterns); });
}

std::size_t AnnealedPoint::wrong() const {
  std::size_t sum = 0;
  for (const AnnealedRun& run : runs) sum += run.wrong;
  return sum;
}

MeanAndError AnnealedPoint::local_entropy() const {
  return mean_of(runs, [](const AnnealedRun& run) { return run.local_entropy; });
}

MeanAndError AnnealedPoint::theory_entropy() const {
  return mean_of(runs, [](const AnnealedRun& run) { return run.theory.entropy; });
}

MeanAndError AnnealedPoint::theory_errors() const {
  return mean_of(runs, [](const AnnealedRun& run) { return run.theory.error_probability; });
}

MeanAndError AnnealedPoint::theory_local_entropy() const {
  return mean_of(runs, [](const AnnealedRun& run) { return run.theory.local_entropy; });
}

MeanAndError AnnealedPoint::difference() const {
  return mean_of(runs, [](const AnnealedRun& run) { return run.local_entropy - run.theory.local_entropy; });
}

const AnnealedPoint& AnnealedInstances::at(std::size_t size, std::size_t load, std::size_t sharpness) const {
  return points[(size * sizes.alphas.size() + load) * sizes.gammas.size() + sharpness];
}

const AnnealedPoint& AnnealedInstances::judged(std::size_t load, std::size_t sharpness) const {
  return at(sizes.inputs.size() - 1, load, sharpness);
}

std::int64_t step_count(const AnnealedInstancesSizes& sizes) {
  return std::int64_t(sizes.inputs.size() * sizes.alphas.size() * sizes.gammas.size() *
                      (sizes.instances + 1));
}

std::optional<AnnealedInstances> annealed_instances(const AnnealedInstancesSizes& sizes, double distance,
                                                    const ExperimentSettings& settings, Steps& steps) {
  require(!sizes.inputs.empty() && !sizes.alphas.empty() && !sizes.gammas.empty() && sizes.instances > 0,
          "annealed instances: sizes, loads, sharpnesses and instances must be at least one each");
  AnnealedInstances all{sizes, distance, {}, {}};
  for (const int inputs : sizes.inputs)
    for (const double load : sizes.alphas)
      for (const double gamma : sizes.gammas) {
        AnnealedPoint point;
        point.inputs = inputs;
        point.load = load;
        point.gamma = gamma;
        const Problem problem = instance_of(point, instance_seed(settings, 0));
        point.alpha = problem.alpha();
        point.patterns = problem.train.count();
        point.runs.resize(sizes.instances);
        all.points.push_back(point);
      }
  parallel_for(all.points.size(), settings.threads, [&](std::size_t p) {
    if (steps.interrupted()) return;
    AnnealedPoint& point = all.points[p];
    point.minimisers = theory::freezing(point.alpha, loss_of(point));
    if (point.minimisers.converged)
      point.frozen =
          measure_at_energy(point.alpha, loss_of(point), point.minimisers, point.minimisers.energy, distance);
    steps.done(fmt::format("freezing, α = {}, γ = {}", point.load, point.gamma));
  });
  parallel_for(all.points.size() * sizes.instances, settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    AnnealedPoint& point = all.points[task / sizes.instances];
    const std::size_t j = task % sizes.instances;
    point.runs[j] =
        anneal_and_measure(point, distance, sizes.sweeps_per_decade, instance_seed(settings, j), settings);
    steps.done(fmt::format("annealing, N = {}, α = {}, γ = {}", point.inputs, point.load, point.gamma));
  });
  if (steps.interrupted()) return std::nullopt;
  parallel_for(all.points.size() * sizes.instances, settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    AnnealedPoint& point = all.points[task / sizes.instances];
    const std::size_t j = task % sizes.instances;
    point.runs[j].theory =
        measure_at_energy(point.alpha, loss_of(point), point.minimisers, point.compared_energy(j), distance);
  });
  for (std::size_t a = 0; a < sizes.alphas.size(); ++a)
    all.scales.push_back(scale_at(all.judged(a, 0).alpha, distance));
  if (steps.interrupted()) return std::nullopt;
  return all;
}

}  // namespace wfm::experiments
