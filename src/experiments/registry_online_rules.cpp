// Rules that look at one pattern at a time.
#include "experiments/registry_entries.hpp"
#include "training/lal.hpp"
#include "training/sbpi.hpp"

namespace wfm::experiments {

std::vector<RegistryEntry> online_rule_entries() {
  using training::LeastActionLearning;
  using training::Sbpi;
  return {
      simple_entry<Sbpi>(
          "sbpi", "stochastic belief-propagation-inspired learning, on-line, +-1 inputs",
          {knob<Sbpi::Params>(
               "theta", "patterns right by at most this (units of w.xi) are secured",
               [](auto& p) -> auto& { return p.theta; }),
           knob<Sbpi::Params>(
               "secure-probability", "chance that such a pattern is secured",
               [](auto& p) -> auto& { return p.secure_probability; }),
           knob<Sbpi::Params>(
               "start-state", "largest |h| at the start, odd",
               [](auto& p) -> auto& { return p.start_state; }),
           knob<Sbpi::Params>(
               "max-state", "cap on the hidden states, odd; 0: none",
               [](auto& p) -> auto& { return p.max_state; })},
          [](const Problem&, const KnobValues&) { return Sbpi::Params{}; }, 5000),
      simple_entry<LeastActionLearning>(
          "lal", "least action learning, on-line, spherical weights",
          {knob<LeastActionLearning::Params>(
              "eta", "step of a unit's update", [](auto& p) -> auto& { return p.eta; })},
          [](const Problem&, const KnobValues&) { return LeastActionLearning::Params{}; }, 5000),
  };
}

}  // namespace wfm::experiments
