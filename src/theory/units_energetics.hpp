// Energetic parts of machines with K units, 1 <= K <= most_units, sign units: the functions of energetics.hpp with K fields a
// pattern (units_channel.hpp). Q(q) = q, and E over the K fields is (U.4).
#pragma once

#include "theory/energetics.hpp"

namespace wfm::theory {

/// Any q in [0, 1). At q = 0 (parity machines have this branch) the fields do not matter and the force of parity is 0.
RsEnergetics units_rs_energetics(const Machine& machine, double margin, const Overlap& q,
                                 double refinement = 1);

/// K <= 3, y > 0, 0 <= q0 < q1 < 1. NaN where q1 - q0 is too small against 1 - q1 for the table of fields, or y so large that
/// no repair is left in the range of a double.
ClusterEnergetics units_cluster_energetics(const Machine& machine, double margin, const Overlap& q0,
                                           const Overlap& q1, double y, double refinement = 1);

/// ClusterEnergetics::force0 of the same arguments, in about half the time; NaN where units_cluster_energetics has NaN.
double units_cluster_force0(const Machine& machine, double margin, const Overlap& q0, const Overlap& q1,
                            double y, double refinement = 1);

/// y -> infinity: 0 < q1 < 1, delta > 0. NaN where the maximum over the repair was not found at some field. `outer` is
/// infinite for K > 1: the repair jumps where two choices of units tie.
WideEnergetics units_wide_energetics(const Machine& machine, double margin, const Overlap& q1, double delta,
                                     double refinement = 1);

/// d value/dq1 of the above at fixed delta, not by differences.
double units_wide_slope(const Machine& machine, double margin, const Overlap& q1, double delta,
                        double refinement = 1);

}  // namespace wfm::theory
