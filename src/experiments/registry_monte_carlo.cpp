// Monte Carlo: annealing of one system, of replicas tied to their centre, of a centre on its local entropy.
#include <optional>
#include <variant>

#include "experiments/registry_entries.hpp"
#include "landscape/local_free_entropy.hpp"
#include "training/error_energy.hpp"
#include "training/local_entropy_ensemble.hpp"
#include "training/plain_energy.hpp"
#include "training/replicated_ensemble.hpp"
#include "training/sphere_monte_carlo.hpp"
#include "training/stability_energy.hpp"

namespace wfm::experiments {

namespace {

using training::Boltzmann;
using training::ErrorEnergy;
using training::Loss;
using training::LossKind;
using training::MonteCarlo;
using training::MonteCarloParams;
using training::Moves;
using training::PlainEnergy;
using training::ReplicatedEnsemble;
using training::SphereMonteCarlo;
using training::StabilityEnergy;

enum class EnergyKind { errors, hinge, squared_hinge, cross_entropy };

struct Ramp {  // start, then + rate a step up to limit
  double start = 0, rate = 0, limit = 0;
  Schedule schedule() const { return linear_schedule(start, rate, limit); }
};

struct AnnealingParams {
  EnergyKind energy = EnergyKind::cross_entropy;
  Moves moves = Moves::metropolis;
  Ramp beta, gamma;
  Schedule rotation = constant_schedule(0);  // largest angle, spherical weights; others have 0
  double sharpness = 4;
  double margin = 0;
  int replicas = 1;

