// Energetic parts of machines with K units, 1 <= K <= most_units, sign units: the functions of energetics.hpp with K fields a
// pattern (units_channel.hpp). Q(q) = q, and E over the K fields is (U.4).
#pragma once

#include "theory/energetics.hpp"

namespace wfm::theory {

/// Any q in [0, 1). At q = 0 (parity machines have this branch) the fields do not matter and the force of parity is 0.
RsEnergetics units_rs_energetics(const Machine& machine, double margin, const Overlap& q,
                                 double refinement = 1);

}  // namespace wfm::theory
