// Settings that solve random storage problems; scripts/working_points measures them (docs/algorithms/message-passing.md has its table).
// Beyond alpha = 0.7 slower schedules are needed. Parity machines of three units are not solved by any: all fields zero is
// a stable fixed point there, which with two units it is not.
#pragma once

#include "inference/amp.hpp"
#include "inference/relaxed_bp.hpp"

namespace wfm::inference {

EdgeBp::Params bp();  // no field: to the fixed point, for entropy and marginals
EdgeBp::Params bp(const Problem& problem);

/// Reinforced AMP, r = dr t: dr = 5e-4 up to alpha = 0.705 and 1e-4 beyond. The form with the problem also
/// damps the magnetisations by one half in fully connected machines and for the perceptron beyond alpha = 0.705,
/// where parallel iteration oscillates, and knows spherical weights.
Amp::Params amp(double alpha);
Amp::Params amp(const Problem& problem);

EdgeBp::Params rbp();       // reinforced edge BP, r = 0.005 t
EdgeBp::Params fbp_edge();  // focusing by pseudo-reinforcement, rho = 0.005 t, theta damped by one half

/// The same on AMP: rho = 0.002 t, theta damped by 0.9. The form with the problem damps magnetisations as
/// amp(problem) does, takes rho = 0.0005 t in fully connected machines beyond alpha = 0.5 and 0.0002 t for the
/// perceptron beyond 0.705, and knows spherical weights: y = 5 and gamma from 0.5, 5 per cent more every five iterations.
Amp::Params fbp_amp();
Amp::Params fbp_amp(const Problem& problem);

/// For correlated inputs (images, files): AMP diverges there, and messages on edges want heavy damping and an external field that
/// follows within the sweep. What they solve of Fashion-MNIST is in the report of `wfm reproduce demo`: the perceptron's samples,
/// and with fbp only some of the committee's.
EdgeBp::Params rbp_correlated();
EdgeBp::Params fbp_correlated(const Architecture& architecture);

/// Those for the problem's weights and inputs; spherical weights take relaxed messages.
EdgeBp::Params rbp(const Problem& problem);
EdgeBp::Params fbp_edge(const Problem& problem);

}  // namespace wfm::inference
