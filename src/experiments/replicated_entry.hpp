// A registry entry for replicas of an algorithm: its own knobs and those of the replicas.
#pragma once

#include <string>
#include <vector>

#include "experiments/registry_entries.hpp"
#include "run/replicated.hpp"

namespace wfm::experiments {

template <class Params>
struct ReplicatedKnobs {
  ReplicatedParams replicas;
  Params each;  // of every replica
};

/// The knobs of the replicas; `coupling` names that of the coupling schedule and `coupling_help` says what it does.
template <class Params>
std::vector<Knob<ReplicatedKnobs<Params>>> replica_knobs(const std::string& coupling,
                                                         const std::string& coupling_help) {
  using P = ReplicatedKnobs<Params>;
  return {
      knob<P>(
          "replicas", "number of replicas y", [](auto& p) -> auto& { return p.replicas.replicas; }),
      knob<P>(
          coupling, coupling_help, [](auto& p) -> auto& { return p.replicas.coupling; }),
      knob<P>(
          "steps-between-pulls", "steps from one pull towards the centre to the next",
          [](auto& p) -> auto& { return p.replicas.steps_between_pulls; }),
      knob<P>(
          "explicit-centre", "a centre that moves by itself, instead of the barycentre: true or false",
          [](auto& p) -> auto& { return p.replicas.explicit_centre; }),
      knob<P>(
          "common-start", "all replicas start from one configuration: true or false",
          [](auto& p) -> auto& { return p.replicas.common_start; }),
  };
}

/// A knob of every replica as one of the whole.
template <class Params>
Knob<ReplicatedKnobs<Params>> of_each(const Knob<Params>& own) {
  return {own.name, own.help, [own](const ReplicatedKnobs<Params>& params) { return own.get(params.each); },
          [own](ReplicatedKnobs<Params>& params, const std::string& text) { own.set(params.each, text); }};
}

/// An entry of Replicated<A>, A built from the problem and its Params. `defaults(problem, knobs)` gives ReplicatedKnobs.
template <Replicable A, class Defaults>
RegistryEntry replicated_entry(const std::string& name, const std::string& summary,
                               std::vector<Knob<ReplicatedKnobs<typename A::Params>>> replica_knobs,
                               const std::vector<Knob<typename A::Params>>& knobs_of_each, Defaults defaults,
                               std::int64_t max_steps) {
  using P = ReplicatedKnobs<typename A::Params>;
  for (const auto& own : knobs_of_each) replica_knobs.push_back(of_each(own));
  return entry<P>(
      name, summary, replica_knobs, defaults,
      [=](const Problem& problem, P params, const SolveRequest& request, const io::Json& parameters) {
        params.replicas.threads = request.threads;
        const Replicated<A> algorithm(problem, A(problem, params.each), params.replicas);
        return run_and_record(problem, algorithm, request, parameters, max_steps, Goal::zero_errors);
      });
}

}  // namespace wfm::experiments
