// Belief propagation, AMP and what steers them.
#include "experiments/registry_entries.hpp"
#include "inference/max_sum.hpp"
#include "inference/presets.hpp"
#include "inference/streaming_bp.hpp"

namespace wfm::experiments {

namespace {

using inference::Amp;
using inference::EdgeBp;
using inference::Focusing;
using inference::FocusingProtocol;
using inference::MajoritySum;
using inference::MaxSum;
using inference::Messages;
using inference::Reinforcement;
using inference::ReinforcementSchedule;
using inference::RelaxedBp;
using inference::StreamingBp;

// Knobs that BP and AMP share; Params is EdgeBp::Params or Amp::Params.
template <class Params>
std::vector<Knob<Params>> message_passing_knobs() {
  return {
      knob<Params>(
          "damping", "share of the old message kept, [0, 1)", [](auto& p) -> auto& { return p.damping; }),
      knob<Params>(
          "tolerance", "converged below this max |change|", [](auto& p) -> auto& { return p.tolerance; }),
      knob<Params>(
          "initial-field", "standard deviation of the first fields",
          [](auto& p) -> auto& { return p.initial_field; }),
      choice<Params, MajoritySum>(
          "majority-sum", "committee output: exact count or Gaussian (large K)",
          {{"exact", MajoritySum::exact}, {"gaussian", MajoritySum::gaussian}},
          [](auto& p) -> auto& { return p.majority_sum; }),
  };
}

std::vector<Knob<EdgeBp::Params>> edge_knobs() {
  using P = EdgeBp::Params;
  auto knobs = message_passing_knobs<P>();
  knobs.push_back(choice<P, Messages>(
      "messages", "how a message is computed",
      {{"interpolated", Messages::interpolated},
       {"accurate", Messages::accurate},
       {"exact", Messages::exact},
       {"relaxed", Messages::relaxed}},
      [](auto& p) -> auto& { return p.messages; }));
  knobs.push_back(knob<P>(
      "external-updates", "updates of the external field a sweep",
      [](auto& p) -> auto& { return p.external_updates; }));
  knobs.push_back(choice<P, inference::Schedule>(
      "schedule", "order of the updates",
      {{"sequential", inference::Schedule::sequential}, {"parallel", inference::Schedule::parallel}},
      [](auto& p) -> auto& { return p.schedule; }));
  return knobs;
}

template <class Params>
std::vector<Knob<Params>> with_reinforcement(std::vector<Knob<Params>> knobs) {
  knobs.push_back(knob<Params>(
      "rate", "reinforcement r_t = rate t (linear) or 1 - rate^t (geometric)",
      [](auto& p) -> auto& { return std::get<Reinforcement>(p.external).rate; }));
  knobs.push_back(choice<Params, ReinforcementSchedule>(
      "reinforcement", "growth of the reinforcement",
      {{"linear", ReinforcementSchedule::linear}, {"geometric", ReinforcementSchedule::geometric}},
      [](auto& p) -> auto& { return std::get<Reinforcement>(p.external).schedule; }));
  return knobs;
}

// Focusing runs on either engine; what both have is set for both.
struct FocusingParams {
  bool edges = false;
  Focusing focusing;
  Amp::Params amp = inference::fbp_amp();
  EdgeBp::Params edge = inference::fbp_edge();
  double damping = 0, tolerance = 0;
};

// AMP where inputs are drawn independently; messages on edges for images and files, whose correlated inputs AMP does not stand.
FocusingParams focusing_defaults(const Problem& problem, const KnobValues& knobs) {
  FocusingParams params;
  const auto engine = knobs.find("engine");
  const bool correlated = !independent_inputs(problem);
  if (problem.train.count() > 0) params.amp = inference::fbp_amp(problem);
  params.edge = inference::fbp_edge(problem);
  params.edges = engine == knobs.end() ? correlated : engine->second == "edge";
  params.focusing = std::get<Focusing>(params.edges ? params.edge.external : params.amp.external);
  params.damping = params.edges ? params.edge.damping : params.amp.damping;
  params.tolerance = params.edges ? params.edge.tolerance : params.amp.tolerance;
  return params;
}

std::vector<Knob<FocusingParams>> focusing_knobs() {
  using P = FocusingParams;
  return {
      choice<P, bool>(
          "engine", "message passing by AMP or on edges (default on images and files)",
          {{"amp", false}, {"edge", true}}, [](auto& p) -> auto& { return p.edges; }),
      choice<P, FocusingProtocol>(
          "protocol", "course of the coupling gamma and the number of replicas y",
          {{"pseudo-reinforcement", FocusingProtocol::pseudo_reinforcement},
           {"reinforcement", FocusingProtocol::reinforcement},
           {"scoping", FocusingProtocol::scoping}},
          [](auto& p) -> auto& { return p.focusing.protocol; }),
      knob<P>(
          "rho-step", "step of rho from 0 to 1", [](auto& p) -> auto& { return p.focusing.rho_step; }),
      knob<P>(
          "exponent", "pseudo-reinforcement: x in gamma = atanh(rho^x), (0, 1/2]",
          [](auto& p) -> auto& { return p.focusing.exponent; }),
      knob<P>(
          "replicas", "scoping: number of replicas y", [](auto& p) -> auto& { return p.focusing.y; }),
      knob<P>(
          "gammas", "scoping: list of couplings", [](auto& p) -> auto& { return p.focusing.gammas; }),
      knob<P>(
          "iterations", "message-passing iterations at each step of rho at most",
          [](auto& p) -> auto& { return p.focusing.iterations; }),
      knob<P>(
          "focusing-damping", "share of the old focusing field kept, [0, 1)",
          [](auto& p) -> auto& { return p.focusing.damping; }),
      knob<P>(
          "external-updates", "edge: updates of the focusing field a sweep",
          [](auto& p) -> auto& { return p.edge.external_updates; }),
      knob<P>(
          "damping", "share of the old message kept, [0, 1)", [](auto& p) -> auto& { return p.damping; }),
      knob<P>(
          "tolerance", "converged below this max |change|", [](auto& p) -> auto& { return p.tolerance; }),
  };
}

SolveResult solve_on_edges(const Problem& problem, const EdgeBp::Params& params, const SolveRequest& request,
                           const io::Json& parameters, std::int64_t steps, Goal goal) {
  return params.messages == Messages::relaxed
             ? run_and_record(problem, RelaxedBp(problem, RelaxedBp::from_edge_params(params)), request,
                              parameters, steps, goal)
             : run_and_record(problem, EdgeBp(problem, params), request, parameters, steps, goal);
}

template <class Defaults>
RegistryEntry edge_entry(const std::string& name, const std::string& summary,
                         const std::vector<Knob<EdgeBp::Params>>& knobs, Defaults defaults,
                         std::int64_t max_steps, Goal goal) {
  return entry<EdgeBp::Params>(name, summary, knobs, defaults,
                               [=](const Problem& problem, const EdgeBp::Params& params,
                                   const SolveRequest& request, const io::Json& parameters) {
                                 return solve_on_edges(problem, params, request, parameters, max_steps, goal);
                               });
}

SolveResult solve_focusing(const Problem& problem, FocusingParams params, const SolveRequest& request,
                           const io::Json& parameters) {
  constexpr std::int64_t steps = 20000;
  params.amp.external = params.edge.external = params.focusing;
  params.amp.damping = params.edge.damping = params.damping;
  params.amp.tolerance = params.edge.tolerance = params.tolerance;
  return params.edges ? solve_on_edges(problem, params.edge, request, parameters, steps, Goal::zero_errors)
                      : run_and_record(problem, Amp(problem, params.amp), request, parameters, steps,
                                       Goal::zero_errors);
}

std::vector<Knob<MaxSum::Params>> max_sum_knobs() {
  using P = MaxSum::Params;
  return {
      knob<P>(
          "reinforcement", "share r of its last value that a field keeps, [0, 1]",
          [](auto& p) -> auto& { return p.reinforcement; }),
      knob<P>(
          "growth", "added to r each step, up to r = 1", [](auto& p) -> auto& { return p.growth; }),
      knob<P>(
          "tolerance", "converged below this change of a field, relative to the largest",
          [](auto& p) -> auto& { return p.tolerance; }),
  };
}

std::vector<Knob<StreamingBp::Params>> streaming_knobs() {
  using P = StreamingBp::Params;
  return {
      knob<P>(
          "batch", "patterns in a batch; 0: all", [](auto& p) -> auto& { return p.batch; }),
      knob<P>(
          "iterations", "passes over a batch", [](auto& p) -> auto& { return p.iterations; }),
      knob<P>(
          "memory", "share of the posterior's fields that the next batch finds, (0, 1]",
          [](auto& p) -> auto& { return p.memory; }),
      knob<P>(
          "damping", "share of the old message kept, [0, 1)", [](auto& p) -> auto& { return p.damping; }),
      knob<P>(
          "initial-field", "standard deviation of the first fields",
          [](auto& p) -> auto& { return p.initial_field; }),
  };
}

}  // namespace

std::vector<RegistryEntry> message_passing_entries() {
  return {
      edge_entry(
          "bp", "belief propagation to its fixed point, for its entropy; not a solver", edge_knobs(),
          [](const Problem& problem, const KnobValues&) { return inference::bp(problem); }, 1000,
          Goal::convergence),
      simple_entry<Amp>(
          "amp", "AMP with reinforcement", with_reinforcement(message_passing_knobs<Amp::Params>()),
          [](const Problem& problem, const KnobValues&) {
            return problem.train.count() == 0 ? inference::amp(0.0) : inference::amp(problem);
          },
          20000),
      edge_entry(
          "rbp", "belief propagation with reinforcement", with_reinforcement(edge_knobs()),
          [](const Problem& problem, const KnobValues&) { return inference::rbp(problem); }, 5000,
          Goal::zero_errors),
      entry<FocusingParams>("fbp", "focusing belief propagation: replicas tied to a centre", focusing_knobs(),
                            focusing_defaults, solve_focusing),
      simple_entry<MaxSum>(
          "max-sum", "belief propagation at zero temperature with reinforcement, +-1 inputs", max_sum_knobs(),
          [](const Problem&, const KnobValues&) { return MaxSum::Params{}; }, 5000),
      simple_entry<StreamingBp>(
          "streaming-bp", "belief propagation in batches, the posterior of one the prior of the next; binary",
          streaming_knobs(), [](const Problem&, const KnobValues&) { return StreamingBp::Params{}; }, 2000),
  };
}

}  // namespace wfm::experiments
