// Capacity with one step of replica symmetry breaking.
// Spherical weights, q1 -> 1 with w = m/(1-q1), E over z and <.> over z' at fields sqrt(Q0) z + sqrt(Q(1)-Q0) z', C of (RC.1):
//   alpha_c = min over (w, q0) of (1/2)[ln(1 + w(1-q0)) + w q0/(1 + w(1-q0))] / (-E ln <exp(-w C/2)>)        (OS.4)
// w -> 0 is the replica-symmetric capacity 1/E[C], hence an upper bound.
// Binary weights: the clusters freeze to single solutions (q1 = 1), and the capacity is the zero of the RS entropy, see one_step.hpp.
// Krauth and Mezard 1989; Barkai, Hansel and Sompolinsky 1992; docs/theory/one-step.md.
#pragma once

#include "theory/machine.hpp"
#include "theory/threshold.hpp"

namespace wfm::theory {

struct OneStepCapacity {
  Threshold threshold;  // name "capacity", ansatz "1RSB"
  double w = 0;         // m/(1-q1) at the minimum; 0 where it is the replica-symmetric one; NaN for binary weights
  double q0 = 0;        // overlap between clusters there; 1 at w = 0 (there are no clusters then); NaN for binary weights
};

/// The ratio of (OS.4), an upper bound of the capacity (within 1RSB) at any w > 0, 0 <= q0 < 1; `refinement` of the quadratures.
/// NaN where the averages of three units underflow (q0 = 0.98, w = 100).
double one_step_capacity_bound(const Machine& machine, double margin, double w, double q0,
                               double refinement = 1);

/// Machines with one field, and the committee of three units without margin; InvalidInput for others.
/// Not converged for infinitely many sign units: no finite capacity.
OneStepCapacity one_step_capacity(const Machine& machine, double margin = 0);

}  // namespace wfm::theory
