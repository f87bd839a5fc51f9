// y replicas of one algorithm that pull each other together: the search for regions where many solutions lie close to each other
// [U16, B]. One step is one step of every replica, then, with positions x[r] (M coordinates each) and lambda_t the coupling,
//   traced-out centre   c = xbar = (1/y) sum_r x[r]                                                                     (REP.1)
//   explicit centre     c <- c + min(1, y lambda_t) (xbar - c)      the same spring seen from the centre's side         (REP.2)
//   pull                x[r] towards c with strength lambda_t, as the algorithm does it: a spring makes it
//                       x[r] <- x[r] + lambda_t (c - x[r])                                                              (REP.3)
// The configuration on offer is c put back among the weights: its signs (binary; a zero takes replica 0's weight), or every unit on
// its sphere (spherical; a unit at zero takes replica 0's).
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "run/schedule.hpp"

namespace wfm {

/// What an algorithm needs to be replicated. Coordinates follow the order of Weights::values. pull() is called after a step: it moves
/// the state towards the centre, or sets the bias of its next step; it must leave the state usable for any finite centre.
template <class A>
concept Replicable = Algorithm<A> &&
    requires(const A& algorithm, typename A::State& state, const typename A::State& settled,
             std::span<const double> centre, double strength) {
  { algorithm.position(settled) } -> std::same_as<std::vector<double>>;
  { algorithm.pull(state, centre, strength) } -> std::same_as<void>;
};

struct ReplicatedParams {
  int replicas = 7;  // y, at least 2; odd where weights are binary, so that votes are not tied
  Schedule coupling = constant_schedule(
      0.1);  // lambda_t, or gamma_t for algorithms that take it as a field; t counts the steps
  int steps_between_pulls = 1;   // at least 1
  bool explicit_centre = false;  // a centre that moves by itself (REP.2) instead of the barycentre
  bool common_start = false;     // all replicas start from one configuration
  double collapsed = 1e-8;       // replicas are one when sum_r |x[r] - xbar|^2 <= this sum_r |x[r]|^2
  int threads = 1;               // replicas that move at the same time; the result does not depend on it
};

/// Throws InvalidInput that names the broken rule.
void validate(const ReplicatedParams& params);

template <class State>
struct ReplicatedState {
  std::vector<State> replicas;
  std::vector<double> centre;  // c, M coordinates
  std::int64_t step = 0;       // steps done

  template <class Visitor>
  void visit(Visitor&& v);
};

/// Progress: errors of weights(state); failed where a replica failed; exhausted where all replicas are; converged where the replicas
/// have collapsed onto each other and none of them moves any more. Observables: "coupling" (of this step's pull), "replica_errors"
/// (mean; absent where a replica does not know its own), "q1" (mean overlap of two replicas' weights before the pull), "centre_overlap"
/// (mean overlap of a replica with weights(state)), "spread" (as in `collapsed`), and the replicas' own, averaged.
/// Every replica draws from a stream of its own, keyed by one number of the step's stream.
template <Replicable A>
class Replicated {
 public:
  using Params = ReplicatedParams;
  using State = ReplicatedState<typename A::State>;

  /// Throws InvalidInput for parameters out of range. Refers to the problem, which must outlive it.
  Replicated(const Problem& problem, A algorithm, const Params& params);

  State start(RandomStream& random) const;
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

 private:
  void move_centre(State& state, std::span<const double> barycentre, double strength) const;

  const Problem* problem_;
  A algorithm_;
  Params params_;
};

}  // namespace wfm

#include "run/replicated.inl.hpp"
