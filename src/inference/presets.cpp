#include "inference/presets.hpp"

namespace wfm::inference {

EdgeBp::Params bp() { return {}; }

Amp::Params amp(double alpha) {
  Amp::Params params;
  params.external = Reinforcement{.rate = alpha <= 0.7 ? 5e-4 : 1e-4};
  return params;
}

EdgeBp::Params rbp() {
  EdgeBp::Params params;
  params.external = Reinforcement{.rate = 5e-3};
  return params;
}

EdgeBp::Params fbp_edge() {
  EdgeBp::Params params;
  params.external = Focusing{.rho_step = 1e-2, .iterations = 1, .damping = 0.5};
  return params;
}

Amp::Params fbp_amp() {
  Amp::Params params;
  params.external = Focusing{.rho_step = 1e-3, .iterations = 1, .damping = 0.9};
  return params;
}

}  // namespace wfm::inference
