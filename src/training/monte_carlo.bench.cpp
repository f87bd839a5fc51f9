// Goals (one AVX-512 core): 20 M proposals/s on errors at N = 1001, alpha = 0.6; 5 M/s on a loss;
// 100 M pattern updates/s on spheres (perceptron).
#include <vector>

#include <benchmark/benchmark.h>

#include "problems/storage.hpp"
#include "training/error_energy.hpp"
#include "training/monte_carlo.hpp"
#include "training/plain_energy.hpp"
#include "training/replicated_ensemble.hpp"
#include "training/sphere_monte_carlo.hpp"
#include "training/stability_energy.hpp"

namespace wfm::training {
namespace {

constexpr Architecture perceptron{Machine::perceptron, false, 1001, 1};
constexpr Architecture committee{Machine::committee, true, 1605, 5};

const Problem& storage(const Architecture& architecture) {
  static const Problem one = make_storage(perceptron, WeightKind::binary, 0.6, 1);
  static const Problem five = make_storage(committee, WeightKind::binary, 0.3, 1);
  return architecture.hidden == 1 ? one : five;
}
ErrorEnergy errors(const Architecture& architecture) {
  return ErrorEnergy(storage(architecture));
}
StabilityEnergy loss(const Architecture& architecture) {
  return {storage(architecture), {LossKind::cross_entropy, 2, 0}};
}
PlainEnergy plain(const Architecture& architecture) {
  return {storage(architecture), std::nullopt};
}

template <class E>
Spins start(const E& energy) {
  RandomStream random(1, Purpose::initial_state);
  Spins spins(std::size_t(energy.problem().architecture.weights()));
  for (auto& s : spins) s = std::int8_t(random.sign());
  return spins;
}

template <class E>
void told_changes(benchmark::State& state, const E& energy) {
  const auto c = energy.configuration(start(energy));
  std::size_t m = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(energy.change(c, m));
    m = (m + 617) % c.spins.size();
  }
  state.counters["changes/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

template <class E>
void flips(benchmark::State& state, const E& energy) {
  auto c = energy.configuration(start(energy));
  std::size_t m = 0;
  for (auto _ : state) {
    energy.flip(c, m);
    benchmark::ClobberMemory();
    m = (m + 617) % c.spins.size();
  }
  state.counters["flips/s"] = benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

/// Sweeps at a fixed temperature after 200 of them.
template <class E>
void sweeps(benchmark::State& state, E ensemble, Moves moves, double beta, double gamma) {
  const std::size_t proposals = ensemble.size();
  const MonteCarlo chain(std::move(ensemble),
                         {moves, constant_schedule(beta), constant_schedule(gamma), false});
  RandomStream random(1, Purpose::dynamics);
  auto at = chain.start(random);
  for (int t = 0; t < 50; ++t) chain.step(at, random);
  for (auto _ : state) benchmark::DoNotOptimize(chain.step(at, random));
  state.counters["proposals/s"] =
      benchmark::Counter(double(proposals) * double(state.iterations()), benchmark::Counter::kIsRate);
}

/// Sweeps on spheres, P = alpha N = 1001 patterns; of K = 3 trees 999.
void sphere_sweeps(benchmark::State& state, const Architecture& architecture) {
  const Problem problem = make_storage(architecture, WeightKind::spherical, 1, 1);
  const SphereMonteCarlo chain(problem, Loss{LossKind::cross_entropy, 10, 0},
                               {constant_schedule(50), constant_schedule(0.5), false});
  RandomStream random(1, Purpose::dynamics);
  SphereMonteCarloState at = chain.start(random);
  for (auto _ : state) benchmark::DoNotOptimize(chain.step(at, random));
  const double proposals = double(problem.architecture.weights()) * double(state.iterations());
  state.counters["proposals/s"] = benchmark::Counter(proposals, benchmark::Counter::kIsRate);
  state.counters["pattern updates/s"] =
      benchmark::Counter(proposals * double(problem.train.count()), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(sphere_sweeps, perceptron, perceptron);
BENCHMARK_CAPTURE(sphere_sweeps, committee, Architecture{Machine::committee, true, 999, 3});
BENCHMARK_CAPTURE(told_changes, errors_perceptron, errors(perceptron));
BENCHMARK_CAPTURE(told_changes, errors_committee, errors(committee));
BENCHMARK_CAPTURE(told_changes, loss_perceptron, loss(perceptron));
BENCHMARK_CAPTURE(told_changes, loss_committee, loss(committee));
BENCHMARK_CAPTURE(told_changes, plain_perceptron, plain(perceptron));
BENCHMARK_CAPTURE(flips, errors_perceptron, errors(perceptron));
BENCHMARK_CAPTURE(flips, errors_committee, errors(committee));
BENCHMARK_CAPTURE(flips, loss_perceptron, loss(perceptron));
BENCHMARK_CAPTURE(flips, loss_committee, loss(committee));
BENCHMARK_CAPTURE(sweeps, errors_metropolis, Boltzmann{errors(perceptron)}, Moves::metropolis, 2, 0);
BENCHMARK_CAPTURE(sweeps, errors_rejection_free, Boltzmann{errors(perceptron)}, Moves::rejection_free, 2, 0);
BENCHMARK_CAPTURE(sweeps, errors_reduced_rejection, Boltzmann{errors(perceptron)}, Moves::reduced_rejection,
                  2, 0);
BENCHMARK_CAPTURE(sweeps, loss_metropolis, Boltzmann{loss(perceptron)}, Moves::metropolis, 5, 0);
BENCHMARK_CAPTURE(sweeps, replicas_metropolis, ReplicatedEnsemble{errors(perceptron), 5}, Moves::metropolis,
                  2, 1);
BENCHMARK_CAPTURE(sweeps, replicas_reduced_rejection, ReplicatedEnsemble{errors(perceptron), 5},
                  Moves::reduced_rejection, 2, 1);

}  // namespace
}  // namespace wfm::training
