#include "inference/streaming_bp.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "inference/weight_prior.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"

namespace wfm::inference {

namespace {

LayerStack stack_of(const Problem& problem) {
  const Architecture& machine = problem.architecture;
  require(problem.weight_kind == WeightKind::binary,
          "streaming-bp: knows binary weights only, got spherical");
  require(machine.machine != Machine::parity, "streaming-bp: knows perceptron and committee, got parity");
  require(!machine.tree || machine.hidden == 1, "streaming-bp: knows fully connected machines, got a tree");
  require(problem.margin == 0 || machine.machine == Machine::perceptron,
          fmt::format("streaming-bp: a margin is known for the perceptron only, got {}", problem.margin));
  LayerStack stack{machine.inputs, {}, false};
  if (machine.machine == Machine::committee) {
    stack.hidden = {machine.hidden};
    stack.fixed_top = true;
  }
  return stack;
}

}  // namespace

void validate(const StreamingBpParams& params) {
  require(params.batch >= 0, fmt::format("batch: must be at least 0, got {}", params.batch));
  require(params.iterations >= 1, fmt::format("iterations: must be at least 1, got {}", params.iterations));
  require(params.memory > 0 && params.memory <= 1,
          fmt::format("memory: must be in (0, 1], got {}", params.memory));
  require(params.damping >= 0 && params.damping < 1,
          fmt::format("damping: must be in [0, 1), got {}", params.damping));
  require(params.initial_field >= 0 && std::isfinite(params.initial_field),
          fmt::format("initial-field: must be finite and at least 0, got {}", params.initial_field));
}

bool streaming_epoch(const LayerStack& stack, const StreamingBpParams& params, const Patterns& patterns,
                     double margin, std::span<double> theta, RandomStream& random) {
  const std::size_t P = patterns.count();
  const std::size_t batch = params.batch == 0 ? std::max<std::size_t>(P, 1) : std::size_t(params.batch);
  std::vector<std::size_t> order(P);
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(std::span(order), random);
  std::vector<double> m(theta.size()), field(theta.size()), next(theta.size());
  for (std::size_t first = 0; first < P; first += batch) {
    const auto which = std::span(order).subspan(first, std::min(batch, P - first));
    std::vector<double> labels;
    for (const std::size_t a : which) labels.push_back(patterns.labels[a]);
    LayerMessages messages(stack, input_rows(patterns, which), labels);
    std::fill(field.begin(), field.end(), 0.0);
    for (std::int64_t t = 0; t < params.iterations; ++t) {
      for (std::size_t i = 0; i < m.size(); ++i) m[i] = std::tanh(theta[i] + field[i]);
      messages.pass(m, margin, next);
      const double kept = t == 0 ? 0 : params.damping;
      for (std::size_t i = 0; i < m.size(); ++i) field[i] = kept * field[i] + (1 - kept) * next[i];
    }
    for (std::size_t i = 0; i < m.size(); ++i) theta[i] = clamp_field(params.memory * (theta[i] + field[i]));
  }
  return std::all_of(theta.begin(), theta.end(), [](double x) { return std::isfinite(x); });
}

StreamingBp::StreamingBp(const Problem& problem, const Params& params)
    : problem_(&problem), params_(params), stack_(stack_of(problem)) {
  inference::validate(params);
}

StreamingBpState StreamingBp::start(RandomStream& random) const {
  State state;
  state.theta.resize(std::size_t(problem_->architecture.weights()));
  for (double& theta : state.theta) theta = params_.initial_field * random.normal();
  return state;
}

Progress StreamingBp::step(State& state, RandomStream& random) const {
  // a committee's fixed top has entries too
  std::vector<double> theta(stack_.first_weight(stack_.layers()), 0.0);
  std::copy(state.theta.begin(), state.theta.end(), theta.begin());
  Progress progress;
  progress.failed = !streaming_epoch(stack_, params_, problem_->train, problem_->margin, theta, random);
  if (progress.failed) return progress;
  std::copy_n(theta.begin(), state.theta.size(), state.theta.begin());
  double q = 0;
  for (const double field : state.theta) q += std::tanh(field) * std::tanh(field);
  progress.observables = {{"q", q / double(state.theta.size())}};
  progress.errors = std::int64_t(training_errors(*problem_, weights(state)));
  return progress;
}

Weights StreamingBp::weights(const State& state) const {
  return WeightPrior(*problem_).weights(state.theta);
}

}  // namespace wfm::inference
