#include "inference/presets.hpp"

#include <limits>

namespace wfm::inference {
namespace {

bool spherical(const Problem& problem) {
  return problem.weight_kind == WeightKind::spherical;
}

constexpr double hard_load = 0.705;

bool fully_connected(const Problem& problem) {
  return !problem.architecture.tree && problem.architecture.hidden > 1;
}

bool hard_perceptron(const Problem& problem) {
  return problem.architecture.hidden == 1 && problem.alpha() > hard_load;
}

double damping_for(const Problem& problem) {
  return spherical(problem) || fully_connected(problem) || hard_perceptron(problem) ? 0.5 : 0.0;
}

/// y replicas, gamma growing by 5 per cent every `iterations`.
Focusing growing_coupling(double y, int iterations) {
  Focusing focusing{.protocol = FocusingProtocol::scoping, .y = y, .iterations = iterations, .damping = 0};
  for (double gamma = 0.5; gamma < 1000; gamma *= 1.05) focusing.gammas.push_back(gamma);
  return focusing;
}

}  // namespace

EdgeBp::Params bp() {
  EdgeBp::Params params;
  params.report_entropy = true;
  return params;
}

EdgeBp::Params bp(const Problem& problem) {
  EdgeBp::Params params = bp();
  if (!spherical(problem)) return params;
  params.messages = Messages::relaxed;
  params.external_updates = 10;
  return params;
}

Amp::Params amp(double alpha) {
  Amp::Params params;
  params.external = Reinforcement{.rate = alpha < hard_load ? 5e-4 : 1e-4};
  return params;
}

Amp::Params amp(const Problem& problem) {
  Amp::Params params = amp(problem.alpha());
  params.damping = damping_for(problem);
  if (spherical(problem)) params.external = Reinforcement{.rate = 1e-3};
  return params;
}

EdgeBp::Params rbp() {
  EdgeBp::Params params;
  params.external = Reinforcement{.rate = 5e-3};
  return params;
}

EdgeBp::Params fbp_edge() {
  EdgeBp::Params params;
  params.external = Focusing{.rho_step = 5e-3, .damping = 0.5};
  return params;
}

Amp::Params fbp_amp() {
  Amp::Params params;
  params.external = Focusing{.rho_step = 2e-3, .damping = 0.9};
  return params;
}

Amp::Params fbp_amp(const Problem& problem) {
  Amp::Params params = fbp_amp();
  params.damping = damping_for(problem);
  if (spherical(problem))
    params.external = growing_coupling(5, 5);
  else if (fully_connected(problem) && problem.alpha() > 0.5)
    params.external = Focusing{.rho_step = 5e-4, .damping = 0.9};
  else if (hard_perceptron(problem))
    params.external = Focusing{.rho_step = 2e-4, .damping = 0.9};
  return params;
}

EdgeBp::Params rbp_correlated() {
  EdgeBp::Params params = rbp();
  params.damping = 0.9;
  params.external_updates = 30;
  return params;
}

EdgeBp::Params fbp_correlated(const Architecture& architecture) {
  const bool one_unit = architecture.hidden == 1;
  EdgeBp::Params params;
  params.damping = one_unit ? 0.9 : 0.5;
  params.external_updates = one_unit ? 1 : 10;
  // strong coupling from the start, where messages alone would not converge
  Focusing focusing{.protocol = FocusingProtocol::scoping, .y = one_unit ? 100.0 : 50.0, .damping = 0.9};
  for (int j = 0; j < 300; ++j) focusing.gammas.push_back((one_unit ? 0.2 : 0.1) + 0.01 * j);
  params.external = focusing;
  return params;
}

EdgeBp::Params rbp(const Problem& problem) {
  if (!spherical(problem)) return independent_inputs(problem) ? rbp() : rbp_correlated();
  EdgeBp::Params params = bp(problem);
  params.external = Reinforcement{.rate = 5e-3};
  params.damping = independent_inputs(problem) ? 0 : 0.9;
  return params;
}

EdgeBp::Params fbp_edge(const Problem& problem) {
  if (!spherical(problem))
    return independent_inputs(problem) ? fbp_edge() : fbp_correlated(problem.architecture);
  EdgeBp::Params params = bp(problem);
  if (independent_inputs(problem)) {
    params.external = growing_coupling(5, 1);
    return params;
  }
  params.external = growing_coupling(std::numeric_limits<double>::infinity(), 4);
  params.damping = 0.9;
  return params;
}

}  // namespace wfm::inference
