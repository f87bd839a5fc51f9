// Local entropy by message passing: the number of solutions (of real weights: the share of the spheres that they fill) at distance d
// from a reference wt, solution or not.
//   phi(d) = (1/M) ln #{ w : every pattern satisfied, (1/M) w.wt = S },  S = 1 - 2d                                            (LE.1) [B]
// A field gamma wt_i acts on every weight; gamma is solved inside each iteration so that the overlap is S, and the Bethe free
// entropy minus gamma S is phi(d): the entropy of the messages' fixed point. dphi/dS = -gamma at a fixed point.                (LE.2)
//   normalised(d) = phi(d) - phi_0(d): zero where every configuration is a solution                                            (LE.3)
//   binary     phi_0 = h(d) = -d ln d - (1-d) ln(1-d)
//   spherical  phi_0 = (1/2) ln(1 - S^2), gamma = lambda of notation.md,  d normalised/dS = -(lambda - S/(1 - S^2))
// The overlap is fixed in total, with one gamma for all hidden units; what each unit takes of it follows. Without patterns all units
// take the same, since phi_0 is concave.
// The curve is followed from the smallest distance outwards, and inwards from the fixed point at gamma = 0, whose distance from the
// reference is the typical one. Where both sides, or several initial messages, end in different fixed points, the point is the one of
// the largest entropy and says by how much they differ.
// Bias: the Bethe approximation (loops), the central limit on the preactivations, both O(1/N) on random patterns and unknown on correlated
// data; beyond the typical distance gamma < 0 and phi(d) is no longer a property of the reference's surroundings.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::landscape {

/// edge: a message an edge, accurate for binary weights, relaxed (relaxed_bp.hpp) for spherical ones; slower, steadier on correlated
/// data.
enum class Engine { amp, edge };

/// amp for inputs that were drawn independently, edge for images and files, where AMP diverges or ends in nonsense.
Engine suited_engine(const Problem& problem);

struct LocalEntropyParams {
  Engine engine = Engine::amp;
  double tolerance =
      1e-7;  // on max |change of a weight's mean|; edge messages of binary weights are single precision: 1e-5 there
  std::int64_t max_iterations = 2000;           // for each point and each attempt
  std::vector<double> dampings{0.0, 0.5, 0.9};  // attempts for each point, until one converges
  bool both_sides = true;                       // false: outwards only, half the work
  int initialisations = 1;                      // first messages to start from, each with both sides
  std::uint64_t seed = 1;                       // initial messages and the order of sequential sweeps
  std::function<bool()> interrupted =
      {};  // asked after every iteration; may be empty; the points left are then not converged
};

/// From where the messages of a point were continued: smaller distances, or the fixed point at gamma = 0.
enum class Side { outwards, inwards };
std::string_view name(Side side);  // "outwards", "inwards"

struct LocalEntropyPoint {
  double distance = 0;          // d
  double entropy = 0;           // phi(d), nats per weight; of the last iterate where not converged
  double normalised = 0;        // phi(d) - phi_0(d)
  double gamma = 0;             // field towards the reference, dphi/dd = 2 gamma
  double change = 0;            // residual: max |change| of a mean in the last iteration
  double spread = 0;            // largest minus smallest entropy of the fixed points found here
  int fixed_points = 0;         // sides and initialisations that converged here
  std::int64_t iterations = 0;  // in all attempts
  Side side = Side::outwards;   // of the fixed point that is given; outwards where both ended in it
  bool converged = false;
  bool beyond_typical = false;  // gamma < 0
  bool unphysical =
      false;  // an attempt ended in a fixed point that was refused as unphysical, and no other one converged
  std::string reason;  // why not, empty when converged
};

/// A fixed point with phi(d) above phi_0(d), or of binary weights below -ln 2 (messages frozen onto violated patterns), is no answer and
/// not `converged`. One point a distance, in the order given; each is started from its converged neighbour and, failing that, afresh.
/// Throws InvalidInput for distances outside (0, 1), weights that do not fit the problem, or params out of range.
std::vector<LocalEntropyPoint> local_entropy(const Problem& problem, const Weights& reference,
                                             std::span<const double> distances,
                                             const LocalEntropyParams& params = {});

/// All solutions of the instance, gamma = 0: its own entropy, a control variate of the local one.
struct UnconstrainedEntropy {
  double entropy = 0;  // phi at gamma = 0, nats per weight
  double distance =
      0;  // typical distance (1 - m.wt/M)/2 of a solution from the reference, m the mean solution
  bool converged = false;
  std::string reason;  // why not, empty when converged; the numbers are then those of the last iterate
};
UnconstrainedEntropy unconstrained_entropy(const Problem& problem, const Weights& reference,
                                           const LocalEntropyParams& params = {});

/// phi_0(d) of (LE.3).
double data_free_entropy(WeightKind kind, double distance);

}  // namespace wfm::landscape
