// The saddle points of the local entropy at one distance, as roots of one equation each:
//   finite y:       x = ln[q0/(q1 - q0)],  q0 -> qhat0 = alpha force0(q0) -> x'(x) from the entropic part's q0
//   y -> infinity:  x = ln delta,          delta -> qhat1 = alpha force1(delta) -> x'(x) from its delta
// Parity machines also have the saddle q0 = 0; the one of smaller entropy is returned.
// x' - x falls through zero at the saddle; at y* the external entropy is the second equation, for ln y.
#pragma once

#include "theory/kernel.hpp"
#include "theory/local_entropy.hpp"

namespace wfm::theory {

/// Control parameters, and how well the averages are to be known.
struct LocalEntropyProblem : LocalEntropyParams {
  double refinement =
      1;  // of the density of nodes, as in energetics.hpp; below 1 of the energetic part alone
  bool with_error = true;  // else the quadrature error is left 0 and not judged, which halves the time
};

/// Where a search begins: the saddle of a point nearby.
struct LocalEntropyStart {
  bool known = false;
  double x = 0;
  double inner = 0;    // spread (finite y) or dhat
  double log_y = 1.8;  // for y*; a hint even where the rest is not known
};

/// Solves at params.replicas (finite or not). A converged point updates the start.
LocalEntropyPoint solve_local_entropy(const LocalEntropyProblem& params, double distance,
                                      LocalEntropyStart& start);

/// Solves for y* too; params.replicas is ignored.
LocalEntropyPoint solve_zero_external_entropy(const LocalEntropyProblem& params, double distance,
                                              LocalEntropyStart& start);

/// The part of solve_local_entropy for y -> infinity, not judged.
LocalEntropyPoint solve_wide_local_entropy(const LocalEntropyProblem& params, double distance,
                                           LocalEntropyStart& start);

/// The point, converged, or why it does not count; then the start is forgotten.
LocalEntropyPoint judged(const LocalEntropyProblem& params, LocalEntropyPoint point,
                         LocalEntropyStart& start);

/// q1 = 1 - 2D.
inline Overlap mutual_overlap(double distance) {
  return {1 - 2 * distance, 2 * distance};
}

/// All numbers NaN but the distance and y.
LocalEntropyPoint failed_local_entropy(double distance, double replicas, const std::string& reason);

}  // namespace wfm::theory
