// The largest load at a margin, the largest margin at a load, replica symmetric, and where the symmetry breaks:
//   binary weights      phi(alpha_c, kappa) = 0, phi of (RS.1)                                                 (CP.1)
//   spherical weights   q -> 1: alpha_c E[C] = 1, C of repair_cost.hpp                                         (CP.2)
//   de Almeida-Thouless replicon(alpha) = 1                                                                    (CP.3)
// Krauth and Mezard 1989 (alpha_c(0) = 0.83307860), Gardner 1988; docs/theory/replica-symmetric.md.
#pragma once

#include <limits>
#include <string>

#include "theory/machine.hpp"
#include "theory/threshold.hpp"

namespace wfm::theory {

struct CapacityResult {
  double alpha_c = 0;  // patterns per weight beyond which no solutions exist; NaN where not converged
  double q = 0;        // overlap of typical solutions there; 1 for spherical weights
  double qhat = 0;     // its conjugate; infinite for spherical weights
  double entropy = 0;  // RS entropy at alpha_c: what is left of zero; -infinity for spherical weights
  bool converged = false;
  std::string reason;                                       // why not, empty when converged
  double error = std::numeric_limits<double>::quiet_NaN();  // of alpha_c, from the quadratures and the root
  double replicon = std::numeric_limits<double>::quiet_NaN();  // there; NaN for spherical weights
};

/// alpha_c(kappa). Throws InvalidInput for a non-finite margin. Not converged for binary perceptrons below about kappa = -38, where
/// ln H(kappa) is zero in double precision, and for spherical machines of infinitely many sign units, which have no finite one.
/// K units: without margin for spherical weights.
CapacityResult capacity(double margin, const Machine& machine = {});

struct MaxMarginResult {
  double kappa_max = 0;  // margin beyond which no solutions exist; NaN where not converged
  double q = 0;          // overlap of typical solutions there; 1 for spherical weights
  double qhat = 0;       // its conjugate; infinite for spherical weights
  double entropy = 0;    // RS entropy at kappa_max: what is left of zero; -infinity for spherical weights
  bool converged = false;
  std::string reason;                                       // why not, empty when converged
  double error = std::numeric_limits<double>::quiet_NaN();  // of kappa_max, from the quadratures and the root
};

/// kappa_max(alpha) for alpha in (0, alpha_c(0)), where it is positive; not converged outside. Throws InvalidInput for a
/// non-finite or negative alpha and for spherical machines with more than one field. K units: every unit's field is at least kappa
/// away from 0 (units_channel.hpp).
MaxMarginResult max_margin(double alpha, const Machine& machine = {});

/// capacity as a threshold.
Threshold capacity_threshold(const Machine& machine, double margin = 0);

/// The smallest load with replicon 1 on the branch that continues small alpha: beyond, the RS numbers are approximations. Not
/// converged where the branch is stable to its end.
Threshold almeida_thouless(const Machine& machine, double margin = 0);

}  // namespace wfm::theory
