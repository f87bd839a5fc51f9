// Where the RS entropy (RS.1) of the binary perceptron vanishes: the largest load at a margin, the largest margin at a load.
// Krauth and Mezard 1989 (alpha_c(0) = 0.83307860); docs/theory.md.
#pragma once

#include <string>

namespace wfm::theory {

struct CapacityResult {
  double alpha_c = 0;  // patterns per weight beyond which no solutions exist; NaN where not converged
  double q = 0;        // overlap of typical solutions there
  double qhat = 0;     // its conjugate
  double entropy = 0;  // RS entropy at alpha_c: what is left of zero
  bool converged = false;
  std::string reason;  // why not, empty when converged
};

/// alpha_c(kappa), to about 1e-12 relative. Throws InvalidInput for a non-finite margin. Not converged below about -38, where
/// ln H(kappa) is zero in double precision.
CapacityResult capacity(double margin);

struct MaxMarginResult {
  double kappa_max = 0;  // margin beyond which no solutions exist; NaN where not converged
  double q = 0;          // overlap of typical solutions there
  double qhat = 0;       // its conjugate
  double entropy = 0;    // RS entropy at kappa_max: what is left of zero
  bool converged = false;
  std::string reason;  // why not, empty when converged
};

/// kappa_max(alpha) for alpha in (0, alpha_c(0)), where it is positive; not converged outside. Throws InvalidInput for a
/// non-finite or negative alpha.
MaxMarginResult max_margin(double alpha);

}  // namespace wfm::theory
