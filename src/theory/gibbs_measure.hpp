// Gibbs measure e^{-beta sum_a l(s_a)} of the binary perceptron that is shown alpha N random patterns, replica symmetric:
//   phi = -qhat(1-q)/2 + int Dz ln 2cosh(sqrt(qhat) z) + alpha int Dz ln X(sqrt(q) z, 1-q)                          (GI.2)
//   q = int Dz tanh^2(sqrt(qhat) z),   qhat = alpha int Dz r^2,   r = d ln X/dh                                     (GI.3)
//   e = -d phi/d beta = alpha int Dz <l>,   S = phi + beta e                                                        (GI.4)
// with X of (GI.1). phi, e and S are per weight. Binary weights freeze where S = 0: below that temperature the measure keeps the
// energy and overlap it has there, which are those of the minimisers of the loss (one-step replica symmetry breaking).
// Krauth and Mezard 1989; [B]; docs/theory/gibbs.md.
#pragma once

#include <limits>
#include <string>

#include "theory/gibbs_channel.hpp"

namespace wfm::theory {

/// The measure at one temperature: order parameters at the saddle point, and what they are worth.
struct GibbsState {
  double free_entropy = 0;       // phi, ln Z per weight
  double energy = 0;             // e = alpha E[l], per weight
  double entropy = 0;            // S = phi + beta e; negative below the freezing temperature
  double q = 0;                  // overlap of two configurations, in [0, 1)
  double qhat = 0;               // its conjugate
  double error_probability = 0;  // of a training pattern: s < 0
  double replicon = 0;           // alpha E[r'^2] E[(1-tanh^2)^2]: the RS saddle is locally stable below 1
  double residual = 0;  // |int Dz tanh^2(sqrt(qhat(q)) z) - q|, evaluated anew on a grid of half the step
  double quadrature_error = 0;  // change of phi when the step is halved: an upper estimate
  bool converged = false;       // a saddle with q < 1 was found: residual <= 1e-10, quadrature_error <= 1e-8
  std::string reason;           // why not, empty when converged; the numbers are then NaN
};

/// The saddle point with the smallest q; a spurious one near q = 1 is left alone. Throws InvalidInput for a negative or non-finite
/// alpha or beta, gamma <= 0 or a non-finite margin.
GibbsState gibbs_measure(double alpha, const GibbsLoss& loss, double beta);

/// (GI.2) at any order parameters, 0 <= q < 1, qhat >= 0: the function whose stationary point gibbs_measure finds.
double gibbs_free_entropy(double alpha, const GibbsLoss& loss, double beta, double q, double qhat);

/// Where the entropy vanishes.
struct FreezingPoint {
  double beta = 0;               // inverse temperature there
  double q = 0;                  // overlap of two of the few configurations that are left
  double qhat = 0;               // its conjugate
  double energy = 0;             // ground-state energy per weight
  double error_probability = 0;  // of a training pattern: s < 0
  double entropy = 0;            // what is left of zero
  double replicon = 0;           // as in GibbsState
  bool converged = false;
  std::string reason;  // why not, empty when converged; the numbers are then NaN
  double error = std::numeric_limits<double>::quiet_NaN();  // of beta, from the quadratures and the root
};

/// beta to about 1e-11 relative, searched in [1e-3, 1e16]. Not converged where the entropy stays positive: error counting and hinge
/// below capacity have exponentially many configurations of zero loss. Throws InvalidInput as gibbs_measure, and for alpha = 0.
FreezingPoint freezing(double alpha, const GibbsLoss& loss);

}  // namespace wfm::theory
