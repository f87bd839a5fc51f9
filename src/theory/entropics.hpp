// Entropic parts: what the prior of the weights contributes, with the overlap q1 given. The rest of the saddle is one conjugate:
// the energetic part turns an overlap into it (energetics.hpp), the entropic part turns it into an overlap again.
//   clusters of y:  phi = E(q1, qhat0) + y q0 qhat0/2 + alpha value(q0, q1),
//     binary     E = extr over qhat1 of -qhat1 (1 + (y-1) q1)/2
//                    + (1/y) int Dz ln int Dz' [2cosh(sqrt(qhat0) z + sqrt(qhat1 - qhat0) z')]^y                  (LD.1)
//     spherical  E = extr over q0 of [(1 - 1/y) ln(1-q1) + (1/y) ln A + q0/A]/2 - y q0 qhat0/2,  A = 1-q1+y(q1-q0)  (LD.2)
//   y -> infinity:  phi = W(q1, qhat1) - qhat1 delta/2 + alpha value(q1, delta),
//     binary     W = extr over dhat of -qhat1 (1-q1)/2 - q1 dhat/2
//                    + int Dz max_h[-(h - sqrt(qhat1) z)^2/(2 dhat) + ln 2cosh h]                               (LD.3)
//     spherical  W = extr over delta of [ln(1-q1) + q1/(1-q1+delta)]/2 + qhat1 delta/2                           (LD.4)
// docs/theory/local-entropy.md. Entropies of spherical weights are relative to the volume of the sphere.
#pragma once

#include "theory/kernel.hpp"
#include "theory/machine.hpp"

namespace wfm::theory {

/// With H = sqrt(qhat0) z, T the magnetisation, E over z and <.> over z'.
struct ClusterEntropics {
  double value = 0;        // E(q1, qhat0)
  double value_y = 0;      // dE/dy at fixed q1 and qhat0
  double q0 = 0;           // E[<T>^2] = -(2/y) dE/dqhat0
  double q1_minus_q0 = 0;  // E[<T^2> - <T>^2], without cancellation
  double spread = 0;       // qhat1 - qhat0, > 0
  double outer = 0;        // E[(d<T>/dH)^2]
  double residual = 0;     // |E[<T^2>] - q1|
  bool found = false;      // false: no saddle with q0 < q1, the other values mean nothing
};

/// 0 < q1 < 1, qhat0 >= 0, y > 0 finite. `start` is a guess of the spread, 0 for none.
ClusterEntropics cluster_entropics(Prior prior, const Overlap& q1, double qhat0, double y, double start = 0,
                                   double refinement = 1);

struct WideEntropics {
  double value = 0;     // W(q1, qhat1)
  double delta = 0;     // 2 dW/dqhat1
  double dhat = 0;      // > 0
  double outer = 0;     // E[(dT/dH)^2], infinite where T jumps (dhat > 1, binary)
  double residual = 0;  // |E[T^2] - q1|
  bool found = false;   // false: no saddle with delta > 0, the other values mean nothing
};

/// 0 < q1 < 1, qhat1 > 0. `start` is a guess of dhat, 0 for none.
WideEntropics wide_entropics(Prior prior, const Overlap& q1, double qhat1, double start = 0,
                             double refinement = 1);

}  // namespace wfm::theory
