// Bodies of Replicated<A>; included by replicated.hpp only. What does not depend on A is compiled once, in replicated.cpp.
#pragma once

#include <algorithm>
#include <utility>

#include "math/parallel.hpp"
#include "problems/evaluation.hpp"

namespace wfm {
namespace detail {

/// Most replicas that a checkpoint may hold: a damaged count must not exhaust the memory.
inline constexpr std::int64_t most_replicas = 1'000'000;

/// Hands a replica's values on under names of its own, "replica.3.weights".
template <class Visitor>
struct PrefixedVisitor {
  Visitor& visitor;
  std::string prefix;
  template <class T>
  void operator()(const char* name, T& value) const {
    visitor((prefix + name).c_str(), value);
  }
};

void check_replica_count(std::int64_t count);  // of a snapshot; throws InvalidInput
/// Throws InvalidInput unless the state has the replicas and the centre that the algorithm works on.
void check_replicas(std::size_t replicas, std::size_t wanted, std::size_t centre, int weights);

/// (REP.1). All positions have M entries.
std::vector<double> barycentre(const std::vector<std::vector<double>>& positions);
/// sum_r |x[r] - xbar|^2 / sum_r |x[r]|^2; 0 where all are zero.
double spread(const std::vector<std::vector<double>>& positions, std::span<const double> barycentre);
/// The centre put back among the weights, the undecided from `fallback`.
Weights projected(std::span<const double> centre, Weights fallback);
/// Mean overlap of two different replicas, -1 ... 1.
double mean_mutual_overlap(const std::vector<Weights>& replicas);
/// Errors, failures, ends and observables of the replicas together.
Progress summary(const std::vector<Progress>& replicas);

}  // namespace detail

template <class State>
template <class Visitor>
void ReplicatedState<State>::visit(Visitor&& v) {
  std::int64_t count = std::int64_t(replicas.size());
  v("replicas", count);
  detail::check_replica_count(count);
  replicas.resize(std::size_t(count));
  v("centre", centre);
  v("step", step);
  for (std::size_t r = 0; r < replicas.size(); ++r)
    replicas[r].visit(
        detail::PrefixedVisitor<std::remove_reference_t<Visitor>>{v, "replica." + std::to_string(r) + "."});
}

template <Replicable A>
Replicated<A>::Replicated(const Problem& problem, A algorithm, const Params& params)
    : problem_(&problem), algorithm_(std::move(algorithm)), params_(params) {
  validate(params);
}

template <Replicable A>
typename Replicated<A>::State Replicated<A>::start(RandomStream& random) const {
  const std::uint64_t key = random();
  State state;
  std::vector<std::vector<double>> positions;
  for (int r = 0; r < params_.replicas; ++r) {
    RandomStream own(key, Purpose::initial_state, params_.common_start ? 0 : std::uint64_t(r));
    state.replicas.push_back(algorithm_.start(own));
    positions.push_back(algorithm_.position(state.replicas.back()));
  }
  state.centre = detail::barycentre(positions);
  return state;
}

template <Replicable A>
void Replicated<A>::move_centre(State& state, std::span<const double> barycentre, double strength) const {
  const double share = params_.explicit_centre ? std::min(1.0, params_.replicas * strength) : 1.0;
  // c <- c + share (xbar - c), exact at share = 1
  for (std::size_t i = 0; i < state.centre.size(); ++i)
    state.centre[i] =
        share == 1 ? barycentre[i] : state.centre[i] + share * (barycentre[i] - state.centre[i]);
}

template <Replicable A>
Progress Replicated<A>::step(State& state, RandomStream& random) const {
  detail::check_replicas(state.replicas.size(), std::size_t(params_.replicas), state.centre.size(),
                         problem_->architecture.weights());
  const std::uint64_t key = random();
  const std::size_t y = state.replicas.size();
  std::vector<Progress> each(y);
  std::vector<std::vector<double>> positions(y);
  std::vector<Weights> configurations(y);
  parallel_for(y, params_.threads, [&](std::size_t r) {
    RandomStream own(key, Purpose::dynamics, r);
    each[r] = algorithm_.step(state.replicas[r], own);
    positions[r] = algorithm_.position(state.replicas[r]);
    configurations[r] = algorithm_.weights(state.replicas[r]);
  });
  Progress progress = detail::summary(each);
  const std::vector<double> barycentre = detail::barycentre(positions);
  const double spread = detail::spread(positions, barycentre);
  progress.failed = progress.failed || !std::isfinite(spread);
  if (progress.failed) return progress;

  const double strength = value(params_.coupling, state.step);
  ++state.step;
  move_centre(state, barycentre, strength);
  const Weights centre = weights(state);
  double centre_overlap = 0;
  for (const Weights& configuration : configurations)
    centre_overlap += overlap(configuration, centre) / double(y);
  if (state.step % params_.steps_between_pulls == 0)
    parallel_for(y, params_.threads,
                 [&](std::size_t r) { algorithm_.pull(state.replicas[r], state.centre, strength); });

  progress.errors = std::int64_t(training_errors(*problem_, centre));
  progress.converged = progress.converged && spread <= params_.collapsed;
  progress.observables.insert(progress.observables.begin(),
                              {{"coupling", strength},
                               {"q1", detail::mean_mutual_overlap(configurations)},
                               {"centre_overlap", centre_overlap},
                               {"spread", spread}});
  return progress;
}

template <Replicable A>
Weights Replicated<A>::weights(const State& state) const {
  return detail::projected(state.centre, algorithm_.weights(state.replicas.at(0)));
}

}  // namespace wfm
