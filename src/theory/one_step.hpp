// One step of replica symmetry breaking: clusters of overlap q1 within and q0 between, Parisi's parameter m in (0, 1].
//   phi(q0, q1, m) = S(q0, q1, m) + alpha E(q0, q1, m),   E = cluster_energetics with y = m                      (OS.1)
//   spherical  S = (1/2)[(1 - 1/m) ln(1-q1) + (1/m) ln A + q0/A],   A = 1 - q1 + m(q1-q0)
//   binary     S = -qhat1(1 + (m-1) q1)/2 + m q0 qhat0/2
//                  + (1/m) int Dz ln int Dz' [2cosh(sqrt(qhat0) z + sqrt(qhat1-qhat0) z')]^m
// Saddle of the spherical one, B = cluster forces:
//   q0/A^2 = alpha force0,   (q1-q0)/((1-q1) A) + q0/A^2 = alpha force1,   d phi/dm = 0                          (OS.2)
// Binary weights freeze: at q1 -> 1, qhat1 -> infinity, qhat1(1-q1) -> 0,
//   phi = phi_RS(q0, m^2 qhat0)/m                                                                             (OS.3)
// so that clusters are single solutions, m = 1 below the zero of the RS entropy, and none exist beyond.
// Krauth and Mezard 1989; docs/theory/one-step.md.
#pragma once

#include <string>

#include "theory/kernel.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

/// Order parameters; the conjugates belong to binary weights only.
struct OneStepOrder {
  double q0 = 0;     // overlap of solutions of two clusters, 0 <= q0 < q1
  double q1 = 0;     // of one cluster, < 1
  double m = 1;      // in (0, 1]
  double qhat0 = 0;  // conjugate of q0, >= 0
  double qhat1 = 0;  // conjugate of q1, >= qhat0
};

/// (OS.1) at any order parameters. InvalidInput outside the ranges above.
double one_step_free_entropy(const RsParams& params, const OneStepOrder& order, double refinement = 1);

struct OneStepResult {
  double entropy = 0;           // phi at the saddle, in the units of rs_entropy
  double q0 = 0, q1 = 0, m = 1;  // q0 = q1 where the symmetry is not broken
  double residual = 0;          // max of the errors of (OS.2), the second times A, evaluated anew on a finer grid
  double quadrature_error = 0;  // change of the entropy when the grids are refined by 4/3
  bool broken = false;          // q0 < q1
  bool converged = false;       // residual <= 1e-10
  std::string reason;           // why not, empty when converged; the numbers are then NaN
};

/// The saddle (OS.2) of spherical weights that has overlap q1 within clusters, 0 < q1 < 1, and its load: no search in alpha. Not
/// converged where q1 is below its value on the AT line. Machines with one field.
struct OneStepCurvePoint {
  double alpha = 0;
  OneStepResult saddle;
};
OneStepCurvePoint one_step_at_overlap(const Machine& machine, double margin, const Overlap& q1);

/// Spherical weights: replica symmetric where that is stable (replicon <= 1), else the saddle (OS.2) at this load; not converged
/// beyond the 1RSB capacity, or so close to the AT line (about 1e-3) that q1 - q0 is lost. Binary weights: the frozen saddle, q0 = q_RS, q1 = 1, m = 1, entropy phi_RS; not converged where the
/// RS entropy is negative. Machines with one field; errors as for rs_entropy.
OneStepResult one_step_entropy(const RsParams& params);

}  // namespace wfm::theory
