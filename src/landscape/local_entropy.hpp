// Local entropy of binary weights by message passing: the number of solutions at distance d from a reference wt.
//   phi(d) = (1/M) ln #{ w : every pattern satisfied, (1/M) w.wt = S },  S = 1 - 2d                                            (LE.1) [B]
// A field gamma wt_i acts on every weight; gamma is solved inside each iteration so that the overlap is S, and the Bethe free
// entropy minus gamma S is phi(d): the entropy of the messages' fixed point. d phi/dd = 2 gamma at a fixed point.
//   normalised(d) = phi(d) - h(d),  h(d) = -d ln d - (1-d) ln(1-d): zero where every configuration is a solution.
// Bias: the Bethe approximation (loops), the central limit on the preactivations, both O(1/N) on random patterns and unknown on correlated
// data; beyond the typical distance gamma < 0 and phi(d) is no longer a property of the reference's surroundings.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::landscape {

enum class Engine { amp, edge };

/// amp for inputs that were drawn independently, edge for images and files, where AMP diverges or ends in nonsense.
Engine suited_engine(const Problem& problem);

struct LocalEntropyParams {
  Engine engine =
      Engine::amp;  // edge: belief propagation with a message an edge; slower, steadier on correlated data
  double tolerance =
      1e-7;  // on max |change of a magnetisation|; edge messages are single precision: 1e-5 there
  std::int64_t max_iterations = 2000;           // for each point and each attempt
  std::vector<double> dampings{0.0, 0.5, 0.9};  // attempts for each point, until one converges
  std::uint64_t seed = 1;                       // initial messages and the order of sequential sweeps
  std::function<bool()> interrupted =
      {};  // asked after every iteration; may be empty; the points left are then not converged
};

struct LocalEntropyPoint {
  double distance = 0;          // d
  double entropy = 0;           // phi(d), nats per weight; of the last iterate where not converged
  double normalised = 0;        // phi(d) - h(d)
  double gamma = 0;             // field towards the reference, d phi/dd = 2 gamma
  double change = 0;            // residual: max |change| of a magnetisation in the last iteration
  std::int64_t iterations = 0;  // in all attempts
  bool converged = false;
  bool unphysical =
      false;  // an attempt ended in a fixed point that was refused as unphysical, and no other one converged
  std::string reason;  // why not, empty when converged
};

/// A fixed point with phi(d) above h(d) or below -ln 2 (messages frozen onto violated patterns) is no answer and not `converged`.
/// One point a distance, in the order given; computed from the smallest distance outwards, each point started from its converged
/// neighbour and, failing that, afresh. Throws InvalidInput for distances outside (0, 1), weights that are not binary or do not fit.
std::vector<LocalEntropyPoint> local_entropy(const Problem& problem, const Weights& reference,
                                             std::span<const double> distances,
                                             const LocalEntropyParams& params = {});

}  // namespace wfm::landscape
