// Overlap of two typical solutions of the same patterns, one with margin kappa and one with margin kappa'. Each has its own RS
// saddle (q, qhat), (q', qhat'); their cavity fields are Gaussian with covariance Q(p) and phat, and
//   phat = alpha Q'(p) E[r r'],   p = E[<w> <w'>]                                                              (OV.1)
// r = d ln X/dh at h of variance Q(q), <w> the magnetisation in a field of variance qhat; the same primed.
// For equal margins p = q. docs/theory/replica-symmetric.md.
#pragma once

#include <string>

#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

struct OverlapsParams {
  double alpha = 0;         // patterns per weight, finite, >= 0
  double margin = 0;        // kappa
  double other_margin = 0;  // kappa'
  Machine machine = {};     // with one field, unless the margins are equal
};

struct OverlapsResult {
  RsResult saddle;        // at the margin kappa: its q is the overlap of two such solutions
  RsResult other;         // at kappa'
  double p = 0;           // overlap of a solution with margin kappa and one with margin kappa'
  double phat = 0;        // its conjugate, covariance of the cavity fields
  double distance = 0.5;  // (1-p)/2
  double residual = 0;          // |p(phat(p)) - p| of (OV.1), evaluated anew on a finer grid
  double quadrature_error = 0;  // change of p when the grids are refined by 3/2
  bool converged = false;       // residual <= 1e-10
  std::string reason;           // why not, empty when converged; p, phat and distance are then NaN
};

/// Throws InvalidInput as rs_entropy, and for different margins of a machine with K units.
OverlapsResult typical_overlaps(const OverlapsParams& params);

}  // namespace wfm::theory
