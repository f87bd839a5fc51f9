// Franz-Parisi entropy around a Gibbs measure: the number of solutions with margin kappa at distance d from a configuration drawn
// from e^{-beta sum_a l(s_a)} over the same alpha N random patterns, phi_FP(d) = ln(number)/N, replica symmetric. (FP.1) with
//   Theta(s - kappa_r) -> e^{-beta l(s)},   H(A) -> X(sqrt(qt) z0, 1-qt)                                            (GI.5)
// At the freezing temperature the references are the minimisers of the loss. [B]; docs/theory/gibbs.md.
#pragma once

#include <span>
#include <vector>

#include "theory/franz_parisi.hpp"
#include "theory/gibbs_measure.hpp"

namespace wfm::theory {

/// Control parameters of a curve.
struct GibbsFranzParisiParams {
  double alpha = 0;   // patterns per weight, finite, >= 0
  GibbsLoss loss;     // of the references
  double beta = 0;    // their inverse temperature, finite, >= 0
  double margin = 0;  // kappa asked of the solutions that are counted
};

/// The curve at the given distances, each in (0, 1/2], in their order. `t` of a point is the overlap with another reference,
/// quadrature_error the larger of |int Dm W - 1| and the change of the entropy when the steps of both integrals are halved.
/// The saddle is followed in ln d from the typical distance both ways.
/// Throws InvalidInput for alpha < 0, gamma <= 0, beta < 0, non-finite parameters or a distance outside (0, 1/2].
std::vector<FranzParisiPoint> gibbs_franz_parisi_curve(const GibbsFranzParisiParams& params,
                                                       std::span<const double> distances);

/// Where the curve has its maximum, the RS entropy at `margin`; NaN where either saddle is missing.
double gibbs_typical_distance(const GibbsFranzParisiParams& params);

/// Local entropy around the minimisers of the cross-entropy against its sharpness.
struct CrossEntropySharpness {
  double gamma = 0;
  FreezingPoint minimisers;  // where the measure freezes
  FranzParisiPoint
      around;  // solutions with margin 0 at the distance asked for; not converged where `minimisers` is not
};
/// For each gamma > 0, at distance d in (0, 1/2]. alpha finite, > 0.
std::vector<CrossEntropySharpness> local_entropy_of_sharpness(double alpha, double distance,
                                                              std::span<const double> gammas);

}  // namespace wfm::theory
