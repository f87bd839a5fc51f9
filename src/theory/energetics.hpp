// Energetic parts: what one pattern contributes to the free entropies, per ansatz. A calculation joins one of them with the
// entropic part of a prior; a new channel has to provide only these. X(h) is the weight of a pattern whose units have fields h
// (one field, or one for each of K units); conjugates are alpha times the forces, for N weights in all.
//
// `refinement` multiplies the density of nodes along every dimension: the change from 1 to 2 is the error of the quadrature.
#pragma once

#include <limits>

#include "theory/kernel.hpp"
#include "theory/machine.hpp"

namespace wfm::theory {

/// Replica symmetric, overlap q: fields sqrt(Q(q)) z_l, variance Q(1) - Q(q).
struct RsEnergetics {
  double value = 0;     // E[ln X], E over all z_l
  double force = 0;     // Q'(q) sum_l E[r_l^2], r_l = d ln X/dh_l: qhat = alpha force = -2 alpha d value/dq
  double replicon = 0;  // Q'(q)^2 sum_{lm} E[(d_l d_m ln X)^2] + Q''(q) sum_l E[r_l^2]
  double quadrature_error = 0;  // of the value, where the rule knows it (quasi-Monte Carlo); else 0
};
RsEnergetics rs_energetics(const Machine& machine, double margin, const Overlap& q, double refinement = 1);

/// Clusters of y solutions (real replicas, or Parisi's parameter m = y < 1): overlap q1 within, q0 between. E over z, and
/// <.> over z' with weight X^y, at fields sqrt(Q0) z + sqrt(Q1 - Q0) z', variance Q(1) - Q1.
struct ClusterEnergetics {
  double value = 0;    // (1/y) E[ln int Dz' X^y]
  double value_y = 0;  // d value/dy at fixed overlaps
  double force0 = 0;   // Q'(q0) sum_l E[<r_l>^2] = -(2/y) d value/dq0
  double force1 = 0;   // Q'(q1) sum_l E[<r_l^2>]
  // Q'(q0)^2 sum_{lm} E[(d<r_l>/dh_m)^2] + Q''(q0) sum_l E[<r_l>^2]; NaN where not known
  double outer = std::numeric_limits<double>::quiet_NaN();
  double quadrature_error = 0;
};
ClusterEnergetics cluster_energetics(const Machine& machine, double margin, const Overlap& q0,
                                     const Overlap& q1, double y, double refinement = 1);

/// ClusterEnergetics::force0 of the same arguments, all that the saddle-point equation of q0 asks for: with K units about half the
/// work. NaN and InvalidInput as cluster_energetics.
double cluster_force0(const Machine& machine, double margin, const Overlap& q0, const Overlap& q1, double y,
                      double refinement = 1);

/// y -> infinity, q0 = q1 - delta/y: dQ = Q'(q1) delta, E over z at fields sqrt(Q1) z + a, variance Q(1) - Q1.
struct WideEnergetics {
  double value = 0;   // E[max_a(-|a|^2/(2 dQ) + ln X)]
  double force1 = 0;  // Q'(q1) sum_l E[(a_l*/dQ)^2]: qhat1 = alpha force1
  double outer =
      0;  // Q'(q1)^2 sum_{lm} E[(d r_l/dh_m)^2] + Q''(q1) sum_l E[r_l^2], r = a*/dQ as a function of h = sqrt(Q1) z
  double quadrature_error = 0;
};
WideEnergetics wide_energetics(const Machine& machine, double margin, const Overlap& q1, double delta,
                               double refinement = 1);

}  // namespace wfm::theory
