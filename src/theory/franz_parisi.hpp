// Franz-Parisi entropy of machines with one field a pattern or up to three sign units: the number (of spherical weights, the
// volume) of solutions with margin kappa at distance d from a typical solution with margin kappa_r of the same alpha N random patterns, phi_FP(d) = ln(number)/N, replica symmetric:
//   phi_FP(p) = extr over (q, t, qhat, that, phat) of  -phat p + that t - qhat(1-q)/2 + G_S + alpha G_E,  d = (1-p)/2   (FP.1)
// G_E in the two-dimensional form (FP.2), the saddle point from (FP.3), all in docs/theory/franz-parisi.md. Huang and Kabashima 2014; [S15], [B], [A].
#pragma once

#include <span>
#include <string>
#include <vector>

#include "theory/machine.hpp"

namespace wfm::theory {

/// Control parameters of a curve.
struct FranzParisiParams {
  double alpha = 0;             // patterns per weight, finite, >= 0
  double reference_margin = 0;  // kappa_r of the typical solution that the others are counted around
  double margin = 0;            // kappa asked of the solutions that are counted
  Machine machine{};            // K units: margins >= 0, of every unit (units_channel.hpp)
};

/// One point of the curve: entropy, order parameters at the saddle point, and what they are worth.
struct FranzParisiPoint {
  double distance = 0;  // d = (1-p)/2, as asked for
  double entropy = 0;   // phi_FP(d), nats per weight; may be negative (no solutions there)
  double slope = 0;     // d phi_FP/dd = 2(phat - alpha dG_E/dp)
  double p = 1;         // overlap with the reference
  double q = 1;         // overlap of two counted solutions
  double t = 0;         // overlap of a counted solution with another reference
  double qhat = 0;      // conjugate of q
  double that = 0;      // conjugate of t
  double phat = 0;      // conjugate of p
  double replicon = 0;  // alpha E[(l'')^2] E[(1-tanh^2 v)^2]: the RS saddle is stable where this is below 1
  double residual = 0;  // max of |q(conjugates) - q| and |t(conjugates) - t|
  double quadrature_error =
      0;  // larger of |int Dm W - 1| and the change of alpha G_E when the step of m is halved (K units: is 1.25 times as long)
  bool converged =
      false;  // a saddle with q < 1 was found: residual <= 1e-10, quadrature_error <= 1e-7 (K units: 1e-5)
  std::string reason;  // why not, empty when converged; the numbers are then NaN except distance and p
};

/// The curve at the given distances, in their order. Each d is in (0, 1/2]; any order, repeats and single ones are fine.
/// The saddle is followed in ln d from the typical distance both ways, so that many distances cost little more than their
/// number (about 0.4 ms each; 2 ms for K = 2 and 0.3 s for K = 3 units); calls are independent and may run in parallel.
/// Distances below 1e-9, less than one weight of any network, are not converged.
/// Throws InvalidInput for alpha < 0, non-finite parameters, a distance outside (0, 1/2] or another machine.
/// A reference exists only where its own rs_entropy is >= 0 (kappa_r <= kappa_max(alpha)); the formula is continued beyond.
std::vector<FranzParisiPoint> franz_parisi_curve(const FranzParisiParams& params,
                                                 std::span<const double> distances);

/// Where the curve has its maximum, which is the RS entropy at `margin`: the distance between a typical solution with margin
/// kappa_r and a typical one with margin kappa of the same patterns ((1-q)/2 for equal margins, 1/2 for parity machines below capacity).
/// NaN where either has no saddle, and where the rules of K units do not resolve it (margins that are nearly equal).
double typical_distance(const FranzParisiParams& params);

/// The distance in (0, typical distance) below which the curve is negative, to 1e-10 relative: the smallest distance at which
/// solutions are found around the reference. NaN where the curve does not cross zero above d_min or a saddle is missing.
double zero_entropy_distance(const FranzParisiParams& params, double d_min = 1e-5);

/// Entropy at distance d with no patterns at all, above which no curve lies: the binary entropy -d ln d - (1-d) ln(1-d), or for
/// spherical weights (1/2) ln(1-p^2).
double data_free_entropy(double d, Prior prior = Prior::binary);

}  // namespace wfm::theory
