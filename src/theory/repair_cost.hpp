// Cost of repairing a pattern, the limit q -> 1 of spherical weights: fields that miss the output by u need a squared step of
// C(u) in the weights,
//   ln X -> -C/(2(1-q)),   1/alpha_c = E[C]   replica symmetric                                               (RC.1)
//   one field           C = (kappa - h)_+^2/Q'(1),  h of variance Q(1)
//   committee of K      C = sum of the (K+1)/2 smallest (h_l)_-^2
//   parity machine      C = min_l h_l^2 where the product of the signs is wrong
// Gardner 1988; Barkai, Hansel and Kanter 1990; docs/theory/replica-symmetric.md.
#pragma once

#include "theory/machine.hpp"

namespace wfm::theory {

/// E[C]; zero for K -> infinity sign units, where Q'(1) is infinite. InvalidInput for K units with a margin.
double mean_repair_cost(const Machine& machine, double margin);

}  // namespace wfm::theory
