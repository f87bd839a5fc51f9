// Stochastic gradient descent on the differentiable network with every unit on its sphere; with the cross-entropy it is the ceSGD
// of [B]. One step is one epoch: for each batch
//   g = gradient of the batch's mean loss (network.hpp, loss.hpp),   w <- optimiser's step,   w[k] <- w[k] sqrt n/|w[k]|     (SGD.1)
// Since |w[k]| is fixed, beta (norm of the hidden weights) and gamma (norm of the output) are given by schedules of the epoch.
// A preset is a pair of schedules: `slow` and `fast` grow from a smooth network to one near the sign network, `shrink` comes down
// from a steep one. What is counted are the errors of the sign network with the same weights.
// The gradient by a weight is of order 1/sqrt(n K), so that plain steps want eta of half a batch, whatever the size of the network,
// against 0.01 to 0.1 with adam; a tenth of it and four times it both leave a few errors at alpha = 1. Limits of beta and gamma far
// above 2 freeze: a saturated unit has no gradient, and a pattern that all units get wrong stays wrong.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "math/random.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "training/optimiser.hpp"
#include "training/smooth_training.hpp"

namespace wfm::training {

enum class NormPreset { slow, fast, shrink };

/// The schedule that beta and gamma follow.
Schedule norm_schedule(NormPreset preset);

struct SgdParams {
  SmoothSettings smooth;
  Optimiser optimiser;
};

struct SgdState {
  std::vector<float> weights;  // w of all layers, every unit on its sphere
  OptimiserState optimiser;
  std::int64_t epoch = 0;  // done

  template <class Visitor>
  void visit(Visitor&& v) {
    v("weights", weights);
    optimiser.visit(v);
    v("epoch", epoch);
  }
};

struct EpochResult {
  double loss = 0;  // mean over the epoch's batches, each as it was met
  bool failed =
      false;  // a unit lost its direction (a step too large or not finite); the weights are those before the epoch
};

/// One epoch for a network of any shape.
EpochResult sgd_epoch(const SmoothTraining& training, const Optimiser& optimiser, SgdState& state,
                      RandomStream& random);

/// One step is one epoch. Progress: errors of the sign network; observables "loss" (mean over the epoch's batches), "beta", "gamma".
/// Refers to the problem, which must outlive it.
class Sgd {
 public:
  using Params = SgdParams;
  using State = SgdState;

  /// Throws InvalidInput for what SmoothProblem refuses and for parameters out of range.
  explicit Sgd(const Problem& problem, const Params& params = {});

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
};

}  // namespace wfm::training
