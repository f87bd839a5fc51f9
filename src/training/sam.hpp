// SAM, sharpness-aware minimisation [SAM], on the spheres of the differentiable network. For each batch
//   e   = rho sqrt(M) g(w)/|g(w)|         the step uphill, rho times the length sqrt M of all weights
//   w'  = w + e, every unit onto its sphere
//   w  <- optimiser's step from g(w'),   every unit onto its sphere                                                      (SAM.1)
// with g the gradient of the batch's mean loss: two gradients a batch. rho = 0 is SGD. beta and gamma follow their schedules.
// Since all weights move, a small rho goes far: at rho = 0.05 a few errors stay on the tree committee at alpha = 1.
#pragma once

#include <span>
#include <vector>

#include "training/sgd.hpp"

namespace wfm::training {

struct SamParams {
  SmoothSettings smooth;
  Optimiser optimiser;
  double rho = 0.01;  // size of the uphill step relative to |w|, >= 0
};

/// One step is one epoch. Progress as that of Sgd, "loss" being the one at w. Refers to the problem, which must outlive it.
class Sam {
 public:
  using Params = SamParams;
  using State = SgdState;

  /// Throws InvalidInput for what SmoothProblem refuses and for parameters out of range.
  explicit Sam(const Problem& problem, const Params& params = {});

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
  Optimiser optimiser_;
  double rho_;
};

}  // namespace wfm::training
