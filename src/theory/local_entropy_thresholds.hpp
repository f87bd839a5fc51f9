// Loads at which wide flat regions break up, each the first alpha where min over D of a function f(D; alpha) is zero:
//   alpha_U, raw slope             f = d phi/dD at y -> infinity (LD.3, LD.4): the curve stops rising with D
//   alpha_U, zero external entropy f = dS_I/dD (LD.6): the curve of the largest physical y stops rising
//   first negative S_I             f = S_I: groups of solutions at that distance no longer exist
// All replica symmetric between the groups ("RS outer"). docs/theory/local-entropy.md.
#pragma once

#include "theory/threshold.hpp"

namespace wfm::theory {

/// Not converged, with a reason, where the curve rises up to the last load with saddle points. InvalidInput for a non-finite margin.
Threshold wide_slope_threshold(const Machine& machine, double margin = 0);

/// Binary weights only, as above.
Threshold zero_external_slope_threshold(const Machine& machine, double margin = 0);
Threshold zero_external_entropy_threshold(const Machine& machine, double margin = 0);

}  // namespace wfm::theory
