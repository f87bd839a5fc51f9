// Where the Franz-Parisi entropy stops being a monotone function of the distance, slope = d phi_FP/dd:
//   dip(alpha, kappa_r) = lowest local minimum of the slope over 0 < d < d_typ                                (FPT.1)
//   kappa_min(alpha)    = smallest kappa_r with dip >= 0: the curve then rises all the way to d_typ            (FPT.2)
//   alpha_LE'           : dip(alpha, kappa_max(alpha)) = 0, a double zero of the slope around references of
//                         maximum margin; below, the typical solution of that margin lies in a wide flat region (FPT.3)
//   over the best reference: max over kappa_r in [0, kappa_max] of dip = 0                                     (FPT.4)
// Counted solutions have the margin `margin`. [A]; docs/theory/franz-parisi.md.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "theory/franz_parisi.hpp"
#include "theory/threshold.hpp"

namespace wfm::theory {

/// The lowest place of the slope between the smallest distance looked at (1e-6) and the typical one.
struct SlopeDip {
  double slope = 0;      // infinite where the slope only falls with d: the curve is concave, hence monotone
  double distance = 0;   // NaN there
  bool at_edge = false;  // no minimum inside: the slope is lowest at the smallest distance that has a saddle
  bool converged = false;
  std::string reason;  // why not, empty when converged
};

/// slope >= 0 exactly if the curve is monotone where it has a saddle. About 50 ms.
SlopeDip slope_dip(const FranzParisiParams& params);

/// One load of the curve kappa_min(alpha).
struct MonotoneMargin {
  double alpha = 0;
  double kappa_min = 0;  // NaN where even kappa_max does not make the curve monotone
  double kappa_max = 0;
  double distance = 0;  // where the slope has its double zero
  double residual = 0;  // the slope that is left there
  bool converged = false;
  std::string reason;  // why not, empty when converged
};
std::vector<MonotoneMargin> monotone_margins(const Machine& machine, std::span<const double> alphas,
                                             double margin = 0);

/// The reference whose curve has the highest dip, kappa_r in [kappa_max/2, kappa_max].
struct BestReference {
  double alpha = 0;
  double kappa_best = 0;
  double kappa_max = 0;
  double slope = 0;  // its dip; infinite where the curve of kappa_best is concave
  double distance = 0;
  bool converged = false;
  std::string reason;  // why not, empty when converged
};
BestReference best_reference(const Machine& machine, double alpha, double margin = 0);

/// alpha_LE' (FPT.3).
Threshold local_entropy_threshold(const Machine& machine = {}, double margin = 0);

/// (FPT.4): beyond it no reference has a monotone curve.
Threshold best_reference_threshold(const Machine& machine = {}, double margin = 0);

}  // namespace wfm::theory
