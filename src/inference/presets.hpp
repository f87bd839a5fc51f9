// Settings that solve, found by measurement on random storage problems (solved/tried, mean steps):
//              perceptron, N = 1001,   perceptron, N = 10001,   committee K = 5, fully connected,
//              alpha 0.6               alpha 0.7                N = 321, alpha 0.3
//   amp        10/10, 1230             5/5, 1460                10/10, 1510
//   rbp        10/10, 154              -                        10/10, 187
//   fbp, edge  10/10, 150              3/3, 170                 10/10, 172
//   fbp, AMP   10/10, 377              5/5, 458                 10/10, 470
// Beyond alpha = 0.7 slower schedules are needed. Parity machines are not solved by any: all fields zero is
// a stable fixed point there.
#pragma once

#include "inference/amp.hpp"
#include "inference/edge_bp.hpp"

namespace wfm::inference {

EdgeBp::Params bp();  // no field: to the fixed point, for entropy and marginals

/// Reinforced AMP, r = dr t: dr = 5e-4 up to alpha = 0.705 and 1e-4 beyond. The form with the problem also
/// damps the magnetisations by one half in fully connected machines, where parallel iteration oscillates.
Amp::Params amp(double alpha);
Amp::Params amp(const Problem& problem);

EdgeBp::Params rbp();       // reinforced edge BP, r = 0.005 t
EdgeBp::Params fbp_edge();  // focusing by pseudo-reinforcement, rho = 0.005 t, theta damped by one half

/// The same on AMP: rho = 0.002 t, theta damped by 0.9. The form with the problem damps magnetisations as
/// amp(problem) does.
Amp::Params fbp_amp();
Amp::Params fbp_amp(const Problem& problem);

/// For correlated inputs (images, files): AMP diverges there, and messages on edges want heavy damping and an external field that
/// follows within the sweep. Measured on Fashion-MNIST, Dress against Coat, binarised:
///   rbp    perceptron and committee (K = 9), P = 300 and 500: every sample tried, in 20 to 120 sweeps
///   fbp    perceptron, P = 300: 6 of 6 samples; committee, P = 500: 1 of 3, the others end with a hundred errors
EdgeBp::Params rbp_correlated();
EdgeBp::Params fbp_correlated(const Architecture& architecture);

}  // namespace wfm::inference
