// Local entropy of binary weights by Monte Carlo, without messages: the oracle of local_entropy.hpp where enumeration is too large.
// In a field gamma towards the reference wt, over the solutions w alone (zero errors at the problem's margin),
//   Z(gamma) = sum_w e^{gamma w.wt},   S(gamma) = <w.wt>/M,   (1/M) d ln Z/dgamma = S(gamma)
//   (1/M) ln Z(gamma) = ln 2cosh(gamma_0) + (1/M) ln s_0 - int_gamma^{gamma_0} S dgamma',   phi(d) = min over gamma of (1/M) ln Z - gamma S
// s_0 is the share of solutions among independent weights in the field gamma_0, at which about one weight differs from the reference:
// drawn directly. S(gamma) comes from a Markov chain that starts at the reference and goes down a ladder of fields to gamma = 0 and
// back: single weights and pairs of weights that keep w.wt are proposed, moves that make an error are refused.                   (LE.4)
// Integral: trapezoids of S - tanh with end corrections from the variance, dS/dgamma = M Var(w.wt/M).
// Bias: the chain counts the solutions that it reaches. Way down and way back differ where it lags (`hysteresis`); parts of the space
// that no chain enters leave no trace, so near capacity and around isolated solutions this is a lower bound.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::landscape {

struct SampledLocalEntropyParams {
  int fields = 24;     // rungs of the ladder of gamma, gamma_0 and 0 included
  int sweeps = 400;    // measured at each rung and way; M proposals of either kind a sweep
  int settling = 100;  // sweeps before them, at each rung
  int chains = 8;      // independent, for the error bar; at least 2
  int draws = 20000;   // independent configurations for s_0
  std::uint64_t seed = 1;
  int threads = 0;  // 0: as many as the machine has
  std::function<bool()> interrupted =
      {};  // asked at every rung of every chain; may be empty; no point is then sampled
};

struct SampledLocalEntropyPoint {
  double distance = 0;        // d
  double entropy = 0;         // phi(d), nats per weight; NaN where not sampled
  double standard_error = 0;  // from the scatter of the chains and of s_0
  double hysteresis = 0;      // phi(d) on the way back minus on the way down
  double gamma = 0;           // field at which the mean distance is d
  bool sampled = false;       // d lies between the distances at gamma_0 and at gamma = 0
  std::string reason;         // why not
};

/// One point a distance, in the order given. Throws InvalidInput unless weights and inputs are +-1 and the reference is a solution, and
/// for distances outside (0, 1) or params out of range.
std::vector<SampledLocalEntropyPoint> sampled_local_entropy(const Problem& problem, const Weights& reference,
                                                            std::span<const double> distances,
                                                            const SampledLocalEntropyParams& params = {});

}  // namespace wfm::landscape
