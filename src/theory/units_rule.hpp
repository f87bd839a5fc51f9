// Averages over K standard normal fields of functions that are symmetric under permutations of the units and, for parity machines,
// under the reflection of two of them:
//   E[f(z_1 .. z_K)] = sum_j w_j f(z_j)                                                            (U.4)
// K <= 3: one point from each orbit of these symmetries of a product rule, whose nodes crowd where a unit's field sqrt(Q) z_l meets
// the margin (graded_rule.hpp). K > 3: a Kronecker sequence z_j = H^{-1}({j g + u}), shifted by several random u; the scatter of
// the shifts is the error. docs/theory/units.md
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "theory/units_channel.hpp"

namespace wfm::theory {

struct UnitsRule {
  int units = 0;
  std::vector<double> points;   // size() x units
  std::vector<double> weights;  // sum 1
  int shifts = 1;  // > 1: this many blocks of equal length, each an estimate of the average on its own
  std::size_t size() const { return weights.size(); }
  std::span<const double> point(std::size_t j) const {
    return {points.data() + j * std::size_t(units), std::size_t(units)};
  }
};

/// For fields sqrt(Q) z_l of variance v around them. `step` of the product rule in units of the map of graded_rule, > 0 (0.25: errors
/// of about 1e-6); `points_per_shift` of the sequence, >= 1.
UnitsRule units_rule(const UnitsChannel& channel, double Q, double v, double step, int points_per_shift);

/// Mean of the shifts' estimates and its standard error; 0 for a product rule. values: w_j f(z_j) in the order of the rule.
double error_of_shifts(const UnitsRule& rule, std::span<const double> values);

}  // namespace wfm::theory
