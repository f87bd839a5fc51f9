// Bodies of MonteCarlo; included by monte_carlo.hpp only.
#pragma once

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {
namespace detail {

/// m with probability a[m]/Z, Z = sum a > 0.
std::size_t draw(std::span<const double> a, double Z, RandomStream& random);

/// Number of trials up to and with the first success of probability p in (0, 1].
double geometric(double p, RandomStream& random);

inline bool accepted(double cost, RandomStream& random) {
  return cost <= 0 || random.uniform() < std::exp(-cost);
}

}  // namespace detail

template <Ensemble E>
MonteCarlo<E>::MonteCarlo(E ensemble, const Params& params)
    : ensemble_(std::move(ensemble)), params_(params) {
  validate(params);
}

template <Ensemble E>
auto MonteCarlo<E>::start(RandomStream& random) const -> State {
  Spins spins(ensemble_.size());
  for (auto& s : spins) s = std::int8_t(random.sign());
  return {ensemble_.configuration(std::move(spins)), 0, true};
}

template <Ensemble E>
Progress MonteCarlo<E>::step(State& state, RandomStream& random) const {
  Configuration& c = state.configuration;
  if (c.spins.size() != ensemble_.size())
    throw InvalidInput(
        fmt::format("monte carlo: the state must have {} spins, given {}", ensemble_.size(), c.spins.size()));
  if (!state.cached || !E::exact) {
    Spins spins = c.spins;
    c = ensemble_.configuration(std::move(spins));
  }
  state.cached = true;
  const double beta = value(params_.beta, state.steps), gamma = value(params_.gamma, state.steps);
  ++state.steps;

  const auto at = ensemble_.at(beta, gamma);
  const std::size_t proposals = ensemble_.size() + (random.sign() > 0 ? 1 : 0);
  Sweep sweep;
  if (!stops(c)) {
    if (params_.moves == Moves::metropolis) sweep = metropolis(c, at, proposals, random);
    if (params_.moves == Moves::rejection_free) sweep = rejection_free(c, at, proposals, random);
    if (params_.moves == Moves::reduced_rejection) {
      if constexpr (requires { at.classes(c); })
        sweep = split_reduced_rejection(c, at, proposals, random);
      else
        sweep = reduced_rejection(c, at, proposals, random);
    }
  }

  Progress progress;
  const double energy = ensemble_.energy(c);
  progress.observables = {{"energy", energy},
                          {"mean_energy", sweep.proposals > 0 ? sweep.energy_sum / sweep.proposals : energy},
                          {"acceptance", sweep.proposals > 0 ? sweep.flips / sweep.proposals : 0},
                          {"beta", beta}};
  ensemble_.report(c, progress);
  return progress;
}

template <Ensemble E>
template <class At>
auto MonteCarlo<E>::metropolis(Configuration& c, const At& at, std::size_t proposals,
                               RandomStream& random) const -> Sweep {
  Sweep sweep;
  double energy = ensemble_.energy(c);
  const std::size_t M = ensemble_.size();
  for (std::size_t t = 0; t < proposals; ++t) {
    const std::size_t m = random.below(M);
    const bool flips = detail::accepted(at.change(c, m), random);
    if (flips) {
      ensemble_.flip(c, m);
      energy = ensemble_.energy(c);
      ++sweep.flips;
    }
    ++sweep.proposals;
    sweep.energy_sum += energy;
    if (flips && stops(c)) break;
  }
  return sweep;
}

template <Ensemble E>
template <class At>
auto MonteCarlo<E>::rejection_free(Configuration& c, const At& at, std::size_t proposals,
                                   RandomStream& random) const -> Sweep {
  Sweep sweep;
  const std::size_t M = ensemble_.size();
  std::vector<double> a(M);
  while (true) {
    at.changes(c, a);
    for (double& p : a) p = metropolis_probability(p);
    const double Z = std::accumulate(a.begin(), a.end(), 0.), left = double(proposals) - sweep.proposals;
    // the flip is proposal number `waited` from now on
    const double waited = Z > 0 ? detail::geometric(std::min(1., Z / double(M)), random)
                                : std::numeric_limits<double>::infinity();
    // until then, that is after waited - 1 proposals, the energy is the present one
    const double stays = std::min(waited - 1, left);
    sweep.energy_sum += stays * ensemble_.energy(c);
    sweep.proposals += stays;
    if (waited > left) break;
    ensemble_.flip(c, detail::draw(a, Z, random));
    ++sweep.flips;
    ++sweep.proposals;
    sweep.energy_sum += ensemble_.energy(c);
    if (stops(c)) break;
  }
  return sweep;
}

template <Ensemble E>
template <class At>
auto MonteCarlo<E>::reduced_rejection(Configuration& c, const At& at, std::size_t proposals,
                                      RandomStream& random) const -> Sweep {
  Sweep sweep;
  const std::size_t M = ensemble_.size();
  std::vector<double> a(M), after(M);
  const auto probabilities = [&](std::vector<double>& p) {
    at.changes(c, p);
    for (double& each : p) each = metropolis_probability(each);
    return std::accumulate(p.begin(), p.end(), 0.);
  };
  double Z = probabilities(a);
  double energy = ensemble_.energy(c);
  for (std::size_t t = 0; t < proposals && Z > 0; ++t) {
    const std::size_t m = detail::draw(a, Z, random);
    ensemble_.flip(c, m);
    const double Z_after = probabilities(after);
    ++sweep.proposals;
    const bool flips = random.uniform() * Z_after < Z;
    if (flips) {
      std::swap(a, after);
      Z = Z_after;
      energy = ensemble_.energy(c);
      ++sweep.flips;
    } else {
      ensemble_.flip(c, m);
    }
    sweep.energy_sum += energy;
    if (flips && stops(c)) break;
  }
  return sweep;
}

template <Ensemble E>
template <class At>
auto MonteCarlo<E>::split_reduced_rejection(Configuration& c, const At& at, std::size_t proposals,
                                            RandomStream& random) const -> Sweep {
  Sweep sweep;
  auto classes = at.classes(c);
  double energy = ensemble_.energy(c);
  for (std::size_t t = 0; t < proposals; ++t) {
    const double Z = classes.total();
    if (!(Z > 0)) break;
    const std::size_t m = classes.draw(random);
    const double ratio = classes.total_after(m) / Z;
    ++sweep.proposals;
    if (random.uniform() * ratio < metropolis_probability(at.rest_change(c, m))) {
      ensemble_.flip(c, m);
      classes.follow(m);
      energy = ensemble_.energy(c);
      ++sweep.flips;
    }
    sweep.energy_sum += energy;
  }
  return sweep;
}

}  // namespace wfm::training
