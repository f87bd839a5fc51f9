// Max-sum with reinforcement for +-1 weights and +-1 inputs [MaxSum15]: belief propagation at zero temperature, where sums over
// configurations are maxima. Patterns are hard constraints, so that all messages scale with the fields and no energy unit exists.
// With labels absorbed, v_i = sigma xi_i w_i, a unit is right iff at least m of its n spins v_i are +1. From the total fields H,
//   x_i = sigma xi_i (H_i - uhat_{a->i})        cavity field of v_i, ranked x_(1) >= x_(2) >= ... >= x_(n)
//   B_j = sum_{r <= j} max(0, -x_(r))           cost of making j spins +1
//   y   = -B_m                                  field for the unit being right, as far as it is negative
//   e   = max(0, -y'_(needed))                  what the other units' fields y' ask of this one; infinite for the perceptron
//   sigma xi_i uhat_{a->i} = T_i(m) - T_i(m-1),   T_i(j) = min(e, cost of making j of the spins other than i +1)           (MS.1)
// The cost without spin i is B_j for a spin that ranks below j, else B_{j+1} - max(0, -x_i): one selection, O(n) a pattern, and exact.
// For the perceptron uhat takes two values a pattern: max(0, -x_(m)) for spins that rank below m and max(0, -x_(m+1)) for the others.
//   H_i(t+1) = r_t H_i(t) + sum_a uhat_{a->i}(t+1),  w_i = sign H_i                                                        (MS.2)
// All patterns are updated from the same fields. r_t passes slowly through the window in which it solves (presets in docs/algorithms/message-passing.md).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "inference/unit_patterns.hpp"
#include "run/algorithm.hpp"

namespace wfm::inference {

/// What the messages of one unit to its weights are made of.
struct UnitCosts {
  double threshold = 0;                 // x_(m)
  double below = 0, at = 0, above = 0;  // B_{m-1}, B_m, B_{m+1}; infinite where there are not so many spins
};

/// From the cavity fields x of a unit that needs m of its spins +1, 0 <= m <= n; by sorting.
UnitCosts unit_costs_readable(std::span<const double> x, std::int64_t m);

/// The same by selection among the fields just below zero. Where x_(m+1) >= 0 all costs are zero, and the threshold, then without a meaning,
/// is 0.
class UnitSelection {
 public:
  UnitCosts operator()(std::span<const double> x, std::int64_t m);

 private:
  std::vector<double> near_;
  double window_ = 1e-3;  // where the wanted fields were found last; a guess only
};

/// sigma xi_i uhat_{a->i} of (MS.1) for a spin with cavity field x; e = push >= 0, costs.at finite.
inline double max_sum_message(const UnitCosts& costs, double push, double x) {
  const double own = std::max(0.0, -x);
  const double low = std::min(push, costs.at) - std::min(push, costs.below);
  const double high = std::min(push, costs.above - own) - std::min(push, costs.at - own);
  return x < costs.threshold ? low : high;
}

/// e of each unit from `at`[k] = B_m of unit k; `needed` right units satisfy the pattern. push[k] is infinite where all others
/// together are too few.
void unit_pushes(std::span<const double> at, int needed, std::span<double> push);

struct MaxSumParams {
  double reinforcement = 0.45;  // r_0, in [0, 1]
  double growth = 1e-4;         // r_t = reinforcement + growth t, at most 1
  double tolerance = 1e-6;      // converged: no field changes by more than this share of the largest one
};

/// All that moves. Fields have an arbitrary scale, kept near one by powers of two.
struct MaxSumState {
  std::vector<double> field;        // M: H
  std::vector<float> messages;      // P x K x n: sigma xi_i uhat_{a->i} >= 0
  std::vector<std::int8_t> active;  // P: has the pattern a message that is not zero?
  std::int64_t steps = 0;

  template <class Visitor>
  void visit(Visitor&& v) {
    v("field", field);
    v("messages", messages);
    v("active", active);
    v("steps", steps);
  }
};

/// One step is one parallel update of all messages. Observables: r, and "active", the patterns with a message that is not zero. Patterns
/// that the present weights satisfy with a spin to spare and that sent nothing before cost a population count only.
/// Refers to the problem, which must outlive it.
class MaxSum {
 public:
  using Params = MaxSumParams;
  using State = MaxSumState;

  /// Throws InvalidInput for spherical weights, real inputs, a parity machine, a margin that no weights reach, and parameters out of
  /// range; ResourceProblem where the messages do not fit into memory.
  explicit MaxSum(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;  // normal fields, no messages
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;  // sign H

 private:
  static void rescale(State& state, int exponent);

  const Problem* problem_;
  Params params_;
  UnitPatterns patterns_;
  int needed_ = 1;              // right units that satisfy a pattern
  std::int64_t least_[2] = {};  // m for labels -1 and +1
};

}  // namespace wfm::inference
