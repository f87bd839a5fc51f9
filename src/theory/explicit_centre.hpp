// Dense regions of solutions of the binary perceptron around an explicit centre wt [S15]: y solutions w of margin kappa are tied to
// every centre at distance d, overlap S = 1 - 2d, and centres are weighted by the y-th power of the number of their solutions:
//   Omega(y) = (1/N) E ln sum_wt X(wt)^c [sum_w X(w) delta(w.wt - N S)]^y,  phi = Omega/y, S_I = dOmega/dy
// by (EC.1) for c = 1, (EC.2) for c = 0.
// c = 1: the centre is a solution itself, of margin kappa_r; c = 0: it is free. S_I is the entropy of the solutions around one such
// centre, the external entropy Omega - y S_I that of the centres. Replica symmetric; docs/theory/explicit-centre.md.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "theory/threshold.hpp"

namespace wfm::theory {

/// Control parameters of a curve.
struct ExplicitCentreParams {
  double alpha = 0;                // patterns per weight, finite, >= 0
  double margin = 0;               // kappa asked of the solutions, in [-10, 10]
  double centre_margin = 0;        // kappa_r asked of the centre, in [-10, 10]; not read for a free centre
  bool centre_is_solution = true;  // c = 1; false: c = 0
};

/// One point: entropies in nats per weight, order parameters at the saddle point, and what they are worth.
struct ExplicitCentrePoint {
  double distance = 0;          // d, centre to its solutions
  double replicas = 0;          // y
  double entropy = 0;           // S_I
  double free_entropy = 0;      // phi = Omega/y
  double external_entropy = 0;  // Omega - y S_I; negative where there are no such centres
  double slope = 0;       // d phi/dd at fixed y, which is d S_I/dd along a curve of external entropy zero
  double qt = 0;          // overlap of two centres
  double st = 0;          // of a centre with a solution around another one
  double q0 = 0, q1 = 0;  // of two solutions around different centres, around the same
  double qthat = 0, sthat = 0, qhat0 = 0, qhat1 = 0, Shat = 0;  // conjugates
  double residual =
      0;  // max |overlap of the conjugates - overlap| over qt, st, q0, q1, S (free centre: q0, q1, S)
  double quadrature_error = 0;  // largest change of phi and S_I when all lattices are refined by 3/2
  bool converged = false;       // residual <= 1e-10 and quadrature_error <= 1e-7
  std::string
      reason;  // why not, empty when converged; the numbers are then NaN except distance (and y where given)
};

/// The curve at fixed y at the given distances, in their order, any order and repeats. d in (0, 1/2), y in [0.01, 100]. The saddle is
/// followed from y = 2, d = 0.1 in ln y and then in ln d. A curve that takes too many nodes ends, after some 2 s and 0.04 s a distance.
/// InvalidInput outside the ranges.
std::vector<ExplicitCentrePoint> explicit_centre_curve(const ExplicitCentreParams& params, double y,
                                                       std::span<const double> distances);

/// The curve at the y* where the external entropy vanishes: S_I = min over y of phi, the densest centres that exist. It is followed
/// from d = 0.02 in both directions by its length, until it comes back to d = 0.02, and each distance is answered at the first
/// passage; where there is none, from d = 0.1, then 0.004, then 0.05, unless the curve ended because y* grew out of its range. At
/// loads beyond 0.9 of the capacity (of the larger margin) y* may have several values at one d, and the curve several pieces: the
/// largest S_I of the first passages from the four distances, where replica symmetry is doubtful. y* is looked for in [0.01, 100]; it
/// grows without bound towards large d and towards small d. alpha = 0 has no such curve.
/// A search that takes too many nodes ends, after three times as long as at fixed y; beyond 0.9 of the capacity nothing is
/// answered then.
std::vector<ExplicitCentrePoint> zero_external_curve(const ExplicitCentreParams& params,
                                                     std::span<const double> distances);

/// The connected piece of that curve through the distance `start`, point by point in the order along it from small to large d within
/// [d_min, d_max], through its folds in d; two folds closer than largest_step along it may be overlooked.
/// Empty where there is no y* at `start`.
struct ZeroExternalBranch {
  std::vector<ExplicitCentrePoint> points;
  std::vector<ExplicitCentrePoint> folds;
  bool completed = false;  // both ends of the range of d were reached
  std::string reason;      // why not, empty when completed
};
ZeroExternalBranch zero_external_branch(const ExplicitCentreParams& params, double start, double d_min,
                                        double d_max, double largest_step = 0.4);

/// Around solutions: the smallest load at which the slope of S_I(d) at external entropy zero vanishes somewhere ("alpha_U").
Threshold solution_centre_threshold(double margin = 0, double centre_margin = 0);

/// Around free centres, where that slope has no zero: the smallest load at which the curve y*(d) has a fold, so that y* is no longer
/// a function of d ("alpha_U"); by bisection.
Threshold free_centre_threshold(double margin = 0);

}  // namespace wfm::theory
