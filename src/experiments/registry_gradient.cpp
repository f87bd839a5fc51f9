// Gradient methods on the differentiable network.
#include "experiments/registry_entries.hpp"
#include "training/sgd.hpp"

namespace wfm::experiments {

namespace {

using training::Activation;
using training::LossKind;
using training::NormPreset;
using training::Optimiser;
using training::OptimiserKind;
using training::SmoothSettings;

constexpr std::int64_t max_epochs = 5000;

// What users may set of any method of this family.
struct GradientParams {
  NormPreset preset = NormPreset::fast;
  SmoothSettings smooth;
  Optimiser optimiser;
};
using P = GradientParams;

// The preset gives beta and gamma, the loss its margin and the optimiser the size of its step, where they are not named.
GradientParams defaults(const Problem& problem, const KnobValues& knobs) {
  GradientParams params;
  const auto given = [&](const char* knob, const char* value) {
    const auto found = knobs.find(knob);
    return found != knobs.end() && found->second == value;
  };
  if (given("preset", "slow")) params.preset = NormPreset::slow;
  if (given("preset", "shrink")) params.preset = NormPreset::shrink;
  params.smooth.beta = params.smooth.gamma = training::norm_schedule(params.preset);
  const bool wants_room =
      given("loss", "hinge") || given("loss", "squared-hinge") || given("loss", "mean-square");
  params.smooth.loss_margin = problem.margin + (wants_room ? 1 : 0);
  if (given("optimiser", "momentum") || given("optimiser", "nesterov")) params.optimiser.eta = 10;
  if (given("optimiser", "adam")) params.optimiser.eta = 0.03;
  return params;
}

void add_schedule(const std::string& name, const std::string& what, Schedule SmoothSettings::*schedule,
                  std::vector<Knob<P>>& knobs) {
  knobs.push_back(knob<P>(
      name, what + " in the first epoch", [=](auto& p) -> auto& { return (p.smooth.*schedule).start; }));
  knobs.push_back(knob<P>(
      name + "-rate",
      "factor of " + name + " an epoch", [=](auto& p) -> auto& { return (p.smooth.*schedule).rate; }));
  knobs.push_back(knob<P>(
      name + "-limit",
      "where " + name + " stays", [=](auto& p) -> auto& { return *(p.smooth.*schedule).limit; }));
}

std::vector<Knob<P>> smooth_knobs() {
  std::vector<Knob<P>> knobs = {
      choice<P, NormPreset>(
          "preset", "course of beta and gamma: growing slowly, growing fast, or shrinking",
          {{"slow", NormPreset::slow}, {"fast", NormPreset::fast}, {"shrink", NormPreset::shrink}},
          [](auto& p) -> auto& { return p.preset; }),
      choice<P, LossKind>(
          "loss", "loss of a pattern",
          {{"cross-entropy", LossKind::cross_entropy},
           {"hinge", LossKind::hinge},
           {"squared-hinge", LossKind::squared_hinge},
           {"mean-square", LossKind::mean_square}},
          [](auto& p) -> auto& { return p.smooth.loss; }),
      knob<P>(
          "loss-margin", "stability that the loss asks for (default 0 for the cross-entropy, else 1)",
          [](auto& p) -> auto& { return p.smooth.loss_margin; }),
      choice<P, Activation>(
          "activation", "hidden units of the smooth network",
          {{"tanh", Activation::tanh}, {"erf", Activation::erf}},
          [](auto& p) -> auto& { return p.smooth.activation; }),
      knob<P>(
          "batch", "patterns in a batch", [](auto& p) -> auto& { return p.smooth.batch; }),
  };
  add_schedule("beta", "sharpness of the hidden units", &SmoothSettings::beta, knobs);
  add_schedule("gamma", "sharpness of the cross-entropy", &SmoothSettings::gamma, knobs);
  return knobs;
}

std::vector<Knob<P>> with_optimiser(std::vector<Knob<P>> knobs) {
  knobs.push_back(choice<P, OptimiserKind>(
      "optimiser", "how a gradient becomes a step",
      {{"plain", OptimiserKind::plain},
       {"momentum", OptimiserKind::momentum},
       {"nesterov", OptimiserKind::nesterov},
       {"adam", OptimiserKind::adam}},
      [](auto& p) -> auto& { return p.optimiser.kind; }));
  knobs.push_back(knob<P>(
      "eta", "size of a step (default 100; 10 with momentum, 0.03 with adam)",
      [](auto& p) -> auto& { return p.optimiser.eta; }));
  knobs.push_back(knob<P>(
      "momentum", "share of the last step kept (all but plain)",
      [](auto& p) -> auto& { return p.optimiser.momentum; }));
  return knobs;
}

// `make(problem, params)` gives the algorithm.
template <class Make>
RegistryEntry gradient_entry(const std::string& name, const std::string& summary,
                             const std::vector<Knob<P>>& knobs, Make make) {
  return entry<P>(
      name, summary, knobs, defaults,
      [=](const Problem& problem, const P& params, const SolveRequest& request, const io::Json& parameters) {
        return run_and_record(problem, make(problem, params), request, parameters, max_epochs,
                              Goal::zero_errors);
      });
}

training::Sgd make_sgd(const Problem& problem, const P& params) {
  return training::Sgd(problem, {params.smooth, params.optimiser});
}

}  // namespace

std::vector<RegistryEntry> gradient_entries() {
  return {gradient_entry("sgd", "gradient descent on the smooth network (ceSGD), spherical weights",
                         with_optimiser(smooth_knobs()), make_sgd)};
}

}  // namespace wfm::experiments
