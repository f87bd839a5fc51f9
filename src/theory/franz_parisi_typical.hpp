// RS saddle of the typical solutions that a Franz-Parisi curve begins and ends at, for a machine with one field (internal to
// franz_parisi): (RS.1) and (RS.3) with q -> Q(q), 1 - q -> Q(1) - Q(q) in the energetic part and qhat multiplied by Q'(q).
#pragma once

#include "theory/machine.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

/// The saddle of smallest q; binary weights.
RsResult typical_solutions(const Machine& machine, double alpha, double margin);

}  // namespace wfm::theory
