// LAL, least action learning (Mitchison, Durbin, Biol. Cybern. 60:345, 1989), for committees of sign units (tree or fully connected) with
// spherical weights |w[k]|^2 = n; the perceptron is K = 1, where it is the perceptron rule on a sphere. One sweep goes through the
// patterns in an order drawn anew; for a pattern with r units right and `needed` asked for (least_action.hpp):
//   r >= needed    nothing
//   r < needed     the needed - r wrong units with the largest Delta[k] = sigma w[k].xi / sqrt n each make the step
//                    w[k] <- w[k] + (eta / sqrt n) sigma xi,   then   w[k] <- w[k] sqrt n / |w[k]|                       (LAL.1)
// With +-1 inputs a step adds eta to Delta[k] before the weights go back onto the sphere; it need not make the unit right at once.
// A committee's margin kappa asks for more right units: needed = least r with (2 r - K)/sqrt K >= kappa. The perceptron's asks
// Delta >= kappa of its unit. The step decides where it ends: always say eta. Measured on the tree committee K = 9, N = 999,
// alpha = 1: eta = 0.3 solves in 43 to 87 sweeps, 0.1 in several hundred or not at all, 1 not within 1000.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "math/random.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "training/least_action.hpp"
#include "training/unit_inputs.hpp"

namespace wfm::training {

struct LalParams {
  double eta = 0.3;  // size of a perceptron step in units of the stability, > 0
  int sweep_parts =
      1;  // steps that make up one sweep, at least 1: for replicas that pull each other several times a sweep
};

struct LalState {
  std::vector<double> weights;      // w[k * n + i], every unit on its sphere
  std::vector<std::int64_t> order;  // of the patterns of a sweep that is not finished; else empty
  std::int64_t part = 0;            // parts of that sweep that are done

  template <class Visitor>
  void visit(Visitor&& v) {
    v("weights", weights);
    v("order", order);
    v("part", part);
  }
};

/// One step is one sweep, or the next of its parts. Progress: errors of the weights at the end of a sweep (elsewhere not known);
/// converged at zero errors, from where nothing changes any more; observables "wrong" and "unit_steps", the patterns found wrong and
/// the perceptron steps made; failed where a step led to w = 0 (possible with a handful of inputs only). Refers to the problem,
/// which must outlive it.
class LeastActionLearning {
 public:
  using Params = LalParams;
  using State = LalState;

  /// Throws InvalidInput unless the problem is valid with spherical weights and a perceptron or committee whose margin its units can
  /// reach, and the parameters are in their ranges.
  explicit LeastActionLearning(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;  // uniform on the spheres
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

  /// The weights; and w <- w + min(1, strength) (centre - w), then back onto the spheres (a unit that would be 0 stays as it is).
  std::vector<double> position(const State& state) const;
  void pull(State& state, std::span<const double> centre, double strength) const;

 private:
  const Problem* problem_;
  Params params_;
  LeastAction rule_;
  std::variant<PackedUnitInputs, RealUnitInputs> inputs_;
};

}  // namespace wfm::training
