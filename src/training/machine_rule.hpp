// When the hidden units of a machine satisfy a pattern, and by how much. With the label absorbed, unit k has the excess
//   x[k] = sigma h[k] - kappa        (kappa = 0 but for the perceptron), the unit is right where x[k] >= 0
// and with r units right the pattern is satisfied where
//   perceptron, committee   r >= needed       (least_action.hpp)
//   parity                  sigma^(K+1) (-1)^(K-r) = +1
// The stability of a pattern is the least total change of the x[k] that turns it over, with the sign of its being satisfied:
//   perceptron x;   committee: sum of the r - needed + 1 smallest |x[k]| of right units, or minus that of the needed - r
//   smallest of wrong ones;   parity: +- min_k |x[k]|                                                         (MC.1)
// On +-1 inputs and weights w.xi has the parity of n, so that x is taken from half-way between the last value refused and the first
// allowed, Delta_least: x = (2 D + 1)/sqrt n with the integer D = (sigma w.xi - Delta_least)/2.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"
#include "training/least_action.hpp"

namespace wfm::training {

struct MachineRule {
  Machine machine = Machine::perceptron;
  int hidden = 1;
  LeastAction majority;  // perceptron and committee

  double unit_margin() const { return majority.unit_margin; }
  /// Is a pattern with `right` right units satisfied?
  bool satisfied(int label, int right) const {
    if (machine != Machine::parity) return right >= majority.needed;
    const bool even = (hidden - right) % 2 == 0;
    return even == (label > 0 || hidden % 2 == 1);
  }
  /// Number of units whose excesses add up to the stability.
  int turned(bool satisfied, int right) const {
    if (machine == Machine::parity) return 1;
    return satisfied ? right - majority.needed + 1 : majority.needed - right;
  }
};

/// Throws InvalidInput, in the name of `rule`, for a margin that the output never reaches.
MachineRule machine_rule(const Problem& problem, std::string_view rule);

/// x of a unit with real inputs: >= 0 exactly where satisfied(h, label, margin).
double unit_excess(double h, int label, double margin);

/// (MC.1) from the K unit excesses. `scratch` is overwritten.
double pattern_stability(const MachineRule& rule, int label, std::span<const double> x,
                         std::vector<double>& scratch);

}  // namespace wfm::training