  std::optional<Loss> loss() const {
    switch (energy) {
      case EnergyKind::errors:
        return std::nullopt;
      case EnergyKind::hinge:
        return Loss{LossKind::hinge, sharpness, margin};
      case EnergyKind::squared_hinge:
        return Loss{LossKind::squared_hinge, sharpness, margin};
      case EnergyKind::cross_entropy:
        return Loss{LossKind::cross_entropy, sharpness, margin};
    }
    throw InvalidInput("annealing: no such energy");
  }
  MonteCarloParams monte_carlo() const { return {moves, beta.schedule(), gamma.schedule(), true}; }
};

using KnobsOfAnnealing = std::vector<Knob<AnnealingParams>>;

KnobsOfAnnealing energy_knobs() {
  using P = AnnealingParams;
  return {
      choice<P, EnergyKind>(
          "energy", "training errors, or a loss on the stabilities",
          {{"errors", EnergyKind::errors},
           {"hinge", EnergyKind::hinge},
           {"squared-hinge", EnergyKind::squared_hinge},
           {"cross-entropy", EnergyKind::cross_entropy}},
          [](auto& p) -> auto& { return p.energy; }),
      choice<P, Moves>(
          "moves", "Metropolis, event by event, or reduced rejection rate",
          {{"metropolis", Moves::metropolis},
           {"rejection-free", Moves::rejection_free},
           {"reduced-rejection", Moves::reduced_rejection}},
          [](auto& p) -> auto& { return p.moves; }),
      knob<P>(
          "beta-start", "inverse temperature of the first sweep",
          [](auto& p) -> auto& { return p.beta.start; }),
      knob<P>(
          "beta-rate", "added to beta every sweep", [](auto& p) -> auto& { return p.beta.rate; }),
      knob<P>(
          "beta-limit", "beta stays here once it got here", [](auto& p) -> auto& { return p.beta.limit; }),
      knob<P>(
          "sharpness", "gamma of the cross-entropy", [](auto& p) -> auto& { return p.sharpness; }),
      knob<P>(
          "loss-margin", "stability that a loss asks for beyond the margin",
          [](auto& p) -> auto& { return p.margin; }),
  };
}

KnobsOfAnnealing annealing_knobs() {
  KnobsOfAnnealing knobs = energy_knobs();
  knobs.push_back(knob<AnnealingParams>(
      "rotation", "spherical weights: schedule of the largest angle of a move, in (0, pi]",
      [](auto& p) -> auto& { return p.rotation; }));
  return knobs;
}

KnobsOfAnnealing replicated_knobs() {
  using P = AnnealingParams;
  KnobsOfAnnealing knobs = energy_knobs();
  knobs.push_back(knob<P>(
      "replicas", "number of replicas y", [](auto& p) -> auto& { return p.replicas; }));
  knobs.push_back(knob<P>(
      "gamma-start", "coupling to the centre in the first sweep",
      [](auto& p) -> auto& { return p.gamma.start; }));
  knobs.push_back(knob<P>(
      "gamma-rate", "added to gamma every sweep", [](auto& p) -> auto& { return p.gamma.rate; }));
  knobs.push_back(knob<P>(
      "gamma-limit", "gamma stays here once it got here", [](auto& p) -> auto& { return p.gamma.limit; }));
  return knobs;
}

/// `run(energy)` with the fastest energy that the problem allows.
template <class Run>
SolveResult with_energy(const Problem& problem, const std::optional<Loss>& loss, const Run& run) {
  if (!problem.train.binary()) return run(PlainEnergy(problem, loss));
  if (loss) return run(StabilityEnergy(problem, *loss));
  return run(ErrorEnergy(problem));
}

constexpr std::int64_t sweeps = 20000;

SolveResult anneal(const Problem& problem, const AnnealingParams& params, const SolveRequest& request,
                   const io::Json& parameters) {
  if (problem.weight_kind == WeightKind::spherical) {
    require(params.moves == Moves::metropolis, "annealing: spherical weights have Metropolis moves alone");
    const SphereMonteCarlo chain(problem, params.loss(), {params.beta.schedule(), params.rotation, true});
    return run_and_record(problem, chain, request, parameters, sweeps, Goal::zero_errors);
  }
  require(params.rotation.kind == ScheduleKind::constant && params.rotation.start == 0,
          "annealing: --rotation is for spherical weights");
  return with_energy(problem, params.loss(), [&](const auto& energy) {
    return run_and_record(problem, MonteCarlo(Boltzmann(energy), params.monte_carlo()), request, parameters,
                          sweeps, Goal::zero_errors);
  });
}

SolveResult anneal_replicas(const Problem& problem, const AnnealingParams& params,
                            const SolveRequest& request, const io::Json& parameters) {
  return with_energy(problem, params.loss(), [&](const auto& energy) {
    return run_and_record(problem,
                          MonteCarlo(ReplicatedEnsemble(energy, params.replicas), params.monte_carlo()),
                          request, parameters, sweeps, Goal::zero_errors);
  });
}

struct LocalEntropyParams {
  double replicas = 5;
  Ramp gamma{0.2, 0.02, 2};
  landscape::LocalFreeEntropyParams free_entropy;
};

std::vector<Knob<LocalEntropyParams>> local_entropy_knobs() {
  using P = LocalEntropyParams;
  return {
      knob<P>(
          "replicas", "y: the local entropy's weight is e^{y L}",
          [](auto& p) -> auto& { return p.replicas; }),
      knob<P>(
          "gamma-start", "coupling to the centre in the first sweep",
          [](auto& p) -> auto& { return p.gamma.start; }),
      knob<P>(
          "gamma-rate", "added to gamma every sweep", [](auto& p) -> auto& { return p.gamma.rate; }),
      knob<P>(
          "gamma-limit", "gamma stays here once it got here", [](auto& p) -> auto& { return p.gamma.limit; }),
      knob<P>(
          "iterations", "message-passing iterations of an evaluation, at most",
          [](auto& p) -> auto& { return p.free_entropy.iterations; }),
      knob<P>(
          "tolerance", "converged below this max |change|",
          [](auto& p) -> auto& { return p.free_entropy.tolerance; }),
      knob<P>(
          "damping", "share of the old message kept, [0, 1)",
          [](auto& p) -> auto& { return p.free_entropy.damping; }),
  };
}

SolveResult anneal_local_entropy(const Problem& problem, const LocalEntropyParams& params,
                                 const SolveRequest& request, const io::Json& parameters) {
  const auto local_entropy = [&problem, settings = params.free_entropy](const Weights& centre, double gamma) {
    return landscape::local_free_entropy(problem, centre, gamma, settings);
  };
  const MonteCarlo chain(
      training::LocalEntropyEnsemble(problem, local_entropy),
      {Moves::metropolis, constant_schedule(params.replicas), params.gamma.schedule(), true});
  return run_and_record(problem, chain, request, parameters, 1000, Goal::zero_errors);
}

}  // namespace

std::vector<RegistryEntry> monte_carlo_entries() {
  return {
      entry<AnnealingParams>(
          "annealing", "simulated annealing on errors or a loss", annealing_knobs(),
          [](const Problem& problem, const KnobValues&) {
            AnnealingParams params;
            if (problem.weight_kind == WeightKind::spherical) {
              params.beta = {1, 1, 1000};
              params.sharpness = 10;
              params.rotation = geometric_schedule(3, 0.98, 0.05);
              return params;
            }
            params.beta = {1, 0.01, 100};
            return params;
          },
          anneal),
      entry<AnnealingParams>(
          "replicated-annealing", "the same for replicas coupled to their centre", replicated_knobs(),
          [](const Problem&, const KnobValues&) {
            AnnealingParams params;
            params.beta = {1, 0.01, 20};
            params.gamma = {0.1, 0.002, 3};
            params.replicas = 5;
            return params;
          },
          anneal_replicas),
      entry<LocalEntropyParams>(
          "local-entropy-annealing", "Monte Carlo of a centre on its local entropy by BP; small machines",
          local_entropy_knobs(), [](const Problem&, const KnobValues&) { return LocalEntropyParams{}; },
          anneal_local_entropy),
  };
}

}  // namespace wfm::experiments
