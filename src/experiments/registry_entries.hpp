// Registry entries from parts: knobs, defaults that depend on the problem, and the algorithm. One source a family of algorithms.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "experiments/knobs.hpp"
#include "experiments/registry.hpp"
#include "experiments/run_and_record.hpp"

namespace wfm::experiments {

/// The families, in the order in which the registry shows them.
std::vector<RegistryEntry> message_passing_entries();
std::vector<RegistryEntry> online_rule_entries();
std::vector<RegistryEntry> replicated_entries();
std::vector<RegistryEntry> monte_carlo_entries();
std::vector<RegistryEntry> gradient_entries();
std::vector<RegistryEntry> binary_rule_entries();

/// `rsgd` is one of two algorithms, chosen by the problem's weights; each has knobs of its own.
RegistryEntry rsgd_entry();
RegistryEntry binary_rsgd_entry();
RegistryEntry spherical_rsgd_entry();

template <class Params>
void set_knobs(const std::string& algorithm, const std::vector<Knob<Params>>& knobs, const KnobValues& values,
               Params& params) {
  for (const auto& [name, text] : values) {
    std::string known;
    bool found = false;
    for (const auto& knob : knobs) {
      known += (known.empty() ? "--" : ", --") + knob.name;
      if (knob.name != name) continue;
      knob.set(params, text);
      found = true;
    }
    require(found, fmt::format("--{}: algorithm {} has no such option; it takes {}", name, algorithm, known));
  }
}

/// `defaults(problem, knobs)` gives the parameters to start from, `run(problem, params, request, parameters)` the record.
template <class Params, class Defaults, class Run>
RegistryEntry entry(const std::string& name, const std::string& summary,
                    const std::vector<Knob<Params>>& knobs, Defaults defaults, Run run) {
  RegistryEntry entry;
  entry.description = {name, summary, {}};
  const Params shown = defaults(Problem{}, KnobValues{});
  for (const auto& knob : knobs) entry.description.knobs.push_back({knob.name, knob.help, knob.get(shown)});
  const auto params_of = [=](const Problem& problem, const KnobValues& values) {
    Params params = defaults(problem, values);
    set_knobs(name, knobs, values, params);
    return params;
  };
  entry.check = [=](const KnobValues& values) { params_of(Problem{}, values); };
  entry.resolve = [=](const Problem& problem, const KnobValues& values) {
    const Params params = params_of(problem, values);
    ResolvedKnobs resolved;
    for (const auto& knob : knobs) resolved.emplace_back(knob.name, knob.get(params));
    return resolved;
  };
  entry.solve = [=](const Problem& problem, const SolveRequest& request) {
    const Params params = params_of(problem, request.knobs);
    io::Json parameters = io::Json::object();
    for (const auto& knob : knobs) parameters[knob.name] = knob.get(params);
    return run(problem, params, request, parameters);
  };
  return entry;
}

/// An entry whose algorithm is built from the problem and its Params alone.
template <class A, class Defaults>
RegistryEntry simple_entry(const std::string& name, const std::string& summary,
                           const std::vector<Knob<typename A::Params>>& knobs, Defaults defaults,
                           std::int64_t max_steps, Goal goal = Goal::zero_errors) {
  return entry<typename A::Params>(name, summary, knobs, defaults,
                                   [=](const Problem& problem, const typename A::Params& params,
                                       const SolveRequest& request, const io::Json& parameters) {
                                     return run_and_record(problem, A(problem, params), request, parameters,
                                                           max_steps, goal);
                                   });
}

}  // namespace wfm::experiments
