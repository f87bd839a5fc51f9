// Replicas of the rules that look at one pattern at a time.
#include "experiments/replicated_entry.hpp"
#include "training/lal.hpp"

namespace wfm::experiments {

namespace {

using training::LeastActionLearning;
using EntropicLal = ReplicatedKnobs<LeastActionLearning::Params>;

EntropicLal entropic_lal_defaults(const Problem&, const KnobValues&) {
  EntropicLal params;
  params.replicas.replicas = 20;
  params.replicas.coupling = geometric_schedule(0.01, 1.003);
  params.each.eta = 1;
  return params;
}

}  // namespace

std::vector<RegistryEntry> replicated_entries() {
  using P = LeastActionLearning::Params;
  return {replicated_entry<LeastActionLearning>(
      "elal", "entropic least action learning: replicas that pull each other together; spherical weights",
      replica_knobs<P>("lambda", "pull of step t: schedule of the share of the way to the centre"),
      {knob<P>(
           "eta", "step of a unit's update", [](auto& p) -> auto& { return p.eta; }),
       knob<P>(
           "sweep-parts", "parts of a sweep, each followed by a pull",
           [](auto& p) -> auto& { return p.sweep_parts; })},
      entropic_lal_defaults, 5000)};
}

}  // namespace wfm::experiments
