// Least action (Mitchison, Durbin 1989): which hidden units of a committee to change for a pattern that is not satisfied.
//   field = (2 r - K)/sqrt K with r units right, so that a pattern is satisfied with margin kappa iff r >= needed,
//   needed = the least r with (2 r - K)/sqrt K >= kappa   ((K+1)/2 at kappa = 0)
// and the needed - r wrong units with stability closest to zero are those to change. The perceptron is K = 1, needed = 1, with the
// margin asked of its one unit.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::training {

struct LeastAction {
  int needed = 1;          // right units that satisfy a pattern, in 1 ... K
  double unit_margin = 0;  // asked of a right unit's preactivation; 0 for a committee
};

/// For the problem's machine and margin. Throws InvalidInput, in the name of `rule`, for a parity machine and for a margin that
/// no number of right units reaches (kappa > sqrt K).
LeastAction least_action(const Problem& problem, std::string_view rule);

/// The least integer of the parity of n that, as sigma w.xi, satisfies a unit of n inputs with this label and margin. May exceed n: never
/// right.
std::int64_t least_right_stability(int n, int label, double margin);

/// Shortens `wrong`, the wrong units of a pattern, to the `count` of them with the largest stability; the lower unit wins a tie.
void keep_closest(std::span<const double> stability, int count, std::vector<int>& wrong);

}  // namespace wfm::training
