// Free entropy of the solutions around a centre at a given coupling, by message passing in the field gamma w:
//   L(w, gamma) = ln sum over solutions w' of e^{gamma w.w'}      (natural logarithm, not per weight)
// the Bethe free entropy (BP.3). Its Legendre transform is the local entropy at fixed distance (local_entropy.hpp).
#pragma once

#include <cstdint>

#include "problems/problem.hpp"

namespace wfm::landscape {

struct LocalFreeEntropyParams {
  int iterations = 100;     // of message passing, at most
  double tolerance = 1e-4;  // converged below this max |change| of a magnetisation
  double damping = 0;       // of the messages, in [0, 1)
  std::uint64_t seed = 1;   // of the first messages and the order of the patterns
};

/// NaN where the messages do not come to rest. The same seed for every centre: a function of the centre alone. Throws InvalidInput for
/// weights that are not binary or a gamma that is not finite.
double local_free_entropy(const Problem& problem, const Weights& centre, double gamma,
                          const LocalFreeEntropyParams& params = {});

}  // namespace wfm::landscape
