// Monte Carlo on real weights: the uniform measure on the spheres |w[k]|^2 = n times e^{-beta E}. A proposal turns two weights of one
// unit, all three drawn at random, in their plane,
//   (w_i, w_j) <- (w_i cos t - w_j sin t, w_i sin t + w_j cos t),   t uniform in [-rotation, rotation]           (MC.8)
// which keeps the norm and is as likely as its reverse, and is accepted with min(1, e^{-beta Delta E}). E is the number of errors or a
// loss on the patterns' stabilities (MC.1), as for +-1 weights (monte_carlo.hpp). With beta and rotation on schedules this is
// simulated annealing.
#pragma once

#include <cstdint>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include "math/random.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "run/schedule.hpp"
#include "training/loss.hpp"
#include "training/machine_rule.hpp"

namespace wfm::training {

struct SphereMonteCarloParams {
  Schedule beta = constant_schedule(1);                     // inverse temperature at each step, >= 0
  Schedule rotation = constant_schedule(std::numbers::pi);  // largest angle at each step, in (0, pi]
  bool stop_at_solution =
      true;  // leave a step at the first configuration without errors: the run ends there; false: unbiased sampling
};

struct SphereMonteCarloState {
  std::vector<double> weights;  // w[k n + i], every unit on its sphere
  std::int64_t steps = 0;       // made so far

  template <class Visitor>
  void visit(Visitor&& v) {
    v("weights", weights);
    v("steps", steps);
  }
};

/// One step is as many proposals as there are weights. Progress: errors of the weights; observables energy (at the end),
/// mean_energy (over the proposals), acceptance, beta, rotation. Refers to the problem, which must outlive it.
class SphereMonteCarlo {
 public:
  using Params = SphereMonteCarloParams;
  using State = SphereMonteCarloState;

  /// `loss` empty: the number of errors. Throws InvalidInput unless the problem is valid with spherical weights, at least two in a unit,
  /// and a margin that the output can reach, loss and schedules are valid and in their ranges; ResourceProblem where the inputs,
  /// kept as doubles, do not fit into memory.
  SphereMonteCarlo(const Problem& problem, std::optional<Loss> loss, const Params& params = {});

  State start(RandomStream& random) const;  // uniform on the spheres
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

 private:
  struct Patterns {
    double energy = 0;
    std::int64_t errors = 0;
  };
  struct Buffers {
    std::vector<double> x, scratch, stabilities;
  };
  /// From the fields h[k][a] = w[k].xi/sqrt n of every unit.
  Patterns patterns(std::span<const double* const> fields, Buffers& buffers) const;
  std::vector<double> fields(std::span<const double> weights) const;  // K x P
  std::span<const double> inputs(std::size_t k, std::size_t i) const;

  const Problem* problem_;
  std::optional<Loss> loss_;
  Params params_;
  MachineRule rule_;
  std::size_t K_, n_, P_;
  std::vector<double> inputs_;  // inputs x P, over sqrt n
};

}  // namespace wfm::training
