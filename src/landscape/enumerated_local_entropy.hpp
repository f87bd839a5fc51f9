// Local entropy of small binary machines by counting every configuration: what message passing approximates, without approximation.
//   Z(gamma) = sum_D N(D) e^{gamma (M - 2D)},   phi(d) = min over gamma of (1/M) ln Z(gamma) - gamma (1 - 2d)                      (LE.5)
// N(D) solutions at D differing weights. At finite M phi(d) is not (1/M) ln N(dM), a maximum over a smooth curve instead of one term:
// without patterns it is the binary entropy of d, as is that of the messages, and the count is smaller by about ln(M)/2M.
#pragma once

#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::landscape {

struct EnumeratedLocalEntropyPoint {
  double distance = 0;   // d
  double entropy = 0;    // phi(d), nats per weight; -infinity where no solutions lie on both sides of d
  double gamma = 0;      // the minimum's field; NaN there
  bool counted = false;  // solutions lie on both sides
};

/// One point a distance, in the order given, from one enumeration. Throws InvalidInput as enumerate() does (M <= 30, binary weights),
/// and for distances outside (0, 1).
std::vector<EnumeratedLocalEntropyPoint> enumerated_local_entropy(const Problem& problem,
                                                                  const Weights& reference,
                                                                  std::span<const double> distances,
                                                                  int threads = 0);

}  // namespace wfm::landscape
