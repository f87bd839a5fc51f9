// BinaryNet [BinaryNet16]: gradient descent through sign functions by the straight-through estimator, for +-1 weights and +-1 inputs.
// Real fields h stand behind the weights w = sign h. With u_k = w[k].xi/sqrt n, tau_k = sign u_k and s the output stability,
//   perceptron   s = sigma u                      ds/dw_i = sigma xi_i/sqrt n
//   committee    s = sigma sum_k tau_k/sqrt K     ds/dw_ki = sigma xi_i/sqrt(n K) where |u_k| <= window, else 0       (STE.1)
//   g = (1/B) sum_a f'(s_a) ds_a/dw    over a batch, f the loss (loss.hpp);   h <- optimiser's step along -g          (STE.2)
// as if sign were the identity for the weights and the identity within the window for the units. With clipping |h| stays <= 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/random.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "training/loss.hpp"
#include "training/optimiser.hpp"
#include "training/sign_machine.hpp"

namespace wfm::training {

struct BinaryNetParams {
  Loss loss{LossKind::hinge, 1, 0.5};
  Optimiser optimiser{OptimiserKind::plain, 10};
  std::int64_t batch = 10;  // patterns in a batch, at least 1
  double window = 1;        // of the units' straight-through estimator, > 0; may be infinite
  double clip = 1;          // largest |h|, > 0; infinite: none
};

struct BinaryNetState {
  std::vector<float> fields;  // M: h
  OptimiserState optimiser;
  std::int64_t epoch = 0;  // done

  template <class Visitor>
  void visit(Visitor&& v) {
    v("fields", fields);
    optimiser.visit(v);
    v("epoch", epoch);
  }
};

/// One step is one epoch. Progress: errors of the weights; observable "loss" (mean over the epoch's patterns as they were met).
/// Refers to the problem, which must outlive it.
class BinaryNet {
 public:
  using Params = BinaryNetParams;
  using State = BinaryNetState;

  /// Throws InvalidInput for what SignMachine refuses and for parameters out of range.
  explicit BinaryNet(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;  // h uniform in [-1, 1], cut at the clip
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

  std::vector<double> position(const State& state) const {
    return {state.fields.begin(), state.fields.end()};
  }
  void pull(State& state, std::span<const double> centre, double strength) const;

  /// Mean loss of the patterns `which` at the weights `signs`; adds (STE.2) to `gradient`, M entries.
  double add_gradient(std::span<const std::size_t> which, const BitMatrix& signs,
                      std::span<double> gradient) const;

 private:
  const Problem* problem_;
  SignMachine machine_;
  Params params_;
};

}  // namespace wfm::training
