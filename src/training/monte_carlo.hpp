// Monte Carlo on +-1 variables s[m], m < M. An ensemble gives the stationary weight p(s) at controls (beta, gamma) through the change of
// cost[m] = -ln p(s with m flipped) + ln p(s); three ways to move sample the same p:
//   metropolis         m uniform, flipped with probability a[m] = min(1, e^{-cost[m]})                          (MC.5)
//   rejection-free     the same chain event by event [BKL]: with Z = sum_m a[m] the next flip comes after a geometric number of proposals of
//                      mean M/Z, and is m with probability a[m]/Z; what is left of a step's M proposals is waited out
//   reduced-rejection  m drawn with probability a[m]/Z, flipped with probability min(1, Z/Z') where Z' is that after the flip [RRR];
//                      where the ensemble splits off a part of the cost that is cheap to keep in classes, a and Z are made of that part
//                      alone, and the acceptance is min(1, e^{-rest} Z/Z')
// A step is M or M + 1 proposals with equal chances (rejection-free: their time): with M always, the number of flips modulo 2 would be that of the steps
// wherever everything is accepted, as at beta = 0. Rejection-free and unsplit reduced-rejection moves ask for all M changes after
// every flip: they pay where less than about one proposal in M (cost of one change)/(cost of all) is accepted.
// With beta and gamma on schedules this is simulated annealing; weights = what the ensemble offers (for replicas their centre).
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "math/random.hpp"
#include "run/algorithm.hpp"
#include "run/schedule.hpp"
#include "training/flip_energy.hpp"

namespace wfm::training {

enum class Moves { metropolis, rejection_free, reduced_rejection };

struct MonteCarloParams {
  Moves moves = Moves::metropolis;
  Schedule beta = constant_schedule(1);   // inverse temperature at each step, >= 0; infinity: never uphill
  Schedule gamma = constant_schedule(0);  // coupling of replicas at each step, >= 0 and finite
  bool stop_at_solution =
      true;  // leave a step at the first configuration without errors: the run ends there; false: unbiased sampling
};

/// Throws InvalidInput for a schedule that is invalid or leaves its range.
void validate(const MonteCarloParams& params);

/// beta times a change, 0 for no change at infinite beta.
inline double scaled(double beta, double change) {
  return change == 0 ? 0 : beta * change;
}

/// min(1, e^{-cost})
inline double metropolis_probability(double cost) {
  return cost <= 0 ? 1 : std::exp(-cost);
}

/// `at(beta, gamma)` is asked once a step and told the changes of cost; flip(c, m) voids what was told.
template <class E>
concept Ensemble = requires(const E& ensemble, typename E::Configuration& c, Spins spins, std::size_t m,
                            std::span<double> out, Progress& progress) {
  requires std::copyable<typename E::Configuration>;
  { ensemble.size() } -> std::same_as<std::size_t>;  // M
  { ensemble.configuration(std::move(spins)) } -> std::same_as<typename E::Configuration>;
  { E::exact } -> std::convertible_to<bool>;  // as in FlipEnergy
  { ensemble.at(1.0, 0.0).change(c, m) } -> std::same_as<double>;
  { ensemble.at(1.0, 0.0).changes(c, out) } -> std::same_as<void>;
  { ensemble.flip(c, m) } -> std::same_as<void>;
  { ensemble.energy(c) } -> std::same_as<double>;
  { ensemble.found(c) } -> std::same_as<bool>;  // no errors, as far as that is known without work
  { ensemble.weights(c) } -> std::same_as<Weights>;
  { ensemble.report(c, progress) } -> std::same_as<void>;  // errors of the weights and observables of its own
};

/// The Boltzmann weight e^{-beta E} of one system.
template <FlipEnergy Energy>
class Boltzmann {
 public:
  using Configuration = typename Energy::Configuration;
  static constexpr bool exact = Energy::exact;

  explicit Boltzmann(Energy energy) : energy_(std::move(energy)) {}

  struct At {
    const Energy& energy;
    double beta;
    double change(const Configuration& c, std::size_t m) const { return scaled(beta, energy.change(c, m)); }
    void changes(const Configuration& c, std::span<double> out) const {
      energy.changes(c, out);
      for (double& change : out) change = scaled(beta, change);
    }
  };
  At at(double beta, double /*gamma*/) const { return {energy_, beta}; }

  std::size_t size() const { return std::size_t(energy_.problem().architecture.weights()); }
  Configuration configuration(Spins spins) const { return energy_.configuration(std::move(spins)); }
  void flip(Configuration& c, std::size_t m) const { energy_.flip(c, m); }
  double energy(const Configuration& c) const { return energy_.value(c); }
  bool found(const Configuration& c) const { return energy_.errors(c) == 0; }
  Weights weights(const Configuration& c) const {
    const Architecture& architecture = energy_.problem().architecture;
    return {WeightKind::binary, architecture.hidden, architecture.fan_in(), {c.spins.begin(), c.spins.end()}};
  }
  void report(const Configuration& c, Progress& progress) const { progress.errors = energy_.errors(c); }

 private:
  Energy energy_;
};

template <class E>
struct MonteCarloState {
  typename E::Configuration configuration;  // only its spins are saved
  std::int64_t steps = 0;                   // made so far
  bool cached = false;                      // does the configuration hold what belongs to its spins?

  template <class Visitor>
  void visit(Visitor&& v) {
    v("spins", configuration.spins);
    v("steps", steps);
  }
};

/// Progress: errors of the weights; observables energy (at the end), mean_energy (over the proposals of the step), acceptance (flips per proposal), beta, and the ensemble's own.
template <Ensemble E>
class MonteCarlo {
 public:
  using Params = MonteCarloParams;
  using State = MonteCarloState<E>;

  MonteCarlo(E ensemble, const Params& params);

  State start(RandomStream& random) const;
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const { return ensemble_.weights(state.configuration); }

 private:
  using Configuration = typename E::Configuration;
  struct Sweep {                                      // what a step's moves count
    double flips = 0, proposals = 0, energy_sum = 0;  // energy_sum: over the proposals
  };
  template <class At>
  Sweep metropolis(Configuration& c, const At& at, std::size_t proposals, RandomStream& random) const;
  template <class At>
  Sweep rejection_free(Configuration& c, const At& at, std::size_t proposals, RandomStream& random) const;
  template <class At>
  Sweep reduced_rejection(Configuration& c, const At& at, std::size_t proposals, RandomStream& random) const;
  template <class At>
  Sweep split_reduced_rejection(Configuration& c, const At& at, std::size_t proposals,
                                RandomStream& random) const;
  bool stops(const Configuration& c) const { return params_.stop_at_solution && ensemble_.found(c); }

  E ensemble_;
  Params params_;
};

}  // namespace wfm::training

#include "training/monte_carlo.inl.hpp"
