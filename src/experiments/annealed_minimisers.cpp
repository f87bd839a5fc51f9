#include "experiments/annealed_minimisers.hpp"

#include <fmt/format.h>

#include <cmath>

#include "math/error.hpp"
#include "math/roots.hpp"
#include "run/run.hpp"
#include "theory/gibbs_franz_parisi.hpp"
#include "training/monte_carlo.hpp"
#include "training/stability_energy.hpp"

namespace wfm::experiments {

namespace {

constexpr double least_beta = 1e-3;  // of the search for an energy

/// phi_FP around configurations of the measure at beta, NaN where the saddle is missing.
double local_entropy_at(double alpha, const theory::GibbsLoss& loss, double beta, double distance) {
  const auto point = theory::gibbs_franz_parisi_curve({alpha, loss, beta, 0}, {&distance, 1}).front();
  return point.converged ? point.entropy : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

AnnealedConfiguration anneal_cross_entropy(const Problem& problem, const AnnealingCourse& course) {
  require(course.last_beta > 1 && std::isfinite(course.last_beta),
          fmt::format("annealing: the last beta must be finite and above 1, given {}", course.last_beta));
  require(course.sweeps_per_decade >= 1 && std::isfinite(course.sweeps_per_decade),
          fmt::format("annealing: sweeps per decade of beta must be finite and at least 1, given {}",
                      course.sweeps_per_decade));
  const training::StabilityEnergy energy(problem, {training::LossKind::cross_entropy, course.gamma, 0});
  const double factor = std::pow(10.0, 1 / course.sweeps_per_decade);
  const training::MonteCarlo chain(
      training::Boltzmann<training::StabilityEnergy>(energy),
      {training::Moves::metropolis, geometric_schedule(1, factor, course.last_beta), constant_schedule(0),
       false});
  RunOptions options;
  options.stop.max_steps =
      1 + static_cast<std::int64_t>(std::ceil(course.sweeps_per_decade * std::log10(course.last_beta)));
  options.stop.stop_when_solved = false;
  options.interrupted = course.interrupted;
  const auto result = run(chain, course.seed, options);
  const auto& end = result.state.configuration;
  return {chain.weights(result.state), energy.value(end) / problem.architecture.weights(), energy.errors(end),
          result.steps};
}

MeasureAtEnergy measure_at_energy(double alpha, const theory::GibbsLoss& loss,
                                  const theory::FreezingPoint& minimisers, double energy, double distance) {
  require(energy > 0 && std::isfinite(energy),
          fmt::format("a measure of given energy needs a finite energy > 0, given {}", energy));
  MeasureAtEnergy measure;
  if (!minimisers.converged) return measure;
  if (energy <= minimisers.energy) {
    measure.beta = minimisers.beta;
  } else {
    const auto excess = [&](double log_beta) {
      return std::log(theory::gibbs_measure(alpha, loss, std::exp(log_beta)).energy / energy);
    };
    const auto log_beta = find_root(excess, std::log(least_beta), std::log(minimisers.beta), 1e-8);
    if (!log_beta) return measure;
    measure.beta = std::exp(*log_beta);
  }
  const theory::GibbsState state = theory::gibbs_measure(alpha, loss, measure.beta);
  measure.entropy = state.entropy;
  measure.error_probability = state.error_probability;
  measure.local_entropy = local_entropy_at(alpha, loss, measure.beta, distance);
  measure.converged = std::isfinite(measure.local_entropy);
  return measure;
}

}  // namespace wfm::experiments
