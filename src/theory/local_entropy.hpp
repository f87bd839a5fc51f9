// Large-deviation local entropy: y real replicas of the weights, all of them solutions, at mutual overlap q1 = 1 - 2D.
//   phi(D, y) = (1/(y N)) E ln #{(w^1 ... w^y) solutions, w^a . w^b = N q1}
//             = E(q1, qhat0) + y q0 qhat0/2 + alpha value(q0, q1)                     (LD.1) binary, (LD.2) spherical
//   y -> infinity, q0 = q1 - delta/y: the densest regions,
//   phi(D)    = W(q1, qhat1) - qhat1 delta/2 + alpha value(q1, delta)                 (LD.3) binary, (LD.4) spherical
// with the entropic parts E, W of entropics.hpp and the energetic parts of energetics.hpp; the saddle is over q0 (delta).
// The external entropy Sigma = -y^2 d phi/dy counts the groups of replicas; where it vanishes, at y*(D), phi is smallest:
//   S_I(D) = min over y of phi(D, y) = phi(D, y*),   dS_I/dD = (y* - 1)[qhat1 - alpha Q'(q1) E<r^2>]    (LD.6)
// [B] arXiv:1905.07833, [U16] arXiv:1605.06444; docs/theory/local-entropy.md.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "theory/machine.hpp"

namespace wfm::theory {

/// Control parameters.
struct LocalEntropyParams {
  Machine machine;
  double margin = 0;                                          // kappa of every replica
  double alpha = 0;                                           // patterns per weight, >= 0
  double replicas = std::numeric_limits<double>::infinity();  // y > 0; infinity: the limit formulas
};

/// One saddle point. Numbers are NaN where not converged, and where a comment says so.
struct LocalEntropyPoint {
  double distance = 0;          // D = (1 - q1)/2, mutual distance of the replicas
  double replicas = 0;          // y
  double entropy = 0;           // phi per weight and replica, nats (spherical: relative to the sphere)
  double normalised = 0;        // phi minus its value at alpha = 0
  double slope = 0;             // d phi/dD at fixed y
  double external_entropy = 0;  // Sigma; NaN at y = infinity
  double q1 = 0, q0 = 0;        // overlap within a group, of different groups; equal at y = infinity
  double qhat1 = 0, qhat0 = 0;  // their conjugates; equal at y = infinity
  double delta = 0;             // y (q1 - q0)
  double dhat = 0;              // y (qhat1 - qhat0)
  double outer_stability = 0;   // replica symmetry between groups is locally stable where < 1; infinite for
                                // binary weights with dhat > 1 at y = infinity; NaN where not known
  double residual = 0;          // largest violation of the saddle-point equations
  // change of phi when the density of all nodes doubles; K >= 4 units: and the standard error over random shifts, an error bar.
  // Converged up to 1e-6, K = 2 and 3 units 1e-4, more units 1e-2
  double quadrature_error = 0;
  bool converged = false;
  std::string reason;  // why not, empty when converged
};

/// phi(D) at the distances (each in (0, 1/2), any order), returned in their order. The saddle is followed in ln D.
std::vector<LocalEntropyPoint> local_entropy_curve(const LocalEntropyParams& params,
                                                   std::span<const double> distances);

/// S_I(D): the point at y*(D), which is its `replicas`. Binary weights; y* in [0.3, 300] or not converged.
LocalEntropyPoint at_zero_external_entropy(const Machine& machine, double margin, double alpha,
                                           double distance);
std::vector<LocalEntropyPoint> zero_external_entropy_curve(const Machine& machine, double margin,
                                                           double alpha, std::span<const double> distances);

/// phi at alpha = 0, where the prior is alone: what `normalised` subtracts. NaN for finite y beyond about 1e7, where q1 - q0 rounds.
double unconstrained_local_entropy(Prior prior, double distance, double replicas);

}  // namespace wfm::theory
