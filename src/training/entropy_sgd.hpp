// Entropy-SGD [EntropySGD]: descent on the local entropy instead of the loss. Around the centre w an inner loop of L batches walks
// through x' by Langevin dynamics, and the centre follows the mean of the walk; on the spheres of the differentiable network,
//   x' = mu = w;   L times, with g the gradient of the batch's mean loss at x' and z standard normal:
//     x' <- x' - eta g - s_t (x' - w) + epsilon z,   every unit onto its sphere                                          (ESG.1)
//     mu <- (1 - a) mu + a x'
//   w <- w + step (mu - w),   every unit onto its sphere                                                                  (ESG.2)
// The spring s_t in [0, 1] is the share of the way back to w that it pulls in one inner step (eta times the coupling of the paper);
// its schedule over the epochs t is the scoping. epsilon sets the temperature. One step is one epoch: batches/L outer updates, at least
// one. beta and gamma of network and loss follow their own schedules.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "training/smooth_training.hpp"

namespace wfm::training {

struct EntropySgdParams {
  SmoothSettings smooth;
  double eta = 50;                                        // inner step, > 0
  std::int64_t length = 5;                                // L, inner steps, at least 1
  double noise = 0.01;                                    // epsilon, >= 0
  double averaging = 0.25;                                // a in (0, 1]
  double step = 1;                                        // share of the way to mu that w goes, in (0, 1]
  Schedule spring = geometric_schedule(0.01, 1.01, 0.5);  // s_t of the epoch, in [0, 1]
};

struct EntropySgdState {
  std::vector<float> weights;  // w, every unit on its sphere
  std::int64_t epoch = 0;      // done

  template <class Visitor>
  void visit(Visitor&& v) {
    v("weights", weights);
    v("epoch", epoch);
  }
};

/// One step is one epoch. Progress: errors of the sign network at w; observables "loss" (mean over the batches, at x'), "beta", "gamma",
/// "spring" and "walk" (mean overlap (1/M) x'.w at the end of the inner loops). Refers to the problem, which must outlive it.
class EntropySgd {
 public:
  using Params = EntropySgdParams;
  using State = EntropySgdState;

  /// Throws InvalidInput for what SmoothProblem refuses and for parameters out of range.
  explicit EntropySgd(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;  // uniform on the spheres
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const { return problem_.weights(state.weights); }

  std::vector<double> position(const State& state) const {
    return {state.weights.begin(), state.weights.end()};
  }
  void pull(State& state, std::span<const double> centre, double strength) const {
    pull_on_spheres(problem_.network(), centre, strength, state.weights);
  }

 private:
  SmoothProblem problem_;
  Params params_;
};

}  // namespace wfm::training
