// A threshold: a load at which a replica calculation changes its answer, with the definition that makes it a number.
#pragma once

#include <limits>
#include <string>

#include "theory/machine.hpp"

namespace wfm::theory {

struct Threshold {
  std::string name;  // "capacity", "alpha_LE_prime", ... as in docs/theory.md
  Machine machine;
  double alpha = std::numeric_limits<double>::quiet_NaN();  // patterns per weight
  double error = std::numeric_limits<double>::quiet_NaN();  // numerical error of alpha within its ansatz, > 0
  double distance =
      std::numeric_limits<double>::quiet_NaN();  // where on the curve it happens; NaN: not a point of a curve
  double replicas =
      std::numeric_limits<double>::quiet_NaN();  // y there; NaN: no replicas, or infinitely many
  std::string definition;                        // the equation that alpha solves, in one line
  std::string ansatz;  // "RS", "1RSB", "RS outer" (replica symmetric in the outer replicas)
  bool converged = false;
  std::string reason;  // why not, empty when converged
};

}  // namespace wfm::theory
