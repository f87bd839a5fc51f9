// All solutions of a small tree machine of two or three sign units, as words: they come from joining the units, each of which has
// few configurations, so that far more weights are in reach than by going through all of them.
//   z_k[w]  the patterns (bits) on which unit k with weights w has tau_k = -1;   z the patterns with label -1
//   parity          solution where z_1 ^ ... ^ z_K = z: the last unit's z_K is looked up
//   committee of 3  solution where two units at least agree with z: where the first two differ, the third must
// Time: 2^(N - n) look-ups for a parity machine, n = N/K the fan-in; the sizes that experiments use are N <= 42.
#pragma once

#include <cstdint>
#include <vector>

#include "problems/problem.hpp"

namespace wfm {

/// Bit i of a word is set where weight i, in the order of Weights::values, is +1. In increasing order.
/// Throws InvalidInput for other machines than trees of K = 2, 3 parity or K = 3 committee units, spherical weights, inputs other than
/// +-1, a margin, more than 22 weights a unit, 48 weights or 64 patterns, and more than 2^22 solutions.
std::vector<std::uint64_t> list_solutions(const Problem& problem);

}  // namespace wfm
