// External fields of spherical weights: Gaussian messages, that is a field theta_i and a precision rho_i.
//   focusing  the centre hears (y - 1) replicas N(m, v + 1/gamma) each and passes back
//             N(m, (v + 1/gamma)/(y - 1) + 1/gamma),  (m, v) the posterior from the patterns alone:       [B]
//               rho = 1/((v + 1/gamma)/(y - 1) + 1/gamma),  theta = rho m                            (FBP.2)
//             The mean passed back is the replica's own: only the variance shrinks. The multiplier of the
//             sphere is that of the replica with its centre, sum_i [m_i^2 + 1/(1/v_i + rho_i)] = n.
//   overlap   theta_i = lambda wt_i, lambda such that (1/M) sum_i wt_i m_i = S; without patterns
//             lambda = S/(1 - S^2)
#pragma once

#include "inference/external_field.hpp"
#include "inference/weight_prior.hpp"

namespace wfm::inference {

/// rho of (FBP.2) for gamma and y up to infinity.
double focusing_precision(FocusingPoint point, double cavity_variance);

/// theta and rho of (FBP.2), M each, from the messages of the patterns.
void focus_spherical(const WeightPrior& prior, FocusingPoint point, WeightMessages cavity,
                     std::span<double> theta, std::span<double> rho);

/// lambda of the overlap S in (-1, 1) with `reference`; started from `guess`. NaN where messages
/// are not finite.
double solve_spherical_overlap(const WeightPrior& prior, WeightMessages cavity,
                               std::span<const double> reference, double overlap, double guess);

}  // namespace wfm::inference
