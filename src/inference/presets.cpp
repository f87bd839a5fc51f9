#include "inference/presets.hpp"

namespace wfm::inference {
namespace {

double damping_for(const Architecture& architecture) {
  return !architecture.tree && architecture.hidden > 1 ? 0.5 : 0.0;
}

}  // namespace

EdgeBp::Params bp() {
  EdgeBp::Params params;
  params.report_entropy = true;
  return params;
}

Amp::Params amp(double alpha) {
  Amp::Params params;
  params.external = Reinforcement{.rate = alpha < 0.705 ? 5e-4 : 1e-4};
  return params;
}

Amp::Params amp(const Problem& problem) {
  Amp::Params params = amp(problem.alpha());
  params.damping = damping_for(problem.architecture);
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
  params.damping = damping_for(problem.architecture);
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

}  // namespace wfm::inference
