// Rules for +-1 weights with fields behind them: replicated, by straight-through gradients, clipped.
#include "experiments/registry_entries.hpp"
#include "training/binary_rsgd.hpp"
#include "training/binarynet.hpp"
#include "training/clipped_perceptron.hpp"

namespace wfm::experiments {

namespace {

using training::BinaryNet;
using training::BinaryRsgd;
using training::CentreFormula;
using training::ClippedPerceptron;
using training::LossKind;
using training::OptimiserKind;

std::vector<Knob<BinaryRsgd::Params>> rsgd_knobs() {
  using P = BinaryRsgd::Params;
  return {
      knob<P>(
          "replicas", "number of replicas y", [](auto& p) -> auto& { return p.replicas; }),
      knob<P>(
          "batch", "patterns in a mini-batch; 0: a tenth of them", [](auto& p) -> auto& { return p.batch; }),
      knob<P>(
          "eta", "step of a wrong pattern", [](auto& p) -> auto& { return p.eta; }),
      knob<P>(
          "eta-factor", "factor of eta an epoch", [](auto& p) -> auto& { return p.eta_factor; }),
      knob<P>(
          "lambda", "step of the interaction", [](auto& p) -> auto& { return p.lambda; }),
      knob<P>(
          "lambda-factor", "factor of lambda an epoch", [](auto& p) -> auto& { return p.lambda_factor; }),
      knob<P>(
          "gamma", "coupling to the centre at the start", [](auto& p) -> auto& { return p.gamma; }),
      knob<P>(
          "gamma-step", "added to gamma an epoch", [](auto& p) -> auto& { return p.gamma_step; }),
      choice<P, CentreFormula>(
          "formula", "force of the traced-out centre",
          {{"simple", CentreFormula::simple},
           {"corrected", CentreFormula::corrected},
           {"continuous", CentreFormula::continuous},
           {"hard", CentreFormula::hard}},
          [](auto& p) -> auto& { return p.formula; }),
      knob<P>(
          "explicit-centre", "a centre with fields of its own",
          [](auto& p) -> auto& { return p.explicit_centre; }),
      knob<P>(
          "common-start", "replicas start from one configuration",
          [](auto& p) -> auto& { return p.common_start; }),
  };
}

std::vector<Knob<BinaryNet::Params>> binarynet_knobs() {
  using P = BinaryNet::Params;
  return {
      choice<P, LossKind>(
          "loss", "loss of a pattern",
          {{"hinge", LossKind::hinge},
           {"cross-entropy", LossKind::cross_entropy},
           {"squared-hinge", LossKind::squared_hinge},
           {"mean-square", LossKind::mean_square}},
          [](auto& p) -> auto& { return p.loss.kind; }),
      knob<P>(
          "loss-margin", "stability that the loss asks for", [](auto& p) -> auto& { return p.loss.margin; }),
      knob<P>(
          "gamma", "sharpness of the cross-entropy", [](auto& p) -> auto& { return p.loss.gamma; }),
      choice<P, OptimiserKind>(
          "optimiser", "how a gradient becomes a step",
          {{"plain", OptimiserKind::plain},
           {"momentum", OptimiserKind::momentum},
           {"nesterov", OptimiserKind::nesterov},
           {"adam", OptimiserKind::adam}},
          [](auto& p) -> auto& { return p.optimiser.kind; }),
      knob<P>(
          "eta", "size of a step", [](auto& p) -> auto& { return p.optimiser.eta; }),
      knob<P>(
          "momentum", "share of the last step kept (all but plain)",
          [](auto& p) -> auto& { return p.optimiser.momentum; }),
      knob<P>(
          "batch", "patterns in a batch", [](auto& p) -> auto& { return p.batch; }),
      knob<P>(
          "window", "hidden units pass a gradient on where |u| is at most this",
          [](auto& p) -> auto& { return p.window; }),
      knob<P>(
          "clip", "largest |h|; inf: none", [](auto& p) -> auto& { return p.clip; }),
  };
}

BinaryNet::Params binarynet_defaults(const Problem& problem, const KnobValues&) {
  BinaryNet::Params params;
  params.loss.margin += problem.margin;
  return params;
}

std::vector<Knob<ClippedPerceptron::Params>> clipped_knobs() {
  using P = ClippedPerceptron::Params;
  return {
      knob<P>(
          "reinforcement", "R: right patterns secure their weights with probability R/sqrt(fan-in); 0: plain",
          [](auto& p) -> auto& { return p.reinforcement; }),
      knob<P>(
          "start-state", "largest |h| at the start, odd", [](auto& p) -> auto& { return p.start_state; }),
      knob<P>(
          "max-state", "cap on the hidden states, odd; 0: none",
          [](auto& p) -> auto& { return p.max_state; }),
  };
}

}  // namespace

std::vector<RegistryEntry> binary_rule_entries() {
  return {
      simple_entry<BinaryRsgd>(
          "rsgd", "replicated gradient descent, binary weights with fields behind them, +-1 inputs",
          rsgd_knobs(), [](const Problem&, const KnobValues&) { return BinaryRsgd::Params{}; }, 5000),
      simple_entry<BinaryNet>("binarynet", "straight-through gradients for binary weights, +-1 inputs",
                              binarynet_knobs(), binarynet_defaults, 2000),
      simple_entry<ClippedPerceptron>(
          "clipped-perceptron",
          "clipped perceptron with hidden states, with or without reinforcement, +-1 inputs", clipped_knobs(),
          [](const Problem&, const KnobValues&) { return ClippedPerceptron::Params{}; }, 5000),
  };
}

}  // namespace wfm::experiments
