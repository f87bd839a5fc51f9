// Gradient methods on the differentiable network.
#include <algorithm>

#include "experiments/replicated_entry.hpp"
#include "training/entropy_sgd.hpp"
#include "training/sam.hpp"
#include "training/sgd.hpp"
#include "training/swa.hpp"

namespace wfm::experiments {

namespace {

using training::Activation;
using training::EntropySgd;
using training::EntropySgdParams;
using training::LossKind;
using training::NormPreset;
using training::OptimiserKind;
using training::Sam;
using training::Sgd;
using training::SgdParams;
using training::Swa;

constexpr std::int64_t max_epochs = 5000;

// What users may set of the methods that are one network at a time.
struct GradientParams {
  NormPreset preset = NormPreset::fast;
  SgdParams sgd;
  double rho = training::SamParams{}.rho;
  std::int64_t average_from = training::SwaParams{}.average_from;
  EntropySgdParams walk;  // but for what `sgd` holds too
};

std::string given(const KnobValues& knobs, const char* knob) {
  const auto found = knobs.find(knob);
  return found == knobs.end() ? "" : found->second;
}

// The stability of a pattern moves by about eta/batch in a step, whatever the size of the network.
double default_eta(const Problem& problem, std::int64_t batch, const std::string& optimiser, bool squares) {
  if (optimiser == "adam") return 0.03;
  const double patterns = problem.train.count() == 0 ? double(batch) : double(problem.train.count());
  const double eta = 0.5 * std::min(double(batch), patterns);
  return eta * (optimiser == "momentum" || optimiser == "nesterov" ? 0.1 : 1) * (squares ? 0.2 : 1);
}

SgdParams sgd_defaults(const Problem& problem, const KnobValues& knobs) {
  SgdParams params;
  const std::string loss = given(knobs, "loss"), preset = given(knobs, "preset"),
                    batch = given(knobs, "batch");
  const bool squares = loss == "squared-hinge" || loss == "mean-square";
  params.smooth.beta = params.smooth.gamma = training::norm_schedule(preset == "slow"     ? NormPreset::slow
                                                                     : preset == "shrink" ? NormPreset::shrink
                                                                                          : NormPreset::fast);
  params.smooth.loss_margin = problem.margin + (squares || loss == "hinge" ? 1 : 0);
  if (!batch.empty()) parse("batch", batch, params.smooth.batch);
  params.optimiser.eta = default_eta(problem, params.smooth.batch, given(knobs, "optimiser"), squares);
  return params;
}

GradientParams defaults(const Problem& problem, const KnobValues& knobs) {
  GradientParams params;
  params.sgd = sgd_defaults(problem, knobs);
  return params;
}

// `sgd` refers to the SgdParams in Params.
template <class Params, class Part>
std::vector<Knob<Params>> smooth_knobs(Part sgd) {
  return {
      choice<Params, LossKind>(
          "loss", "loss of a pattern",
          {{"cross-entropy", LossKind::cross_entropy},
           {"hinge", LossKind::hinge},
           {"squared-hinge", LossKind::squared_hinge},
           {"mean-square", LossKind::mean_square}},
          [sgd](auto& p) -> auto& { return sgd(p).smooth.loss; }),
      knob<Params>(
          "loss-margin",
          "stability that the loss asks for, the margin included (default: the margin, plus 1 unless "
          "cross-entropy); "
          "annealing: beyond the margin",
          [sgd](auto& p) -> auto& { return sgd(p).smooth.loss_margin; }),
      choice<Params, Activation>(
          "activation", "hidden units of the smooth network",
          {{"tanh", Activation::tanh}, {"erf", Activation::erf}},
          [sgd](auto& p) -> auto& { return sgd(p).smooth.activation; }),
      knob<Params>(
          "batch", "patterns in a batch", [sgd](auto& p) -> auto& { return sgd(p).smooth.batch; }),
      knob<Params>(
          "beta", "schedule of the hidden units' sharpness over the epochs",
          [sgd](auto& p) -> auto& { return sgd(p).smooth.beta; }),
      knob<Params>(
          "gamma", "schedule of the cross-entropy's sharpness over the epochs",
          [sgd](auto& p) -> auto& { return sgd(p).smooth.gamma; }),
      knob<Params>(
          "eta", "size of a step (default: half a batch; a tenth of it with momentum; 0.03 with adam)",
          [sgd](auto& p) -> auto& { return sgd(p).optimiser.eta; }),
  };
}

template <class Params, class Part>
std::vector<Knob<Params>> sgd_knobs(Part sgd) {
  auto knobs = smooth_knobs<Params>(sgd);
  knobs.push_back(choice<Params, OptimiserKind>(
      "optimiser", "how a gradient becomes a step",
      {{"plain", OptimiserKind::plain},
       {"momentum", OptimiserKind::momentum},
       {"nesterov", OptimiserKind::nesterov},
       {"adam", OptimiserKind::adam}},
      [sgd](auto& p) -> auto& { return sgd(p).optimiser.kind; }));
  knobs.push_back(knob<Params>(
      "momentum", "share of the last step kept (all optimisers but plain)", [sgd](auto& p) -> auto& {
        return sgd(p).optimiser.momentum;
      }));
  return knobs;
}

constexpr auto part_of_all = [](auto& p) -> auto& {
  return p.sgd;
};
constexpr auto itself = [](auto& p) -> auto& {
  return p;
};

// An entry with a preset of the schedules; `make(problem, params)` gives the algorithm.
template <class Make>
RegistryEntry gradient_entry(const std::string& name, const std::string& summary,
                             std::vector<Knob<GradientParams>> knobs,
                             const std::vector<Knob<GradientParams>>& own_knobs, Make make) {
  using P = GradientParams;
  knobs.insert(knobs.begin(),
               choice<P, NormPreset>(
                   "preset", "course of beta and gamma: growing slowly, growing fast, or shrinking",
                   {{"slow", NormPreset::slow}, {"fast", NormPreset::fast}, {"shrink", NormPreset::shrink}},
                   [](auto& p) -> auto& { return p.preset; }));
  knobs.insert(knobs.end(), own_knobs.begin(), own_knobs.end());
  return entry<P>(name, summary, knobs, defaults,
                  [make](const Problem& problem, const P& params, const SolveRequest& request,
                         const io::Json& parameters) {
                    return run_and_record(problem, make(problem, params), request, parameters, max_epochs,
                                          Goal::zero_errors);
                  });
}

std::vector<Knob<GradientParams>> walk_knobs() {
  using P = GradientParams;
  return {
      knob<P>(
          "length", "inner steps (batches) to an outer one", [](auto& p) -> auto& { return p.walk.length; }),
      knob<P>(
          "noise", "deviation of the noise on a weight in an inner step",
          [](auto& p) -> auto& { return p.walk.noise; }),
      knob<P>(
          "averaging", "share of the newest place in the mean of the walk",
          [](auto& p) -> auto& { return p.walk.averaging; }),
      knob<P>(
          "outer-step", "share of the way to the mean of the walk that the weights go",
          [](auto& p) -> auto& { return p.walk.step; }),
      knob<P>(
          "spring", "scoping: schedule of the pull back to the weights in an inner step, a share in [0, 1]",
          [](auto& p) -> auto& { return p.walk.spring; }),
  };
}

}  // namespace

std::vector<RegistryEntry> gradient_entries() {
  using P = GradientParams;
  const auto steps = sgd_knobs<P>(part_of_all);
  return {
      gradient_entry("sgd", "gradient descent on the smooth network (ceSGD), spherical weights", steps, {},
                     [](const Problem& problem, const P& p) { return Sgd(problem, p.sgd); }),
      gradient_entry("entropy-sgd", "gradient descent on the local entropy, spherical weights",
                     smooth_knobs<P>(part_of_all), walk_knobs(),
                     [](const Problem& problem, const P& p) {
                       EntropySgdParams params = p.walk;
                       params.smooth = p.sgd.smooth;
                       params.eta = p.sgd.optimiser.eta;
                       return EntropySgd(problem, params);
                     }),
      gradient_entry("sam", "sharpness-aware minimisation, spherical weights", steps,
                     {knob<P>(
                         "rho", "uphill step before the gradient is taken, relative to the weights' norm",
                         [](auto& p) -> auto& { return p.rho; })},
                     [](const Problem& problem, const P& p) {
                       return Sam(problem, {p.sgd.smooth, p.sgd.optimiser, p.rho});
                     }),
      gradient_entry("swa", "stochastic weight averaging over gradient descent, spherical weights", steps,
                     {knob<P>(
                         "average-from", "epochs before the average begins",
                         [](auto& p) -> auto& { return p.average_from; })},
                     [](const Problem& problem, const P& p) {
                       return Swa(problem, {p.sgd, p.average_from});
                     }),
  };
}

RegistryEntry spherical_rsgd_entry() {
  return replicated_entry<Sgd>(
      "rsgd", "replicated gradient descent on the smooth network, spherical weights",
      replica_knobs<SgdParams>("lambda", "pull of an epoch: schedule of the share of the way to the centre"),
      sgd_knobs<SgdParams>(itself),
      [](const Problem& problem, const KnobValues& knobs) {
        ReplicatedKnobs<SgdParams> params;
        params.each = sgd_defaults(problem, knobs);
        params.replicas.coupling = geometric_schedule(0.02, 1.05, 1);
        params.replicas.common_start =
            problem.architecture.machine == Machine::committee && !problem.architecture.tree;
        return params;
      },
      max_epochs);
}

}  // namespace wfm::experiments
